/*
 * The literals NaN, Infinity and -Infinity, which Python's json module writes for numbers that JSON does not
 * have. They are no JSON, and record_scan() refuses a line that holds one; a command that has a use for such a
 * line repairs it by this first.
 */
#ifndef RECORD_NONFINITE_H
#define RECORD_NONFINITE_H

#include "base/buf.h"

/*
 * Add LINE to OUT with every such literal that is the value of a member of the outermost object, and of one named in
 * the NULL-terminated KEYS, as a string: "risk_score":NaN becomes "risk_score":"NaN". All else, literals in other
 * places too, stays as it is, so the result still has to be scanned; it is padded for that, the padding not
 * counted in its length. False, with OUT unchanged, where there was nothing to do.
 *
 * LINE may hold anything.
 */
bool nonfinite_quote(struct str line, const char *const *keys, struct buf *out);

#endif
