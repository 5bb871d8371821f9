/*
 * The reap records of a reaper: one for each job, and for each process below it.
 */
#ifndef PROC_REAPER_TELL_H
#define PROC_REAPER_TELL_H

#include "proc/reaper.h"

/* A job that comes to nothing: what is the matter instead. ROW and WHY, the refusal, may be NULL. */
void reaper_tell(struct reaper *r, const struct reaper_job *j, const struct table_row *row,
                 const char *action, const char *why);

/* A dead process that its parent has not collected: only the parent, or its end, can do away with it. */
void reaper_tell_zombie(struct reaper *r, const struct reaper_job *j, const struct table *t,
                        const struct table_row *row);

/* What became of a target, whose tag is its job. */
void reaper_tell_target(struct reaper *r, const struct end_target *t);

/* What would: each root, and what is below it and not a root itself. */
void reaper_tell_dry(struct reaper *r, const struct end *e, const struct table *t);

/* For end.spare, ARG being the reaper: whether ROW is not to be ended, also as an agent that is spared. */
bool reaper_spares(void *arg, const struct table *t, const struct table_row *row);

#endif
