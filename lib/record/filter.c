#include "record/filter.h"

#include "base/exit.h"
#include "base/file.h"
#include "base/options.h"
#include "base/signals.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

enum { KEY_MAX_RECORD = OPTION_SHARED, KEY_REJECT, KEY_STRICT };

static const struct argp_option options[] = {
	{"max-record", KEY_MAX_RECORD, "SIZE", 0, "Longest record accepted (16M)", 0},
	{"reject", KEY_REJECT, "FILE", 0, "Append lines that are no records to FILE, as they came",
         0},
	{"strict", KEY_STRICT, NULL, 0, "Stop at the first line that is no record", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct filter *f = state->input;

	switch (key) {
	case KEY_MAX_RECORD:
		f->max_record = option_size(state, "--max-record", arg, 2, RECORD_MAX);
		return 0;
	case KEY_REJECT: f->reject_path = arg; return 0;
	case KEY_STRICT: f->strict = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

const struct argp filter_argp = {options, parse, NULL, NULL, NULL, NULL, NULL};

static void
reject_bytes(struct filter *f, const char *data, size_t len)
{
	if (f->reject_fd >= 0 && !fd_write(f->reject_fd, data, len))
		die(EROS_IO, "io_error", strerror(errno), "cannot write %s", f->reject_path);
}

/* The line as it came; one that ended without LF gets one, so that the next does not run into it.
 */
static void
reject_line(struct filter *f, struct str line)
{
	reject_bytes(f, line.ptr, line.len);
	reject_bytes(f, &"\r\n"[!f->in.crlf], 1 + (size_t)f->in.crlf);
}

static void
complain(struct filter *f, const char *reason)
{
	diag("bad_record", reason, "%s:%zu: bad record", f->file, f->in.line_no);
	filter_status(f, EROS_DATA);
	f->stop |= f->strict;
}

void
filter_refuse(struct filter *f, struct str text, const char *reason)
{
	complain(f, reason);
	reject_line(f, text);
}

void
filter_reject(struct filter *f, const char *reason)
{
	filter_refuse(f, (struct str){f->rec.text, f->rec.len}, reason);
}

static void
flush_before_wait(void *arg)
{
	struct filter *f = arg;

	if (f->before_wait)
		f->before_wait(f);
	writer_flush(&f->out);
}

static void
on_overlong(void *arg, const char *data, size_t len)
{
	reject_bytes(arg, data, len);
}

static void
on_line(struct filter *f, struct str line)
{
	struct json_error error;

	if (f->line) {
		f->line(f, line);
		return;
	}
	if (str_trim(line).len == 0)
		return;
	buf_reset(&f->scratch);
	buf_room(&f->scratch, 2 * line.len);
	if (record_scan(&f->rec, line, &error)) {
		f->record(f, &f->rec);
	} else if (!f->bad_line || !f->bad_line(f, line)) {
		filter_refuse(f, line, error.reason);
	}
}

/* Handle what comes next; false when the file is done. */
static bool
step(struct filter *f)
{
	int timeout_ms = f->tick && f->tick_ms > 0 ? f->tick_ms : -1;
	struct str line;

	if (f->pace)
		timeout_ms = f->pace(f);
	if (f->stop)
		return false;
	switch (reader_next(&f->in, timeout_ms, &line)) {
	case READ_LINE: on_line(f, line); break;
	case READ_TOO_LONG: complain(f, "longer than --max-record"); break;
	case READ_TIMEOUT:
		if (f->tick)
			f->tick(f);
		break;
	case READ_SIGNAL:
		filter_status(f, EROS_SIGNAL + signal_caught);
		f->stop = true;
		break;
	case READ_ERROR:
		diag("io_error", strerror(errno), "cannot read %s", f->file);
		filter_status(f, EROS_IO);
		return false;
	case READ_END: return false;
	}
	return !f->stop;
}

static void
run_file(struct filter *f, const char *path)
{
	bool standard = strcmp(path, "-") == 0;
	int fd = standard ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);

	if (fd < 0) {
		diag("cannot_open", strerror(errno), "cannot open %s", path);
		filter_status(f, EROS_NOINPUT);
		return;
	}
	f->file = standard ? "stdin" : path;
	reader_init(&f->in, fd, f->max_record);
	f->in.before_wait = flush_before_wait;
	f->in.overlong = on_overlong;
	f->in.arg = f;
	while (step(f))
		;
	if (f->file_end)
		f->file_end(f);
	reader_release(&f->in);
	if (!standard)
		close(fd);
}

static void
open_reject(struct filter *f)
{
	if (!f->reject_path)
		return;
	f->reject_fd = open(f->reject_path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
	if (f->reject_fd < 0)
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "cannot create %s",
		    f->reject_path);
}

int
filter_run(struct filter *f, char **files)
{
	static char *standard_input[] = {"-", NULL};

	open_reject(f);
	signal_watch();
	writer_init(&f->out, STDOUT_FILENO, "stdout");
	if (f->start)
		f->start(f);
	for (files = *files ? files : standard_input; *files && !f->stop; files++)
		run_file(f, *files);
	if (f->finish)
		f->finish(f);
	writer_close(&f->out);
	if (f->reject_fd >= 0 && close(f->reject_fd) != 0)
		die(EROS_IO, "io_error", strerror(errno), "cannot close %s", f->reject_path);
	buf_release(&f->scratch);
	record_release(&f->rec);
	return f->status;
}
