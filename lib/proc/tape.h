/*
 * A tape holds bytes that may have to be read again: in memory at first, then in a file without a name.
 *
 *   struct tape t = TAPE_INIT;
 *   tape_add(&t, data, len);
 *   n = tape_read(&t, from, out, size);
 *   tape_reset(&t);                         empty again
 *
 * The file lies in $TMPDIR, else /tmp, and is unlinked from the start, so that nothing is left of it after SIGKILL.
 */
#ifndef PROC_TAPE_H
#define PROC_TAPE_H

#include "base/buf.h"

#include <stdint.h>

enum { TAPE_MEMORY = 256 << 10 /* bytes that are held in memory */ };

struct tape {
	uint64_t len;

	/* private */
	struct buf head;
	int file;
};

#define TAPE_INIT                            \
	{                                    \
		.head = BUF_INIT, .file = -1 \
	}

/* False with errno; the tape is then as it was before. */
bool tape_add(struct tape *t, const char *data, size_t len);

/* What is there from FROM on, at most SIZE bytes; 0 at the end, -1 with errno. */
ssize_t tape_read(const struct tape *t, uint64_t from, char *out, size_t size);

/* Write all of it to FD. False with errno. */
bool tape_copy(const struct tape *t, int fd);

/* Empty it, and give the disk its room back. */
void tape_reset(struct tape *t);
void tape_release(struct tape *t);

#endif
