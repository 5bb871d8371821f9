#include "policy/reap.h"

#include <math.h>
#include <stdint.h>

const char *const reap_cause[] = {NULL, "stale", "max_age", "over_limit"};

bool
reap_is_stale(const struct reap_process *p, const struct reap_limits *l)
{
	return (isnan(p->beat) ? p->uptime : p->beat) > l->stale;
}

/* By group, and in it the newest first. */
static int
by_age(const void *a, const void *b)
{
	const struct reap_process *x = *(struct reap_process *const *)a;
	const struct reap_process *y = *(struct reap_process *const *)b;
	int order = str_cmp(x->group, y->group);

	if (order != 0)
		return order;
	if (x->uptime != y->uptime)
		return x->uptime < y->uptime ? -1 : 1;
	return (x->pid < y->pid) - (x->pid > y->pid);
}

static void
judge_groups(struct reap_process *p, size_t count, size_t keep)
{
	struct reap_process **order = xcalloc(count, sizeof(struct reap_process *));
	size_t n = 0, in_group = 0;

	for (size_t i = 0; i < count; i++)
		if (!p[i].exempt && p[i].verdict == REAP_KEEP)
			order[n++] = &p[i];
	if (n > 0)
		qsort(order, n, sizeof(struct reap_process *), by_age);
	for (size_t i = 0; i < n; i++) {
		if (i > 0 && !str_eq(order[i]->group, order[i - 1]->group))
			in_group = 0;
		if (++in_group > keep)
			order[i]->verdict = REAP_OVER;
	}
	free(order);
}

void
reap_judge(struct reap_process *p, size_t count, const struct reap_limits *l)
{
	for (size_t i = 0; i < count; i++) {
		p[i].verdict = REAP_KEEP;
		if (p[i].exempt)
			continue;
		if (reap_is_stale(&p[i], l))
			p[i].verdict = REAP_STALE;
		else if (p[i].uptime > l->max_age)
			p[i].verdict = REAP_AGED;
	}
	if (l->keep != SIZE_MAX)
		judge_groups(p, count, l->keep);
}

void
reap_reason(const struct reap_process *p, const struct reap_limits *l, struct buf *out)
{
	switch (p->verdict) {
	case REAP_STALE:
		if (isnan(p->beat))
			buf_printf(out, "no heartbeat, and up for %.0f s > %g s", p->uptime,
			           l->stale);
		else
			buf_printf(out, "no beat for %.0f s > %g s", p->beat, l->stale);
		break;
	case REAP_AGED: buf_printf(out, "up for %.0f s > %g s", p->uptime, l->max_age); break;
	case REAP_OVER:
		buf_printf(out, "%zu newer ones of " STR_FMT, l->keep, STR_ARG(p->group));
		break;
	case REAP_KEEP: break;
	}
}
