/*
 * The time of a watch that goes by its records: the largest ts so far, with checks at even steps from the first on.
 *
 *   watch_clock_take(&c, r);                     the time moves
 *   while (watch_clock_due(&c, w)) watch_check(w, c.at, out);
 *
 * A check comes after the records of its moment. One agent with a broken clock must not move the time of all: a ts more
 * than WATCH_JUMP away, earlier or later, counts only when WATCH_JUMP_RUN records in a row have such, and until then
 * the record is of the present. So is one without ts, or that comes late.
 *
 * Checks that can find nothing new, while nobody runs or after watch_horizon() without a record, are passed over.
 */
#ifndef POLICY_WATCH_CLOCK_H
#define POLICY_WATCH_CLOCK_H

#include "policy/watch.h"

enum { WATCH_JUMP = 7 * 86400, WATCH_JUMP_RUN = 10 };

struct watch_clock {
	double now, before; /* before: when the record before came */
	double at;          /* the check that is due */
	bool timed;
	unsigned jumps;

	/* private */
	double first, step; /* the last check was step times the interval after first */
	double interval, horizon;
};

void watch_clock_init(struct watch_clock *c, const struct watch_options *o);
void watch_clock_take(struct watch_clock *c, const struct record *r);

/* Whether a check is due before the present; LAST: or at it. */
bool watch_clock_due(struct watch_clock *c, const struct watch *w, bool last);

#endif
