/*
 * The time of a stream of records: the largest ts so far, as far as it can be believed. One writer with a broken clock
 * must not move the time of all, so a ts further ahead than a limit counts only as the last of TIMELINE_RUN such in a
 * row; then the time is the smallest of them. A first one that was wrong is taken back by the next.
 */
#ifndef POLICY_TIMELINE_H
#define POLICY_TIMELINE_H

#include <stdbool.h>

enum { TIMELINE_RUN = 10 };

/* Times from here on are none: most are milliseconds. */
#define TIMELINE_END 1e11

/* The default of the limit, in seconds. */
#define TIMELINE_JUMP (7 * 86400.0)

struct timeline {
	/* private; begins as zeros */
	unsigned run;     /* of records far ahead, in a row */
	double least;     /* ts of them */
	bool provisional; /* the time rests on a single record */
};

enum timeline_step {
	TIMELINE_DOUBTED, /* the record is of the present */
	TIMELINE_TAKEN,   /* it is of *ts, which is the time where that is larger */
	TIMELINE_BACK,    /* *ts is the time, though it is smaller */
};

/* A record of *TS, which may be changed, when the time is NOW; NAN before the first. */
enum timeline_step timeline_take(struct timeline *t, double now, double limit, double *ts);

#endif
