/*
 * The contract of store/store.h, the same for every backend: t/lib/store.t [URL]. Without a URL on a SQLite file
 * of its own; t/bin/backends.t runs it on the servers that it starts.
 *
 * t/lib/store.t URL leave: only a client that changes one scope, reads another and goes, for who then looks at the server.
 */
#include "tap.h"

#include "base/clock.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/rowset.h"
#include "store/store.h"

#include <errno.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *url;
static char prefix[64]; /* of the scopes of this run */
/* What was opened, so that in a child that ends it is not lost. */
static struct store *volatile opened[16];

static struct store *
store_new(void)
{
	static unsigned count;
	struct store *s;

	if (store_open(&s, url) != EROS_OK) {
		ok(false, "open %s: %s", store_name(s), store_why(s));
		exit(1);
	}
	opened[count++ % 16] = s;
	return s;
}

static const char *
scope_of(const char *name)
{
	static char scopes[4][128];
	static int last;
	char *scope = scopes[last++ % 4];

	snprintf(scope, sizeof(scopes[0]), "%s/%s", prefix, name);
	return scope;
}

static bool
is_ok(struct store *s, int status, const char *name)
{
	bool good = ok(status == EROS_OK, "%s", name);

	if (!good)
		fprintf(stderr, "#   status %d: %s\n", status, store_why(s));
	return good;
}

/* A step that is given as a function of the rows alone. */
static void
call(struct rows *r, void *arg)
{
	(*(void (**)(struct rows *))arg)(r);
}

static int
update(struct store *s, const char *scope, void (*step)(struct rows *r))
{
	return store_update(s, scope, call, &step);
}

static int
view(struct store *s, const char *scope, void (*step)(struct rows *r))
{
	return store_view(s, scope, call, &step);
}

/* What steps found, for the test to look at. */
static struct {
	uint64_t version;
	double now;
	int count;
	char text[200];
	bool found;
} seen;

static void
see_value(struct rows *r)
{
	struct str value;

	seen.version = r->version;
	seen.now = r->now;
	seen.found = rows_get(r, STR("a"), &value);
	snprintf(seen.text, sizeof(seen.text), STR_FMT, STR_ARG(value));
}

static void
put_and_look(struct rows *r)
{
	rows_put(r, STR("a"), STR("1"));
	see_value(r);
}

static void
change_nothing(struct rows *r)
{
	see_value(r);
}

static void
delete_it(struct rows *r)
{
	rows_delete(r, STR("a"));
	see_value(r);
}

static void
too_long(struct rows *r)
{
	static const char key[ROW_KEY_MAX + 1];

	rows_put(r, STR("a"), STR("never"));
	rows_put(r, (struct str){key, sizeof(key)}, STR("x"));
}

static void
test_rows(struct store *s)
{
	const char *scope = scope_of("rows");
	struct buf b = BUF_INIT;
	bool found;

	is_ok(s, view(s, scope, see_value), "view of a scope that is not there");
	ok(!seen.found && seen.version == 1, "it is empty, at version 0");
	is_ok(s, update(s, scope, change_nothing), "a step that changes nothing");
	is_ok(s, update(s, scope, put_and_look), "a step that does");
	ok(seen.found && strcmp(seen.text, "1") == 0 && seen.version == 1, "sees its own change");
	is_ok(s, view(s, scope, see_value), "view");
	ok(seen.found && strcmp(seen.text, "1") == 0 && seen.version == 2, "the change is there");
	is_ok(s, store_get(s, scope, STR("a"), &b, &found), "get");
	ok(found && b.len == 1 && b.ptr[0] == '1', "the same");
	is_ok(s, update(s, scope, delete_it), "deleted");
	ok(!seen.found, "the step itself sees that");
	is_ok(s, store_get(s, scope, STR("a"), &b, &found), "get");
	ok(!found, "and all others");
	is_int(update(s, scope, too_long), EROS_DATA, "a key that is too long is refused");
	is_ok(s, store_get(s, scope, STR("a"), &b, &found), "get");
	ok(!found, "and nothing of that step is done");
	is_int(view(s, scope, put_and_look), EROS_FAULT, "a view must not change anything");
	is_int(update(s, "no scope", put_and_look), EROS_DATA, "a bad scope");
	buf_release(&b);
}

static void
put_keys(struct rows *r)
{
	for (int i = 0; i < 600; i++) {
		char key[16], value[16];

		snprintf(key, sizeof(key), "k/%03d", i);
		snprintf(value, sizeof(value), "%d", i);
		rows_put(r, str_of(key), str_of(value));
	}
	rows_put(r, STR("l"), STR("beyond"));
}

/* Walk, changing rows on the way: one is deleted, one is put between, one is replaced. */
static void
walk(struct rows *r)
{
	struct row row;
	bool found = true;

	rows_delete(r, STR("k/003"));
	rows_put(r, STR("k/0050"), STR("new"));
	rows_put(r, STR("k/006"), STR("other"));
	seen.count = 0;
	seen.text[0] = '\0';
	for (found = rows_seek(r, STR("k/"), &row); found && str_starts(row.key, STR("k/"));
	     found = rows_next(r, row.key, &row)) {
		if (seen.count++ < 8)
			snprintf(seen.text + strlen(seen.text), 40, STR_FMT "=" STR_FMT " ",
			         STR_ARG(row.key), STR_ARG(row.value));
	}
	seen.found = found && str_is(row.key, "l");
}

static void
test_scan(struct store *s)
{
	const char *scope = scope_of("scan");

	is_ok(s, update(s, scope, put_keys), "600 rows");
	is_ok(s, update(s, scope, walk), "a scan");
	is_int(seen.count, 600, "gives all, with what the step did");
	is_str(str_of(seen.text),
	       "k/000=0 k/001=1 k/002=2 k/004=4 k/005=5 k/0050=new k/006=other k/007=7 ",
	       "in the order of their keys");
	ok(seen.found, "and then the next prefix");
}

static void
put_bytes(struct rows *r)
{
	for (int i = 0; i < 256; i++) {
		char key[3] = {'b', (char)i, (char)(255 - i)};

		rows_put(r, (struct str){key, 3}, (struct str){key, 3});
		rows_append(r, (struct str){key, 3});
	}
}

static void
check_bytes(struct rows *r)
{
	struct row row;
	bool found = rows_seek(r, STR("b"), &row);

	seen.count = 0;
	for (int i = 0; i < 256 && found; i++) {
		char key[3] = {'b', (char)i, (char)(255 - i)};
		struct str want = {key, 3};

		seen.count += str_eq(row.key, want) && str_eq(row.value, want);
		found = rows_next(r, row.key, &row);
	}
	seen.found = found;
}

static bool
count_bytes(void *arg, const struct store_entry *e)
{
	int *count = arg;
	char want[3] = {'b', (char)*count, (char)(255 - *count)};

	*count += e->number == (unsigned)*count && e->version == 1 &&
	          str_eq(e->text, (struct str){want, 3});
	return true;
}

static void
put_big(struct rows *r)
{
	struct buf b = BUF_INIT;

	for (int i = 0; i < 1 << 20; i++)
		buf_byte(&b, (char)(i * 31 >> 3));
	rows_put(r, STR("big"), buf_view(&b));
	rows_append(r, buf_view(&b));
	rows_put(r, STR("empty"), STR_NONE);
	buf_release(&b);
}

static void
check_big(struct rows *r)
{
	struct str value;

	seen.found = rows_get(r, STR("big"), &value) && value.len == 1 << 20;
	for (int i = 0; i < 1 << 20 && seen.found; i++)
		seen.found = value.ptr[i] == (char)(i * 31 >> 3);
	seen.found &= rows_get(r, STR("empty"), &value) && value.len == 0;
}

static bool
add_length(void *arg, const struct store_entry *e)
{
	*(size_t *)arg += e->text.len;
	return true;
}

static void
test_bytes(struct store *s)
{
	const char *scope = scope_of("bytes");
	uint64_t trimmed;
	size_t length = 0;
	int count = 0;

	is_ok(s, update(s, scope, put_bytes), "keys, values and entries with every byte");
	is_ok(s, view(s, scope, check_bytes), "view");
	ok(seen.count == 256 && !seen.found, "are kept, in order of bytes");
	is_ok(s, store_read(s, scope, 0, SIZE_MAX, count_bytes, &count, &trimmed), "read");
	is_int(count, 256, "the entries too");
	is_ok(s, update(s, scope, put_big), "a value and an entry of 1 MiB");
	is_ok(s, view(s, scope, check_big), "view");
	ok(seen.found, "are kept, and an empty one");
	is_ok(s, store_read(s, scope, 1, 1, add_length, &length, &trimmed), "read");
	is_int((long long)length, 1 << 20, "whole");
}

/* The log: "VERSION.NUMBER:TEXT ". */
static bool
note_entry(void *arg, const struct store_entry *e)
{
	buf_printf(arg, "%d.%d:" STR_FMT " ", (int)e->version, (int)e->number, STR_ARG(e->text));
	return true;
}

static bool
note_one(void *arg, const struct store_entry *e)
{
	note_entry(arg, e);
	return false;
}

static void
three_steps(struct rows *r)
{
	rows_append(r, STR("a"));
	rows_append(r, STR("b"));
	rows_next_step(r);
	rows_next_step(r); /* nothing was changed */
	rows_append(r, STR("c"));
	rows_next_step(r);
	rows_append(r, STR("d"));
}

static void
one_entry(struct rows *r)
{
	rows_append(r, STR("e"));
	seen.version = r->version;
}

static void
trim_two(struct rows *r)
{
	rows_trim(r, 2);
}

static void
is_log(struct store *s, const char *scope, uint64_t after, size_t limit, const char *want,
       const char *name)
{
	struct buf b = BUF_INIT;
	uint64_t trimmed;

	is_ok(s, store_read(s, scope, after, limit, note_entry, &b, &trimmed), "read");
	is_str(buf_view(&b), want, name);
	buf_release(&b);
}

static void
test_log(struct store *s)
{
	const char *scope = scope_of("log");
	struct buf b = BUF_INIT;
	uint64_t trimmed = 7;

	is_log(s, scope, 0, 10, "", "a scope that is not there has no log");
	is_ok(s, update(s, scope, three_steps), "steps in one section");
	is_ok(s, update(s, scope, one_entry), "and one more");
	is_int((long long)seen.version, 4, "has the version after theirs");
	is_log(s, scope, 0, 10, "1.0:a 1.1:b 2.0:c 3.0:d 4.0:e ", "each has its version");
	is_log(s, scope, 2, 10, "3.0:d 4.0:e ", "from a version on");
	is_log(s, scope, 0, 1, "1.0:a 1.1:b ", "a limit does not part a version");
	is_log(s, scope, 0, 2, "1.0:a 1.1:b ", "nor adds one");
	is_log(s, scope, 4, 10, "", "nothing after the last");
	is_ok(s, store_read(s, scope, 0, 10, note_one, &b, &trimmed),
	      "until the reader has enough");
	is_str(buf_view(&b), "1.0:a ", "");
	is_int((long long)trimmed, 0, "nothing was trimmed");
	is_ok(s, update(s, scope, trim_two), "trimmed");
	buf_reset(&b);
	is_ok(s, store_read(s, scope, 0, 10, note_entry, &b, &trimmed), "read");
	is_str(buf_view(&b), "3.0:d 4.0:e ", "what is left");
	is_int((long long)trimmed, 2, "and up to where it is not");
	buf_release(&b);
}

static double expire_at;

static void
put_expiring(struct rows *r)
{
	expire_at = r->now + 0.3;
	rows_put_until(r, STR("a"), STR("1"), expire_at);
	rows_put_until(r, STR("c"), STR("1"), r->now + 1e6);
	seen.now = r->now;
}

static void
see_first(struct rows *r)
{
	struct row row;

	see_value(r);
	seen.text[0] = '\0';
	if (rows_seek(r, STR("a"), &row))
		snprintf(seen.text, sizeof(seen.text), STR_FMT, STR_ARG(row.key));
}

static void
test_expiry(struct store *s)
{
	const char *scope = scope_of("expiry");
	uint64_t rows = 0, entries = 0;
	double now, before = clock_mono();

	is_ok(s, update(s, scope, put_expiring), "a row that expires");
	is_ok(s, view(s, scope, see_first), "view");
	ok(seen.found || seen.now >= expire_at, "it is there before");
	do {
		usleep(20000);
		is_ok(s, store_now(s, &now), "the store's clock");
	} while (now < expire_at && clock_mono() < before + 30);
	ok(now >= expire_at && clock_mono() >= before + 0.25, "goes on like any other");
	is_ok(s, view(s, scope, see_first), "view");
	ok(!seen.found && strcmp(seen.text, "c") == 0, "and is not after");
	is_ok(s, store_prune(s, scope, 0, &rows, &entries), "prune");
	ok(rows == 1 && entries == 0, "takes it away, and nothing else");
	is_ok(s, view(s, scope, see_first), "view");
	is_str(str_of(seen.text), "c", "the other stays");
	is_ok(s, update(s, scope, one_entry), "an entry");
	is_ok(s, store_prune(s, scope, now + 1e6, &rows, &entries), "prune");
	ok(rows == 0 && entries == 1, "takes old entries away");
}

/* A counter that many processes raise: each step reads, adds and logs. */
static void
count_step(struct rows *r, void *arg)
{
	uint64_t *got = arg;
	char text[32] = "";
	struct str value;

	if (rows_get(r, STR("n"), &value))
		snprintf(text, sizeof(text), STR_FMT, STR_ARG(value));
	*got = strtoull(text, NULL, 10) + 1;
	snprintf(text, sizeof(text), "%ju", (uintmax_t)*got);
	rows_put(r, STR("n"), str_of(text));
	rows_append(r, str_of(text));
}

static bool
is_next(void *arg, const struct store_entry *e)
{
	uint64_t *last = arg;
	char want[32];

	snprintf(want, sizeof(want), "%ju", (uintmax_t)e->version);
	if (e->version == *last + 1 && str_is(e->text, want))
		*last = e->version;
	return true;
}

/* Follow the log while it is written: no entry may be missing, or come later than one after it. */
static bool
follow(struct store *s, const char *scope, uint64_t until)
{
	uint64_t last = 0, trimmed;
	double deadline = clock_mono() + 120;

	while (last < until && clock_mono() < deadline) {
		uint64_t before = last;

		if (store_read(s, scope, last, 50, is_next, &last, &trimmed) != EROS_OK)
			return false;
		if (last == before)
			usleep(1000);
	}
	return last == until;
}

static int
count_many(const char *scope, int times)
{
	struct store *s = store_new();
	int failed = 0;

	for (int i = 0; i < times; i++) {
		uint64_t got = 0;
		int status = store_update(s, scope, count_step, &got);

		if (status != EROS_OK || got == 0) {
			fprintf(stderr, "# status %d: %s\n", status, store_why(s));
			failed++;
		}
	}
	store_close(s);
	return failed;
}

static void
test_many(const char *name, int clients, int times)
{
	const char *scope = scope_of(name);
	struct store *s;
	struct buf b = BUF_INIT;
	bool found, good = true;
	char want[32];

	fflush(stdout);
	for (int i = 0; i < clients; i++)
		if (fork() == 0)
			_exit(count_many(scope, times) > 0);
	s = store_new();
	ok(follow(s, scope, (uint64_t)clients * (uint64_t)times),
	   "%s: a reader sees each entry once, in order", name);
	for (int status; wait(&status) > 0;)
		good &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
	ok(good, "%s: every update succeeded", name);
	snprintf(want, sizeof(want), "%d", clients * times);
	is_ok(s, store_get(s, scope, STR("n"), &b, &found), "get");
	is_str(buf_view(&b), want, "and was counted once");
	buf_release(&b);
	store_close(s);
}

/* A step that dawdles in its first run, so that others are faster. */
static int runs, dawdle_pipe;

static void
dawdle(struct rows *r, void *arg)
{
	char byte = 1;

	if (runs++ == 0) {
		if (write(dawdle_pipe, &byte, 1) < 0)
			perror("pipe");
		usleep(200000);
	}
	count_step(r, arg);
}

static void
test_slow(void)
{
	const char *scope = scope_of("slow");
	struct store *s = store_new();
	int fds[2], status;
	uint64_t got = 0;
	char byte;
	pid_t child;

	if (pipe(fds) != 0)
		abort();
	fflush(stdout);
	child = fork();
	if (child == 0) {
		struct store *own = store_new();

		dawdle_pipe = fds[1];
		status = store_update(own, scope, dawdle, &got);
		_exit(status);
	}
	if (read(fds[0], &byte, 1) != 1)
		abort();
	for (int i = 0; i < 5; i++)
		is_ok(s, store_update(s, scope, count_step, &got), "a fast step beside a slow one");
	waitpid(child, &status, 0);
	ok(WIFEXITED(status) && WEXITSTATUS(status) == 0, "the slow one ends too");
	ok(follow(s, scope, 6), "and the log is in order");
	store_close(s);
	close(fds[0]);
	close(fds[1]);
}

/* Waiters: each has a row in a queue, and is woken when its row is taken away, from the front. */
static int waiter_number;

static void
enqueue(struct rows *r)
{
	char key[32];

	snprintf(key, sizeof(key), "queue/%03d", waiter_number);
	rows_put(r, str_of(key), STR("w"));
}

static void
grant(struct rows *r)
{
	struct row row;

	seen.found = rows_seek(r, STR("queue/"), &row) && str_starts(row.key, STR("queue/"));
	if (seen.found) {
		rows_wake(r, row.key);
		rows_delete(r, row.key);
	}
}

static void
see_queued(struct rows *r)
{
	char key[32];
	struct str value;

	snprintf(key, sizeof(key), "queue/%03d", waiter_number);
	seen.found = rows_get(r, str_of(key), &value);
}

static int
wait_in_queue(const char *scope, int ready, _Atomic int *order)
{
	struct store *s = store_new();
	struct store_waiter *w;
	double until = clock_mono() + 120;
	char key[32];
	bool woken;

	snprintf(key, sizeof(key), "queue/%03d", waiter_number);
	if (store_waiter_open(s, scope, str_of(key), &w) != EROS_OK ||
	    update(s, scope, enqueue) != EROS_OK || write(ready, "", 1) != 1)
		return 1;
	do {
		if (store_wait(w, until - clock_mono(), &woken) != EROS_OK || !woken)
			return 2;
		if (view(s, scope, see_queued) != EROS_OK)
			return 3;
	} while (seen.found);
	order[1 + (*order)++] = waiter_number;
	store_waiter_close(w);
	store_close(s);
	return 0;
}

static void
test_waiters(struct store *s)
{
	enum { WAITERS = 12 };
	const char *scope = scope_of("waiters");
	_Atomic int *order =
		mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	bool sorted = true, good = true;
	int fds[2];

	if (pipe(fds) != 0 || order == MAP_FAILED)
		abort();
	fflush(stdout);
	for (waiter_number = 0; waiter_number < WAITERS; waiter_number++) {
		char byte;

		if (fork() == 0)
			_exit(wait_in_queue(scope, fds[1], order));
		if (read(fds[0], &byte, 1) != 1)
			abort();
	}
	for (int i = 0; i < WAITERS; i++) {
		double until = clock_mono() + 120;

		is_int(*order, i, "nobody goes before being woken");
		is_ok(s, update(s, scope, grant), "a grant");
		while (*order == i && clock_mono() < until)
			usleep(1000);
		sorted &= order[1 + i] == i;
	}
	for (int status; wait(&status) > 0;)
		good &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
	ok(good, "every waiter was woken");
	ok(sorted, "in the order of coming");
	munmap((void *)order, 4096);
	close(fds[0]);
	close(fds[1]);
}

static void
test_wait(struct store *s)
{
	const char *scope = scope_of("wait");
	struct store_waiter *w, *other, *every;
	double before;
	bool woken, both;
	int count;

	waiter_number = 1;
	is_ok(s, update(s, scope, enqueue), "queued");
	is_ok(s, store_waiter_open(s, scope, STR("queue/001"), &w), "a waiter");
	before = clock_mono();
	is_ok(s, store_wait(w, 0.1, &woken), "waits");
	ok(!woken && clock_mono() >= before + 0.1, "until the time is up");
	is_ok(s, update(s, scope, grant), "woken before it sleeps");
	is_ok(s, store_wait(w, 60, &woken), "a wait");
	ok(woken && clock_mono() < before + 50, "ends at once");
	for (int i = 0; i < 20 && update(s, scope, enqueue) == EROS_OK; i++)
		update(s, scope, grant);
	for (count = 0, woken = true; woken && count < 60; count++)
		is_ok(s, store_wait(w, count ? 0.1 : 60, &woken), "wakes that nobody looked for");
	ok(count > 1 && !woken, "are over after %d looks", count);
	is_ok(s, update(s, scope, enqueue), "queued again");
	is_ok(s, update(s, scope, grant), "and granted");
	is_ok(s, store_wait(w, 60, &woken), "a wait");
	ok(woken && clock_mono() < before + 50, "ends at once");
	is_ok(s, store_waiter_open(s, scope, STR("queue/901"), &other), "another waiter");
	is_ok(s, store_waiter_open(s, scope, STR_NONE, &every), "one for every change");
	is_ok(s, update(s, scope, enqueue), "a change that wakes nobody else");
	is_ok(s, store_wait(every, 60, &woken), "a wait");
	ok(woken && clock_mono() < before + 50, "wakes it");
	is_ok(s, store_wait(w, 0, &woken), "and nobody else");
	is_ok(s, store_wait(other, 0, &both), "nor another");
	ok(!woken || !both, "but by chance, of whom two may share a place");
	store_waiter_close(every);
	store_waiter_close(other);
	store_waiter_close(w);
}

static bool
note_scope(void *arg, const struct store_scope *scope)
{
	if (str_starts(scope->name, str_of(prefix)))
		buf_printf(arg, STR_FMT "@%d,%d ",
		           STR_ARG(str_from(scope->name, strlen(prefix) + 1)), (int)scope->version,
		           (int)scope->trimmed);
	return true;
}

static void
fault(void *arg, const char *text)
{
	(void)arg;
	fprintf(stderr, "# %s\n", text);
}

static void
test_scopes(struct store *s)
{
	struct buf b = BUF_INIT;

	is_ok(s, store_scopes(s, note_scope, &b), "scopes");
	buf_cstr(&b);
	ok(strncmp(b.ptr, "bytes@2,0 expiry@", 17) == 0 &&
	           strstr(b.ptr, " log@5,2 rows@2,0 scan@2,0 "),
	   "are listed in order, with their versions: %s", b.ptr);
	is_ok(s, store_check(s, fault, NULL), "and nothing is damaged");
	buf_release(&b);
}

/* As a server does that is started again. */
static void
cut_connections(void)
{
	for (int fd = 3; fd < 256; fd++)
		shutdown(fd, SHUT_RDWR);
}

static bool
count_entry(void *arg, const struct store_entry *entry)
{
	(void)entry;
	++*(int *)arg;
	return true;
}

/* Whatever is asked next, on a handle that was there before. */
static void
test_cut(struct store *s)
{
	const char *scope = scope_of("log");
	struct store_waiter *w;
	struct buf b = BUF_INIT;
	uint64_t trimmed;
	int entries = 0;
	double now;
	bool woken;

	cut_connections();
	is_ok(s, store_read(s, scope, 0, 100, count_entry, &entries, &trimmed), "a log");
	ok(entries > 0, "is read when the connection was cut");
	cut_connections();
	is_ok(s, store_scopes(s, note_scope, &b), "scopes");
	ok(b.len > 0, "are listed");
	cut_connections();
	is_ok(s, store_check(s, fault, NULL), "a store is checked");
	cut_connections();
	is_ok(s, store_now(s, &now), "the time is told");
	cut_connections();
	is_ok(s, view(s, scope, see_queued), "a view");
	cut_connections();
	waiter_number = 7;
	is_ok(s, update(s, scope, enqueue), "and an update are made");
	is_ok(s, store_waiter_open(s, scope, STR("queue/007"), &w), "a waiter");
	cut_connections();
	is_ok(s, update(s, scope, grant), "is granted something");
	is_ok(s, store_wait(w, 60, &woken), "and wakes");
	ok(woken, "whose connection was cut as well");
	store_waiter_close(w);
	buf_release(&b);
}

static void
test_restore(struct store *s)
{
	const struct store_scope as = {.version = 1};
	const struct rowset rows = ROWSET_INIT;

	is_int(store_restore(s, "a//b", &as, &rows, NULL, 0), EROS_DATA, "a scope of no name");
	is_str(str_of(store_why(s)), "a bad name for a scope: a//b", "is refused");
	is_int(store_restore(s, scope_of("log"), &as, &rows, NULL, 0), EROS_NO,
	       "one that is there");
	is_str(str_of(store_why(s)), "the scope is there already", "is left as it is");
	is_ok(s, store_restore(s, scope_of("made"), &as, &rows, NULL, 0), "one that is not");
}

/* While others make steps: each that changes something has a version of its own, pruning too, and no order is seen half. */
static void
test_tidying(struct store *s)
{
	enum { STEPS = 200 };
	const char *scope = scope_of("tidying");
	bool good = true, sound = true, ended = false;
	uint64_t rows, entries, pruned = 0;
	int how = 0;
	pid_t child;

	fflush(stdout);
	child = fork();
	if (child == 0)
		_exit(count_many(scope, STEPS) > 0);
	while (!ended && good && sound) {
		ended = waitpid(child, &how, WNOHANG) == child;
		good = store_prune(s, scope, 1e12, &rows, &entries) == EROS_OK;
		pruned += rows + entries > 0;
		sound = store_check(s, fault, NULL) == EROS_OK;
	}
	is_ok(s, good ? EROS_OK : EROS_FAULT, "a log is pruned while it grows");
	ok(sound, "and no damage is seen where there is none");
	ok((ended || waitpid(child, &how, 0) == child) && how == 0, "the steps succeed");
	is_ok(s, view(s, scope, see_value), "view");
	ok(pruned > 0 && seen.version == STEPS + pruned + 1,
	   "%d steps and %ju prunings: %ju versions", STEPS, (uintmax_t)pruned,
	   (uintmax_t)seen.version - 1);
}

/* What step a process had done when it was killed is there whole or not at all. */
static void
two_rows(struct rows *r, void *arg)
{
	char text[32];

	snprintf(text, sizeof(text), "%d", *(int *)arg);
	rows_put(r, STR("first"), str_of(text));
	rows_put(r, STR("second"), str_of(text));
	rows_append(r, str_of(text));
}

static void
compare_rows(struct rows *r)
{
	char first[32] = "";
	struct str value;

	if (rows_get(r, STR("first"), &value))
		snprintf(first, sizeof(first), STR_FMT, STR_ARG(value));
	rows_get(r, STR("second"), &value);
	seen.found = str_is(value, first);
	seen.version = r->version - 1;
}

static bool
last_version(void *arg, const struct store_entry *e)
{
	*(uint64_t *)arg = e->version;
	return true;
}

static void
test_kill(struct store *s, int times)
{
	const char *scope = scope_of("kill");
	uint64_t last = 0, trimmed;
	bool whole = true;

	fflush(stdout);
	for (int i = 0; i < times; i++) {
		pid_t child = fork();

		if (child == 0) {
			struct store *own = store_new();

			for (int n = 0;; n++)
				if (store_update(own, scope, two_rows, &n) != EROS_OK)
					_exit(1);
		}
		usleep((unsigned)(5000 + i * 1237 % 20000));
		kill(child, SIGKILL);
		waitpid(child, NULL, 0);
		whole &= view(s, scope, compare_rows) == EROS_OK && seen.found;
	}
	ok(whole, "a step of a process that is killed is there whole or not at all");
	/* A server may still be busy with the last one's: another step comes after it. */
	is_ok(s, store_update(s, scope, two_rows, &times), "another step");
	is_ok(s, view(s, scope, compare_rows), "is seen");
	is_ok(s, store_read(s, scope, 0, SIZE_MAX, last_version, &last, &trimmed), "read");
	ok(last == seen.version, "and so is its entry in the log");
}

/*
 * What is to stand on this: a limiter with fencing tokens, a memory that forgets what was used longest ago, and a topic with
 * a cursor; each as a policy would do it, as small as can be.
 */
struct lease {
	const char *holder;
	double ttl, now;
	uint64_t token; /* 0: it has to wait */
};

static uint64_t
next_number(struct rows *r, struct str key)
{
	char text[32] = "";
	struct str value;

	if (rows_get(r, key, &value))
		snprintf(text, sizeof(text), STR_FMT, STR_ARG(value));
	snprintf(text, sizeof(text), "%020ju", (uintmax_t)strtoull(text, NULL, 10) + 1);
	rows_put(r, key, str_of(text));
	return strtoull(text, NULL, 10);
}

static void
acquire(struct rows *r, void *arg)
{
	struct lease *l = arg;
	struct row row;

	l->token = 0;
	if (rows_seek(r, STR("hold/"), &row) && str_starts(row.key, STR("hold/")))
		return;
	l->token = next_number(r, STR("token"));
	rows_make_durable(r);
	l->now = r->now;
	rows_put_until(r, STR("hold/1"), str_of(l->holder), r->now + l->ttl);
}

static void
release(struct rows *r, void *arg)
{
	(void)arg;
	rows_delete(r, STR("hold/1"));
}

static void
test_limiter(struct store *s)
{
	const char *scope = scope_of("limit");
	struct lease a = {"a", 1e6, 0, 0}, b = {"b", 0.05, 0, 0};
	double until = clock_mono() + 60;
	int status;

	is_ok(s, store_update(s, scope, acquire, &a), "a lease");
	is_int((long long)a.token, 1, "with the first token");
	is_ok(s, store_update(s, scope, acquire, &b), "another");
	is_int((long long)b.token, 0, "must wait");
	is_ok(s, store_update(s, scope, release, NULL), "released");
	is_ok(s, store_update(s, scope, acquire, &b), "the other");
	is_int((long long)b.token, 2, "has it, with a later token");
	do
		status = store_update(s, scope, acquire, &a);
	while (status == EROS_OK && a.token == 0 && clock_mono() < until);
	is_ok(s, status, "the first again");
	ok(a.token == 3 && a.now >= b.now + 0.05,
	   "when the other's time is over, by the store's clock");
}

static const char *used;
static int kept;

/* An item moves to the end of the ages; where there are more than three, the first goes. */
static void
use(struct rows *r, void *arg)
{
	char item[32], age[48], tick[24];
	struct str before;
	struct row row;

	(void)arg;
	snprintf(item, sizeof(item), "item/%s", used);
	if (rows_get(r, str_of(item), &before)) {
		snprintf(age, sizeof(age), "age/" STR_FMT, STR_ARG(before));
		rows_delete(r, str_of(age));
	}
	snprintf(tick, sizeof(tick), "%020ju", (uintmax_t)next_number(r, STR("tick")));
	snprintf(age, sizeof(age), "age/%s", tick);
	rows_put(r, str_of(item), str_of(tick));
	rows_put(r, str_of(age), str_of(used));
	kept = 0;
	for (bool found = rows_seek(r, STR("age/"), &row);
	     found && str_starts(row.key, STR("age/")); found = rows_next(r, row.key, &row))
		kept++;
	if (kept > 3 && rows_seek(r, STR("age/"), &row)) {
		snprintf(age, sizeof(age), STR_FMT, STR_ARG(row.key));
		snprintf(item, sizeof(item), "item/" STR_FMT, STR_ARG(row.value));
		rows_delete(r, str_of(age));
		rows_delete(r, str_of(item));
	}
}

static void
list_items(struct rows *r, void *arg)
{
	struct row row;

	buf_reset(arg);
	for (bool found = rows_seek(r, STR("item/"), &row);
	     found && str_starts(row.key, STR("item/")); found = rows_next(r, row.key, &row))
		buf_printf(arg, STR_FMT " ", STR_ARG(str_from(row.key, 5)));
}

static void
test_memory(struct store *s)
{
	static const char *const uses[] = {"a", "b", "c", "a", "d", "b", "e"};
	const char *scope = scope_of("memory");
	struct buf b = BUF_INIT;

	for (size_t i = 0; i < sizeof(uses) / sizeof(uses[0]); i++) {
		used = uses[i];
		is_ok(s, store_update(s, scope, use, NULL), "a use");
	}
	is_ok(s, store_view(s, scope, list_items, &b), "what is kept");
	is_str(buf_view(&b), "b d e ", "is what was used last");
	buf_release(&b);
}

static void
publish(struct rows *r, void *arg)
{
	char text[24];

	snprintf(text, sizeof(text), "m%d", *(int *)arg);
	rows_append(r, str_of(text));
	if (r->version > 3)
		rows_trim(r, r->version - 3);
	rows_wake(r, STR("sub/a"));
}

static void
test_bus(struct store *s)
{
	const char *scope = scope_of("bus");
	struct buf b = BUF_INIT;
	struct store_waiter *w;
	uint64_t trimmed;
	bool woken;

	is_ok(s, store_waiter_open(s, scope, STR("sub/a"), &w), "a subscriber");
	for (int i = 1; i <= 5; i++)
		is_ok(s, store_update(s, scope, publish, &i), "a message");
	is_ok(s, store_wait(w, 60, &woken), "a wait");
	ok(woken, "ends when there are some");
	is_ok(s, store_read(s, scope, 0, 10, note_entry, &b, &trimmed), "read");
	ok(trimmed == 2 && str_is(buf_view(&b), "3.0:m3 4.0:m4 5.0:m5 "),
	   "the last three, and that two are missing: %s", buf_cstr(&b));
	store_waiter_close(w);
	buf_release(&b);
}

static void
test_leaving(void)
{
	struct store *s = store_new();
	struct buf b = BUF_INIT;
	uint64_t trimmed;

	is_ok(s, update(s, scope_of("left"), one_entry), "a step in one scope");
	is_ok(s, store_read(s, scope_of("other"), 0, 10, note_entry, &b, &trimmed),
	      "a look at another");
	buf_release(&b);
	store_close(s);
}

int
main(int argc, char **argv)
{
	char dir[] = "/tmp/eros-store.XXXXXX", own[64], patient[300];
	struct store *s;

	if (argc < 2 && mkdtemp(dir)) {
		snprintf(own, sizeof(own), "sqlite:%s/s.db", dir);
		url = own;
	} else {
		url = argv[1];
	}
	/* However slow the machine is. */
	snprintf(patient, sizeof(patient), "%s%ctimeout=300", url, strchr(url, '?') ? '&' : '?');
	url = patient;
	snprintf(prefix, sizeof(prefix), "t%d", (int)getpid());
	if (argc > 2) {
		test_leaving();
		return done_testing();
	}
	s = store_new();
	test_rows(s);
	test_scan(s);
	test_bytes(s);
	test_log(s);
	test_expiry(s);
	test_wait(s);
	test_waiters(s);
	test_scopes(s);
	test_cut(s);
	test_restore(s);
	test_tidying(s);
	test_limiter(s);
	test_memory(s);
	test_bus(s);
	test_kill(s, 10);
	store_close(s);
	test_slow();
	test_many("few", 10, 20);
	test_many("many", 200, 2);
	if (argc < 2) {
		static const char *const files[] = {"s.db", "s.db-wal", "s.db-shm", "s.db-turns"};

		for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
			char *path = path_join(dir, files[i]);

			unlink(path);
			free(path);
		}
		rmdir(dir);
	}
	return done_testing();
}
