/*
 * A writer collects whole records and sends them out together.
 *
 *   struct buf *b = writer_buf(&w);    add one record, LF included, to it
 *   writer_done(&w);                   the record is complete
 *
 * It writes when its buffer is full and when it is told to flush; always whole records, which stay whole where
 * several writers share a pipe or file and any of them may be killed (record/share.h).
 *
 * A failed write ends the command: status EROS_IO and a diagnostic; for a closed pipe quietly, as
 * SIGPIPE would.
 */
#ifndef RECORD_WRITER_H
#define RECORD_WRITER_H

#include "base/buf.h"
#include "record/share.h"

struct writer {
	int fd;
	const char *name; /* for diagnostics: "stdout" */
	struct buf buf;
	struct share share;
};

void writer_init(struct writer *w, int fd, const char *name);

static inline struct buf *
writer_buf(struct writer *w)
{
	return &w->buf;
}

void writer_done(struct writer *w);
void writer_flush(struct writer *w);

/* Flush and close, and report what close says: a full disk on NFS is told only there. */
void writer_close(struct writer *w);

#endif
