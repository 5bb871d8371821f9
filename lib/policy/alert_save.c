/*
 * What is known, as lines of JSON: first what it is about,
 *
 *   {"type":"alert_state","version":1,"now":…,"groups":N,"rules":[{"id":"…","alert":"…","expr":"…","labels":{…}},…]}
 *
 * then each group, the one longest unused first, with what the rules know of it. A rule is recognized by its id, so
 * rules may come, go and change places between two runs; what was counted for a condition that reads
 * differently now is dropped.
 */
#include "policy/alert_engine.h"

#include "record/emit.h"

#include <math.h>

const char *const alert_state_names[] = {"inactive", "pending", "firing", NULL};

static void
save_id(struct buf *out, const char *key, uint64_t id)
{
	emit_key(out, key);
	buf_printf(out, "\"%016jx\"", (uintmax_t)id);
}

static void
save_rule(const struct alert_rule *rule, struct buf *out)
{
	emit_begin(out, NULL, '{');
	save_id(out, "id", rule->id);
	emit_string(out, "alert", rule->name);
	emit_string(out, "expr", rule->expr);
	emit_begin(out, "labels", '{');
	for (size_t i = 0; i < rule->labels.count; i++)
		/* names of labels are NUL-terminated: they come from YAML */
		emit_string(out, rule->labels.label[i].name.ptr, rule->labels.label[i].text);
	emit_end(out, '}');
	emit_end(out, '}');
}

static void
save_windows(const struct alert_slot *slot, struct buf *out)
{
	emit_begin(out, "windows", '[');
	for (size_t i = 0; i < slot->rule->windows; i++) {
		const struct alert_window *w = &slot->window[i];

		buf_str(out, i > 0 ? ",[" : "[");
		for (uint32_t e = 0; e < w->count; e++) {
			buf_str(out, e > 0 ? "," : "");
			buf_number(out, w->entry[e].first);
			buf_byte(out, ',');
			buf_number(out, (double)w->entry[e].span);
			buf_printf(out, ",%u", w->entry[e].n);
		}
		buf_byte(out, ']');
	}
	emit_end(out, ']');
}

static void
save_slot(const struct alert_slot *slot, struct buf *out)
{
	emit_begin(out, NULL, '{');
	save_id(out, "id", slot->rule->id);
	emit_string(out, "state", str_of(alert_state_names[slot->state]));
	emit_bool(out, "held", slot->held);
	emit_bool(out, "sent", slot->sent);
	emit_number(out, "since", slot->since);
	emit_number(out, "fired", slot->fired);
	if (isfinite(slot->broken))
		emit_number(out, "broken", slot->broken);
	emit_number(out, "notify", slot->notify);
	if (slot->kept.len > 0)
		emit_json(out, "kept", buf_view(&slot->kept));
	if (slot->rule->windows > 0)
		save_windows(slot, out);
	emit_end(out, '}');
}

static void
save_group(const struct alert *a, const struct alert_group *g, struct buf *out)
{
	const struct alert_by *by = &a->rules->by[g->by];

	emit_open(out, NULL);
	emit_begin(out, "by", '[');
	for (size_t i = 0; i < by->count; i++) {
		buf_str(out, i > 0 ? "," : "");
		buf_quote(out, by->path[i]);
	}
	emit_end(out, ']');
	emit_json(out, "key", map_key(&a->groups[g->by], g));
	emit_number(out, "ts", fmax(g->ts, g->saved));
	emit_number(out, "seen", g->seen);
	emit_number(out, "first", g->first);
	emit_number(out, "lag", g->lag);
	emit_begin(out, "slots", '[');
	for (size_t i = 0; g->slot && i < by->rules; i++)
		if (g->slot[i])
			save_slot(g->slot[i], out);
	emit_end(out, ']');
	emit_close(out);
}

void
alert_save(const struct alert *a, struct buf *out)
{
	size_t groups = 0;

	for (size_t by = 0; by < a->rules->bys; by++)
		groups += a->groups[by].count;
	emit_open(out, "alert_state");
	emit_count(out, "version", ALERT_STATE_VERSION);
	if (a->timed)
		emit_number(out, "now", a->now);
	emit_count(out, "groups", groups);
	emit_begin(out, "rules", '[');
	for (size_t i = 0; i < a->rules->count; i++)
		save_rule(&a->rules->rule[i], out);
	emit_end(out, ']');
	emit_close(out);
	for (size_t by = 0; by < a->rules->bys; by++)
		for (struct alert_group *g = map_oldest(&a->groups[by]); g;
		     g = map_newer(&a->groups[by], g))
			save_group(a, g, out);
}
