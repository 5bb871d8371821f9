#include "report/search_parts.h"

#include <stdlib.h>

enum { NEAR_BYTES = 300 };

/* A file where a want is found, of its best ones. */
struct place {
	uint32_t file;
	uint32_t value; /* bytes of the quote that stand together there */
};

struct scan {
	const struct search *s;
	const bool *excluded;
	const struct source_tree *tree;
	size_t most; /* places that are kept of each want */
	struct scan_thread {
		struct scan *scan;
		struct place *place; /* MOST for each want */
		struct kept {
			uint32_t count;
			uint32_t last; /* the newest place, from 1 */
		} * kept;              /* for each want */
		uint32_t file;
		struct str text;
	} * thread;
};

/* Whether one of the words that W has near its own is there, if it has any; LENGTH is that of all that are. */
static bool
is_company(const struct search_want *w, struct str around, size_t *length)
{
	bool alone = w->near[0].len == 0;

	*length = w->text.len;
	for (size_t i = 0; i < SEARCH_NEAR; i++)
		if (w->near[i].len > 0 &&
		    memmem(around.ptr, around.len, w->near[i].ptr, w->near[i].len))
			*length += w->near[i].len;
	return alone || *length > w->text.len;
}

/* How much of what W wants stands around OFFSET, 0 where it is too little. */
static uint32_t
place_value(const struct search_want *w, struct str text, size_t offset)
{
	size_t from = offset > NEAR_BYTES ? offset - NEAR_BYTES : 0, end = offset + NEAR_BYTES;
	struct str around = {text.ptr + from, (end < text.len ? end : text.len) - from};
	size_t row = search_stretch(w, text, offset), length;

	if (row < w->whole && !is_company(w, around, &length))
		return 0;
	return (uint32_t)(row >= w->whole || row > length ? row : length);
}

static bool
is_better(struct place a, struct place b)
{
	return a.value != b.value ? a.value > b.value : a.file < b.file;
}

/* Keep P among the best of the want number WANT, in place of the least of them where there are enough. */
static void
place_keep(struct scan_thread *t, uint32_t want, struct place p)
{
	struct place *best = &t->place[want * t->scan->most];
	struct kept *kept = &t->kept[want];
	uint32_t least = 0;

	if (kept->count < t->scan->most) {
		least = kept->count++;
	} else {
		for (uint32_t i = 1; i < kept->count; i++)
			if (is_better(best[least], best[i]))
				least = i;
		if (!is_better(p, best[least]))
			return;
	}
	best[least] = p;
	kept->last = least + 1;
}

static void
word_found(void *arg, uint32_t word, size_t offset)
{
	struct scan_thread *t = arg;
	const struct search *s = t->scan->s;

	for (uint32_t i = s->first[word]; i > 0; i = s->want[i - 1].next) {
		const struct search_want *w = &s->want[i - 1];
		uint32_t newest = t->kept[i - 1].last;
		struct place *last =
			newest > 0 ? &t->place[(i - 1) * t->scan->most + newest - 1] : NULL;
		struct place p = {t->file, 0};

		if (last && last->file != t->file)
			last = NULL;
		if (last && last->value >= w->whole)
			continue;
		p.value = place_value(w, t->text, offset);
		if (last)
			last->value = p.value > last->value ? p.value : last->value;
		else if (p.value > 0)
			place_keep(t, i - 1, p);
	}
}

static bool
is_wanted(const struct source_file *file, void *arg)
{
	const struct scan *scan = arg;

	return !scan->excluded[file - scan->tree->file] && !lang_is_prose(file->lang);
}

static void
visit(const struct source_visit *v, void *arg)
{
	struct scan *scan = arg;
	struct scan_thread *t = &scan->thread[v->thread];

	if (v->state != SOURCE_TEXT)
		return;
	t->file = (uint32_t)v->index;
	t->text = v->text;
	anchors_scan(&scan->s->anchors, v->text, word_found, t);
}

static int
hit_cmp(const void *a, const void *b)
{
	const struct search_hit *x = a, *y = b;

	if (x->claim != y->claim)
		return x->claim < y->claim ? -1 : 1;
	if (x->kind != y->kind)
		return x->kind < y->kind ? -1 : 1;
	return x->file < y->file ? -1 : x->file > y->file;
}

static int
rank_cmp(const void *a, const void *b)
{
	const struct search_hit *x = a, *y = b;

	if (x->claim == y->claim && x->kind == y->kind && x->value != y->value)
		return x->value > y->value ? -1 : 1;
	return hit_cmp(a, b);
}

/* How many files a claim may have: the fewer the more claims there are. */
static size_t
most_hits(const struct search *s)
{
	return s->wants <= 300    ? SEARCH_MOST
	       : s->wants <= 2000 ? SEARCH_MOST / 4
	                          : SEARCH_MOST / 16;
}

/* Hits of the same claim in the same file are one. */
static void
hits_join(struct search *s)
{
	size_t kept = 0;

	if (s->hits > 0)
		qsort(s->hit, s->hits, sizeof(*s->hit), hit_cmp);
	for (size_t i = 0; i < s->hits; i++)
		if (kept > 0 && hit_cmp(&s->hit[kept - 1], &s->hit[i]) == 0)
			s->hit[kept - 1].value += s->hit[i].value;
		else
			s->hit[kept++] = s->hit[i];
	s->hits = kept;
	if (s->hits > 0)
		qsort(s->hit, s->hits, sizeof(*s->hit), rank_cmp);
}

/* Of each claim and kind the first stay, as far as they have nearly as much as the very first. */
static void
hits_cut(struct search *s)
{
	size_t kept = 0, run = 0;
	struct search_hit best = {0};

	for (size_t i = 0; i < s->hits; i++) {
		struct search_hit hit = s->hit[i];

		if (i == 0 || hit.claim != best.claim || hit.kind != best.kind) {
			best = hit;
			run = 0;
		}
		if (run++ < most_hits(s) && 3 * hit.value >= 2 * best.value)
			s->hit[kept++] = hit;
	}
	s->hits = kept;
}

static void
wants_chain(struct search *s)
{
	anchors_build(&s->anchors);
	s->first = xcalloc(s->anchors.count + 1, sizeof(*s->first));
	for (size_t i = 0; i < s->wants; i++) {
		s->want[i].whole = search_whole(&s->want[i]);
		s->want[i].next = s->first[s->want[i].word];
		s->first[s->want[i].word] = (uint32_t)i + 1;
	}
}

static int
place_cmp(const void *a, const void *b)
{
	const struct place *x = a, *y = b;

	return is_better(*x, *y) ? -1 : is_better(*y, *x);
}

/* The best places of each want, whichever thread found them: hits of its claim. */
static void
hits_make(struct scan *scan, struct search *s, unsigned threads)
{
	struct place *all = xcalloc(threads * scan->most, sizeof(*all));

	for (size_t want = 0; want < s->wants; want++) {
		size_t count = 0;

		for (unsigned i = 0; i < threads; i++) {
			const struct scan_thread *t = &scan->thread[i];

			for (uint32_t k = 0; k < t->kept[want].count; k++)
				all[count++] = t->place[want * scan->most + k];
		}
		qsort(all, count, sizeof(*all), place_cmp);
		for (size_t i = 0; i < count && i < scan->most; i++) {
			GROW(s->hit, s->hits, s->hit_cap);
			s->hit[s->hits++] = (struct search_hit){s->want[want].claim, all[i].file,
			                                        s->want[want].kind, all[i].value};
		}
	}
	free(all);
}

void
search_run(struct search *s, struct source_tree *tree, const bool *excluded, unsigned threads)
{
	struct scan scan = {s, excluded, tree, most_hits(s),
	                    xcalloc(threads, sizeof(*scan.thread))};

	if (s->wants > 0) {
		wants_chain(s);
		for (unsigned i = 0; i < threads; i++)
			scan.thread[i] = (struct scan_thread){
				.scan = &scan,
				.place = xcalloc(s->wants * scan.most, sizeof(struct place)),
				.kept = xcalloc(s->wants, sizeof(struct kept))};
		source_each(tree, threads, is_wanted, visit, &scan);
		hits_make(&scan, s, threads);
		for (unsigned i = 0; i < threads; i++) {
			free(scan.thread[i].place);
			free(scan.thread[i].kept);
		}
		hits_join(s);
		hits_cut(s);
	}
	free(scan.thread);
}

void
search_release(struct search *s)
{
	anchors_release(&s->anchors);
	free(s->want);
	free(s->first);
	free(s->hit);
}
