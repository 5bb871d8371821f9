#include "policy/retry.h"

#include "base/exit.h"

#include <math.h>

static bool
is_permanent(const struct retry *r, int status)
{
	if (r->stop.has[status & STATUS_MAX])
		return true;
	if (r->on.any)
		return !r->on.has[status & STATUS_MAX];
	return status >= EROS_PERMANENT && status <= EROS_NOTFOUND;
}

struct retry_verdict
retry_decide(const struct retry *r, const struct retry_try *t)
{
	struct retry_verdict v = {RETRY_AGAIN, 0};

	if (t->status == EROS_OK)
		v.what = RETRY_DONE;
	else if (is_permanent(r, t->status))
		v.what = RETRY_PERMANENT;
	else if (r->tries > 0 && t->attempt >= r->tries - 1)
		v.what = RETRY_EXHAUSTED;
	if (v.what != RETRY_AGAIN)
		return v;
	v.delay = isnan(t->after) ? backoff_delay(&r->backoff, t->attempt, t->random) : t->after;
	if (t->elapsed + v.delay >= r->deadline)
		v = (struct retry_verdict){RETRY_LATE, 0};
	return v;
}
