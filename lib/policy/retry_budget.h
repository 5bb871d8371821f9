/*
 * A retry budget: retries in proportion to first tries, counted over all who share it.
 *
 * While few commands fail, each may be retried. When all do, because what they depend on is down, retries would multiply
 * the load that it has to recover under: then there are no more of them than a share of the first tries, and a floor
 * for those who try seldom. (So do Finagle's RetryBudget and Envoy's retry_budget.)
 *
 * Both counts age: after `window` seconds e times less is left of them. They are one row, and each call is a step; see
 * base/rows.h.
 */
#ifndef POLICY_RETRY_BUDGET_H
#define POLICY_RETRY_BUDGET_H

#include "base/rows.h"

struct retry_budget {
	double share;  /* retries for each first try */
	double floor;  /* retries within a window in any case */
	double window; /* seconds, above 0 */
};

/* What the row holds, as of now. */
struct retry_counts {
	double firsts, retries;
};

/* Count a first try. */
struct retry_counts retry_budget_first(struct rows *r, const struct retry_budget *b);

/* Count a retry where there is budget for it, and say so. */
bool retry_budget_take(struct rows *r, const struct retry_budget *b, struct retry_counts *counts);

#endif
