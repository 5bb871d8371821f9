#include "record/reader.h"

#include "base/clock.h"
#include "base/signals.h"
#include "record/json.h"

#include <errno.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

enum { CHUNK = 128 << 10 };

void
reader_init(struct reader *r, int fd, size_t max)
{
	struct stat st;

	*r = (struct reader){.fd = fd, .max = max};
	r->regular = fstat(fd, &st) == 0 && S_ISREG(st.st_mode);
}

void
reader_release(struct reader *r)
{
	buf_release(&r->buf);
}

/*
 * Wait until there is something to read. The first poll does not wait: only where nothing is there
 * does before_wait run, so that a stream at full speed is not flushed at every turn.
 */
static enum reader_event
wait_readable(struct reader *r, int timeout_ms)
{
	struct pollfd fds[] = {{.fd = r->fd, .events = POLLIN},
	                       {.fd = signal_fd, .events = POLLIN}};

	for (bool first = true;; first = false) {
		int n;

		if (signal_caught)
			return READ_SIGNAL;
		n = poll(fds, 2, first ? 0 : timeout_ms);
		if (n > 0 && !fds[1].revents)
			return READ_LINE;
		if (n < 0 && errno != EINTR)
			return READ_ERROR;
		if (n == 0 && !first)
			return READ_TIMEOUT;
		if (n == 0 && timeout_ms == 0)
			return READ_TIMEOUT;
		if (first && r->before_wait)
			r->before_wait(r->arg);
	}
}

/* Make what is kept the beginning of the buffer, with room for more after it. */
static void
settle(struct reader *r)
{
	if (r->start > 0) {
		buf_drop(&r->buf, r->start);
		r->looked -= r->start;
		r->start = 0;
	}
	buf_room(&r->buf, CHUNK + JSON_PAD);
}

/* Pass over a byte order mark, or see that there is none: what may yet become one is waited for. */
static void
skip_mark(struct reader *r)
{
	static const char mark[] = {'\xef', '\xbb', '\xbf'};
	size_t len = r->buf.len < sizeof(mark) ? r->buf.len : sizeof(mark);
	bool like = memcmp(r->buf.ptr, mark, len) == 0;

	if (r->started || (like && len < sizeof(mark) && !r->ended))
		return;
	r->started = true;
	if (like && len == sizeof(mark))
		r->start = r->looked = len;
}

/* Read once. READ_LINE stands for "there is more now". */
static enum reader_event
fill(struct reader *r, int timeout_ms)
{
	enum reader_event event;
	ssize_t n;

	if (!r->regular) {
		event = wait_readable(r, timeout_ms);
		if (event != READ_LINE)
			return event;
	} else if (signal_caught) {
		return READ_SIGNAL;
	}
	settle(r);
	n = read(r->fd, r->buf.ptr + r->buf.len, CHUNK);
	if (n < 0)
		return errno == EINTR || errno == EAGAIN ? READ_LINE : READ_ERROR;
	if (n == 0)
		r->ended = true;
	r->buf.len += (size_t)n;
	memset(r->buf.ptr + r->buf.len, 0, JSON_PAD);
	skip_mark(r);
	return READ_LINE;
}

/* The line from start to END, whose terminator is USED bytes long. */
static void
take(struct reader *r, size_t end, size_t used, struct str *line)
{
	char *text = r->buf.ptr;

	r->terminated = used > 0;
	r->crlf = used > 0 && end > r->start && text[end - 1] == '\r';
	*line = (struct str){text + r->start, end - r->start - r->crlf};
	text[r->start + line->len] = '\0';
	r->start = r->looked = end + used;
	r->line_no++;
}

static void
pass_over(struct reader *r, size_t end)
{
	if (r->overlong && end > r->start)
		r->overlong(r->arg, r->buf.ptr + r->start, end - r->start);
	r->start = r->looked = end;
}

/* A line that is known to be too long: streams what is there of it; true when it has ended. */
static bool
skip(struct reader *r)
{
	const char *lf = memchr(r->buf.ptr + r->looked, '\n', r->buf.len - r->looked);

	pass_over(r, lf ? (size_t)(lf - r->buf.ptr) + 1 : r->buf.len);
	if (!lf && !r->ended)
		return false;
	r->skipping = false;
	r->line_no++;
	return true;
}

enum reader_event
reader_next(struct reader *r, int timeout_ms, struct str *line)
{
	double end = timeout_ms > 0 ? clock_mono() + timeout_ms / 1e3 : 0;

	*line = STR_NONE;
	for (bool first = true;; first = false) {
		const char *lf = NULL;
		enum reader_event event;

		if (r->skipping) {
			if (skip(r))
				return READ_TOO_LONG;
		} else if (r->started && r->buf.len > r->looked) {
			lf = memchr(r->buf.ptr + r->looked, '\n', r->buf.len - r->looked);
		}
		if (lf && (size_t)(lf - r->buf.ptr) - r->start <= r->max) {
			take(r, (size_t)(lf - r->buf.ptr), 1, line);
			return READ_LINE;
		}
		if (lf || r->buf.len - r->start > r->max + 1) {
			r->skipping = true;
			r->looked = r->start;
			continue;
		}
		r->looked = r->started ? r->buf.len : 0;
		if (r->ended) {
			if (r->start == r->buf.len)
				return READ_END;
			take(r, r->buf.len, 0, line);
			return READ_LINE;
		}
		if (timeout_ms > 0 && !first) {
			double left = (end - clock_mono()) * 1e3;

			if (left <= 0)
				return READ_TIMEOUT;
			timeout_ms = (int)left + 1;
		}
		event = fill(r, timeout_ms);
		if (event != READ_LINE)
			return event;
	}
}

bool
reader_ready(const struct reader *r)
{
	return r->started && !r->skipping &&
	       memchr(r->buf.ptr + r->looked, '\n', r->buf.len - r->looked) != NULL;
}
