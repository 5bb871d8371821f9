/*
 * Never two holders: eros-lock is killed with SIGKILL again and again, at random moments and hundreds of times, while
 * those who hold the lock look whether somebody else believes the same.
 *
 * The command is this program itself ("hold FILE"). It puts its pid into a page that all share and goes on looking
 * whether it is still there: one that runs on after the lock has gone to another sees the other's pid. A process that
 * is being killed runs no code, so it cannot raise a false alarm.
 */
#include "base/buf.h"
#include "proc/lock.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { SIDES = 3 };

static int kills; /* of all sides */

struct page {
	_Atomic int inside, entries, two;
};

static char home[] = "/tmp/eros-lock.XXXXXX";
static char *program, *shared;

static struct page *
map_page(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	struct page *p = MAP_FAILED;

	if (fd >= 0 && ftruncate(fd, sizeof(*p)) == 0)
		p = mmap(NULL, sizeof(*p), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	close(fd);
	return p == MAP_FAILED ? NULL : p;
}

static void
sleep_us(long us)
{
	nanosleep(&(struct timespec){.tv_nsec = us * 1000}, NULL);
}

static int
hold(const char *path)
{
	struct page *p = map_page(path);
	int me = getpid();

	if (!p)
		return 1;
	atomic_store(&p->inside, me);
	if (atomic_fetch_add(&p->entries, 1) % 2)
		prctl(PR_SET_PDEATHSIG, 0);
	for (int i = 0; i < 20; i++) {
		sleep_us(100);
		if (atomic_load(&p->inside) != me) {
			atomic_fetch_add(&p->two, 1);
			return 1;
		}
	}
	if (!atomic_compare_exchange_strong(&p->inside, &me, 0))
		atomic_fetch_add(&p->two, 1);
	return 0;
}

static pid_t
start(char *const *argv)
{
	pid_t pid = fork();

	if (pid == 0) {
		execv(argv[0], argv);
		_exit(127);
	}
	return pid;
}

/* One side: takes the lock and is killed, most of the time, before it is done. */
static void
compete(int side)
{
	char *eros_lock[] = {"bin/eros-lock", "-w", "30", "storm", program, "hold", shared, NULL};
	char *flock[] = {"/usr/bin/flock", NULL, program, "hold", shared, NULL};
	struct buf file = BUF_INIT;

	srand48(side);
	buf_printf(&file, "%s/locks/storm.lock", home);
	buf_cstr(&file);
	flock[1] = file.ptr;
	for (int i = 0; i < kills / SIDES; i++) {
		pid_t pid = start(eros_lock);

		sleep_us(500 + lrand48() % 6000);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		/* Now and then one who is left alone, of either kind. */
		if (i % 10 == 0)
			waitpid(start(side ? eros_lock : flock), NULL, 0);
	}
	buf_release(&file);
}

static void
test_storm(void)
{
	struct page *p;
	struct lock l = LOCK_INIT;

	ok(lock_open(&l, "storm"), "the lock is opened");
	p = map_page(shared);
	for (int i = 0; i < SIDES; i++) {
		if (fork() == 0) {
			compete(i);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		continue;
	printf("# %d kills, %d times held\n", kills / SIDES * SIDES, atomic_load(&p->entries));
	is_int(atomic_load(&p->two), 0, "nobody saw a second holder");
	ok(atomic_load(&p->entries) >= kills / 10, "and it was held all the time");
	is_int(lock_take(&l, false, 30), LOCK_TAKEN, "nobody keeps it at the end");
	munmap(p, sizeof(*p));
	lock_close(&l);
}

/* A process that takes the lock and writes BYTE when it has it; it gives it back when its stdin ends. */
static pid_t
waiter(int report, char byte, bool share, int until)
{
	pid_t pid = fork();

	if (pid == 0) {
		struct lock l = LOCK_INIT;
		char c;

		alarm(60);
		if (!lock_open(&l, "turn") || lock_take(&l, share, 50) != LOCK_TAKEN ||
		    write(report, &byte, 1) != 1)
			_exit(1);
		while (until >= 0 && read(until, &c, 1) > 0)
			continue;
		lock_release(&l);
		_exit(0);
	}
	return pid;
}

/* How many processes wait for a lock on this file, or for its gate. */
static int
count_waiting(ino_t inode)
{
	FILE *f = fopen("/proc/locks", "re");
	char line[256], want[64];
	int n = 0;

	snprintf(want, sizeof(want), ":%llu ", (unsigned long long)inode);
	while (f && fgets(line, sizeof(line), f))
		n += strstr(line, "->") && strstr(line, want);
	if (f)
		fclose(f);
	return n;
}

static void
wait_for_waiting(const struct lock *l, int n)
{
	struct stat st;

	fstat(l->fd, &st);
	for (int i = 0; i < 3000 && count_waiting(st.st_ino) != n; i++)
		sleep_us(5000);
	is_int(count_waiting(st.st_ino), n, "so many wait");
}

static void
test_turns(void)
{
	struct lock l = LOCK_INIT;
	char order[9] = "";
	int report[2];

	ok(pipe(report) == 0 && lock_open(&l, "turn"), "a lock and its waiters");
	is_int(lock_take(&l, false, 0), LOCK_TAKEN, "it is free");
	for (int i = 0; i < 8; i++) {
		waiter(report[1], (char)('a' + i), false, -1);
		wait_for_waiting(&l, i + 1);
	}
	lock_release(&l);
	for (int i = 0; i < 8; i++)
		ok(read(report[0], order + i, 1) == 1, "one more has it");
	is_str(str_of(order), "abcdefgh", "first come, first served");
	while (wait(NULL) > 0)
		continue;
	close(report[0]);
	close(report[1]);
	lock_close(&l);
}

static void
test_writers(void)
{
	struct lock l = LOCK_INIT, mine = LOCK_INIT;
	char order[3] = "";
	int report[2], until[2];

	ok(pipe(report) == 0 && pipe(until) == 0 && lock_open(&l, "turn") &&
	           lock_open(&mine, "turn"),
	   "readers and a writer");
	is_int(lock_take(&l, true, 0), LOCK_TAKEN, "a reader has it");
	is_int(lock_take(&mine, true, 0), LOCK_TAKEN, "a second one gets it");
	lock_release(&mine);
	waiter(report[1], 'w', false, -1);
	wait_for_waiting(&l, 1);
	is_int(lock_take(&mine, true, 0), LOCK_BUSY, "but none while a writer waits");
	is_int(lock_take(&mine, true, 0.05), LOCK_BUSY, "even if it waits a little");
	waiter(report[1], 'r', true, -1);
	wait_for_waiting(&l, 2);
	lock_release(&l);
	ok(read(report[0], order, 1) == 1 && read(report[0], order + 1, 1) == 1, "both had it");
	is_str(str_of(order), "wr", "the writer first");
	while (wait(NULL) > 0)
		continue;
	is_int(lock_take(&mine, true, 0), LOCK_TAKEN, "and readers get it again");
	lock_close(&l);
	lock_close(&mine);
}

/* One who stands in the gate and is stopped there keeps nobody from a lock that is free. */
static void
test_stopped(void)
{
	struct lock l = LOCK_INIT, mine = LOCK_INIT;
	int report[2];
	pid_t pid;

	ok(pipe(report) == 0 && lock_open(&l, "turn") && lock_open(&mine, "turn"),
	   "a waiter is stopped");
	is_int(lock_take(&l, false, 0), LOCK_TAKEN, "a writer has it");
	pid = waiter(report[1], 'a', false, -1);
	wait_for_waiting(&l, 1);
	kill(pid, SIGSTOP);
	waitpid(pid, NULL, WUNTRACED);
	lock_release(&l);
	is_int(lock_take(&mine, false, 0.05), LOCK_TAKEN, "another gets the lock");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	lock_close(&l);
	lock_close(&mine);
}

int
main(int argc, char **argv)
{
	struct buf clean = BUF_INIT, page = BUF_INIT;
	static char self[4096];

	if (argc == 3 && strcmp(argv[1], "hold") == 0)
		return hold(argv[2]);
	if (!mkdtemp(home) || readlink("/proc/self/exe", self, sizeof(self) - 1) < 0)
		return 1;
	setenv("EROS_HOME", home, 1);
	program = self;
	kills = (int)tap_times(300);
	buf_printf(&page, "%s/page", home);
	buf_cstr(&page);
	shared = page.ptr;
	(void)argv;
	test_turns();
	if (!tap_without("limits of waits", "readers while a writer waits"))
		test_writers();
	if (!tap_without("limits of waits", "a waiter that is stopped"))
		test_stopped();
	test_storm();
	buf_printf(&clean, "rm -rf %s", home);
	ok(system(buf_cstr(&clean)) == 0, "cleaned up");
	buf_release(&clean);
	buf_release(&page);
	return done_testing();
}
