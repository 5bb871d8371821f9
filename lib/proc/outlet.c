#include "proc/outlet.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

/* There is no event to wait for when a lock is given back or a pipe has drained far enough, so time must do. */
static const double RETRY = 0.002;

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
	share_init(&o->share, o->fd);
}

/* The length of the rest of a record, at the start of DATA. */
static size_t
rest_length(const char *data, size_t len)
{
	const char *lf = memchr(data, '\n', len);

	return lf ? (size_t)(lf - data) + 1 : len;
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
	if (o->waits && len > PIPE_BUF && !(o->kind == OUTLET_PIPE && share_fits(&o->share, len)))
		len = PIPE_BUF;
	n = o->kind == OUTLET_SOCKET ? send(o->fd, data, len, MSG_DONTWAIT | MSG_NOSIGNAL)
	                             : write(o->fd, data, len);
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return 0;
	if (n > 0)
		o->middle = data[n - 1] != '\n';
	return n;
}

ssize_t
outlet_write(struct outlet *o, const char *data, size_t len)
{
	size_t part;
	ssize_t n = 0;
	int saved;

	o->retry = RETRY;
	if (!o->locked && !share_lock(&o->share, false))
		return 0;
	o->locked = true;
	part = o->middle ? rest_length(data, len) : share_part(&o->share, data, len);
	if (!o->middle && !share_mend(&o->share))
		n = -1;
	else if (part > 0)
		n = write_now(o, data, part);
	saved = errno;
	if (!o->middle) {
		share_unlock(&o->share);
		o->locked = false;
	}
	errno = saved;
	return n;
}

bool
outlet_close(struct outlet *o)
{
	bool closed = o->fd == o->given || close(o->fd) == 0;

	share_release(&o->share);
	return close(o->given) == 0 && closed;
}
