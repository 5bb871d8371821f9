/*
 * How long to wait, in the words of who asks for it: what HTTP's Retry-After holds (RFC 9110, section 10.2.3), a number of
 * seconds or a date in any of HTTP's three formats; also a duration with a suffix and a date of RFC 3339. The name of
 * the header may stand before it.
 */
#ifndef POLICY_RETRY_AFTER_H
#define POLICY_RETRY_AFTER_H

#include "base/str.h"

/* What a file that holds one may hold at most. */
enum { RETRY_AFTER_MAX = 256 };

/* Seconds from NOW, in Unix time, on; 0 for a date that has passed. False where TEXT is none of these. */
bool retry_after(struct str text, double now, double *seconds);

#endif
