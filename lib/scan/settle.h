/*
 * Inside of scan: from hits to findings.
 */
#ifndef SCAN_SETTLE_H
#define SCAN_SETTLE_H

#include "scan/demand.h"

/* Whether what HIT captured in the file at PATH fulfils the rule's `where`. */
bool settle_where(const struct scan_hit *hit, struct str path);

/* Make a finding of HIT, in RESULT. */
void settle_finding(const struct scan_hit *hit, struct str path, struct scan_result *result);

#endif
