/* eros-alert --state: what is known, from one run to the next. */
#include "alert_run.h"

#include "base/clock.h"
#include "base/exit.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Seconds between two savings while records keep coming, and the largest state that is read. */
enum { SAVE_INTERVAL = 10, STATE_MAX = 1 << 30 };

void
alert_state_lock(const struct alert_run *run)
{
	struct buf name = BUF_INIT;
	int fd;

	buf_printf(&name, "%s.lock", run->state);
	fd = open(buf_cstr(&name), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "cannot create %s",
		    name.ptr);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		die(EROS_TEMPFAIL, "lock_held", strerror(errno), "%s is in use by another run",
		    run->state);
	buf_release(&name); /* the descriptor stays open: with it goes the lock */
}

void
alert_state_load(struct alert_run *run)
{
	struct buf text = BUF_INIT;
	const char *reason;
	size_t line;

	if (!file_read(run->state, STATE_MAX, &text) && errno != ENOENT)
		die(EROS_NOINPUT, "cannot_open", strerror(errno), "cannot read %s", run->state);
	if (text.len > 0 && !alert_load(&run->alert, buf_view(&text), &line, &reason))
		die(EROS_DATA, "bad_state", reason, "%s:%zu: bad state", run->state, line);
	buf_release(&text);
	run->saved = clock_mono();
}

/* What was told must be out before the state says so: killed in between, the next run tells it again. */
void
alert_state_save(struct alert_run *run)
{
	struct stat st;

	alert_run_flush(run);
	writer_flush(&run->filter->out);
	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) && fsync(STDOUT_FILENO) != 0)
		die(EROS_IO, "io_error", strerror(errno), "cannot write stdout");
	buf_reset(&run->text);
	alert_save(&run->alert, &run->text);
	if (!file_replace(run->state, buf_view(&run->text)))
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "cannot replace %s",
		    run->state);
	run->dirty = false;
	run->saved = clock_mono();
}

void
alert_state_keep(struct alert_run *run)
{
	if (run->state && run->dirty && clock_mono() > run->saved + SAVE_INTERVAL)
		alert_state_save(run);
}
