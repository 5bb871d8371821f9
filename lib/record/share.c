#include "record/share.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PAGE = 4096, PIPE_LARGE = 1 << 20 };

/* No event tells that a pipe has drained far enough, so time must do: milliseconds, more and more. */
enum { PAUSE_FIRST = 1, PAUSE_LAST = 32 };

void
share_init(struct share *s, int fd)
{
	char path[32];
	struct stat st;

	*s = (struct share){.fd = fd, .tail = -1};
	if (fstat(fd, &st) != 0)
		return;
	s->pipe = S_ISFIFO(st.st_mode);
	if (!S_ISREG(st.st_mode) || !(fcntl(fd, F_GETFL) & O_APPEND))
		return;
	/*
	 * FD itself may be open for writing only. This one stays open, since closing any descriptor of a file gives up
	 * all POSIX locks on it.
	 */
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	s->tail = open(path, O_RDONLY | O_CLOEXEC);
}

void
share_release(struct share *s)
{
	if (s->tail >= 0)
		close(s->tail);
	s->tail = -1;
}

bool
share_lock(const struct share *s, bool wait)
{
	struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET};

	if (!s->pipe && s->tail < 0)
		return true;
	while (fcntl(s->fd, wait ? F_SETLKW : F_SETLK, &lock) != 0)
		if (errno != EINTR)
			return errno != EAGAIN && errno != EACCES;
	return true;
}

void
share_unlock(const struct share *s)
{
	struct flock lock = {.l_type = F_UNLCK, .l_whence = SEEK_SET};
	int saved = errno;

	if (s->pipe || s->tail >= 0)
		fcntl(s->fd, F_SETLK, &lock);
	errno = saved;
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

/* The length of the whole records among the first LIMIT bytes of DATA. */
static size_t
whole_records(const char *data, size_t len, size_t limit)
{
	const char *lf = memrchr(data, '\n', len < limit ? len : limit);

	return lf ? (size_t)(lf - data) + 1 : 0;
}

bool
share_fits(const struct share *s, size_t len)
{
	int size = fcntl(s->fd, F_GETPIPE_SZ);

	return size > 0 && len + PAGE <= (size_t)size;
}

size_t
share_part(const struct share *s, const char *data, size_t len)
{
	const char *lf = memchr(data, '\n', len);
	size_t first = lf ? (size_t)(lf - data) + 1 : len;
	size_t fit = whole_records(data, len, s->pipe ? pipe_room(s->fd) : len);

	if (fit == 0)
		fit = whole_records(data, len, PIPE_BUF);
	if (fit > 0 || first <= PIPE_BUF || !s->pipe)
		return fit > 0 ? fit : first;
	if (fcntl(s->fd, F_GETPIPE_SZ) < PIPE_LARGE && fcntl(s->fd, F_SETPIPE_SZ, PIPE_LARGE) > 0)
		return whole_records(data, len, pipe_room(s->fd));
	return share_fits(s, first) ? 0 : first;
}

bool
share_mend(const struct share *s)
{
	struct stat st;
	char last;

	if (s->tail < 0 || fstat(s->tail, &st) != 0 || st.st_size == 0 ||
	    pread(s->tail, &last, 1, st.st_size - 1) != 1 || last == '\n')
		return true;
	return fd_write(s->fd, "\n", 1);
}

/* Wait for a pipe to drain; false where nobody reads it any more. */
static bool
wait_drained(int fd, int milliseconds)
{
	struct pollfd p = {.fd = fd};

	if (poll(&p, 1, milliseconds) <= 0 || !(p.revents & POLLERR))
		return true;
	errno = EPIPE;
	return false;
}

static bool
write_pipe(const struct share *s, const char *data, size_t len)
{
	int pause = PAUSE_FIRST;

	while (len > 0) {
		size_t part = share_part(s, data, len);

		if (part == 0) {
			if (!wait_drained(s->fd, pause))
				return false;
			pause = pause < PAUSE_LAST ? 2 * pause : pause;
			continue;
		}
		if (!fd_write(s->fd, data, part))
			return false;
		pause = PAUSE_FIRST;
		data += part;
		len -= part;
	}
	return true;
}

bool
share_write(const struct share *s, const char *data, size_t len)
{
	bool done;

	share_lock(s, true);
	done = s->pipe ? write_pipe(s, data, len) : share_mend(s) && fd_write(s->fd, data, len);
	share_unlock(s);
	return done;
}
