#include "policy/alert_engine.h"

#include <math.h>

void
alert_record(struct alert *a, const struct record *r, double now)
{
	struct moment m;

	if (now >= 0) {
		alert_advance(a, now);
		m = (struct moment){.t = a->now, .wall = true};
		m.own = record_ts(r, &m.ts);
	} else {
		m = alert_take_time(a, r);
	}
	if (a->rules->share)
		cond_share_next(a->rules->share);
	for (size_t by = 0; by < a->rules->bys; by++)
		alert_by_record(a, by, r, m);
	alert_run_due(a, false);
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
					alert_slot_tell(a, g->slot[i], alert_local_now(a, g));
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
		a->wait[i] = -(double)INFINITY;
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
			alert_group_clear(a, g);
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
