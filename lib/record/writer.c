#include "record/writer.h"

#include "base/exit.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

enum { FULL = 64 << 10 };

void
writer_init(struct writer *w, int fd, const char *name)
{
	*w = (struct writer){.fd = fd, .name = name};
	share_init(&w->share, fd);
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

void
writer_flush(struct writer *w)
{
	if (w->buf.len == 0)
		return;
	if (!share_write(&w->share, w->buf.ptr, w->buf.len))
		give_up(w, "write");
	buf_reset(&w->buf);
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
	share_release(&w->share);
	if (close(w->fd) != 0)
		give_up(w, "close");
}
