/* The identity of a process: what it is, whether it lives, and that a reused pid is never taken for it. */
#include "base/process.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sched.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <linux/sched.h>

static void
sleep_ms(long ms)
{
	nanosleep(&(struct timespec){.tv_nsec = ms * 1000000}, NULL);
}

static pid_t
sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	return pid;
}

/* A child of exactly this PID: false where the kernel does not allow choosing. */
static bool
sleeper_at(pid_t pid)
{
	struct clone_args args = {
		.exit_signal = SIGCHLD, .set_tid = (uintptr_t)&pid, .set_tid_size = 1};
	long child = syscall(SYS_clone3, &args, sizeof(args));

	if (child == 0) {
		pause();
		_exit(0);
	}
	return child == pid;
}

static void
kill_wait(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void
test_identity(void)
{
	struct process self, other, read;
	struct buf text = BUF_INIT;

	ok(process_of(getpid(), &self), "this process has an identity");
	is_int(process_life(&self), PROCESS_ALIVE, "and is alive");
	process_format(&text, &self);
	ok(process_parse(buf_view(&text), &read) && process_eq(&read, &self),
	   "the text reads back");
	ok(!process_of(0, &other) && errno == ESRCH, "pid 0 is no process");
	ok(!process_of(-1, &other) && errno == ESRCH, "a negative pid is no process");
	ok(!process_of(0x3fffffff, &other) && errno == ESRCH,
	   "a pid that nobody has is no process");
	other = self;
	other.boot[0] = other.boot[0] == 'a' ? 'b' : 'a';
	is_int(process_life(&other), PROCESS_UNKNOWN, "of another boot nothing is known");
	ok(process_open(&other) == -1 && errno == EXDEV, "and it cannot be opened");
	other = self;
	other.pidns++;
	is_int(process_life(&other), PROCESS_UNKNOWN, "of another pid namespace nothing is known");
	ok(fabs(process_time(self.started) - (double)time(NULL)) < 60, "it started just now");
	buf_release(&text);
}

static void
test_parse(void)
{
	static const char *const bad[] = {
		"",
		":",
		":::",
		"1:2:3:4",
		"00000000-0000-0000-0000-000000000000:1:0:1",
		"00000000-0000-0000-0000-000000000000:1:-5:1",
		"00000000-0000-0000-0000-000000000000:1:5:",
		"00000000-0000-0000-0000-000000000000:1:5:1:2",
		"00000000-0000-0000-0000-000000000000:1:99999999999:1",
		"0000/000-0000-0000-0000-000000000000:1:5:1",
	};
	struct process p;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(!process_parse(str_of(bad[i]), &p), "no identity: '%s'", bad[i]);
}

static void
test_death(void)
{
	pid_t pid = sleeper();
	struct process p;
	int fd;

	ok(process_of(pid, &p), "a child has an identity");
	fd = process_open(&p);
	ok(fd >= 0 && process_signal(fd, 0), "it can be opened and asked");
	ok(fcntl(fd, F_GETFD) & FD_CLOEXEC, "its descriptor is closed on exec");
	ok(!process_is_still(&p), "it is not still");
	kill(pid, SIGSTOP);
	waitpid(pid, NULL, WUNTRACED);
	ok(process_is_still(&p), "but when it was stopped");
	ok(process_signal(fd, SIGKILL), "and killed");
	poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 10000);
	is_int(process_life(&p), PROCESS_GONE, "a zombie is dead");
	ok(process_is_still(&p), "and still");
	ok(!process_of(pid, &p) && errno == ESRCH, "and has no identity");
	waitpid(pid, NULL, 0);
	is_int(process_life(&p), PROCESS_GONE, "as is one that was collected");
	ok(!process_signal(fd, 0) && errno == ESRCH, "nothing reaches it any more");
	ok(process_open(&p) == -1 && errno == ESRCH, "nor can it be opened again");
	close(fd);
}

/* The pid given to another process: for real where the kernel lets us, else by a start that is another. */
static void
test_reuse(void)
{
	pid_t pid = sleeper();
	struct process p, now;
	bool real;

	process_of(pid, &p);
	kill_wait(pid);
	sleep_ms(30); /* ticks are 10 ms */
	real = sleeper_at(pid);
	if (!real) {
		pid = sleeper();
		process_of(pid, &p);
		p.started--;
	}
	printf("# pid %s\n",
	       real ? "reused by clone3 set_tid" : "reuse made up: set_tid is not permitted");
	ok(process_of(pid, &now) && now.pid == p.pid && now.started != p.started,
	   "the same pid, another start");
	is_int(process_life(&p), PROCESS_GONE, "the first is gone");
	ok(process_open(&p) == -1 && errno == ESRCH, "and its pid opens nothing");
	is_int(process_life(&now), PROCESS_ALIVE, "the second lives on");
	kill_wait(pid);
}

int
main(void)
{
	test_identity();
	test_parse();
	if (!tap_without("pidfds", "the death of a process"))
		test_death();
	if (!tap_without("pidfds", "the reuse of a pid"))
		test_reuse();
	return done_testing();
}
