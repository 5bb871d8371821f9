#include "pins.h"

#include "base/file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { STEP = O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC };
enum { LAST = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC };

/* The file at PATH, which has no "..", one directory after the other. */
static int
open_beneath(int fd, char *path)
{
	int dir = fcntl(fd, F_DUPFD_CLOEXEC, 0), next;

	for (char *slash; dir >= 0 && (slash = strchr(path, '/')); path = slash + 1) {
		*slash = '\0';
		next = openat(dir, path, STEP);
		close(dir);
		dir = next;
	}
	if (dir < 0)
		return -1;
	next = openat(dir, path, LAST);
	close(dir);
	return next;
}

static enum pins_open
open_file(struct pins_root *root, struct str path, struct buf *text)
{
	char *copy = xstrndup(path.ptr, path.len);
	int fd = open_beneath(root->fd, copy);
	struct stat st;
	enum pins_open opened = PINS_MISSING;

	free(copy);
	if (fd < 0)
		return PINS_MISSING;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fd_read(fd, SOURCE_MAX_FILE, text))
		opened = PINS_OPENED;
	close(fd);
	return opened;
}

enum pins_open
pins_root_open(struct pins_root *root, struct str path, struct buf *text)
{
	struct source_file *file;

	if (memchr(path.ptr, '\0', path.len))
		return PINS_MISSING;
	if (!root->tree)
		return open_file(root, path, text);
	file = source_tree_find(root->tree, path);
	return file && source_read(root->tree, file, text) == SOURCE_TEXT ? PINS_OPENED
	                                                                  : PINS_MISSING;
}
