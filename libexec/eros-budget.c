/*
 * eros-budget NAME first|retry SHARE FLOOR WINDOW: count a try against the retry budget NAME; see proc/helper.h.
 *
 * Exit status 0: go on; 1: there is no budget for it; any other: the store could not be asked, and it is said why.
 */
#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/num.h"
#include "policy/retry_budget.h"
#include "store/store.h"

#include <stdio.h>

struct question {
	struct retry_budget budget;
	bool first, allowed;
	struct retry_counts counts;
};

static void
step(struct rows *r, void *arg)
{
	struct question *q = arg;

	q->allowed = true;
	if (q->first)
		q->counts = retry_budget_first(r, &q->budget);
	else
		q->allowed = retry_budget_take(r, &q->budget, &q->counts);
}

int
main(int argc, char **argv)
{
	struct question q = {.allowed = false};
	char scope[SCOPE_MAX];
	struct store *store;
	int status;

	if (argc != 6 || !str_is_name(str_of(argv[1])) ||
	    !num_parse(str_of(argv[3]), &q.budget.share) ||
	    !num_parse(str_of(argv[4]), &q.budget.floor) ||
	    !num_parse(str_of(argv[5]), &q.budget.window))
		die_usage("NAME first|retry SHARE FLOOR WINDOW");
	q.first = str_is(str_of(argv[2]), "first");
	snprintf(scope, sizeof(scope), "retry/%s", argv[1]);
	status = store_open(&store, NULL);
	if (status == EROS_OK)
		status = store_update(store, scope, step, &q);
	if (status != EROS_OK)
		diag("store_unavailable", store_why(store), "%s", store_name(store));
	store_close(store);
	return status != EROS_OK ? status : q.allowed ? EROS_OK : EROS_NO;
}
