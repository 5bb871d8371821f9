/*
 * What a reaper has begun to end: reap/HOST.jsonl in the state directory, from before the first signal until all of it
 * has been told. A reaper that was killed leaves it, and the next one, which has the lock then, goes on with that first:
 * nothing stays stopped, half ended or untold.
 *
 * A line for each process, descendants included: its identity, agent, specialty, cause, reason, below, run, and whether
 * the reason is left for an eros-run.
 */
#ifndef PROC_REAPER_BEGUN_H
#define PROC_REAPER_BEGUN_H

#include "proc/reaper.h"

/* For end.before, ARG being the reaper: keep all jobs, and what was found below them. */
void reaper_begun_keep(void *arg, const struct end *e);

/* Add what a killed reaper has left as jobs. Under the lock. */
void reaper_begun_take(struct reaper *r);

/* All has been told. */
void reaper_begun_clear(struct reaper *r);

#endif
