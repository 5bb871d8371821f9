#include "policy/timeline.h"

#include <math.h>

/* Whether a record far ahead of the time is to move it: the last of a run of such. */
static bool
jump_believed(struct timeline *t, double *ts)
{
	t->least = t->run == 0 ? *ts : fmin(t->least, *ts);
	if (++t->run < TIMELINE_RUN)
		return false;
	*ts = t->least;
	t->run = 0;
	return true;
}

enum timeline_step
timeline_take(struct timeline *t, double now, double limit, double *ts)
{
	if (!(*ts >= 0 && *ts < TIMELINE_END))
		return TIMELINE_DOUBTED;
	if (isnan(now)) {
		t->provisional = true;
		return TIMELINE_TAKEN;
	}
	if (*ts > now + limit)
		return jump_believed(t, ts) ? TIMELINE_TAKEN : TIMELINE_DOUBTED;
	if (t->provisional && *ts < now - limit)
		return TIMELINE_BACK;
	t->provisional = false;
	t->run = 0;
	return TIMELINE_TAKEN;
}
