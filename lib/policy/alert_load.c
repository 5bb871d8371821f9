/* What alert_save.c wrote, read again. */
#include "policy/alert_engine.h"

#include <math.h>

/* Digits of a rule's id. */
enum { ID_LEN = 16 };

struct load {
	struct alert *a;
	struct buf head, line, scratch;
	struct json rules; /* of the run that saved it, in head */
	struct json by, key;
	struct alert_group *group; /* NULL where nothing is grouped like that now */
};

static bool
get_number(struct json object, const char *key, double *value)
{
	struct json v;

	return json_get(object, str_of(key), &v) && json_number(v, value);
}

static bool
get_bool(struct json object, const char *key, bool *value)
{
	struct json v;

	if (!json_get(object, str_of(key), &v) || !json_is_bool(v))
		return false;
	*value = v.type == JSON_TRUE;
	return true;
}

static bool
get_typed(struct json object, const char *key, enum json_type type, struct json *value)
{
	return json_get(object, str_of(key), value) && value->type == type;
}

/* What the run that saved it said of the rule ID, with its name, condition and labels. */
static bool
saved_rule(const struct load *l, struct json id, struct json *rule)
{
	struct json_iter it = json_iter(l->rules);
	struct json key, other;

	while (json_next(&it, &key, rule))
		if (get_typed(*rule, "id", JSON_STRING, &other) &&
		    str_eq((struct str){other.ptr, other.len}, (struct str){id.ptr, id.len}))
			return get_typed(*rule, "alert", JSON_STRING, &other) &&
			       get_typed(*rule, "expr", JSON_STRING, &other) &&
			       get_typed(*rule, "labels", JSON_OBJECT, &other);
	return false;
}

static const struct alert_rule *
present_rule(const struct alert *a, struct json id)
{
	uint64_t value = strtoull(id.ptr + 1, NULL, 16);

	for (size_t i = 0; id.len == ID_LEN + 2 && i < a->rules->count; i++)
		if (a->rules->rule[i].id == value)
			return &a->rules->rule[i];
	return NULL;
}

/* An alert was firing, and its rule is gone: say that it is over, under the labels it was told with. */
static void
tell_gone(struct load *l, struct json old, double since, double fired)
{
	struct alert_rule rule = {0};
	struct alert_by by = {0};
	struct json key, value, labels;
	struct alert_note note = {.rule = &rule,
	                          .by = &by,
	                          .key = {l->key.ptr, l->key.len},
	                          .state = "resolved",
	                          .ts = l->a->now,
	                          .since = since,
	                          .fired = fired,
	                          .timed = l->a->timed};

	buf_reset(&l->scratch);
	buf_room(&l->scratch, old.len + l->by.len);
	json_get(old, STR("alert"), &value);
	rule.name = json_string(value, &l->scratch);
	for (struct json_iter it = json_iter(l->by);
	     by.count < ALERT_BY_MAX && json_next(&it, &key, &value);)
		by.path[by.count++] = json_text(value, &l->scratch);
	json_get(old, STR("labels"), &labels);
	for (struct json_iter it = json_iter(labels); json_next(&it, &key, &value);) {
		struct alert_label label = {.name = json_string(key, &l->scratch),
		                            .text = json_text(value, &l->scratch)};

		alert_label_compile(&label);
		GROW(rule.labels.label, rule.labels.count, rule.labels.cap);
		rule.labels.label[rule.labels.count++] = label;
	}
	l->a->notify(l->a->arg, &note);
	for (size_t i = 0; i < rule.labels.count; i++)
		free(rule.labels.label[i].piece);
	free(rule.labels.label);
}

static bool
load_window(struct alert_window *w, struct json list)
{
	double item[3];
	size_t n = 0;
	struct json key, value;

	for (struct json_iter it = json_iter(list); json_next(&it, &key, &value);) {
		if (!json_number(value, &item[n++]))
			return false;
		if (n < 3)
			continue;
		n = 0;
		if (item[1] < 0 || item[2] < 1 || item[2] > UINT32_MAX ||
		    w->count == ALERT_WINDOW_MAX ||
		    (w->count > 0 && item[0] < w->entry[w->count - 1].first))
			return false;
		GROW(w->entry, w->count, w->cap);
		w->entry[w->count++] =
			(struct alert_count){item[0], (float)item[1], (uint32_t)item[2]};
	}
	return n == 0;
}

static bool
load_windows(struct alert_slot *slot, struct json saved)
{
	struct json list, key, value;
	size_t i = 0;

	if (slot->rule->windows == 0)
		return true;
	if (!get_typed(saved, "windows", JSON_ARRAY, &list))
		return false;
	for (struct json_iter it = json_iter(list); json_next(&it, &key, &value); i++)
		if (i >= slot->rule->windows || value.type != JSON_ARRAY ||
		    !load_window(&slot->window[i], value))
			return false;
	return i == slot->rule->windows;
}

static bool
load_times(struct alert_slot *slot, struct json saved, enum alert_state *state)
{
	struct json value;

	*state = ALERT_INACTIVE;
	if (!json_get(saved, STR("state"), &value))
		return false;
	while (alert_state_names[*state] && !json_is(value, str_of(alert_state_names[*state])))
		++*state;
	if (json_get(saved, STR("broken"), &value) && !json_number(value, &slot->broken))
		return false;
	return *state <= ALERT_FIRING && get_bool(saved, "held", &slot->held) &&
	       get_bool(saved, "sent", &slot->sent) && get_number(saved, "since", &slot->since) &&
	       get_number(saved, "fired", &slot->fired) &&
	       get_number(saved, "notify", &slot->notify);
}

static bool
load_slot(struct load *l, struct json saved)
{
	struct alert_slot times = {.broken = (double)INFINITY}, *slot;
	const struct alert_rule *rule;
	enum alert_state state;
	struct json id, old, value;

	if (!get_typed(saved, "id", JSON_STRING, &id) || !saved_rule(l, id, &old) ||
	    !load_times(&times, saved, &state))
		return false;
	rule = present_rule(l->a, id);
	if (!l->group || !rule || rule->by != l->group->by) {
		if (state == ALERT_FIRING && times.sent)
			tell_gone(l, old, times.since, times.fired);
		return true;
	}
	slot = l->group->slot ? l->group->slot[rule->place] : NULL;
	if (!slot)
		slot = alert_slot_make(l->a, l->group, rule);
	slot->state = state;
	slot->held = times.held;
	slot->sent = times.sent;
	slot->since = times.since;
	slot->fired = times.fired;
	slot->broken = times.broken;
	slot->notify = times.notify;
	l->a->firing += state == ALERT_FIRING;
	if (get_typed(saved, "kept", JSON_OBJECT, &value))
		buf_padded(&slot->kept, (struct str){value.ptr, value.len});
	json_get(old, STR("expr"), &value);
	return !json_is(value, rule->expr) || load_windows(slot, saved);
}

/* Which of today's groupings is BY. */
static bool
find_by(const struct alert *a, struct json by, size_t *index)
{
	for (*index = 0; *index < a->rules->bys; ++*index) {
		const struct alert_by *b = &a->rules->by[*index];
		struct json_iter it = json_iter(by);
		struct json key, value;
		size_t n = 0;

		while (json_next(&it, &key, &value) && n < b->count && json_is(value, b->path[n]))
			n++;
		it = json_iter(by);
		for (size_t left = n; left > 0 && json_next(&it, &key, &value);)
			left--;
		if (n == b->count && !json_next(&it, &key, &value))
			return true;
	}
	return false;
}

static bool
load_group(struct load *l, struct json saved)
{
	struct json slots, key, value;
	struct alert_group times = {0};
	size_t by;
	bool fresh;

	if (!get_typed(saved, "by", JSON_ARRAY, &l->by) ||
	    !get_typed(saved, "key", JSON_ARRAY, &l->key) ||
	    !get_typed(saved, "slots", JSON_ARRAY, &slots) || !get_number(saved, "ts", &times.ts) ||
	    !get_number(saved, "seen", &times.seen) || !get_number(saved, "first", &times.first) ||
	    !get_number(saved, "lag", &times.lag))
		return false;
	l->group = NULL;
	if (find_by(l->a, l->by, &by)) {
		l->group = alert_group_use(l->a, by, (struct str){l->key.ptr, l->key.len}, &fresh);
		if (!fresh)
			return false;
		l->group->ts = l->group->saved = times.ts;
		l->group->seen = times.seen;
		l->group->first = times.first;
		l->group->lag = times.lag;
	}
	for (struct json_iter it = json_iter(slots); json_next(&it, &key, &value);)
		if (!load_slot(l, value))
			return false;
	return true;
}

/* Rules that came since know the groups from now on; everything is looked at again when time next comes. */
static void
wake(struct alert *a)
{
	for (size_t by = 0; by < a->rules->bys; by++)
		for (struct alert_group *g = map_oldest(&a->groups[by]); g;
		     g = map_newer(&a->groups[by], g))
			for (size_t i = 0; i < a->rules->count; i++) {
				const struct alert_rule *rule = &a->rules->rule[i];
				struct alert_slot *slot = NULL;

				if (rule->by != by)
					continue;
				if (g->slot)
					slot = g->slot[rule->place];
				if (!slot && rule->silence)
					slot = alert_slot_make(a, g, rule);
				if (slot)
					alert_heap_set(a, slot, a->now - g->lag);
			}
}

static const char *
load_head(struct load *l, struct str line, uint64_t *groups)
{
	struct json_error error;
	struct json head, value;
	uint64_t version;

	buf_padded(&l->head, line);
	if (!json_scan(buf_view(&l->head), &head, &error))
		return error.reason;
	if (!json_get(head, STR("type"), &value) || !json_is(value, STR("alert_state")) ||
	    !json_get(head, STR("version"), &value) || !json_count(value, &version))
		return "not a state of alerts";
	if (version != ALERT_STATE_VERSION)
		return "another version";
	if (!json_get(head, STR("groups"), &value) || !json_count(value, groups) ||
	    !get_typed(head, "rules", JSON_ARRAY, &l->rules))
		return "incomplete";
	l->a->timed = get_number(head, "now", &l->a->now);
	return l->a->now >= 0 && l->a->now < TIMELINE_END ? NULL : "time out of range";
}

static const char *
load_line(struct load *l, struct str line)
{
	struct json_error error;
	struct json group;

	buf_reset(&l->line);
	buf_padded(&l->line, line);
	if (!json_scan(buf_view(&l->line), &group, &error))
		return error.reason;
	return load_group(l, group) ? NULL : "not a group of alerts";
}

bool
alert_load(struct alert *a, struct str text, size_t *line, const char **reason)
{
	struct load l = {.a = a};
	uint64_t groups = 0;
	struct str one;

	*line = 1;
	*reason = str_line(&text, &one) ? load_head(&l, one, &groups) : "empty";
	while (!*reason && str_line(&text, &one)) {
		++*line;
		*reason = groups-- > 0 ? load_line(&l, one) : "more groups than announced";
	}
	if (!*reason && groups > 0)
		*reason = "groups are missing at the end";
	wake(a);
	buf_release(&l.head);
	buf_release(&l.line);
	buf_release(&l.scratch);
	return !*reason;
}
