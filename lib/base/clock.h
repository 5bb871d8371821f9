/*
 * Time: clocks, durations and dates. All times are seconds as doubles: a wall-clock time is Unix time, which a
 * double holds to the microsecond.
 *
 * Only bin, store and proc ask a clock; a policy is given the time.
 */
#ifndef BASE_CLOCK_H
#define BASE_CLOCK_H

#include "base/buf.h"

double clock_wall(void); /* CLOCK_REALTIME: what a record's ts holds; may jump */
double clock_mono(void); /* CLOCK_MONOTONIC: for measuring and for waiting */
double clock_boot(void); /* CLOCK_BOOTTIME: goes on while the machine is suspended */

/*
 * A duration: a decimal number with an optional suffix ms, s (the default), m, h or d; or several whole numbers, each with
 * a smaller unit than the one before, as Prometheus has it: 1h30m. Not negative.
 */
bool duration_parse(struct str s, double *seconds);

/* A date and time of RFC 3339, with T or a space between, any number of decimals, and Z or an offset. */
bool time_parse(struct str s, double *ts);

/* Add TS as RFC 3339 in UTC with milliseconds: 2026-03-01T12:00:00.000Z. */
void buf_time(struct buf *b, double ts);

#endif
