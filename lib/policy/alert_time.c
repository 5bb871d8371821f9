#include "policy/alert_engine.h"

#include <math.h>

/* Rules about silence over everything wait from the first moment, whether or not a record comes. */
static void
begin_all(struct alert *a)
{
	for (size_t by = 0; by < a->rules->bys; by++) {
		bool fresh;
		struct alert_group *g;

		if (a->rules->by[by].count > 0 || !a->tracked[by])
			continue;
		g = alert_group_use(a, by, STR("[]"), &fresh);
		if (fresh) {
			g->seen = a->now;
			alert_group_begin(a, g, a->now);
		}
	}
}

void
alert_advance(struct alert *a, double now)
{
	if (!a->timed) {
		a->timed = true;
		a->now = now;
	}
	if (now > a->now)
		a->now = now;
	alert_run_due(a, false);
}

/* The time that R is taken at, and with it everybody's. */
struct moment
alert_take_time(struct alert *a, const struct record *r)
{
	struct moment m = {.t = a->now};

	m.own = record_ts(r, &m.ts);
	if (!m.own)
		return m;
	switch (timeline_take(&a->line, a->timed ? a->now : NAN, a->options.max_jump, &m.ts)) {
	case TIMELINE_DOUBTED:
		a->jumped++;
		m.own = false;
		return m;
	case TIMELINE_BACK: a->now = m.ts; break;
	case TIMELINE_TAKEN: break;
	}
	alert_advance(a, m.ts);
	m.t = m.ts;
	return m;
}

void
alert_time(struct alert *a, double now)
{
	alert_advance(a, now);
	begin_all(a);
	alert_run_due(a, true);
}

void
alert_settle(struct alert *a)
{
	alert_run_due(a, true);
}
