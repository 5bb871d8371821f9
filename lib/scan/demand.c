#include "scan/demand.h"

#include <stdlib.h>

void
demands_init(struct demands *d)
{
	*d = (struct demands){.seen = MAP_INIT(sizeof(size_t)), .sieve = sieve_new()};
}

void
demands_release(struct demands *d)
{
	for (size_t i = 0; i < d->count; i++) {
		pattern_free(d->demand[i]->defines);
		pattern_free(d->demand[i]->has);
		pattern_free(d->demand[i]->lacks);
		free(d->demand[i]);
	}
	free(d->demand);
	free(d->always);
	map_release(&d->seen);
	arena_release(&d->arena);
	sieve_free(d->sieve);
}

/* P with what HIT captured, after what is in TEXT; false where there is no such pattern. */
static bool
add_filled(const struct scan_hit *hit, const struct scan_pattern *p, struct buf *text)
{
	struct str name;

	buf_byte(text, '\0');
	return p->text.ptr && fill_in(hit->rule, p->text, hit->capture, true, text, &name);
}

static struct pattern *
compile(const struct scan_hit *hit, const struct scan_pattern *p)
{
	struct buf text = BUF_INIT;
	struct cond_error error;
	struct pattern *made = NULL;

	if (add_filled(hit, p, &text))
		made = pattern_compile(str_from(buf_view(&text), 1), p->options, &error);
	buf_release(&text);
	return made;
}

void
demands_add(struct demands *d, struct scan_hit *hit)
{
	const struct scan_rule *rule = hit->rule;
	struct buf key = BUF_INIT;
	size_t *number;
	bool fresh;

	if (!rule->defines.text.ptr)
		return;
	buf_span(&key, rule->id);
	add_filled(hit, &rule->defines, &key);
	add_filled(hit, &rule->has, &key);
	add_filled(hit, &rule->lacks, &key);
	number = map_use(&d->seen, buf_view(&key), &fresh);
	if (fresh) {
		struct demand *demand = xcalloc(1, sizeof(*demand));

		demand->rule = rule;
		demand->defines = compile(hit, &rule->defines);
		demand->has = compile(hit, &rule->has);
		demand->lacks = compile(hit, &rule->lacks);
		GROW(d->demand, d->count, d->cap);
		d->demand[d->count++] = demand;
		*number = d->count;
	}
	hit->demand = *number;
	buf_release(&key);
}

void
demands_ready(struct demands *d)
{
	struct str key;

	d->always = xcalloc(d->count + 1, sizeof(*d->always));
	for (size_t *number = map_oldest(&d->seen); number; number = map_newer(&d->seen, number)) {
		struct literals l;
		const char *end;

		/* The key is the rule, then each pattern after a NUL. */
		key = map_key(&d->seen, number);
		key = str_from(key, d->demand[*number - 1]->rule->id.len + 1);
		end = memchr(key.ptr, '\0', key.len);
		l = literals_of((struct str){key.ptr, end ? (size_t)(end - key.ptr) : key.len},
		                &d->arena);
		for (size_t i = 0; i < l.count; i++)
			sieve_add(d->sieve, l.text[i], (unsigned)(*number - 1));
		d->always[*number - 1] = l.count == 0;
	}
	sieve_ready(d->sieve);
}

static bool
occurs(struct worker *w, const struct pattern *p, struct str view, size_t from, size_t to)
{
	return worker_search(w, p, (struct str){view.ptr + from, to - from}, 0, to - from, NULL) >
	       0;
}

/* One definition, whose match ends at AT. */
static void
judge(struct worker *w, struct demand *demand, struct str view, size_t from, size_t at)
{
	const struct block *b = blocks_at(text_blocks(&w->text), at);
	size_t to = at;

	if (b && at < b->body) {
		from = b->head;
		to = b->end;
	} else {
		text_whole_lines(&w->text, &from, &to);
	}
	atomic_fetch_add(&demand->found, 1);
	if ((!demand->has || occurs(w, demand->has, view, from, to)) &&
	    (!demand->lacks || !occurs(w, demand->lacks, view, from, to)))
		atomic_fetch_add(&demand->good, 1);
}

static void
look(struct worker *w, struct demand *demand)
{
	struct str view = text_view(&w->text, demand->rule->view);
	size_t at = 0, start, end;

	while (demand->defines && at <= view.len &&
	       worker_search(w, demand->defines, view, at, view.len, &start) > 0) {
		search_group(w->search, 0, &start, &end);
		judge(w, demand, view, start, end > start ? end - 1 : end);
		at = end > start ? end : end + 1;
	}
}

struct looking {
	struct demands *demands;
	bool *hit;
};

static void
on_literal(void *arg, unsigned number, size_t end)
{
	struct looking *l = arg;

	(void)end;
	l->hit[number] = true;
}

void
demands_look(struct demands *d, struct worker *w, struct str path, enum lang lang, struct str raw)
{
	struct looking l = {d, xcalloc(d->count + 1, sizeof(bool))};

	worker_begin(w, path, lang, raw);
	sieve_run(d->sieve, raw, on_literal, &l);
	for (size_t i = 0; i < d->count; i++)
		if ((l.hit[i] || d->always[i]) && rule_is_about(d->demand[i]->rule, path, lang))
			look(w, d->demand[i]);
	free(l.hit);
}

bool
demands_hold(const struct demands *d, const struct scan_hit *hit)
{
	const struct demand *demand = hit->demand ? d->demand[hit->demand - 1] : NULL;

	return !demand || (atomic_load(&demand->found) > 0 &&
	                   atomic_load(&demand->found) == atomic_load(&demand->good));
}
