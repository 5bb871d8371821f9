/*
 * Why an attempt ended, as records, the exit status and the next attempt are told.
 */
#ifndef PROC_VERDICT_H
#define PROC_VERDICT_H

#include "proc/reason.h"
#include "proc/supervise.h"

struct verdict {
	int status;           /* as a shell has it; EROS_TIMEOUT where eros-run enforced a limit */
	struct buf diagnosis; /* in a word: "timeout", "looping", "failed"; empty after success */
	struct buf
		exact; /* "exit 3" or "signal 9" where the agent ended by itself, else as diagnosis */
	struct buf
		reason; /* what was left by whoever ended it, or it said itself, in words; may be empty */
};

#define VERDICT_INIT                            \
	{                                       \
		0, BUF_INIT, BUF_INIT, BUF_INIT \
	}

/* REASON is NULL where none was left. All buffers are set anew and NUL-terminated. */
void verdict_set(struct verdict *v, const struct supervise_outcome *o, const struct reason *reason);

/* Say more of an agent that failed by itself; of any other all stays as it is. */
void verdict_explain(struct verdict *v, const char *diagnosis, struct str reason);
void verdict_release(struct verdict *v);

#endif
