#include "proc/lock.h"

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/file.h>
#include <sys/time.h>
#include <unistd.h>

/*
 * A reader that will not wait may find the gate closed though the lock is free, by one who is just passing. This long, in
 * seconds, it is given: who stands there longer is a writer that waits.
 */
static const double passing = 0.002;

static volatile sig_atomic_t alarmed;

static void
on_alarm(int number)
{
	(void)number;
	alarmed = 1;
}

/* Move FD out of the way of the small numbers that scripts redirect. */
static bool
keep(struct lock *l, int fd)
{
	int saved;

	if (fd < 0)
		return false;
	l->fd = fcntl(fd, F_DUPFD_CLOEXEC, 10);
	saved = errno;
	close(fd);
	errno = saved;
	l->gated = l->fd >= 0 && (fcntl(l->fd, F_GETFL) & O_ACCMODE) == O_RDWR;
	return l->fd >= 0;
}

bool
lock_open(struct lock *l, const char *name)
{
	struct buf file = BUF_INIT;
	int fd = -1, saved;

	l->name = name;
	l->dir = state_dir("locks");
	buf_printf(&file, "%s.lock", name);
	if (l->dir >= 0)
		fd = openat(l->dir, buf_cstr(&file),
		            O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0600);
	saved = errno;
	buf_release(&file);
	errno = saved;
	return keep(l, fd);
}

static int
open_dir_of(const char *path, const char *last)
{
	char *dir = last == path ? xstrdup(".") : xstrndup(path, (size_t)(last - path));
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC), saved = errno;

	free(dir);
	errno = saved;
	return fd;
}

bool
lock_open_file(struct lock *l, const char *path)
{
	const char *slash = strrchr(path, '/');
	int fd = open(path, O_RDWR | O_CREAT | O_NOCTTY | O_NONBLOCK | O_CLOEXEC, 0666);

	if (fd < 0 && (errno == EACCES || errno == EROFS || errno == EISDIR || errno == EPERM))
		fd = open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
	l->path = path;
	l->name = slash ? slash + 1 : path;
	if (!keep(l, fd))
		return false;
	l->dir = open_dir_of(path, l->name);
	return true;
}

static bool
move_gate(struct lock *l, int command, short type)
{
	struct flock f = {
		.l_type = type, .l_whence = SEEK_SET, .l_start = LLONG_MAX - 1, .l_len = 1};

	return fcntl(l->fd, command, &f) == 0;
}

/* Step into the gate, where there is one: at once (F_OFD_SETLK) or when it is this one's turn (F_OFD_SETLKW). */
static bool
enter(struct lock *l, int command)
{
	if (!l->gated || l->inside)
		return true;
	l->inside = move_gate(l, command, F_WRLCK);
	if (!l->inside && errno != EAGAIN && errno != EACCES && errno != EINTR)
		l->gated = false; /* not on this file system */
	return l->inside || !l->gated;
}

static void
leave(struct lock *l)
{
	int saved = errno;

	if (l->inside)
		move_gate(l, F_OFD_SETLK, F_UNLCK);
	l->inside = false;
	errno = saved;
}

/* The limit is a timer that goes on ringing, for the first ring may come just before the call that it is to interrupt. */
static void
set_alarm(double seconds, struct sigaction *before)
{
	struct sigaction action = {.sa_handler = on_alarm};
	struct itimerval timer = {.it_interval = {.tv_usec = 2000}};
	sigset_t set;

	seconds = seconds < 1e9 ? seconds : 1e9;
	timer.it_value.tv_sec = (time_t)seconds;
	timer.it_value.tv_usec = (suseconds_t)((seconds - (double)timer.it_value.tv_sec) * 1e6) + 1;
	if (timer.it_value.tv_usec > 999999)
		timer.it_value.tv_usec = 999999;
	alarmed = 0;
	sigaction(SIGALRM, &action, before);
	sigemptyset(&set);
	sigaddset(&set, SIGALRM);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
}

/* One call of flock(2), again where a signal came that means nothing here. */
static enum lock_result
take(struct lock *l, int operation)
{
	while (flock(l->fd, operation) != 0) {
		if (errno == EWOULDBLOCK || (errno == EINTR && alarmed))
			return LOCK_BUSY;
		if (errno != EINTR || signal_caught)
			return LOCK_FAILED;
	}
	return LOCK_TAKEN;
}

static enum lock_result
take_in_turn(struct lock *l, int operation)
{
	while (!enter(l, F_OFD_SETLKW)) {
		if (signal_caught)
			return LOCK_FAILED;
		/* Who stands in the gate may have been stopped there: a lock that is free is not refused for that. */
		if (alarmed)
			return operation == LOCK_EX ? take(l, LOCK_EX | LOCK_NB) : LOCK_BUSY;
	}
	return take(l, operation);
}

static enum lock_result
take_with_limit(struct lock *l, int operation, double wait)
{
	static const struct itimerval off;
	struct sigaction before;
	enum lock_result result;
	sigset_t mask;
	int saved;

	sigprocmask(SIG_BLOCK, NULL, &mask);
	set_alarm(wait, &before);
	result = take_in_turn(l, operation);
	saved = errno;
	setitimer(ITIMER_REAL, &off, NULL);
	sigaction(SIGALRM, &before, NULL);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	alarmed = 0;
	errno = saved;
	return result;
}

enum lock_result
lock_take(struct lock *l, bool shared, double wait)
{
	int operation = shared ? LOCK_SH : LOCK_EX;
	enum lock_result result = LOCK_BUSY;

	if (enter(l, F_OFD_SETLK) || (wait <= 0 && !shared))
		result = take(l, operation | LOCK_NB);
	if (result == LOCK_BUSY && wait > 0)
		result = take_with_limit(l, operation, wait);
	else if (result == LOCK_BUSY && shared && l->gated && !l->inside)
		result = take_with_limit(l, operation, passing);
	leave(l);
	return result;
}

void
lock_release(struct lock *l)
{
	flock(l->fd, LOCK_UN);
}

void
lock_close(struct lock *l)
{
	if (l->fd >= 0)
		close(l->fd);
	if (l->dir >= 0)
		close(l->dir);
	*l = (struct lock)LOCK_INIT;
}
