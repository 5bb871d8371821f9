/*
 * Advisory locks on files by flock(2), with a time limit and in turn.
 *
 * A lock is the file locks/NAME.lock in the state directory, or any file; whoever calls flock(2) on the same
 * file excludes it and is excluded. The file is never unlinked: a second one of its name would be another lock.
 *
 * Waiters pass through a gate one by one: a lock (F_OFD_SETLKW) on the last byte a file may have, which flock(2) does not
 * see and nobody else uses. Whoever is in the gate waits for the lock itself, so a writer that stands
 * there is passed by no reader, and the kernel's order at the gate is first come, first served. Where the file is not
 * open for writing there is no gate, and no promise about turns.
 *
 * The lock belongs to the open file description: to every process that has inherited the descriptor, until the last has
 * closed it or one of them unlocks.
 */
#ifndef PROC_LOCK_H
#define PROC_LOCK_H

#include "base/str.h"

enum lock_result {
	LOCK_TAKEN,
	LOCK_BUSY,   /* held by another for all of the time limit */
	LOCK_FAILED, /* errno says why; EINTR where a watched signal came (base/signals.h) */
};

struct lock {
	int dir;          /* the directory it is in */
	const char *name; /* the lock's, or of a file its last part */
	const char *path; /* of a file as it was given, else NULL */
	int fd; /* close-on-exec and at least 10, out of the way of what scripts use; -1 where not open */

	/* private */
	bool gated, inside; /* there is a gate; this process stands in it */
};

#define LOCK_INIT                                \
	{                                        \
		-1, NULL, NULL, -1, false, false \
	}

/* Open the lock NAME (valid), or the file PATH, which is made where it is missing. False with errno. */
bool lock_open(struct lock *l, const char *name);
bool lock_open_file(struct lock *l, const char *path);

/* Take it within WAIT seconds; 0 takes it only where it is free at once. */
enum lock_result lock_take(struct lock *l, bool shared, double wait);

/* Unlock, also for those who have inherited the descriptor. */
void lock_release(struct lock *l);

void lock_close(struct lock *l);

#endif
