/* URLs of stores, taken apart; and that no password is shown. */
#include "tap.h"

#include "store/filesystem.h"
#include "store/store.h"
#include "store/url.h"

#include <stdlib.h>

static void
is_url(const char *text, const char *user, const char *password, const char *host, const char *port,
       const char *path)
{
	struct store_url u;
	const char *why;

	ok(store_url_parse(str_of(text), &u, &why), "%s", text);
	is_str(str_of(u.part[URL_USER]), user, "user");
	is_str(str_of(u.part[URL_PASSWORD]), password, "password");
	is_str(str_of(u.part[URL_HOST]), host, "host");
	is_str(str_of(u.part[URL_PORT]), port, "port");
	is_str(str_of(u.part[URL_PATH]), path, "path");
	ok(!*password || !strstr(u.name, password), "the name is without the password: %s", u.name);
	store_url_release(&u);
}

static void
is_bad(const char *text, const char *reason)
{
	struct store_url u;
	const char *why = "";

	ok(!store_url_parse(str_of(text), &u, &why), "no URL: %s", text);
	is_str(str_of(why), reason, "and why");
	ok(!strstr(u.name, "secret"), "the name is without the password: %s", u.name);
	store_url_release(&u);
}

static void
test_parts(void)
{
	is_url("sqlite:", "", "", "", "", "");
	is_url("sqlite:a%20b/c.db", "", "", "", "", "a%20b/c.db");
	is_url("sqlite:/var/lib/x.db?sync=full", "", "", "", "", "/var/lib/x.db");
	is_url("sqlite:///var/lib/x.db", "", "", "", "", "/var/lib/x.db");
	is_url("redis://h", "", "", "h", "", "");
	is_url("redis://:secret@h:6380/3", "", "secret", "h", "6380", "3");
	is_url("redis://u:s%40e%2Fcret@[::1]:6380", "u", "s@e/cret", "::1", "6380", "");
	is_url("redis://u:a@b@h", "u", "a@b", "h", "", "");
	is_url("redis+unix://:secret@/run/r.sock?db=2", "", "secret", "", "", "run/r.sock");
	is_url("postgresql://u@/db?host=/run/pg&port=5433", "u", "", "/run/pg", "5433", "db");
	is_url("postgresql://u@h/db?password=secret", "u", "secret", "h", "", "db");
}

static void
test_options(void)
{
	struct store_url u;
	const char *why;

	ok(store_url_parse(STR("redis://h?timeout=250ms&db=4"), &u, &why), "options");
	is_num(u.timeout, 0.25, "a time limit");
	is_str(str_of(u.part[URL_DB]), "4", "a database");
	store_url_release(&u);
	ok(store_url_parse(STR("sqlite:x?sync=full"), &u, &why), "options of SQLite");
	is_str(str_of(u.part[URL_SYNC]), "full", "sync");
	is_num(u.timeout, 10, "the time limit by default");
	store_url_release(&u);
}

static void
test_bad(void)
{
	is_bad("", "no scheme, such as sqlite:");
	is_bad("/var/lib/x.db", "no scheme, such as sqlite:");
	is_bad("redis:h", "no // after the scheme");
	is_bad("redis://:secret@[::1", "a bad host, port or escape");
	is_bad("redis://:secret%zz@h", "a bad host, port or escape");
	is_bad("redis://:secret%4@h", "a bad host, port or escape");
	is_bad("redis://:sec%00ret@h", "a bad host, port or escape");
	is_bad("redis://:secret@h?colour=red", "an unknown option");
	is_bad("redis://:secret@h?db", "an option without a value");
	is_bad("redis://:secret@h?timeout=soon", "a bad timeout");
	is_bad("redis://:secret@h?timeout=0", "a bad timeout");
	is_bad("redis://h?password=secret&timeout=x", "a bad timeout");
	is_bad("sqlite:x?sync=maybe", "sync is normal or full");
}

static void
test_hide(void)
{
	char a[] = "redis://u:secret@h:1/2", b[] = "redis://u:se/cr@et@h",
	     c[] = "x?password=secret&a=b";
	char plain[] = "sqlite:/home/a:b/c@d.db";

	store_url_hide(a);
	is_str(str_of(a), "redis://u:xxxxxx@h:1/2", "a password is overwritten");
	store_url_hide(b);
	is_str(str_of(b), "redis://u:xxxxxxxx@h", "also one that should have been escaped");
	store_url_hide(c);
	is_str(str_of(c), "x?password=xxxxxx&a=b", "and one among the options");
	store_url_hide(plain);
	is_str(str_of(plain), "sqlite:/home/a:b/c@d.db", "a path is none");
}

static void
test_names(void)
{
	const struct str mounts =
		str_of("25 1 253:1 / / rw,noatime shared:1 - ext4 /dev/vda1 rw\n"
	               "36 25 0:45 / /mnt/far rw,nosuid - fuse.sshfs host:/home rw,user_id=0\n"
	               "37 25 0:46 / /mnt/near rw,nosuid shared:7 master:2 - fuse.encfs encfs rw\n"
	               "38 25 0:47 / /mnt/other rw - fuse /dev/fuse rw\n");

	ok(store_is_scope(STR("registry/a-b_9")) && store_is_scope(STR("x")), "scopes");
	ok(!store_is_scope(STR("")) && !store_is_scope(STR("a//b")) && !store_is_scope(STR("a/")) &&
	           !store_is_scope(STR("/a")) && !store_is_scope(STR("a/../b")),
	   "and what is none");
	ok(filesystem_network(0x6969) && filesystem_network(0xff534d42) &&
	           filesystem_network(0xffffffffff534d42) && !filesystem_network(0xef53) &&
	           !filesystem_network(0x01021994),
	   "network file systems are known");
	ok(filesystem_fuse(mounts, 0, 45) && !filesystem_fuse(mounts, 0, 46) &&
	           !filesystem_fuse(mounts, 0, 47) && !filesystem_fuse(mounts, 0, 4),
	   "those of FUSE by what is mounted");
	ok(!filesystem_fuse(STR("36"), 0, 45) && !filesystem_fuse(STR("36 35 0:45 - "), 0, 45) &&
	           !filesystem_fuse(STR("36 35 0:45 / /a rw -"), 0, 45),
	   "not by lines that are cut short");
}

int
main(void)
{
	struct store *s;

	test_parts();
	test_options();
	test_bad();
	test_hide();
	test_names();
	is_int(store_open(&s, "rediss://:secret@h"), 78, "Redis over TLS is refused");
	is_str(str_of(store_why(s)),
	       "Redis over TLS is not built in; use redis:// through a tunnel",
	       "with a clear word");
	store_close(s);
	is_int(store_open(&s, "etcd://h"), 78, "an unknown kind is refused");
	store_close(s);
	setenv("EROS_MODULES", "/nonexistent", 1);
	is_int(store_open(&s, "redis://:secret@h"), 78, "a module that is not there is refused");
	ok(strstr(store_why(s), "libhiredis0.14") && strstr(store_why(s), "/nonexistent/redis.so"),
	   "naming what it needs: %s", store_why(s));
	store_close(s);
	return done_testing();
}
