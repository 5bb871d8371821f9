#include "record/writer.h"

#include "base/exit.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

enum { FULL = 64 << 10 };

void
writer_init(struct writer *w, int fd, const char *name)
{
	struct stat st;

	*w = (struct writer){.fd = fd, .name = name};
	w->pipe = fstat(fd, &st) == 0 && S_ISFIFO(st.st_mode);
}

/* A reader that has gone away ends the command as SIGPIPE does, even where that signal is ignored.
 */
static void
give_up(const struct writer *w, const char *what)
{
	if (errno == EPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
		_exit(EROS_SIGNAL + SIGPIPE);
	}
	die(EROS_IO, "io_error", strerror(errno), "cannot %s %s", what, w->name);
}

static void
lock_pipe(const struct writer *w, short type)
{
	struct flock lock = {.l_type = type, .l_whence = SEEK_SET};

	/* Where the kernel has no such lock to give, writing without it is all that is left. */
	while (w->pipe && fcntl(w->fd, F_SETLKW, &lock) != 0 && errno == EINTR)
		;
}

void
writer_flush(struct writer *w)
{
	bool done;
	int saved;

	if (w->buf.len == 0)
		return;
	lock_pipe(w, F_WRLCK);
	done = fd_write(w->fd, w->buf.ptr, w->buf.len);
	saved = errno;
	lock_pipe(w, F_UNLCK);
	errno = saved;
	buf_reset(&w->buf);
	if (!done)
		give_up(w, "write");
}

void
writer_done(struct writer *w)
{
	if (w->buf.len >= FULL)
		writer_flush(w);
}

void
writer_close(struct writer *w)
{
	writer_flush(w);
	buf_release(&w->buf);
	if (close(w->fd) != 0)
		give_up(w, "close");
}
