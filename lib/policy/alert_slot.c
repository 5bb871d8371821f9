#include "policy/alert_engine.h"

#include <math.h>

static const double never = (double)INFINITY;

/* Telling. */

static double
first_count(const struct alert_slot *slot)
{
	for (size_t i = 0; i < slot->rule->windows; i++)
		if (!cond_window(slot->rule->cond, i)->absent)
			return alert_window_count(&slot->window[i]);
	return 0;
}

void
alert_tell(struct alert *a, const struct alert_slot *slot, const char *state, double t)
{
	struct alert_note note = {
		.rule = slot->rule,
		.by = &a->rules->by[slot->group->by],
		.key = map_key(&a->groups[slot->group->by], slot->group),
		.kept = buf_view(&slot->kept),
		.state = state,
		.ts = t,
		.since = slot->since,
		.fired = slot->fired,
		.value = first_count(slot),
		.timed = a->timed,
	};

	a->notify(a->arg, &note);
}

/* Making. */

struct alert_slot *
alert_slot_make(struct alert *a, struct alert_group *g, const struct alert_rule *rule)
{
	struct alert_slot *slot;

	if (!g->slot)
		g->slot = xcalloc(a->rules->by[g->by].rules, sizeof(*g->slot));
	slot = xcalloc(1, sizeof(*slot) + rule->windows * sizeof(slot->window[0]));
	slot->rule = rule;
	slot->group = g;
	slot->broken = never;
	slot->number = a->slots++;
	g->slot[rule->place] = slot;
	g->slots++;
	a->live[g->by]++;
	return slot;
}

void
alert_slot_free(struct alert *a, struct alert_slot *slot)
{
	struct alert_group *g = slot->group;

	alert_heap_remove(a, slot);
	for (size_t i = 0; i < slot->rule->windows; i++)
		alert_window_release(&slot->window[i]);
	buf_release(&slot->kept);
	a->live[g->by]--;
	a->firing -= slot->state == ALERT_FIRING;
	g->slot[slot->rule->place] = NULL;
	if (--g->slots == 0) {
		free(g->slot);
		g->slot = NULL;
	}
	free(slot);
}

/* What is due, and when. */

static double
stale_at(const struct alert *a, const struct alert_slot *slot)
{
	bool known = slot->held || (slot->rule->reads && slot->rule->windows > 0 && slot->kept.len);

	return a->options.stale > 0 && !slot->rule->silence && known
	               ? slot->group->seen + a->options.stale
	               : never;
}

/* When an alert that is firing is to be told next. */
static double
tell_at(const struct alert *a, const struct alert_slot *slot)
{
	if (!slot->sent)
		return slot->notify;
	return a->options.repeat > 0 ? slot->notify + a->options.repeat : never;
}

/* Nothing is missed in a group before it has been known for as long. */
static bool
warming(const struct alert_slot *slot, const struct cond_window *w, double t)
{
	const struct alert_rule *rule = slot->rule;

	return (w->absent || (rule->silence && !rule->reads)) &&
	       t < slot->group->first + w->seconds;
}

static void
slot_schedule(struct alert *a, struct alert_slot *slot, double t)
{
	double due = stale_at(a, slot);

	for (size_t i = 0; i < slot->rule->windows; i++) {
		const struct cond_window *w = cond_window(slot->rule->cond, i);

		due = alert_earlier(due, alert_window_due(&slot->window[i], w->seconds));
		if (warming(slot, w, t))
			due = alert_earlier(due, slot->group->first + w->seconds);
	}
	if (slot->state == ALERT_PENDING)
		due = alert_earlier(due, slot->since + slot->rule->hold);
	if (slot->state == ALERT_FIRING)
		due = alert_earlier(
			due, alert_earlier(slot->broken + slot->rule->keep, tell_at(a, slot)));
	alert_heap_set(a, slot, due);
}

/* States. */

static void
slot_fire(struct alert *a, struct alert_slot *slot, double t)
{
	double *wait = &a->wait[slot->rule - a->rules->rule], lag = slot->group->lag;

	slot->state = ALERT_FIRING;
	slot->fired = t;
	slot->sent = false;
	slot->notify = t;
	a->firing++;
	if (a->options.group_wait > 0) {
		if (*wait < t + lag)
			*wait = t + lag + a->options.group_wait;
		slot->notify = *wait - lag;
	}
}

void
alert_slot_tell(struct alert *a, struct alert_slot *slot, double t)
{
	/* After a gap one repetition stands for all that were due in it. */
	double gap = alert_local_now(a, slot->group) - t;

	alert_tell(a, slot, "firing", t);
	slot->sent = true;
	slot->notify = t;
	if (a->options.repeat > 0 && gap > a->options.repeat)
		slot->notify += floor(gap / a->options.repeat) * a->options.repeat;
}

/* What time alone changes, at T. */
static void
slot_progress(struct alert *a, struct alert_slot *slot, double t)
{
	if (slot->state == ALERT_PENDING && t >= slot->since + slot->rule->hold)
		slot_fire(a, slot, t);
	if (slot->state == ALERT_FIRING && t >= slot->broken + slot->rule->keep) {
		if (slot->sent)
			alert_tell(a, slot, "resolved", t);
		slot->state = ALERT_INACTIVE;
		a->firing--;
	}
	if (slot->state == ALERT_FIRING && t >= tell_at(a, slot))
		alert_slot_tell(a, slot, t);
}

static bool
slot_idle(const struct alert_slot *slot)
{
	const struct alert_rule *rule = slot->rule;

	if (slot->state != ALERT_INACTIVE || rule->silence)
		return false;
	for (size_t i = 0; i < rule->windows; i++)
		if (slot->window[i].count > 0)
			return false;
	return rule->windows == 0 || slot->kept.len == 0 || !rule->reads;
}

/* The condition holds at T, or does not. */
void
alert_slot_step(struct alert *a, struct alert_slot *slot, bool holds, double t)
{
	slot->held = holds;
	if (holds) {
		slot->broken = never;
		if (slot->state == ALERT_INACTIVE) {
			slot->state = ALERT_PENDING;
			slot->since = t;
			if (a->options.pending && slot->rule->hold > 0)
				alert_tell(a, slot, "pending", t);
		}
	} else if (slot->state == ALERT_PENDING) {
		slot->state = ALERT_INACTIVE;
	} else if (slot->state == ALERT_FIRING && slot->broken == never) {
		slot->broken = t;
	}
	slot_progress(a, slot, t);
	if (slot_idle(slot))
		alert_slot_free(a, slot);
	else
		slot_schedule(a, slot, t);
}

/* Conditions. */

bool
alert_slot_eval(struct alert_slot *slot, const struct record *r, double t)
{
	double counts[ALERT_WINDOWS_MAX];

	for (size_t i = 0; i < slot->rule->windows; i++) {
		const struct cond_window *w = cond_window(slot->rule->cond, i);

		alert_window_expire(&slot->window[i], t, w->seconds);
		counts[i] = alert_window_count(&slot->window[i]);
		if (warming(slot, w, t)) {
			if (!w->absent)
				return false;
			counts[i] = 1;
		}
	}
	return cond_eval(slot->rule->cond, r, counts);
}

/* What the condition is judged on when no record speaks: what was kept of the last that did. */
static const struct record *
slot_record(struct alert *a, const struct alert_slot *slot)
{
	struct json_error error;

	if (!slot->rule->reads || slot->kept.len == 0 ||
	    !record_scan(&a->kept, buf_view(&slot->kept), &error))
		return &a->empty;
	return &a->kept;
}

bool
alert_slot_eval_kept(struct alert *a, struct alert_slot *slot, double t)
{
	bool holds;

	cond_share_next(a->rules->share);
	holds = alert_slot_eval(slot, slot_record(a, slot), t);
	cond_share_next(a->rules->share);
	return holds;
}

void
alert_slot_due(struct alert *a, struct alert_slot *slot)
{
	double t = slot->due;
	bool holds = slot->held;

	if (t >= stale_at(a, slot)) {
		for (size_t i = 0; i < slot->rule->windows; i++)
			alert_window_clear(&slot->window[i]);
		if (slot->rule->windows > 0)
			buf_reset(&slot->kept);
		holds = false;
	} else if (slot->rule->windows > 0) {
		holds = alert_slot_eval_kept(a, slot, t);
	}
	alert_slot_step(a, slot, holds, t);
}

/*
 * What was due before now, or by now. As long as records of the present moment may come, what is due at it waits: they
 * count first.
 */
void
alert_run_due(struct alert *a, bool by_now)
{
	struct alert_slot *slot;

	while ((slot = alert_heap_due(a))) {
		struct alert_group *g = slot->group;

		if (!by_now && slot->due + g->lag >= a->now)
			break;
		alert_slot_due(a, slot);
		alert_group_tidy(a, g);
	}
}
