/*
 * What the parts of the supervisor ask of one another; see supervise.h.
 */
#ifndef PROC_SUPERVISE_PART_H
#define PROC_SUPERVISE_PART_H

#include "proc/supervise.h"

/* A keeper that has not ended all this long after the grace does not answer: it is stopped, or out of its mind. */
enum { SUPERVISE_PATIENCE = 2 /* seconds */ };

/* supervise_loop.c: wait until something happens, at most until UNTIL, and deal with it. */
void supervise_step(struct supervise *s, double until);

/* Send records to a reader that takes them. */
void supervise_push(struct supervise *s);

/* Read all of the agent's output that is there now. */
void supervise_drain(struct supervise *s);

/* supervise_news.c: take what the keeper has to tell. */
void supervise_news(struct supervise *s);

/* Go on ending what a dead keeper left. */
void supervise_step_end(struct supervise *s);

#endif
