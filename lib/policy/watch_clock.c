#include "policy/watch_clock.h"

#include <math.h>

/* Times from here on are none: most are milliseconds. */
#define TS_END 1e11

void
watch_clock_init(struct watch_clock *c, const struct watch_options *o)
{
	*c = (struct watch_clock){.interval = o->interval, .horizon = watch_horizon(o)};
}

static void
begin(struct watch_clock *c, double ts)
{
	c->now = c->before = c->first = ts;
	c->step = 0;
	c->jumps = 0;
	c->timed = true;
}

void
watch_clock_take(struct watch_clock *c, const struct record *r)
{
	double ts;

	c->before = c->now;
	if (!record_ts(r, &ts) || ts < 0 || ts >= TS_END)
		return;
	if (!c->timed) {
		begin(c, ts);
	} else if (fabs(ts - c->now) > WATCH_JUMP) {
		if (++c->jumps >= WATCH_JUMP_RUN)
			begin(c, ts);
	} else {
		c->jumps = 0;
		c->now = fmax(c->now, ts);
	}
}

bool
watch_clock_due(struct watch_clock *c, const struct watch *w, bool last)
{
	double at = c->first + (c->step + 1) * c->interval;

	if (!c->timed || at > c->now || (at == c->now && !last))
		return false;
	if (w->running == 0 || at > c->before + c->horizon) {
		c->step = ceil((c->now - c->first) / c->interval) - 1;
		return false;
	}
	c->step++;
	c->at = at;
	return true;
}
