/*
 * Places where a line of a quote nearly is: candidates for the chain beside those where it is as quoted.
 *
 * A line that was edited keeps some of its words. Those of them that are in the file, the rarest there first, lead to a few
 * lines each, and these are compared token by token.
 */
#include "report/align_parts.h"

#include <stdlib.h>

/*
 * A line may have become up to LINES_MOST. A word leads to at most UNITS_MOST units; no quote has many more candidates than
 * CANDIDATES_MOST, but each of its units has a few.
 */
enum { LINES_MOST = 4, UNITS_MOST = 16, CANDIDATES_MOST = 1 << 16, CANDIDATES_LEAST = 4 };

#define LIKE_LEAST 0.6

/* A word of the quote. */
struct word {
	uint32_t id;    /* 0: the slot is free */
	uint32_t times; /* in the file */
	uint32_t first; /* of the leads from it, from 1 */
	uint32_t leads;
};

/* From a word to a unit that it is looked for by. */
struct lead {
	uint32_t unit;
	uint32_t next; /* of the same word, from 1 */
};

/* A line of the file to be compared with a unit. */
struct candidate {
	uint32_t unit, start; /* start: its first token */
};

struct hunt {
	struct align_work *w;
	struct word *word;
	size_t slots;
	struct lead *lead;
	size_t leads, lead_cap;
	struct candidate *candidate;
	size_t candidates, candidate_cap;
	struct hunted {
		uint32_t count; /* of its candidates */
		uint32_t last;  /* the newest one's start, from 1 */
	} * unit;
};

static bool
is_hunted(const struct align_unit *u)
{
	return !u->note && (u->count >= ALIGN_SHORTEST || u->weight >= 2);
}

static struct word *
word_slot(const struct hunt *h, uint32_t id)
{
	size_t i = (id * 0x9e3779b1u) & (h->slots - 1);

	while (h->word[i].id != 0 && h->word[i].id != id)
		i = (i + 1) & (h->slots - 1);
	return &h->word[i];
}

static void
words_make(struct hunt *h)
{
	const struct align_quote *q = h->w->q;
	const struct align_source *s = h->w->s;

	for (h->slots = 16; h->slots < 2 * q->tokens; h->slots *= 2)
		;
	h->word = xcalloc(h->slots, sizeof(*h->word));
	for (size_t i = 0; i < q->tokens; i++)
		if (q->token[i].id & TOKEN_WORD)
			word_slot(h, q->token[i].id)->id = q->token[i].id;
	for (size_t i = 0; i < s->tokens; i++)
		if (s->token[i].id & TOKEN_WORD) {
			struct word *word = word_slot(h, s->token[i].id);

			word->times += word->id != 0;
		}
}

static int
times_cmp(const void *a, const void *b)
{
	const struct word *x = *(struct word *const *)a, *y = *(struct word *const *)b;

	if (x->times != y->times)
		return x->times < y->times ? -1 : 1;
	return x->id < y->id ? -1 : x->id > y->id;
}

/* Look for the unit number UNIT by its rarest words, as many as are at ALIGN_PLACES places together, and by one at least. */
static void
leads_add(struct hunt *h, size_t unit, struct word **word)
{
	const struct align_unit *u = &h->w->q->unit[unit];
	size_t n = 0, places = 0;

	for (uint32_t i = 0; i < u->count; i++) {
		uint32_t id = h->w->q->token[u->token + i].id;

		if ((id & TOKEN_WORD) && word_slot(h, id)->times > 0)
			word[n++] = word_slot(h, id);
	}
	if (n > 0)
		qsort(word, n, sizeof(*word), times_cmp);
	for (size_t i = 0; i < n; i++) {
		if ((i > 0 && word[i] == word[i - 1]) || word[i]->leads == UNITS_MOST)
			continue;
		if (places > 0 && places + word[i]->times > ALIGN_PLACES)
			break;
		places += word[i]->times;
		GROW(h->lead, h->leads, h->lead_cap);
		h->lead[h->leads++] = (struct lead){(uint32_t)unit, word[i]->first};
		word[i]->first = (uint32_t)h->leads;
		word[i]->leads++;
	}
}

/* Follow the leads from the tokens FROM to TO; no unit gets more than MOST candidates. */
static void
leads_follow(struct hunt *h, size_t from, size_t to, uint32_t most)
{
	const struct token *t = h->w->s->token;

	for (size_t i = from, start = from; i < to; i++) {
		if (t[i].line != t[start].line)
			start = i;
		if (!(t[i].id & TOKEN_WORD))
			continue;
		for (uint32_t k = word_slot(h, t[i].id)->first; k > 0; k = h->lead[k - 1].next) {
			uint32_t unit = h->lead[k - 1].unit;
			struct hunted *u = &h->unit[unit];

			if (u->last == start + 1 || u->count >= most)
				continue;
			u->last = (uint32_t)start + 1;
			u->count++;
			GROW(h->candidate, h->candidates, h->candidate_cap);
			h->candidate[h->candidates++] = (struct candidate){unit, (uint32_t)start};
		}
	}
}

static int
candidate_cmp(const void *a, const void *b)
{
	const struct candidate *x = a, *y = b;

	if (x->unit != y->unit)
		return x->unit < y->unit ? -1 : 1;
	return x->start < y->start ? -1 : x->start > y->start;
}

/* The weight of U's first COUNT tokens, as far as PLACES has a bit for them. */
static double
weight_of(const struct align_quote *q, const struct align_unit *u, uint32_t count, uint64_t places)
{
	double sum = 0;

	for (uint32_t i = 0; i < count; i++)
		sum += places >> i & 1 ? q->weight[u->token + i] : 0;
	return sum;
}

/* The most that tokens of U weigh that are among the END - START others in the same order. */
static double
weight_common(const struct align_work *w, const struct align_unit *u, uint32_t count, size_t start,
              size_t end)
{
	const struct token *t = w->q->token + u->token;
	const double *weight = w->q->weight + u->token;
	double most[NEEDLE_MOST + 1] = {0}; /* of the first i */

	for (size_t k = start; k < end; k++)
		for (uint32_t i = count; i-- > 0;)
			if (w->s->token[k].id == t[i].id && most[i] + weight[i] > most[i + 1])
				for (uint32_t up = i + 1;
				     up <= count && most[up] < most[i] + weight[i]; up++)
					most[up] = most[i] + weight[i];
	return most[count];
}

/*
 * How much U is like the tokens from START to END, which N was shown: by their number, and by the weight of what is common; 0
 * where it is not more than LEAST.
 */
static double
likeness(const struct align_work *w, const struct align_unit *u, const struct align_needle *n,
         size_t start, size_t end, double least)
{
	double tokens = align_needle_common(n) / (n->count + (double)(end - start));
	double all = weight_of(w->q, u, n->count, UINT64_MAX);

	if (tokens + weight_of(w->q, u, n->count, n->seen) / all / 2 <= least)
		return 0;
	return tokens + weight_common(w, u, n->count, start, end) / all / 2;
}

bool
align_compare(const struct align_work *w, const struct align_unit *u, struct align_needle *n,
              uint32_t start, struct align_like *best)
{
	const struct token *t = w->s->token;
	size_t most = start + n->count + n->count / 2 + 4;
	size_t match = start; /* behind the last token that is common */
	uint32_t common = 0, before;

	*best = (struct align_like){.start = start, .like = LIKE_LEAST};
	align_needle_begin(n);
	for (size_t i = start; i < w->s->tokens && t[i].line < t[start].line + LINES_MOST; i++) {
		size_t end = i + 1;
		double like;

		align_needle_take(n, t[i].id);
		before = common;
		common = align_needle_common(n);
		match = common > before ? end : match;
		if (end < w->s->tokens && end < most && t[end].line == t[i].line)
			continue;
		like = likeness(w, u, n, start, end, best->like);
		if (like > best->like) {
			best->end = (uint32_t)match;
			best->like = like;
			best->whole = u->count <= NEEDLE_MOST && common == n->count;
		}
		if (end >= most)
			break;
	}
	return best->end > 0 && (u->count >= ALIGN_SHORTEST || (best->whole && u->weight >= 2));
}

/* Compare the candidates; those that are like their unit are kept, in its order. */
static void
candidates_compare(struct hunt *h)
{
	struct align_work *w = h->w;
	struct align_needle needle;
	uint32_t unit = UINT32_MAX;

	if (h->candidates > 0)
		qsort(h->candidate, h->candidates, sizeof(*h->candidate), candidate_cmp);
	for (size_t i = 0; i < h->candidates; i++) {
		const struct candidate *c = &h->candidate[i];
		const struct align_unit *u = &w->q->unit[c->unit];
		struct align_like like;

		if (i > 0 && candidate_cmp(c - 1, c) == 0)
			continue;
		if (c->unit != unit)
			align_needle_make(&needle, w->q->token + u->token, u->count);
		unit = c->unit;
		if (!align_compare(w, u, &needle, c->start, &like))
			continue;
		like.unit = unit;
		GROW(w->like, w->likes, w->like_cap);
		w->like[w->likes++] = like;
	}
}

/* How many candidates a unit may have at the stated lines, and again elsewhere. */
static uint32_t
candidates_most(const struct align_quote *q)
{
	size_t most = CANDIDATES_MOST / (q->units + 1);

	return most > ALIGN_PLACES       ? ALIGN_PLACES
	       : most < CANDIDATES_LEAST ? CANDIDATES_LEAST
	                                 : (uint32_t)most;
}

void
align_likes(struct align_work *w)
{
	struct hunt h = {.w = w};
	struct word **word = xcalloc(w->q->tokens + 1, sizeof(*word));

	uint32_t most = candidates_most(w->q);

	h.unit = xcalloc(w->q->units + 1, sizeof(*h.unit));
	words_make(&h);
	for (size_t i = 0; i < w->q->units; i++)
		if (is_hunted(&w->q->unit[i]))
			leads_add(&h, i, word);
	for (size_t i = 0; i < w->ranges && i < 16; i++) {
		const struct align_range *r = &w->meant[i];

		leads_follow(&h, align_token_at(w->s, r->first > 3 ? r->first - 3 : 1),
		             align_token_at(w->s, (size_t)r->last + 4), most);
	}
	leads_follow(&h, 0, w->s->tokens, 2 * most);
	candidates_compare(&h);
	free(word);
	free(h.word);
	free(h.lead);
	free(h.candidate);
	free(h.unit);
}
