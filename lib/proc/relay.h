/*
 * A relay turns what an agent writes to a pipe or a terminal into lines, as they come.
 *
 * It never waits: its descriptor is non-blocking, and one relay_read takes at most RELAY_READ bytes, so that a flood on
 * one stream delays nothing else. No byte is lost: a line longer than MAX is handed on in pieces (cut between
 * UTF-8 sequences), and what stands after the last LF is handed on by relay_finish. Each byte is looked at
 * once, and memory is bounded by MAX.
 */
#ifndef PROC_RELAY_H
#define PROC_RELAY_H

#include "base/buf.h"

/* A line or a piece of one, without its LF. TEXT is followed by a NUL and RELAY_PAD readable bytes (see record/json.h). */
struct relay_line {
	struct str text;
	unsigned piece; /* 0: a whole line; else which piece of a long one, from 1 */
	bool more;      /* further pieces follow */
	bool terminated; /* an LF ended it; false for all pieces but the last, and where the stream ended */
};

enum { RELAY_READ = 64 << 10, RELAY_PAD = 64 };

enum relay_state {
	RELAY_DATA, /* bytes came; there may be more */
	RELAY_IDLE, /* nothing there for now */
	RELAY_END,  /* the other side is closed, or cannot be read */
};

struct relay {
	int fd; /* -1: closed */
	size_t max;
	void (*line)(void *arg, const struct relay_line *line);
	void *arg;

	/* private */
	struct buf buf;
	unsigned piece; /* pieces of the current line handed on so far */
};

/* FD becomes non-blocking and is from now on the relay's to close. */
void relay_open(struct relay *r, int fd);

/* Read once and hand on the lines that are complete. */
enum relay_state relay_read(struct relay *r);

/* Hand on what is left of the last line, if there is any. */
void relay_finish(struct relay *r);

/* Close the descriptor and forget an unfinished line; the memory is kept for the next relay_open. */
void relay_close(struct relay *r);
void relay_release(struct relay *r);

#endif
