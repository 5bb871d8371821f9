#include "policy/alert_engine.h"

#include <math.h>

/* A value kept of a record, and one that records are grouped by, is cut to this many bytes. */
enum { VALUE_MAX = 1024 };

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

void
alert_add_value(struct buf *out, struct json v)
{
	struct buf text = BUF_INIT;

	if (v.len <= VALUE_MAX && !v.escaped && v.type < JSON_ARRAY) {
		buf_add(out, v.ptr, v.len);
		return;
	}
	buf_quote(out, cut(json_text(v, &text), VALUE_MAX));
	buf_release(&text);
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
			alert_add_value(&a->key, v);
		else
			buf_str(&a->key, "null");
	}
	buf_byte(&a->key, ']');
	return buf_view(&a->key);
}

void
alert_group_clear(struct alert *a, struct alert_group *g)
{
	for (size_t i = 0, n = a->rules->by[g->by].rules; g->slot && i < n; i++)
		if (g->slot[i])
			alert_slot_free(a, g->slot[i]);
}

/* Its place is needed: what is firing ends here, as no more will be known of it. */
static void
group_drop(struct alert *a, struct alert_group *g)
{
	for (size_t i = 0, n = a->rules->by[g->by].rules; g->slot && i < n; i++)
		if (g->slot[i] && g->slot[i]->state == ALERT_FIRING && g->slot[i]->sent)
			alert_tell(a, g->slot[i], "resolved", alert_local_now(a, g));
	alert_group_clear(a, g);
	map_delete(&a->groups[g->by], g);
}

void
alert_group_tidy(struct alert *a, struct alert_group *g)
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
void
alert_group_begin(struct alert *a, struct alert_group *g, double t)
{
	g->first = t;
	for (size_t i = 0; i < a->rules->count; i++) {
		const struct alert_rule *rule = &a->rules->rule[i];

		if (rule->by == g->by && rule->silence)
			alert_heap_set(a, alert_slot_make(a, g, rule), t);
	}
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
		while (g->slot && g->slot[i] && g->slot[i]->due < alert_local_now(a, g))
			alert_slot_due(a, g->slot[i]);
	}
}

enum alert_entry
alert_group_enter(struct alert *a, size_t by, const struct record *r, struct moment *m, bool make,
                  struct alert_group **group, bool *late)
{
	struct str key = group_key(a, &a->rules->by[by], r);
	struct alert_group *g;
	bool fresh = false;

	*group = g = make ? alert_group_use(a, by, key, &fresh) : map_touch(&a->groups[by], key);
	if (!g)
		return ALERT_UNKNOWN;
	if (m->own && m->ts <= g->saved) {
		a->repeated++;
		return ALERT_KNOWN;
	}
	*late = m->own && !m->wall && m->ts < g->ts;
	if (m->own && !*late) {
		double lag = a->now - m->t;

		group_set_lag(a, g, a->options.stale > 0 && lag >= a->options.stale ? lag : 0);
		g->ts = fmax(g->ts, m->ts);
	}
	g->seen = alert_local_now(a, g);
	if (fresh)
		alert_group_begin(a, g, g->seen);
	if (!m->own)
		m->t = g->seen;
	return ALERT_ENTERED;
}
