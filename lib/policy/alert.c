#include "policy/alert.h"

#include <math.h>

/* A value kept of a record, and one that records are grouped by, is cut to this many bytes. */
enum { VALUE_MAX = 1024 };

static const double never = (double)INFINITY;

/* A record's time as the engine takes it. */
struct moment {
	double t, ts;
	bool own;  /* the record had a ts that is believed */
	bool wall; /* t comes from a clock; ts serves to know the record again only */
};

static double
local_now(const struct alert *a, const struct alert_group *g)
{
	return a->now - g->lag;
}

/* Telling. */

static double
first_count(const struct alert_slot *slot)
{
	for (size_t i = 0; i < slot->rule->windows; i++)
		if (!cond_window(slot->rule->cond, i)->absent)
			return alert_window_count(&slot->window[i]);
	return 0;
}

static void
tell(struct alert *a, const struct alert_slot *slot, const char *state, double t)
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

/* Groups and slots. */

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

static void
slot_free(struct alert *a, struct alert_slot *slot)
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

static void
group_free_slots(struct alert *a, struct alert_group *g)
{
	for (size_t i = 0, n = a->rules->by[g->by].rules; g->slot && i < n; i++)
		if (g->slot[i])
			slot_free(a, g->slot[i]);
}

/* Its place is needed: what is firing ends here, as no more will be known of it. */
static void
group_drop(struct alert *a, struct alert_group *g)
{
	for (size_t i = 0, n = a->rules->by[g->by].rules; g->slot && i < n; i++)
		if (g->slot[i] && g->slot[i]->state == ALERT_FIRING && g->slot[i]->sent)
			tell(a, g->slot[i], "resolved", local_now(a, g));
	group_free_slots(a, g);
	map_delete(&a->groups[g->by], g);
}

/* A group that nothing is known of need not be kept, unless its times are wanted. */
static void
group_tidy(struct alert *a, struct alert_group *g)
{
	if (!g->slot && !a->tracked[g->by])
		map_delete(&a->groups[g->by], g);
}

struct alert_group *
alert_group_use(struct alert *a, size_t by, struct str key, bool *fresh)
{
	struct map *map = &a->groups[by];
	struct alert_group *g = map_use(map, key, fresh);

	if (*fresh) {
		g->by = by;
		g->ts = g->saved = -1;
		if (map->count > a->options.max_groups) {
			a->dropped++;
			group_drop(a, map_oldest(map));
		}
	}
	return g;
}

/* Rules about silence must know a group from its beginning, and are asked once its first record is counted. */
static void
group_begin(struct alert *a, struct alert_group *g, double t)
{
	g->first = t;
	for (size_t i = 0; i < a->rules->count; i++) {
		const struct alert_rule *rule = &a->rules->rule[i];

		if (rule->by == g->by && rule->silence)
			alert_heap_set(a, alert_slot_make(a, g, rule), t);
	}
}

/* States. */

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

void
alert_slot_schedule(struct alert *a, struct alert_slot *slot, double t)
{
	double due = stale_at(a, slot);

	for (size_t i = 0; i < slot->rule->windows; i++) {
		const struct cond_window *w = cond_window(slot->rule->cond, i);

		due = fmin(due, alert_window_due(&slot->window[i], w->seconds));
		if (warming(slot, w, t))
			due = fmin(due, slot->group->first + w->seconds);
	}
	if (slot->state == ALERT_PENDING)
		due = fmin(due, slot->since + slot->rule->hold);
	if (slot->state == ALERT_FIRING)
		due = fmin(due, fmin(slot->broken + slot->rule->keep, tell_at(a, slot)));
	alert_heap_set(a, slot, due);
}

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

static void
slot_tell(struct alert *a, struct alert_slot *slot, double t)
{
	/* After a gap one repetition stands for all that were due in it. */
	double gap = local_now(a, slot->group) - t;

	tell(a, slot, "firing", t);
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
			tell(a, slot, "resolved", t);
		slot->state = ALERT_INACTIVE;
		a->firing--;
	}
	if (slot->state == ALERT_FIRING && t >= tell_at(a, slot))
		slot_tell(a, slot, t);
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
static void
slot_step(struct alert *a, struct alert_slot *slot, bool holds, double t)
{
	slot->held = holds;
	if (holds) {
		slot->broken = never;
		if (slot->state == ALERT_INACTIVE) {
			slot->state = ALERT_PENDING;
			slot->since = t;
			if (a->options.pending && slot->rule->hold > 0)
				tell(a, slot, "pending", t);
		}
	} else if (slot->state == ALERT_PENDING) {
		slot->state = ALERT_INACTIVE;
	} else if (slot->state == ALERT_FIRING && slot->broken == never) {
		slot->broken = t;
	}
	slot_progress(a, slot, t);
	if (slot_idle(slot))
		slot_free(a, slot);
	else
		alert_slot_schedule(a, slot, t);
}

/* Conditions. */

static bool
slot_eval(struct alert_slot *slot, const struct record *r, double t)
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

static bool
slot_eval_kept(struct alert *a, struct alert_slot *slot, double t)
{
	bool holds;

	cond_share_next(a->rules->share);
	holds = slot_eval(slot, slot_record(a, slot), t);
	cond_share_next(a->rules->share);
	return holds;
}

static void
slot_due(struct alert *a, struct alert_slot *slot)
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
		holds = slot_eval_kept(a, slot, t);
	}
	slot_step(a, slot, holds, t);
}

/*
 * What was due before now, or by now. As long as records of the present moment may come, what is due at it waits: they
 * count first.
 */
static void
run_due(struct alert *a, bool by_now)
{
	struct alert_slot *slot;

	while ((slot = alert_heap_due(a))) {
		struct alert_group *g = slot->group;

		if (!by_now && slot->due + g->lag >= a->now)
			break;
		slot_due(a, slot);
		group_tidy(a, g);
	}
}

/* Records. */

static struct str
cut(struct str s, size_t max)
{
	if (s.len > max) {
		s.len = max;
		while (s.len > 0 && ((unsigned char)s.ptr[s.len] & 0xc0) == 0x80)
			s.len--;
	}
	return s;
}

/* Add a value as JSON, cut where it is long: plain values as they are written, anything else as a string. */
static void
add_value(struct buf *out, struct json v)
{
	struct buf text = BUF_INIT;

	if (v.len <= VALUE_MAX && !v.escaped && v.type < JSON_ARRAY) {
		buf_add(out, v.ptr, v.len);
		return;
	}
	buf_quote(out, cut(json_text(v, &text), VALUE_MAX));
	buf_release(&text);
}

static void
keep_members(struct alert *a, struct alert_slot *slot, const struct record *r)
{
	const struct paths *keeps = &slot->rule->keeps;
	struct json v;

	buf_reset(&a->text);
	for (size_t i = 0; i < keeps->count; i++) {
		if (!record_path(r, keeps->path[i], &v))
			continue;
		buf_byte(&a->text, a->text.len ? ',' : '{');
		buf_quote(&a->text, keeps->path[i]);
		buf_byte(&a->text, ':');
		add_value(&a->text, v);
	}
	buf_reset(&slot->kept);
	if (a->text.len == 0)
		return;
	buf_byte(&a->text, '}');
	buf_padded(&slot->kept, buf_view(&a->text));
}

static bool
has_one(const struct record *r, const struct paths *paths)
{
	struct json v;

	for (size_t i = 0; i < paths->count; i++)
		if (record_path(r, paths->path[i], &v))
			return true;
	return false;
}

/* Whether a record that fulfils the condition, or does not, says so about its group, and is not just another. */
static bool
speaks(const struct alert_rule *rule, const struct record *r, bool holds)
{
	return holds ? rule->asks || has_one(r, &rule->speaks_for)
	             : has_one(r, &rule->speaks_against);
}

static struct str
group_key(struct alert *a, const struct alert_by *by, const struct record *r)
{
	struct json v;

	buf_reset(&a->key);
	buf_byte(&a->key, '[');
	for (size_t i = 0; i < by->count; i++) {
		if (i > 0)
			buf_byte(&a->key, ',');
		if (record_path(r, by->path[i], &v))
			add_value(&a->key, v);
		else
			buf_str(&a->key, "null");
	}
	buf_byte(&a->key, ']');
	return buf_view(&a->key);
}

/* A group's own time may come closer to the common one by more than has passed there. */
static void
group_set_lag(struct alert *a, struct alert_group *g, double lag)
{
	size_t n = a->rules->by[g->by].rules;

	if (lag == g->lag)
		return;
	for (size_t i = 0; g->slot && i < n; i++)
		if (g->slot[i])
			alert_heap_remove(a, g->slot[i]);
	g->lag = lag;
	for (size_t i = 0; g->slot && i < n; i++)
		if (g->slot[i])
			alert_heap_set(a, g->slot[i], g->slot[i]->due);
	for (size_t i = 0; g->slot && i < n; i++) {
		while (g->slot && g->slot[i] && g->slot[i]->due < local_now(a, g))
			slot_due(a, g->slot[i]);
	}
}

/* The group that R belongs to, told of it; NULL where R is known already. */
static struct alert_group *
group_enter(struct alert *a, size_t by, const struct record *r, struct moment *m, bool *late)
{
	bool fresh;
	struct alert_group *g = alert_group_use(a, by, group_key(a, &a->rules->by[by], r), &fresh);

	if (m->own && m->ts <= g->saved) {
		a->repeated++;
		return NULL;
	}
	*late = m->own && !m->wall && m->ts < g->ts;
	if (m->own && !*late) {
		double lag = a->now - m->t;

		group_set_lag(a, g, a->options.stale > 0 && lag >= a->options.stale ? lag : 0);
		g->ts = fmax(g->ts, m->ts);
	}
	g->seen = local_now(a, g);
	if (fresh)
		group_begin(a, g, g->seen);
	return g;
}

/* A rule without windows. */
static void
rule_plain(struct alert *a, struct alert_group *g, const struct alert_rule *rule,
           const struct record *r, bool holds, double t)
{
	struct alert_slot *slot = g->slot ? g->slot[rule->place] : NULL;

	if ((!holds && !slot) || !speaks(rule, r, holds))
		return;
	if (!slot)
		slot = alert_slot_make(a, g, rule);
	if (holds)
		keep_members(a, slot, r);
	slot_step(a, slot, holds, t);
}

/* Which of a rule's windows count R. */
static unsigned
windows_matched(const struct alert_rule *rule, const struct record *r)
{
	unsigned matched = 0;

	for (size_t i = 0; i < rule->windows; i++)
		matched |= (unsigned)cond_eval(cond_window(rule->cond, i)->cond, r, NULL) << i;
	return matched;
}

static void
rule_windowed(struct alert *a, struct alert_group *g, const struct alert_rule *rule,
              const struct record *r, unsigned matched, double t, bool late)
{
	struct alert_slot *slot = g->slot ? g->slot[rule->place] : NULL;
	bool speaking = rule->reads && !late && has_one(r, &rule->speaks_against);
	double now = local_now(a, g);

	if (!matched && !speaking)
		return; /* what time alone changes is seen to when it is due */
	if (!slot)
		slot = alert_slot_make(a, g, rule);
	for (size_t i = 0; i < rule->windows; i++) {
		const struct cond_window *w = cond_window(rule->cond, i);

		if (!(matched >> i & 1) || t + w->seconds <= now)
			continue;
		if (w->absent)
			alert_window_mark(&slot->window[i], t);
		else
			alert_window_add(&slot->window[i], t, w->seconds);
	}
	if (speaking || (matched && !rule->reads && !late))
		keep_members(a, slot, r);
	slot_step(a, slot, speaking ? slot_eval(slot, r, now) : slot_eval_kept(a, slot, now), now);
}

/* R for the rules of one by. The group is looked up only when there is something to know about it. */
static void
by_record(struct alert *a, size_t by, const struct record *r, struct moment m)
{
	struct alert_group *g = NULL;
	bool late = false;

	for (size_t i = 0; i < a->rules->count; i++) {
		const struct alert_rule *rule = &a->rules->rule[i];
		unsigned matched;

		if (rule->by != by)
			continue;
		if (!g && (a->tracked[by] || a->live[by] > 0)) {
			g = group_enter(a, by, r, &m, &late);
			if (!g)
				return;
		}
		matched = rule->windows > 0 ? windows_matched(rule, r)
		                            : (unsigned)cond_eval(rule->cond, r, NULL);
		if (!g && !matched && !(rule->windows > 0 && rule->reads))
			continue;
		if (!g && !(g = group_enter(a, by, r, &m, &late)))
			return;
		if (!m.own)
			m.t = local_now(a, g);
		if (rule->windows > 0)
			rule_windowed(a, g, rule, r, matched, m.t, late);
		else if (!late)
			rule_plain(a, g, rule, r, matched, m.t);
	}
	if (g)
		group_tidy(a, g);
}

/* Time. */

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
			group_begin(a, g, a->now);
		}
	}
}

static void
advance(struct alert *a, double now)
{
	if (!a->timed) {
		a->timed = true;
		a->now = now;
	}
	if (now > a->now)
		a->now = now;
	run_due(a, false);
}

/* Whether a record at TS, far ahead of the time, is to move it: the last of a run of such. */
static bool
jump_believed(struct alert *a, double *ts)
{
	a->run_ts = a->run == 0 ? *ts : fmin(a->run_ts, *ts);
	if (++a->run < ALERT_JUMP_RUN)
		return false;
	*ts = a->run_ts;
	a->run = 0;
	return true;
}

/* The time that R is taken at, and with it everybody's. */
static struct moment
take_time(struct alert *a, const struct record *r)
{
	struct moment m = {.t = a->now};

	m.own = record_ts(r, &m.ts);
	if (!m.own)
		return m;
	if (!(m.ts >= 0 && m.ts < ALERT_TS_END)) {
		a->jumped++;
		m.own = false;
		return m;
	}
	if (!a->timed) {
		a->provisional = true;
	} else if (m.ts > a->now + a->options.max_jump) {
		if (!jump_believed(a, &m.ts)) {
			a->jumped++;
			m.own = false;
			return m;
		}
	} else if (a->provisional && m.ts < a->now - a->options.max_jump) {
		a->now = m.ts; /* it was the first that was wrong */
	} else {
		a->provisional = false;
		a->run = 0;
	}
	advance(a, m.ts);
	m.t = m.ts;
	return m;
}

void
alert_record(struct alert *a, const struct record *r, double now)
{
	struct moment m;

	if (now >= 0) {
		advance(a, now);
		m = (struct moment){.t = a->now, .wall = true};
		m.own = record_ts(r, &m.ts);
	} else {
		m = take_time(a, r);
	}
	if (a->rules->share)
		cond_share_next(a->rules->share);
	for (size_t by = 0; by < a->rules->bys; by++)
		by_record(a, by, r, m);
	run_due(a, false);
}

void
alert_time(struct alert *a, double now)
{
	advance(a, now);
	begin_all(a);
	run_due(a, true);
}

void
alert_settle(struct alert *a)
{
	run_due(a, true);
}

void
alert_finish(struct alert *a)
{
	for (size_t by = 0; by < a->rules->bys; by++) {
		struct map *map = &a->groups[by];

		for (struct alert_group *g = map_oldest(map); g; g = map_newer(map, g))
			for (size_t i = 0; g->slot && i < a->rules->by[by].rules; i++)
				if (g->slot[i] && g->slot[i]->state == ALERT_FIRING &&
				    !g->slot[i]->sent)
					slot_tell(a, g->slot[i], local_now(a, g));
	}
}

void
alert_track(struct alert *a)
{
	for (size_t by = 0; by < a->rules->bys; by++)
		a->tracked[by] = true;
}

void
alert_init(struct alert *a, const struct alert_rules *rules, const struct alert_options *options)
{
	struct json_error error;

	*a = (struct alert){.rules = rules, .options = *options};
	a->groups = xcalloc(rules->bys, sizeof(*a->groups));
	a->live = xcalloc(rules->bys, sizeof(*a->live));
	a->tracked = xcalloc(rules->bys, sizeof(*a->tracked));
	a->wait = xcalloc(rules->count, sizeof(*a->wait));
	for (size_t by = 0; by < rules->bys; by++)
		a->groups[by] = (struct map)MAP_INIT(sizeof(struct alert_group));
	for (size_t i = 0; i < rules->count; i++) {
		a->wait[i] = -never;
		if (rules->rule[i].silence)
			a->tracked[rules->rule[i].by] = true;
	}
	buf_padded(&a->blank, STR("{}"));
	record_scan(&a->empty, buf_view(&a->blank), &error);
}

void
alert_release(struct alert *a)
{
	for (size_t by = 0; by < a->rules->bys; by++) {
		for (struct alert_group *g = map_oldest(&a->groups[by]); g;
		     g = map_newer(&a->groups[by], g))
			group_free_slots(a, g);
		map_release(&a->groups[by]);
	}
	free(a->groups);
	free(a->live);
	free(a->tracked);
	free(a->wait);
	free(a->heap);
	buf_release(&a->key);
	buf_release(&a->text);
	buf_release(&a->blank);
	record_release(&a->empty);
	record_release(&a->kept);
}
