/*
 * Searching a text: one pass of the sieve over it tells which lines may match which rules, or that nothing can; only what is
 * left is searched by PCRE2, and only then is it found out what in the text is comment or string.
 */
#include "scan/engine.h"

#include <stdlib.h>

/* A line to be searched for a rule. */
struct lookup {
	unsigned rule;
	size_t from, to;
};

void
engine_init(struct engine *e, const struct scan_rules *rules, struct str target,
            const struct scan_rule *only)
{
	*e = (struct engine){.rules = rules, .sieve = sieve_new()};
	e->on = xcalloc(rules->count + 1, sizeof(*e->on));
	e->always = xcalloc(rules->count + 1, sizeof(*e->always));
	for (size_t i = 0; i < rules->count; i++) {
		const struct scan_rule *r = &rules->rule[i];

		e->on[i] = only ? r == only : rule_counts_for(r, target);
		if (!e->on[i])
			continue;
		for (size_t n = 0; n < r->literals.count; n++)
			sieve_add(e->sieve, r->literals.text[n], (unsigned)i);
		if (r->literals.count == 0)
			e->always[e->always_count++] = (unsigned)i;
	}
	sieve_ready(e->sieve);
}

void
engine_release(struct engine *e)
{
	sieve_free(e->sieve);
	free(e->on);
	free(e->always);
}

bool
engine_wants(const struct engine *e, struct str path, enum lang lang)
{
	for (size_t i = 0; i < e->rules->count; i++) {
		const struct scan_rule *r = &e->rules->rule[i];

		/* What has no ending may begin with "#!". */
		if (e->on[i] &&
		    (rule_is_about(r, path, lang) || (lang == LANG_NONE && !r->any_language)))
			return true;
	}
	return false;
}

void
worker_init(struct worker *w, const struct engine *e)
{
	size_t n = e->rules->count + 1;

	*w = (struct worker){.engine = e,
	                     .search = search_new(),
	                     .patterns = MAP_INIT(sizeof(struct pattern *))};
	w->about = xcalloc(n, sizeof(*w->about));
	w->whole = xcalloc(n, sizeof(*w->whole));
	w->past = xcalloc(n, sizeof(*w->past));
}

static void
forget_searches(struct worker *w)
{
	memset(w->occurs, 0, sizeof(w->occurs));
	memset(w->cover, 0, sizeof(w->cover));
}

void
worker_begin(struct worker *w, struct str path, enum lang lang, struct str raw)
{
	text_begin(&w->text, path, lang, raw);
	w->spent = 0;
	forget_searches(w);
}

bool
worker_spend(struct worker *w, size_t len)
{
	if (len > SCAN_SPENT_MAX - w->spent) {
		w->given_up++;
		return false;
	}
	w->spent += len;
	return true;
}

static void
forget_patterns(struct worker *w)
{
	forget_searches(w);
	for (struct pattern **p = map_oldest(&w->patterns); p; p = map_newer(&w->patterns, p))
		pattern_free(*p);
	map_release(&w->patterns);
	w->patterns = (struct map)MAP_INIT(sizeof(struct pattern *));
}

void
worker_release(struct worker *w)
{
	forget_patterns(w);
	map_release(&w->patterns);
	search_free(w->search);
	text_release(&w->text);
	arena_release(&w->arena);
	free(w->about);
	free(w->whole);
	free(w->past);
	free(w->lookup);
}

const struct pattern *
worker_pattern(struct worker *w, const struct scan_rule *rule, const struct scan_pattern *p,
               const struct str *capture)
{
	enum { KEPT = 256 };
	struct buf text = BUF_INIT;
	struct cond_error error;
	struct pattern **made;
	struct str name;
	bool fresh;

	if (p->fixed)
		return p->fixed;
	if (w->patterns.count >= KEPT)
		forget_patterns(w);
	fill_in(rule, p->text, capture, true, &text, &name);
	made = map_use(&w->patterns, buf_view(&text), &fresh);
	if (fresh)
		*made = pattern_compile(buf_view(&text), p->options, &error);
	buf_release(&text);
	return *made;
}

int
worker_search(struct worker *w, const struct pattern *p, struct str view, size_t from, size_t to,
              size_t *at)
{
	size_t end;
	int found = search_next(w->search, p, (struct str){view.ptr, to}, from);

	if (found < 0)
		w->given_up++;
	if (found > 0 && at)
		search_group(w->search, 0, at, &end);
	return found;
}

/* All matches of RULE in the lines from FROM to TO of the text, or the first that is a hit where it is but one line. */
static void
search_rule(struct worker *w, const struct scan_rule *rule, size_t from, size_t to)
{
	struct str view, subject;
	size_t at = 0, start, end;

	if (!rule->multiline && to > from && w->text.raw.ptr[to - 1] == '\r')
		to--;
	/* Most lines do not match, and then the mask need not be known. */
	if (!rule->multiline && text_is_plain(&w->text, from, to) &&
	    search_next(w->search, rule->pattern.fixed,
	                (struct str){w->text.raw.ptr + from, to - from}, 0) == 0)
		return;
	view = text_view(&w->text, rule->view);
	subject = (struct str){view.ptr + from, to - from};
	while (at <= subject.len) {
		int found = search_next(w->search, rule->pattern.fixed, subject, at);

		w->given_up += found < 0;
		if (found <= 0)
			break;
		search_group(w->search, 0, &start, &end);
		if (worker_check(w, rule, from + start, from + end) && !rule->multiline)
			break;
		at = end > start ? end : end + 1;
		while (at < subject.len && ((unsigned char)subject.ptr[at] & 0xc0) == 0x80)
			at++;
	}
}

static void
search_lines(struct worker *w, const struct scan_rule *rule)
{
	size_t at = 0, len = w->text.raw.len;

	while (at < len) {
		const char *lf = memchr(w->text.raw.ptr + at, '\n', len - at);
		size_t end = lf ? (size_t)(lf - w->text.raw.ptr) : len;

		search_rule(w, rule, at, end);
		at = end + 1;
	}
}

static void
on_literal(void *arg, unsigned rule, size_t end)
{
	struct worker *w = arg;
	struct str raw = w->text.raw;
	const char *before, *after;

	if (!w->about[rule] || end <= w->past[rule])
		return;
	if (w->engine->rules->rule[rule].multiline) {
		w->whole[rule] = true;
		w->past[rule] = SIZE_MAX;
		return;
	}
	before = memrchr(raw.ptr, '\n', end);
	after = memchr(raw.ptr + end, '\n', raw.len - end);
	GROW(w->lookup, w->lookups, w->lookup_cap);
	w->lookup[w->lookups] = (struct lookup){.rule = rule,
	                                        .from = before ? (size_t)(before - raw.ptr) + 1 : 0,
	                                        .to = after ? (size_t)(after - raw.ptr) : raw.len};
	w->past[rule] = w->lookup[w->lookups++].to;
}

static int
by_place(const void *a, const void *b)
{
	const struct scan_hit *x = a, *y = b;

	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	if (x->rule != y->rule)
		return x->rule < y->rule ? -1 : 1;
	return (x->column > y->column) - (x->column < y->column);
}

/* One hit of a rule on a line is enough. */
static void
sort_hits(struct hits *h)
{
	size_t kept = 0;

	if (h->count > 0)
		qsort(h->hit, h->count, sizeof(*h->hit), by_place);
	for (size_t i = 0; i < h->count; i++)
		if (kept == 0 || h->hit[kept - 1].line != h->hit[i].line ||
		    h->hit[kept - 1].rule != h->hit[i].rule)
			h->hit[kept++] = h->hit[i];
	h->count = kept;
}

static void
on_print(void *arg, size_t index, const char *fingerprint)
{
	struct hits *h = arg;

	memcpy(h->hit[index].fingerprint, fingerprint, strlen(fingerprint) + 1);
}

static void
add_prints(struct worker *w, struct hits *h)
{
	const struct lines *lines;
	size_t *start;

	if (h->count == 0)
		return;
	lines = text_lines(&w->text);
	start = xreallocarray(NULL, h->count, sizeof(*start));
	for (size_t i = 0; i < h->count; i++)
		start[i] = lines_start(lines, h->hit[i].line);
	fingerprint_some(w->text.raw, start, h->count, on_print, h);
	free(start);
}

void
worker_scan(struct worker *w, struct str path, enum lang lang, struct str raw, struct hits *hits)
{
	const struct scan_rules *rules = w->engine->rules;
	bool any = false;

	worker_begin(w, path, lang, raw);
	w->hits = hits;
	w->lookups = 0;
	for (size_t i = 0; i < rules->count; i++) {
		w->about[i] = w->engine->on[i] && rule_is_about(&rules->rule[i], path, lang);
		w->whole[i] = false;
		w->past[i] = 0;
		any = any || w->about[i];
	}
	if (!any || raw.len == 0)
		return;
	sieve_run(w->engine->sieve, raw, on_literal, w);
	for (size_t i = 0; i < w->lookups; i++)
		search_rule(w, &rules->rule[w->lookup[i].rule], w->lookup[i].from, w->lookup[i].to);
	for (size_t i = 0; i < rules->count; i++)
		if (w->whole[i])
			search_rule(w, &rules->rule[i], 0, raw.len);
	for (size_t i = 0; i < w->engine->always_count; i++) {
		const struct scan_rule *rule = &rules->rule[w->engine->always[i]];

		if (!w->about[w->engine->always[i]])
			continue;
		if (rule->multiline)
			search_rule(w, rule, 0, raw.len);
		else
			search_lines(w, rule);
	}
	sort_hits(hits);
	add_prints(w, hits);
}
