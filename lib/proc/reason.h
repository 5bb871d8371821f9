/*
 * Why a process was ended: whoever ends an agent leaves the reason before the first signal, and the eros-run above it
 * takes it when the agent has gone.
 *
 * A file reasons/AGENT.PID.json in the state directory, mode 0600, holding the identity, cause and reason.
 */
#ifndef PROC_REASON_H
#define PROC_REASON_H

#include "base/process.h"

struct reason {
	struct buf cause; /* a name such as "looping"; empty where it was not told */
	struct buf text;  /* in words */
	double at;        /* Unix time */
};

#define REASON_INIT                   \
	{                             \
		BUF_INIT, BUF_INIT, 0 \
	}

/* Leave it. False with errno. */
bool reason_leave(struct str agent, const struct process *p, struct str cause, struct str text);

/* Take it away: true where one was left for this very process. */
bool reason_take(struct str agent, const struct process *p, struct reason *r);
void reason_release(struct reason *r);

#endif
