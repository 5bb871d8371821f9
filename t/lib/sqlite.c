/*
 * What only the store in a SQLite file can meet: files that are none of ours, disks that fail, and others who have the
 * file's lock.
 */
#include "tap.h"

#include "base/clock.h"
#include "base/exit.h"
#include "base/file.h"
#include "store/store.h"
#include "store/turns.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char dir[] = "/tmp/eros-sqlite.XXXXXX", path[200], url[240];

/* A file of its own for what follows. */
static void
set_file(const char *name)
{
	snprintf(path, sizeof(path), "%s/%s", dir, name);
	snprintf(url, sizeof(url), "sqlite:%s", path);
}

static int
open_as(const char *how, char why[200])
{
	struct store *s;
	int status = store_open(&s, how);

	snprintf(why, 200, "%s", store_why(s));
	store_close(s);
	return status;
}

static void
is_refused(int want, const char *reason, const char *name)
{
	char why[200];

	is_int(open_as(url, why), want, name);
	ok(strstr(why, reason) != NULL, "saying so: %s", why);
}

static void
sql(const char *text)
{
	sqlite3 *db;

	if (sqlite3_open(path, &db) != SQLITE_OK ||
	    sqlite3_exec(db, text, NULL, NULL, NULL) != SQLITE_OK)
		fprintf(stderr, "# %s: %s\n", text, sqlite3_errmsg(db));
	sqlite3_close(db);
}

static unsigned
mode_of(const char *suffix)
{
	char file[220];
	struct stat st;

	snprintf(file, sizeof(file), "%s%s", path, suffix);
	return stat(file, &st) == 0 ? st.st_mode & 07777 : 0;
}

static long value_seen;

static void
add_one(struct rows *r, void *arg)
{
	char text[32] = "0";
	struct str value;

	if (rows_get(r, STR("n"), &value))
		memcpy(text, value.ptr, value.len);
	value_seen = strtol(text, NULL, 10) + 1;
	snprintf(text, sizeof(text), "%ld", value_seen);
	rows_put(r, STR("n"), str_of(text));
	rows_append(r, str_of(text));
	if (arg)
		rows_make_durable(r);
}

static void
look(struct rows *r, void *arg)
{
	char text[32] = "0";
	struct str value;

	(void)arg;
	if (rows_get(r, STR("n"), &value))
		memcpy(text, value.ptr, value.len);
	value_seen = strtol(text, NULL, 10);
}

static bool
count_entry(void *arg, const struct store_entry *entry)
{
	(void)entry;
	++*(long *)arg;
	return true;
}

static void
test_files(void)
{
	char link[220], other[240], why[200];
	struct store *s;

	set_file("new.db");
	umask(0);
	is_int(store_open(&s, url), EROS_OK, "a new file");
	is_int(store_update(s, "x", add_one, NULL), EROS_OK, "an update");
	ok(mode_of("") == 0600 && mode_of("-wal") == 0600 && mode_of("-shm") == 0600 &&
	           mode_of("-turns") == 0600,
	   "all of its files are for the owner alone, whatever the umask");
	store_close(s);
	umask(022);
	ok(mode_of("-wal") == 0600, "the log is left when it is closed");

	snprintf(link, sizeof(link), "%s/link.db", dir);
	snprintf(other, sizeof(other), "sqlite:%s", link);
	ok(symlink(path, link) == 0 && open_as(other, why) == EROS_CONFIG,
	   "a link is not followed: %s", why);
	unlink(link);
	snprintf(other, sizeof(other), "sqlite:%s/no/x.db", dir);
	is_int(open_as(other, why), EROS_CANTCREATE, "a directory that is not there");
	snprintf(other, sizeof(other), "sqlite:%s", dir);
	is_int(open_as(other, why), EROS_CONFIG, "a directory is no store");
}

static off_t
log_size(void)
{
	char file[220];
	struct stat st;

	snprintf(file, sizeof(file), "%s-wal", path);
	return stat(file, &st) == 0 ? st.st_size : 0;
}

/* Handles that are open for one step each, one after the other: what each has to read through does not grow. */
static void
test_log(void)
{
	off_t most = 0;
	struct store *s;
	int done = 0;

	set_file("log.db");
	for (int i = 0; i < 150; i++) {
		if (store_open(&s, url) == EROS_OK)
			done += store_update(s, "x", add_one, NULL) == EROS_OK;
		store_close(s);
		most = log_size() > most ? log_size() : most;
	}
	ok(done == 150 && value_seen == 150, "a hundred and fifty handles, a step each");
	ok(most > 0 && most < 160 * 4120, "their log stays short (%jd bytes)", (intmax_t)most);
	is_int(store_open(&s, url), EROS_OK, "one for many steps");
	for (int i = 0; i < 1500; i++)
		store_update(s, "x", add_one, NULL);
	most = log_size();
	store_close(s);
	ok(most > 160 * 4120 && most < 1200 * 4120, "has a longer one (%jd bytes)", (intmax_t)most);
	is_int((long)log_size(), 0, "which is empty when it is closed");
	is_int(store_open(&s, url), EROS_OK, "nothing is lost");
	store_update(s, "x", add_one, NULL);
	is_int(value_seen, 1651, "of all the steps");
	store_close(s);
}

static void
test_foreign(void)
{
	int fd;

	set_file("foreign.db");
	sql("CREATE TABLE t (a); INSERT INTO t VALUES (1)");
	is_refused(EROS_CONFIG, "another program", "a database of another program");
	set_file("text.db");
	fd = open(path, O_WRONLY | O_CREAT, 0600);
	for (int i = 0; i < 400 && write(fd, "no database at all\n", 19) == 19; i++)
		;
	close(fd);
	is_refused(EROS_CONFIG, "no SQLite database", "a text");
	set_file("new.db");
	sql("PRAGMA user_version = 99");
	is_refused(EROS_CONFIG, "has schema 99", "a newer schema");
	sql("PRAGMA user_version = 1");
}

/* Damage in the middle of a file is told when it is met, and by a check. */
static void
count_fault(void *arg, const char *fault)
{
	(void)fault;
	++*(long *)arg;
}

static void
fill(struct rows *r, void *arg)
{
	char key[16], value[1000];

	(void)arg;
	memset(value, 'v', sizeof(value));
	for (int i = 0; i < 200; i++) {
		snprintf(key, sizeof(key), "%03d", i);
		rows_put(r, str_of(key), (struct str){value, sizeof(value)});
	}
}

static void
walk(struct rows *r, void *arg)
{
	struct row row;

	for (bool found = rows_seek(r, STR_NONE, &row); found; found = rows_next(r, row.key, &row))
		++*(long *)arg;
}

static void
test_damage(void)
{
	char junk[4096];
	struct store *s;
	long rows = 0, faults = 0;
	int fd, status;

	set_file("damaged.db");
	is_int(store_open(&s, url), EROS_OK, "a file");
	is_int(store_update(s, "x", fill, NULL), EROS_OK, "with rows");
	is_int(store_check(s, count_fault, &faults), EROS_OK, "which is sound");
	store_close(s);
	sql("PRAGMA wal_checkpoint(TRUNCATE)");
	memset(junk, 0x5a, sizeof(junk));
	fd = open(path, O_WRONLY);
	for (off_t page = 8; page < 40; page++)
		if (pwrite(fd, junk, sizeof(junk), page * 4096) < 0)
			perror("pwrite");
	close(fd);
	if (store_open(&s, url) == EROS_OK) {
		status = store_view(s, "x", walk, &rows);
		ok(status == EROS_IO && strstr(store_why(s), "damaged"), "damage is told: %d, %s",
		   status, store_why(s));
		status = store_check(s, count_fault, &faults);
		ok(status == EROS_DATA || status == EROS_IO, "by a check too");
	} else {
		ok(strstr(store_why(s), "damaged") != NULL, "damage is told: %s", store_why(s));
	}
	store_close(s);
}

/* A disk that fails from the Nth write on, with ERROR. */
static int writes_left = -1, write_error;

static bool
disk_fails(void)
{
	if (writes_left < 0)
		return false;
	if (writes_left > 0) {
		writes_left--;
		return false;
	}
	errno = write_error;
	return true;
}

static ssize_t
faulty_write(int fd, const void *data, size_t size)
{
	return disk_fails() ? -1 : write(fd, data, size);
}

static ssize_t
faulty_pwrite(int fd, const void *data, size_t size, off_t at)
{
	return disk_fails() ? -1 : pwrite(fd, data, size, at);
}

static int
faulty_truncate(int fd, off_t size)
{
	return disk_fails() ? -1 : ftruncate(fd, size);
}

static void
spoil_disk(void)
{
	sqlite3_vfs *vfs = sqlite3_vfs_find(NULL);

	vfs->xSetSystemCall(vfs, "write", (sqlite3_syscall_ptr)faulty_write);
	vfs->xSetSystemCall(vfs, "pwrite", (sqlite3_syscall_ptr)faulty_pwrite);
	vfs->xSetSystemCall(vfs, "pwrite64", (sqlite3_syscall_ptr)faulty_pwrite);
	vfs->xSetSystemCall(vfs, "ftruncate", (sqlite3_syscall_ptr)faulty_truncate);
}

static void
test_faults(int error, const char *name)
{
	long told = 0, entries = 0, failed = 0;
	bool good = true;
	uint64_t trimmed;
	struct store *s;

	set_file(name);
	for (int n = 0; n < 60 && good; n++) {
		int status;

		writes_left = n;
		write_error = error;
		status = store_open(&s, url);
		for (int i = 0; i < 5 && status == EROS_OK; i++) {
			status = store_update(s, "x", add_one, i == 4 ? &told : NULL);
			told += status == EROS_OK;
		}
		failed += status != EROS_OK;
		if (status != EROS_OK && status != EROS_IO && status != EROS_CANTCREATE) {
			fprintf(stderr, "# status %d: %s\n", status, store_why(s));
			good = false;
		}
		store_close(s);
		writes_left = -1;
		if (store_open(&s, url) != EROS_OK || store_view(s, "x", look, NULL) != EROS_OK ||
		    value_seen != told) {
			fprintf(stderr, "# %d writes: %ld told, %ld there: %s\n", n, told,
			        value_seen, store_why(s));
			good = false;
		}
		store_close(s);
	}
	ok(good, "%s: what was told is there, all else is not, and the status is right", name);
	ok(failed > 5, "%s: many failed", name);
	is_int(store_open(&s, url), EROS_OK, "the file");
	is_int(store_read(s, "x", 0, SIZE_MAX, count_entry, &entries, &trimmed), EROS_OK,
	       "its log");
	is_int(entries, told, "has as many entries");
	entries = 0;
	is_int(store_check(s, count_fault, &entries), EROS_OK, "and it is sound");
	store_close(s);
}

/* Others who hold SQLite's lock without knowing of turns. */
static void
test_busy(void)
{
	char other[260];
	struct store *s;
	sqlite3 *db;
	double began;

	set_file("busy.db");
	snprintf(other, sizeof(other), "%s?timeout=0.2", url);
	is_int(store_open(&s, other), EROS_OK, "a file");
	is_int(store_update(s, "x", add_one, NULL), EROS_OK, "an update");
	sqlite3_open(path, &db);
	sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL);
	began = clock_mono();
	is_int(store_update(s, "x", add_one, NULL), EROS_UNAVAILABLE, "another has the lock");
	ok(clock_mono() - began >= 0.2 && strstr(store_why(s), "busy"), "until the time is up: %s",
	   store_why(s));
	sqlite3_exec(db, "COMMIT", NULL, NULL, NULL);
	sqlite3_close(db);
	is_int(store_update(s, "x", add_one, NULL), EROS_OK, "then it goes on");
	is_int(value_seen, 2, "where it was");
	store_close(s);
}

/* Numbers that nobody will ever call: of processes that were killed with one in the hand. */
static void
test_turns(void)
{
	char file[220];
	struct turns *t;
	uint32_t number, seen;
	double began;
	pid_t child;

	snprintf(file, sizeof(file), "%s/turns", dir);
	t = turns_open(file);
	ok(t != NULL, "a page");
	ok(turns_take(t, clock_mono() + 60, &number) && number == 0, "the first turn");
	turns_pass(t, number);
	for (int i = 1; i < 4; i++)
		atomic_store(&t->holder[i], 0x7ffffff0);
	atomic_fetch_add(&t->next, 3);
	ok(turns_take(t, clock_mono() + 60, &number) && number == 4,
	   "the turn comes though three before are dead");
	ok(!turns_take(t, clock_mono() + 0.001, &number) && number == 5,
	   "one who will not wait as long goes without");
	turns_pass(t, 4);
	ok(turns_take(t, clock_mono() + 60, &number) && number == 6, "and is passed over");
	turns_pass(t, 2);
	is_int(atomic_load(&t->serving), 6, "who comes too late changes nothing");
	turns_pass(t, 6);
	is_int(atomic_load(&t->serving), 7, "in order");
	atomic_store(&t->next, UINT32_MAX);
	atomic_store(&t->serving, UINT32_MAX);
	ok(turns_take(t, clock_mono() + 60, &number), "at the end of numbers");
	turns_pass(t, number);
	ok(turns_take(t, clock_mono() + 60, &number) && number == 0, "they begin again");
	turns_pass(t, number);

	seen = atomic_load(&t->cell[5]);
	fflush(stdout);
	child = fork();
	if (child == 0) {
		turns_sleep(t, 5, seen, 600);
		_exit(atomic_load(&t->cell[5]) == seen);
	}
	turns_wake(t, 5);
	began = clock_mono();
	waitpid(child, &(int){0}, 0);
	ok(clock_mono() - began < 500, "a sleeper is woken, also one who comes late");
	turns_close(t);
}

/* Many processes make the same file at once. */
static void
test_creation(const char *name)
{
	enum { RACERS = 24 };
	bool good = true;
	struct store *s;

	set_file(name);
	fflush(stdout);
	for (int i = 0; i < RACERS; i++)
		if (fork() == 0) {
			int status = store_open(&s, url);

			if (status == EROS_OK)
				status = store_update(s, "x", add_one, NULL);
			if (status != EROS_OK)
				fprintf(stderr, "# status %d: %s\n", status, store_why(s));
			store_close(s);
			_exit(status != EROS_OK);
		}
	for (int status; wait(&status) > 0;)
		good &= WIFEXITED(status) && WEXITSTATUS(status) == 0;
	ok(good, "many processes make one file");
	is_int(store_open(&s, url), EROS_OK, "open");
	is_int(store_view(s, "x", look, NULL), EROS_OK, "view");
	is_int(value_seen, RACERS, "and none is lost");
	store_close(s);
}

/* The clock goes on from boot to boot, and does not go back when the wall clock does. */
static void
test_clock(void)
{
	struct store *s;
	double now = 0, later = 0;

	set_file("clock.db");
	is_int(store_open(&s, url), EROS_OK, "a file");
	is_int(store_update(s, "x", add_one, NULL), EROS_OK, "an update");
	is_int(store_now(s, &now), EROS_OK, "the clock");
	ok(fabs(now - clock_wall()) < 60, "is set from the wall clock");
	store_close(s);
	sql("UPDATE eros_clock SET boot = 'another'; UPDATE eros_scope SET changed = changed + "
	    "5000");
	is_int(store_open(&s, url), EROS_OK, "after a boot with a clock that went back");
	is_int(store_now(s, &later), EROS_OK, "the clock");
	/* Which was a little before now, however slow the machine is. */
	ok(later > now + 4940 && later < now + 5060, "goes on from the last step");
	store_close(s);
	sql("UPDATE eros_clock SET start = start - 1000");
	is_int(store_open(&s, url), EROS_OK, "within a boot");
	is_int(store_now(s, &now), EROS_OK, "the clock");
	ok(now < later && now > later - 1001, "is not set again");
	store_close(s);
}

static void
remove_all(void)
{
	char command[300];

	snprintf(command, sizeof(command), "rm -r %s", dir);
	if (system(command) != 0)
		fprintf(stderr, "# cannot remove %s\n", dir);
}

int
main(void)
{
	if (!mkdtemp(dir))
		return 1;
	test_turns();
	test_files();
	test_log();
	test_foreign();
	test_damage();
	test_busy();
	test_creation("race1.db");
	test_creation("race2.db");
	test_creation("race3.db");
	test_clock();
	spoil_disk();
	test_faults(ENOSPC, "full");
	test_faults(EIO, "broken");
	remove_all();
	return done_testing();
}
