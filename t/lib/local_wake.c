#include "store/local_wake.h"

#include "tap.h"

#include <poll.h>
#include <stddef.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static uint64_t number;

static bool
is_readable(int fd)
{
	return poll(&(struct pollfd){.fd = fd, .events = POLLIN}, 1, 0) == 1;
}

static void
test_wake(void)
{
	int fd, other;

	ok(!local_wake(number), "nobody waits");
	fd = local_waiter_open(number);
	ok(fd >= 0 && !is_readable(fd) && !local_waiter_take(fd), "a waiter sleeps");
	ok(!local_wake(number + 1), "by its own number alone");
	ok(local_wake(number), "it is woken");
	ok(is_readable(fd) && local_waiter_take(fd), "and sees that");
	ok(!is_readable(fd) && !local_waiter_take(fd), "once");
	is_int(local_waiter_open(number), -1, "a number is one waiter's");
	other = local_waiter_open(number + 1);
	ok(local_wake(number + 1) && !is_readable(fd) && is_readable(other), "another one");
	close(other);
	close(fd);
	ok(!local_wake(number), "one that is gone is not woken");
	ok(!local_waiter_take(-1), "nor is none");
}

/* Who does not look is woken in another way at some time, and nobody waits for it. */
static void
test_many(void)
{
	int fd = local_waiter_open(number), told = 0;

	while (told < 1000 && local_wake(number))
		told++;
	ok(told > 0 && told < 1000, "%d wakes lie there", told);
	ok(local_waiter_take(fd) && !is_readable(fd), "all are taken at once");
	ok(local_wake(number), "and there is room again");
	close(fd);
}

static void
test_killed(void)
{
	char byte;
	int fds[2];
	pid_t pid;

	if (pipe(fds) != 0)
		abort();
	fflush(stdout);
	pid = fork();
	if (pid == 0) {
		if (local_waiter_open(number) >= 0 && write(fds[1], "", 1) == 1)
			pause();
		_exit(1);
	}
	ok(read(fds[0], &byte, 1) == 1 && local_wake(number), "one in another process");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ok(!local_wake(number), "killed, it leaves nothing");
	close(fds[0]);
	close(fds[1]);
}

/* Somebody else sits where a waiter of ours would. */
static int
squat(int ready)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int length = snprintf(address.sun_path + 1, sizeof(address.sun_path) - 1,
	                      "eros/wake/%u/%016jx", (unsigned)geteuid(), (uintmax_t)number);
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	socklen_t size =
		(socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) + (socklen_t)length;

	if (setuid(65534) != 0 || bind(fd, (struct sockaddr *)&address, size) != 0 ||
	    listen(fd, 4) != 0 || write(ready, "", 1) != 1)
		return 1;
	pause();
	return 0;
}

static void
test_squatter(void)
{
	char byte;
	int fds[2];
	pid_t pid;

	if (geteuid() != 0) {
		ok(true, "another user's # SKIP this takes root");
		return;
	}
	if (pipe(fds) != 0)
		abort();
	fflush(stdout);
	pid = fork();
	if (pid == 0)
		_exit(squat(fds[1]));
	ok(read(fds[0], &byte, 1) == 1 && !local_wake(number), "another user's is not believed");
	is_int(local_waiter_open(number), -1, "and where it is there is no other");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	close(fds[0]);
	close(fds[1]);
}

int
main(void)
{
	number = (uint64_t)getpid() << 32;
	test_wake();
	test_many();
	test_killed();
	test_squatter();
	return done_testing();
}
