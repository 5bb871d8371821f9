/*
 * What eros-retry runs: a command, try by try, and what is told of each.
 */
#ifndef BIN_RETRY_H
#define BIN_RETRY_H

#include "policy/retry.h"
#include "policy/retry_budget.h"
#include "proc/trial.h"

struct retry_run {
	struct retry retry;
	struct trial trial;
	const char *after; /* the file that may say when to try again */
	double limit;      /* of a try; INFINITY */
	size_t spool;
	int report; /* a descriptor, or -1 */
	bool quiet;

	const char *budget_name; /* NULL: none */
	struct retry_budget budget;
	bool fail_open; /* go on where the store cannot be asked */

	/* private */
	double began; /* on CLOCK_MONOTONIC */
};

/* Try ARGV until there is an end to it; the status to exit with. */
int retry_run(struct retry_run *run, char **argv);

/*
 * retry_ask.c: count a try, WHAT being "first" or "retry", against the budget. EROS_OK to go on, EROS_NO where there is no
 * budget for it, else the status of a store that could not be asked, which has been reported, or of a signal.
 */
int retry_ask(struct retry_run *run, const char *what);

/* retry_report.c: tell of a try. REASON is NULL where another follows, after DELAY. */
void retry_report(const struct retry_run *run, const struct retry_try *t, double duration,
                  const char *reason, double delay);

/* Tell that there is none to follow though the last one failed, and WHY. */
void retry_report_exhausted(const struct retry_run *run, const struct retry_try *t,
                            const char *why);

#endif
