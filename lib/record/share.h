/*
 * A pipe or a file that several write records to, and how each record stays whole though any of them may be killed.
 *
 * A POSIX record lock is held for the length of a write, so that no other lands in the middle of it. SIGKILL cuts off a
 * write(2) to a pipe where that has to wait, and one to a file after any page. So a pipe gets no more at a time than
 * surely fits, or than PIPE_BUF, of which the kernel takes all or nothing; only a record that is longer than the pipe
 * can be made goes in parts. In a file that was opened for appending whoever comes next finds a last line without
 * its LF, and ends it: what was cut off is lost, and nothing else.
 *
 * What is neither is written to without a lock.
 */
#ifndef RECORD_SHARE_H
#define RECORD_SHARE_H

#include <stdbool.h>
#include <stddef.h>

struct share {
	bool pipe;

	/* private */
	int fd;
	int tail; /* to look at the end of the file; -1: it is none, or is not appended to */
};

void share_init(struct share *s, int fd);
void share_release(struct share *s);

/* False where it is not to be had and WAIT is not set. Where the kernel has no such lock to give it is as if taken. */
bool share_lock(const struct share *s, bool wait);
void share_unlock(const struct share *s);

/*
 * How many bytes of DATA, whole records if it can be, to write at once; 0: none before the pipe has drained. Under the
 * lock.
 */
size_t share_part(const struct share *s, const char *data, size_t len);

/* Whether a pipe that is empty takes LEN bytes at once. */
bool share_fits(const struct share *s, size_t len);

/* End the line that a killed writer has left in the file. Under the lock. False with errno where that fails. */
bool share_mend(const struct share *s);

/* Write all of DATA, which is whole records, waiting for the reader: lock, write, unlock. False with errno. */
bool share_write(const struct share *s, const char *data, size_t len);

#endif
