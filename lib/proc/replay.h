/*
 * Giving the same standard input to one process after another.
 *
 * A seekable one is rewound to where it was and handed on as it is, a terminal is handed on too. Anything else, a pipe,
 * goes through a pipe of our own and is kept on a tape, no sooner than the process reads it: at most what a pipe holds
 * is read ahead. What is longer than `max` still reaches the process that reads it, but can be given to no other.
 *
 *   replay_init(&r, max);                       once
 *   fd = replay_begin(&r)                       for each process: what it is to have as stdin, -1: ours
 *   poll what replay_poll asks for; then replay_step, as long as the process lives
 *   replay_end(&r)
 */
#ifndef PROC_REPLAY_H
#define PROC_REPLAY_H

#include "proc/tape.h"

#include <poll.h>

struct replay {
	uint64_t max;
	bool lost; /* it was longer than that: it cannot be given again */

	/* private */
	enum { REPLAY_AS_IT_IS, REPLAY_REWOUND, REPLAY_TAPED } kind;
	off_t start;
	struct tape tape;
	uint64_t given; /* of the tape */
	int to;         /* our end of the pipe to the process, -1: closed */
	bool room;      /* it is known to take PIPE_BUF bytes */
	bool ended;     /* our own input has */
};

void replay_init(struct replay *r, uint64_t max);

/*
 * For the next process; *FD is what is to become its standard input and is the caller's to close, -1 where it inherits
 * ours. False with errno.
 */
bool replay_begin(struct replay *r, int *fd);

/* Set the two to wait for; a descriptor of -1 is not waited for. */
void replay_poll(const struct replay *r, struct pollfd p[static 2]);

/* Go on after poll(2). Never waits. False with errno where input cannot be read or kept. */
bool replay_step(struct replay *r, const struct pollfd p[static 2]);

void replay_end(struct replay *r);
void replay_release(struct replay *r);

#endif
