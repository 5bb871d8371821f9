#include "policy/alert_engine.h"

static void
keep_members(struct alert_slot *slot, const struct record *r)
{
	const struct paths *keeps = &slot->rule->keeps;
	struct buf *kept = &slot->kept;
	struct json v;

	buf_reset(kept);
	for (size_t i = 0; i < keeps->count; i++) {
		const struct path *path = &keeps->path[i];

		if (!memo_get(path->memo, r, &v))
			continue;
		buf_byte(kept, kept->len ? ',' : '{');
		buf_quote(kept, path->text);
		buf_byte(kept, ':');
		alert_add_value(kept, v);
	}
	if (kept->len > 0)
		buf_padded(kept, STR("}"));
}

static bool
has_one(const struct record *r, const struct paths *paths)
{
	struct json v;

	for (size_t i = 0; i < paths->count; i++)
		if (memo_get(paths->path[i].memo, r, &v))
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
		keep_members(slot, r);
	alert_slot_step(a, slot, holds, t);
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
	double now = alert_local_now(a, g);

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
		keep_members(slot, r);
	alert_slot_step(
		a, slot,
		speaking ? alert_slot_eval(slot, r, now) : alert_slot_eval_kept(a, slot, now), now);
}

/* The group is looked up only when there may be something known of it, and made when there is. */
void
alert_by_record(struct alert *a, size_t by, const struct record *r, struct moment m)
{
	bool tracked = a->tracked[by], late = false;
	enum alert_entry entry = ALERT_UNKNOWN;
	struct alert_group *g = NULL;

	if (tracked || a->live[by] > 0)
		entry = alert_group_enter(a, by, r, &m, tracked, &g, &late);
	for (size_t i = 0; entry != ALERT_KNOWN && i < a->rules->count; i++) {
		const struct alert_rule *rule = &a->rules->rule[i];
		unsigned matched;

		if (rule->by != by)
			continue;
		matched = rule->windows > 0 ? windows_matched(rule, r)
		                            : (unsigned)cond_eval(rule->cond, r, NULL);
		if (!matched && !(rule->windows > 0 ? rule->reads : g && g->slot))
			continue;
		if (!g)
			entry = alert_group_enter(a, by, r, &m, true, &g, &late);
		if (rule->windows > 0)
			rule_windowed(a, g, rule, r, matched, m.t, late);
		else if (!late)
			rule_plain(a, g, rule, r, matched, m.t);
	}
	if (g)
		alert_group_tidy(a, g);
}
