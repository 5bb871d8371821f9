#include "report/search.h"

#include "report/token.h"

#include <stdlib.h>

enum { NEAR_WORDS = 2, NEAR_BYTES = 300 };

struct search_want {
	uint32_t word, claim;
	enum search_kind kind;
	struct str near[NEAR_WORDS];
	uint32_t next; /* the next want of the same word, from 1 */
};

struct scan {
	const struct search *s;
	const bool *excluded;
	const struct source_tree *tree;
	struct scan_thread {
		const struct search *s;
		struct search_hit *hit;
		size_t count, cap;
		uint32_t *last; /* for each want its last hit, from 1 */
		uint32_t file;
		struct str text;
	} * thread;
};

/* The longest words of a line that are no keywords, and what it weighs. */
struct long_words {
	struct str word[1 + NEAR_WORDS];
	double weight;
};

static void
want(struct search *s, const struct long_words *w, uint32_t claim, enum search_kind kind)
{
	if (w->word[0].len < ANCHOR_SHORTEST)
		return;
	GROW(s->want, s->wants, s->want_cap);
	s->want[s->wants++] = (struct search_want){.word = anchors_add(&s->anchors, w->word[0]),
	                                           .claim = claim,
	                                           .kind = kind,
	                                           .near = {w->word[1], w->word[2]}};
}

static void
long_word_add(struct long_words *w, struct str word)
{
	for (size_t i = 0; i <= NEAR_WORDS; i++) {
		struct str old = w->word[i];

		if (str_eq(old, word))
			return;
		if (word.len > old.len) {
			w->word[i] = word;
			word = old;
		}
	}
}

static struct long_words
line_words(struct str line)
{
	struct token_reader r = {line.ptr, line.ptr + line.len, NULL, 1};
	struct long_words w = {0};
	struct token token;
	struct str text;

	while (token_next(&r, &token, &text) && token.id != '#') {
		w.weight += token_weight(token, text);
		if ((token.id & TOKEN_WORD) && !token_is_keyword(text))
			long_word_add(&w, text);
	}
	return w;
}

/* By the two heaviest lines. */
void
search_quotes(struct search *s, const struct claim *c, uint32_t claim)
{
	for (size_t i = 0; i < c->quotes; i++) {
		const struct claim_quote *q = &c->quote[i];
		struct long_words best[2] = {0};

		for (size_t k = 0; q->role == CLAIM_QUOTE && k < q->lines; k++) {
			struct long_words w = line_words(q->text[k].text);

			if (w.weight > best[0].weight) {
				best[1] = best[0];
				best[0] = w;
			} else if (w.weight > best[1].weight) {
				best[1] = w;
			}
		}
		want(s, &best[0], claim, SEARCH_QUOTES);
		want(s, &best[1], claim, SEARCH_QUOTES);
	}
}

static bool
defines(struct str word)
{
	static const char *const words[] = {"def", "class", "function", "func", "fn", "modifier"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

void
search_fix(struct search *s, const struct claim *c, uint32_t claim)
{
	for (size_t i = 0; i < c->quotes; i++) {
		const struct claim_quote *q = &c->quote[i];

		for (size_t k = 0; q->role == CLAIM_REMEDY && k < q->lines; k++) {
			struct str line = q->text[k].text, text;
			struct token_reader r = {line.ptr, line.ptr + line.len, NULL, 1};
			struct token token;
			bool definition = false;

			while (token_next(&r, &token, &text)) {
				if (definition && token_weight(token, text) >= 2.3)
					want(s, &(struct long_words){.word = {text}}, claim,
					     SEARCH_FIX);
				definition = defines(text);
			}
		}
	}
}

/* How many of the words that W has near its own are there, and whether that is enough. */
static bool
is_company(const struct search_want *w, struct str around, uint32_t *words)
{
	bool alone = true;

	*words = 1;
	for (size_t i = 0; i < NEAR_WORDS; i++) {
		if (w->near[i].len == 0)
			continue;
		alone = false;
		*words += memmem(around.ptr, around.len, w->near[i].ptr, w->near[i].len) != NULL;
	}
	return alone || *words > 1;
}

static void
word_found(void *arg, uint32_t word, size_t offset)
{
	struct scan_thread *t = arg;
	size_t from = offset > NEAR_BYTES ? offset - NEAR_BYTES : 0, end = offset + NEAR_BYTES;
	struct str around = {t->text.ptr + from, (end < t->text.len ? end : t->text.len) - from};
	uint32_t words;

	for (uint32_t i = t->s->first[word]; i > 0; i = t->s->want[i - 1].next) {
		const struct search_want *w = &t->s->want[i - 1];
		struct search_hit *last = t->last[i - 1] > 0 ? &t->hit[t->last[i - 1] - 1] : NULL;

		if (last && last->file == t->file && last->words > NEAR_WORDS)
			continue;
		if (!is_company(w, around, &words))
			continue;
		if (last && last->file == t->file) {
			last->words = words > last->words ? words : last->words;
			continue;
		}
		GROW(t->hit, t->count, t->cap);
		t->hit[t->count++] = (struct search_hit){w->claim, t->file, w->kind, words};
		t->last[i - 1] = (uint32_t)t->count;
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

	if (x->claim == y->claim && x->kind == y->kind && x->words != y->words)
		return x->words > y->words ? -1 : 1;
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
			s->hit[kept - 1].words += s->hit[i].words;
		else
			s->hit[kept++] = s->hit[i];
	s->hits = kept;
	if (s->hits > 0)
		qsort(s->hit, s->hits, sizeof(*s->hit), rank_cmp);
}

/* Of each claim and kind the first stay, as far as they have nearly as many words as the very first. */
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
		if (run++ < most_hits(s) && 3 * hit.words >= 2 * best.words)
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
		s->want[i].next = s->first[s->want[i].word];
		s->first[s->want[i].word] = (uint32_t)i + 1;
	}
}

void
search_run(struct search *s, struct source_tree *tree, const bool *excluded, unsigned threads)
{
	struct scan scan = {s, excluded, tree, xcalloc(threads, sizeof(*scan.thread))};

	if (s->wants > 0) {
		wants_chain(s);
		for (unsigned i = 0; i < threads; i++) {
			scan.thread[i].s = s;
			scan.thread[i].last = xcalloc(s->wants, sizeof(uint32_t));
		}
		source_each(tree, threads, is_wanted, visit, &scan);
		for (unsigned i = 0; i < threads; i++) {
			struct scan_thread *t = &scan.thread[i];

			for (size_t k = 0; k < t->count; k++) {
				GROW(s->hit, s->hits, s->hit_cap);
				s->hit[s->hits++] = t->hit[k];
			}
			free(t->hit);
			free(t->last);
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
