#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

bool
fd_read(int fd, size_t max, struct buf *b)
{
	size_t start = b->len;

	for (;;) {
		ssize_t n = read(fd, buf_room(b, 65536), 65536);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		b->len += (size_t)n;
		if (b->len - start > max) {
			errno = EFBIG;
			return false;
		}
	}
}

bool
file_read(const char *path, size_t max, struct buf *b)
{
	int fd, saved;
	bool done;

	if (strcmp(path, "-") == 0)
		return fd_read(STDIN_FILENO, max, b);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	done = fd_read(fd, max, b);
	saved = errno;
	close(fd);
	errno = saved;
	return done;
}

bool
fd_write(int fd, const void *data, size_t len)
{
	const char *p = data;

	while (len > 0) {
		ssize_t n = write(fd, p, len);

		if (n < 0 && errno == EAGAIN)
			poll(&(struct pollfd){.fd = fd, .events = POLLOUT}, 1, -1);
		else if (n < 0 && errno != EINTR)
			return false;
		if (n < 0)
			continue;
		p += n;
		len -= (size_t)n;
	}
	return true;
}

static bool
write_and_rename(int fd, const char *temporary, const char *path, struct str data)
{
	bool written = fchmod(fd, 0600) == 0 && fd_write(fd, data.ptr, data.len) && fsync(fd) == 0;

	if (close(fd) != 0)
		written = false;
	return written && rename(temporary, path) == 0;
}

bool
file_replace(const char *path, struct str data)
{
	struct buf temporary = BUF_INIT;
	int fd, saved;
	bool done = false;

	buf_printf(&temporary, "%s.XXXXXX", path);
	buf_cstr(&temporary);
	fd = mkostemp(temporary.ptr, O_CLOEXEC);
	if (fd >= 0) {
		done = write_and_rename(fd, temporary.ptr, path, data);
		if (!done) {
			saved = errno;
			unlink(temporary.ptr);
			errno = saved;
		}
	}
	buf_release(&temporary);
	return done;
}

static int
part_open(int dir, struct str part, int flags)
{
	char name[NAME_MAX + 1];

	if (part.len == 0 || str_eq(part, STR(".."))) {
		errno = EXDEV;
		return -1;
	}
	if (part.len > NAME_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	memcpy(name, part.ptr, part.len);
	name[part.len] = '\0';
	return openat(dir, name, flags | O_NOFOLLOW | O_CLOEXEC);
}

int
file_open_beneath(int dir, struct str path, int flags)
{
	int at = dir, next, saved;

	for (;;) {
		const char *slash = path.len > 0 ? memchr(path.ptr, '/', path.len) : NULL;
		size_t len = slash ? (size_t)(slash - path.ptr) : path.len;

		next = part_open(at, (struct str){path.ptr, len},
		                 slash ? O_PATH | O_DIRECTORY : flags);
		if (at != dir) {
			saved = errno;
			close(at);
			errno = saved;
		}
		if (next < 0 || !slash)
			return next;
		at = next;
		path = str_from(path, len + 1);
	}
}

char *
path_join(const char *dir, const char *name)
{
	struct buf path = BUF_INIT;

	buf_printf(&path, "%s/%s", dir, name);
	buf_cstr(&path);
	return path.ptr;
}

char *
state_path(void)
{
	const char *home = getenv("EROS_HOME"), *base = getenv("XDG_STATE_HOME");

	if (home && *home)
		return xstrdup(home);
	if (base && *base == '/')
		return path_join(base, "eros");
	home = getenv("HOME");
	return path_join(home && *home ? home : "/", ".local/state/eros");
}

/* mkdir -p, with mode 0700 for each directory that is made. */
static bool
make_parents(char *path)
{
	for (char *p = path + 1; *p; p++) {
		if (*p != '/')
			continue;
		*p = '\0';
		if (mkdir(path, 0700) != 0 && errno != EEXIST)
			return false;
		*p = '/';
	}
	return mkdir(path, 0700) == 0 || errno == EEXIST;
}

int
state_dir(const char *sub)
{
	char *home = state_path();
	int parent = -1, fd = -1, saved;

	parent = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent < 0 && errno == ENOENT && make_parents(home))
		parent = open(home, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (parent >= 0) {
		fd = openat(parent, sub, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd < 0 && errno == ENOENT &&
		    (mkdirat(parent, sub, 0700) == 0 || errno == EEXIST))
			fd = openat(parent, sub, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		saved = errno;
		close(parent);
		errno = saved;
	}
	saved = errno;
	free(home);
	errno = saved;
	return fd;
}
