/*
 * A spool keeps records for a reader that does not keep up: some in memory, then on disk up to a limit. What does
 * not fit is lost, counted, and told in the stream at the place where it is missing.
 *
 *   struct buf *b = spool_buf(&s);       add whole records, LF included; several stay together
 *   spool_done(&s, false);               they are complete; true: they must not be lost
 *   spool_push(&s);                      send what the reader takes; never waits
 *
 * The order of records is kept. The file is unlinked from the start, so nothing is left of it after SIGKILL, and given
 * back to the file system when it has been read.
 */
#ifndef PROC_SPOOL_H
#define PROC_SPOOL_H

#include "base/buf.h"
#include "proc/outlet.h"

#include <stdint.h>

enum {
	SPOOL_MEMORY = 256 << 10,  /* records are held in memory up to this many bytes */
	SPOOL_RESERVE = 256 << 10, /* room beyond the limit for records that must not be lost */
};

struct spool {
	/* Adds a record that tells how much was lost here. */
	void (*gap)(void *arg, struct buf *b, uint64_t records, uint64_t bytes);
	void *arg;

	uint64_t lost_records, lost_bytes; /* in all */
	int file_error; /* why the disk took no more, where that lost records; else 0 */
	int error;      /* why nothing can be written any more; 0 while all is well */

	/* private */
	struct outlet out;
	struct buf record, head;
	size_t sent; /* of head */
	uint64_t max, first, used;
	uint64_t gap_records, gap_bytes;
	int file;
};

/* Records go to FD; at most MAX bytes of them onto the disk. */
void spool_init(struct spool *s, int fd, uint64_t max);

static inline struct buf *
spool_buf(struct spool *s)
{
	return &s->record;
}

void spool_done(struct spool *s, bool must);

/* Send what can be sent. False where nothing can be any more: error says why, and what was held is dropped. */
bool spool_push(struct spool *s);

/* Tell the gap at the end, where there is one. */
void spool_end(struct spool *s);

static inline bool
spool_empty(const struct spool *s)
{
	return s->sent == s->head.len && s->used == 0;
}

/* How many records are still held: they are lost where the command gives up now. */
void spool_give_up(struct spool *s);

/* Free it and close the descriptor. False with errno where that tells of a failed write. */
bool spool_release(struct spool *s);

#endif
