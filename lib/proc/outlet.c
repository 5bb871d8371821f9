#include "proc/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* There is no event to wait for when a lock is given back or a pipe has drained far enough, so time must do. */
static const double RETRY = 0.002;

enum { PAGE = 4096, PIPE_LARGE = 1 << 20 };

static int
kind_of(int fd)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return OUTLET_OTHER;
	return S_ISREG(st.st_mode)    ? OUTLET_FILE
	       : S_ISFIFO(st.st_mode) ? OUTLET_PIPE
	       : S_ISSOCK(st.st_mode) ? OUTLET_SOCKET
	                              : OUTLET_OTHER;
}

/* The same pipe or terminal under a file description of our own; -1 where that is not permitted. */
static int
open_again(int fd)
{
	char path[32];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_WRONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

void
outlet_init(struct outlet *o, int fd)
{
	*o = (struct outlet){.fd = fd, .given = fd, .kind = kind_of(fd)};
	if (o->kind == OUTLET_FILE)
		fcntl(fd, F_SETFL, fcntl(fd, F_GETFL) | O_APPEND);
	if (o->kind == OUTLET_PIPE || o->kind == OUTLET_OTHER) {
		int again = open_again(fd);

		o->waits = again < 0;
		o->fd = again < 0 ? fd : again;
	}
}

static bool
lock_take(struct outlet *o)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	/* Where the kernel has no such lock to give, writing without it is all that is left. */
	if (!o->locked)
		o->locked =
			fcntl(o->fd, F_SETLK, &lock) == 0 || (errno != EAGAIN && errno != EACCES);
	return o->locked;
}

static void
lock_drop(struct outlet *o)
{
	struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};

	fcntl(o->fd, F_SETLK, &lock);
	o->locked = false;
}

/*
 * How many bytes the pipe surely takes in one write. Its room is counted in pages, and a page may hold less
 * than its size; but two neighbours together hold more than one page, else the second would have been put into
 * the first. One page more is for a first one that was read in part, one for a last one that is not full.
 */
static size_t
pipe_room(int fd)
{
	int size = fcntl(fd, F_GETPIPE_SZ), held = 0, pages;

	if (size < 0 || ioctl(fd, FIONREAD, &held) != 0)
		return 0;
	pages = size / PAGE - (held > 0 ? 2 * held / PAGE + 2 : 0) - 1;
	return pages > 0 ? (size_t)pages * PAGE : 0;
}

/* The length of the record at the start of DATA, or of all there is where its end is not in it. */
static size_t
record_length(const char *data, size_t len)
{
	const char *lf = memchr(data, '\n', len);

	return lf ? (size_t)(lf - data) + 1 : len;
}

/* The length of the whole records among the first LIMIT bytes of DATA. */
static size_t
whole_records(const char *data, size_t len, size_t limit)
{
	const char *lf = memrchr(data, '\n', len < limit ? len : limit);

	return lf ? (size_t)(lf - data) + 1 : 0;
}

/* How much of DATA to write to the pipe in one go; 0 where it is better to wait until the pipe has drained. */
static size_t
pipe_share(struct outlet *o, const char *data, size_t len)
{
	size_t first, fit = whole_records(data, len, pipe_room(o->fd));

	if (fit > 0)
		return fit;
	first = record_length(data, len);
	if (first <= PIPE_BUF)
		return first; /* the kernel takes all of it or nothing */
	if (fcntl(o->fd, F_GETPIPE_SZ) < PIPE_LARGE && fcntl(o->fd, F_SETPIPE_SZ, PIPE_LARGE) > 0)
		return whole_records(data, len, pipe_room(o->fd));
	return first + PAGE > (size_t)fcntl(o->fd, F_GETPIPE_SZ) ? first : 0;
}

static bool
writable_now(int fd)
{
	struct pollfd p = {.fd = fd, .events = POLLOUT};

	return poll(&p, 1, 0) > 0;
}

/* One write that does not wait: what was written, 0 where nothing could be, -1 with errno. */
static ssize_t
write_now(struct outlet *o, const char *data, size_t len)
{
	ssize_t n;

	o->retry = 0;
	if (o->waits && !writable_now(o->fd))
		return 0;
	if (o->waits && len > PIPE_BUF && (o->kind != OUTLET_PIPE || pipe_room(o->fd) < len))
		len = PIPE_BUF;
	n = o->kind == OUTLET_SOCKET ? send(o->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL)
	                             : write(o->fd, data, len);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n > 0)
		o->middle = data[n - 1] != '\n';
	return n;
}

static ssize_t
pipe_write(struct outlet *o, const char *data, size_t len)
{
	size_t share;
	ssize_t n = 0;
	int saved;

	o->retry = RETRY;
	if (!lock_take(o))
		return 0;
	share = o->middle ? record_length(data, len) : pipe_share(o, data, len);
	if (share > 0)
		n = write_now(o, data, share);
	saved = errno;
	if (!o->middle)
		lock_drop(o);
	errno = saved;
	return n;
}

ssize_t
outlet_write(struct outlet *o, const char *data, size_t len)
{
	if (o->kind == OUTLET_PIPE)
		return pipe_write(o, data, len);
	return write_now(o, data,
	                 o->middle ? record_length(data, len) : whole_records(data, len, len));
}

bool
outlet_close(struct outlet *o)
{
	bool closed = o->fd == o->given || close(o->fd) == 0;

	return close(o->given) == 0 && closed;
}
