#include "proc/tape.h"

#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* Where the file system has no files without a name, the name goes at once. */
static int
file_open(void)
{
	const char *dir = getenv("TMPDIR");
	char *path;
	int fd;

	if (!dir || !*dir)
		dir = "/tmp";
	fd = open(dir, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (fd >= 0 || (errno != EOPNOTSUPP && errno != EISDIR && errno != ENOENT))
		return fd;
	path = path_join(dir, "eros.XXXXXX");
	fd = mkostemp(path, O_CLOEXEC);
	if (fd >= 0)
		unlink(path);
	free(path);
	return fd;
}

static bool
file_add(struct tape *t, const char *data, size_t len)
{
	off_t at = (off_t)(t->len - t->head.len), end = at + (off_t)len;

	if (t->file < 0 && (t->file = file_open()) < 0)
		return false;
	while (at < end) {
		ssize_t n = pwrite(t->file, data, (size_t)(end - at), at);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return false;
		data += n;
		at += n;
	}
	return true;
}

bool
tape_add(struct tape *t, const char *data, size_t len)
{
	if (t->len == t->head.len && t->head.len + len <= TAPE_MEMORY)
		buf_add(&t->head, data, len);
	else if (!file_add(t, data, len))
		return false;
	t->len += len;
	return true;
}

ssize_t
tape_read(const struct tape *t, uint64_t from, char *out, size_t size)
{
	ssize_t n;

	if (size > t->len - from)
		size = (size_t)(t->len - from);
	if (from < t->head.len) {
		if (size > t->head.len - from)
			size = (size_t)(t->head.len - from);
		memcpy(out, t->head.ptr + from, size);
		return (ssize_t)size;
	}
	if (size == 0)
		return 0;
	while ((n = pread(t->file, out, size, (off_t)(from - t->head.len))) < 0 && errno == EINTR)
		;
	return n;
}

bool
tape_copy(const struct tape *t, int fd)
{
	char data[64 << 10];
	uint64_t from = 0;
	ssize_t n;

	while ((n = tape_read(t, from, data, sizeof(data))) > 0) {
		if (!fd_write(fd, data, (size_t)n))
			return false;
		from += (uint64_t)n;
	}
	return n == 0;
}

void
tape_reset(struct tape *t)
{
	if (t->file >= 0)
		close(t->file);
	t->file = -1;
	t->len = 0;
	buf_reset(&t->head);
}

void
tape_release(struct tape *t)
{
	tape_reset(t);
	buf_release(&t->head);
}
