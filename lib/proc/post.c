#include "proc/post.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <unistd.h>

enum { TEXT_MAX = 1 << 30 };

bool
post_open(struct post *p, const char *kind, const char *name)
{
	struct buf b = BUF_INIT;
	char *home;
	int dir = state_dir(kind);

	*p = (struct post)POST_INIT;
	if (dir < 0)
		return false;
	close(dir);
	home = state_path();
	buf_printf(&b, "%s/%s/%s.jsonl", home, kind, name);
	p->path = xstrdup(buf_cstr(&b));
	buf_reset(&b);
	buf_printf(&b, "%s-%s", kind, name);
	p->name = xstrdup(buf_cstr(&b));
	buf_release(&b);
	free(home);
	return lock_open(&p->lock, p->name);
}

/* Remove files in the making, PATH.XXXXXX, that those have left who were killed as they saved: nobody else saves now. */
static void
clear_remnants(const struct post *p)
{
	const char *name = strrchr(p->path, '/') + 1;
	char *path = xstrndup(p->path, (size_t)(name - p->path));
	size_t len = strlen(name);
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char **files = dir < 0 ? NULL : note_names(dir);

	for (char **file = files; file && *file; file++)
		if (strncmp(*file, name, len) == 0 && (*file)[len] == '.' &&
		    strlen(*file) == len + strlen(".XXXXXX"))
			unlinkat(dir, *file, 0);
	note_names_free(files);
	if (dir >= 0)
		close(dir);
	free(path);
}

/* lock_take sleeps no longer than this at a time. */
#define LONG 1e6

enum lock_result
post_take(struct post *p, double wait, char **command,
          void (*busy)(void *arg, const struct holder *h), void *arg)
{
	enum lock_result result = lock_take(&p->lock, false, 0);

	if (result == LOCK_BUSY)
		holder_each(&p->lock, busy, arg);
	while (result == LOCK_BUSY && wait > 0) {
		result = lock_take(&p->lock, false, fmin(wait, LONG));
		wait -= LONG;
	}
	p->taken = result == LOCK_TAKEN;
	if (!p->taken || !process_of(getpid(), &p->self.process))
		return result;
	holder_clear(&p->lock);
	clear_remnants(p);
	p->self.since = clock_wall();
	holder_command(&p->self, command);
	holder_write(&p->lock, &p->self); /* it only informs */
	return result;
}

bool
post_load(const struct post *p, struct buf *text)
{
	int fd = open(p->path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	bool sound;
	int saved;

	if (fd < 0)
		return errno == ENOENT;
	sound = fd_read(fd, TEXT_MAX, text);
	saved = errno;
	close(fd);
	errno = saved;
	return sound;
}

bool
post_save(const struct post *p, struct str text)
{
	return file_replace(p->path, text);
}

void
post_close(struct post *p, bool done)
{
	if (p->taken && done)
		unlink(p->path);
	if (p->taken) {
		holder_remove(&p->lock, &p->self);
		lock_release(&p->lock);
	}
	lock_close(&p->lock);
	free(p->name);
	free(p->path);
}
