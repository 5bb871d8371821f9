#include "base/diag.h"

#include "base/buf.h"
#include "base/exit.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static bool
wants_json(void)
{
	const char *log = getenv("EROS_LOG");

	return log && strcmp(log, "json") == 0;
}

static void
add_json(struct buf *line, const char *error, const char *message, const char *cause)
{
	buf_str(line, "{\"type\":\"diagnostic\",\"command\":");
	buf_quote(line, str_of(program_invocation_short_name));
	buf_str(line, ",\"error\":");
	buf_quote(line, str_of(error));
	buf_str(line, ",\"message\":");
	buf_quote(line, str_of(message));
	if (cause) {
		buf_str(line, ",\"cause\":");
		buf_quote(line, str_of(cause));
	}
	buf_str(line, "}\n");
}

static void
add_text(struct buf *line, const char *message, const char *cause)
{
	buf_str(line, program_invocation_short_name);
	buf_str(line, ": ");
	buf_visible(line, str_of(message));
	if (cause) {
		buf_str(line, ": ");
		buf_visible(line, str_of(cause));
	}
	buf_byte(line, '\n');
}

/* One write per line, so that lines of several commands on one stderr do not mix. */
static void
put(const char *data, size_t len)
{
	while (len > 0) {
		ssize_t n = write(STDERR_FILENO, data, len);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return;
		data += n;
		len -= (size_t)n;
	}
}

static void
report(const char *error, const char *cause, const char *fmt, va_list ap)
{
	int saved = errno;
	struct buf message = BUF_INIT, line = BUF_INIT;

	buf_vprintf(&message, fmt, ap);
	if (wants_json())
		add_json(&line, error, buf_cstr(&message), cause);
	else
		add_text(&line, buf_cstr(&message), cause);
	put(line.ptr, line.len);
	buf_release(&line);
	buf_release(&message);
	errno = saved;
}

void
diag(const char *error, const char *cause, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(error, cause, fmt, ap);
	va_end(ap);
}

void
die(int status, const char *error, const char *cause, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	report(error, cause, fmt, ap);
	va_end(ap);
	exit(status);
}

void
die_usage(const char *fmt, ...)
{
	struct buf message = BUF_INIT, line = BUF_INIT;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&message, fmt, ap);
	va_end(ap);
	add_text(&line, buf_cstr(&message), NULL);
	buf_printf(&line, "Try '%s --help' for more information\n", program_invocation_short_name);
	put(line.ptr, line.len);
	buf_release(&line);
	buf_release(&message);
	exit(EROS_USAGE);
}
