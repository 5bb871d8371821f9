/*
 * A reader takes lines from a descriptor, with a limit on their length and one on waiting.
 *
 * A line is a view into the reader's buffer, valid until the next call, without its LF or CRLF; it
 * is followed by a NUL and JSON_PAD readable bytes, as record_scan wants it. A byte order mark at
 * the very start is skipped. A last line needs no LF. Bytes are looked at once: a line that arrives
 * byte by byte costs linear time. Memory is that of the longest line, never more than the limit.
 */
#ifndef RECORD_READER_H
#define RECORD_READER_H

#include "base/buf.h"

enum reader_event {
	READ_LINE,     /* *line is the next line */
	READ_TOO_LONG, /* a line longer than the limit was passed over; *line is empty */
	READ_TIMEOUT,  /* nothing came in time */
	READ_SIGNAL,   /* a watched signal came (base/signals.h) */
	READ_END,
	READ_ERROR, /* errno says why */
};

struct reader {
	int fd;
	size_t max;      /* longest line, in bytes */
	size_t line_no;  /* of the line last returned, from 1 */
	bool crlf;       /* that line ended in CRLF */
	bool terminated; /* that line ended in LF at all */

	/* Called before the reader waits for input, so that what is buffered can be sent out first.
	 */
	void (*before_wait)(void *arg);
	/* Called with each piece of a line that is too long, its line end included, as it streams
	 * past. */
	void (*overlong)(void *arg, const char *data, size_t len);
	void *arg;

	/* private */
	struct buf buf;
	size_t start, looked;
	bool started, skipping, ended, regular;
};

void reader_init(struct reader *r, int fd, size_t max);
void reader_release(struct reader *r); /* does not close the descriptor */

/*
 * The next line, waiting at most TIMEOUT_MS for it, even where a line without end arrives all the time; -1 is for
 * ever, 0 takes only what is there.
 */
enum reader_event reader_next(struct reader *r, int timeout_ms, struct str *line);

/* Whether a whole line is buffered, so that reader_next would return it without reading. */
bool reader_ready(const struct reader *r);

#endif
