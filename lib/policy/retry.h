/*
 * Retrying: whether a command that failed is to be tried again, and when.
 */
#ifndef POLICY_RETRY_H
#define POLICY_RETRY_H

#include "policy/backoff.h"
#include "policy/status_set.h"

struct retry {
	unsigned tries; /* in all; 0: as many as it takes */
	struct backoff backoff;
	struct status_set on;   /* only these are tried again; empty: all but 125, 126 and 127 */
	struct status_set stop; /* these never */
	double deadline;        /* seconds after the start of the first try; INFINITY */
};

/* How a try ended. */
struct retry_try {
	unsigned attempt; /* from 0 */
	int status;       /* as a shell has it */
	double elapsed;   /* since the start of the first */
	double after;     /* what the command asked to wait; NAN where it asked nothing */
	double random;    /* from [0, 1) */
};

enum retry_what {
	RETRY_DONE,      /* it succeeded */
	RETRY_AGAIN,     /* after `delay` */
	RETRY_PERMANENT, /* another try would fail too */
	RETRY_EXHAUSTED, /* it was the last try */
	RETRY_LATE, /* another one would begin after the deadline: there is no use in waiting for that */
};

struct retry_verdict {
	enum retry_what what;
	double delay;
};

/* A wait that the command asked for replaces that of the backoff, whose limit does not apply to it. */
struct retry_verdict retry_decide(const struct retry *r, const struct retry_try *t);

#endif
