/*
 * Places for the pieces of a quote: the heaviest chain of those that follow one another as in the quote.
 */
#include "report/align_parts.h"

#include <stdlib.h>

/*
 * What a line of the file between two pieces costs, and where they are to stand in a row; what a place at the stated lines is
 * worth, to a brace little, which is everywhere; what it is worth to be all of a line, and again to be so to the blank, and
 * at the most to be near the stated ones: of places that are equally good the nearest is meant.
 */
#define GAP_COST     0.01
#define ROW_COST     1.0
#define STATED_WORTH 3.0
#define LINE_WORTH   0.02
#define NEAR_WORTH   0.01

static double
stated_worth(double weight)
{
	return 2 * weight < STATED_WORTH ? 2 * weight : STATED_WORTH;
}

struct item {
	uint32_t piece, start, end;    /* tokens; end is the one after the last */
	uint32_t first, last;          /* lines */
	const struct align_like *like; /* all of the piece's unit stands here, nearly */
	double worth, score;
	int64_t before; /* the item that the best chain to this one has before it, or -1 */
};

/* The best item so far among pieces 0 to i, for each i: a Fenwick tree. */
struct best {
	int64_t *item;
	size_t count;
	double gap; /* what a line between two costs */
};

static double
reach(const struct best *b, const struct item *i)
{
	return i->score + b->gap * i->last;
}

static void
best_put(struct best *b, const struct item *items, int64_t i)
{
	for (size_t k = items[i].piece + 1; k <= b->count; k += k & -k)
		if (b->item[k] < 0 || reach(b, &items[b->item[k]]) < reach(b, &items[i]))
			b->item[k] = i;
}

static int64_t
best_below(const struct best *b, const struct item *items, size_t piece)
{
	int64_t best = -1;

	for (size_t k = piece; k > 0; k -= k & -k)
		if (b->item[k] >= 0 &&
		    (best < 0 || reach(b, &items[best]) < reach(b, &items[b->item[k]])))
			best = b->item[k];
	return best;
}

static int
item_cmp(const void *a, const void *b)
{
	const struct item *x = a, *y = b;

	if (x->start != y->start)
		return x->start < y->start ? -1 : 1;
	if (x->piece != y->piece)
		return x->piece < y->piece ? -1 : 1;
	return !x->like ? -(y->like != NULL) : y->like ? 0 : 1;
}

/* What it is worth that the tokens from START to END, which are those of P, stand where they do. */
static double
place_worth(const struct align_work *w, const struct align_piece *p, uint32_t start, uint32_t end)
{
	const struct token *t = w->s->token;
	uint32_t first = t[start].line, last = t[end - 1].line;
	bool whole = (start == 0 || t[start - 1].line != first) &&
	             (end == w->s->tokens || t[end].line != last);
	struct str quoted = w->q->text[w->q->unit[p->unit].line];
	double worth = whole ? LINE_WORTH : 0;

	/* Who quotes a line without its indentation says nothing of it. */
	if (whole && first == last && quoted.len > 0 && strchr(" \t", quoted.ptr[0]) &&
	    str_eq(quoted, lines_text(&w->s->lines, first)))
		worth += LINE_WORTH;
	if (align_is_within(w->meant, w->ranges, first, 2) ||
	    align_is_within(w->meant, w->ranges, last, 2))
		worth += stated_worth(p->weight);
	return worth;
}

static struct item
item_make(const struct align_work *w, size_t piece, uint32_t start, uint32_t end, double worth)
{
	return (struct item){.piece = (uint32_t)piece,
	                     .start = start,
	                     .end = end,
	                     .first = w->s->token[start].line,
	                     .last = w->s->token[end - 1].line,
	                     .worth = worth,
	                     .before = -1};
}

/* Lines that a unit nearly is stand for its last piece, and for those before. */
static struct item
like_item(const struct align_work *w, const struct align_like *l)
{
	const struct align_unit *u = &w->q->unit[l->unit];
	struct item i =
		item_make(w, u->piece + u->pieces - 1, l->start, l->end, l->like * u->weight);

	i.like = l;
	return i;
}

static size_t
items_make(const struct align_work *w, struct item **items)
{
	size_t n = 0, count = w->likes;

	for (size_t i = 0; i < w->pieces; i++)
		count += w->piece[i].hits;
	*items = xcalloc(count + 1, sizeof(**items));
	for (size_t i = 0; i < w->pieces; i++) {
		const struct align_piece *p = &w->piece[i];

		for (uint32_t k = 0; k < p->hits; k++) {
			uint32_t end = w->hit[p->hit + k].end, start = end - p->length;

			(*items)[n++] = item_make(w, i, start, end,
			                          p->weight + place_worth(w, p, start, end));
		}
	}
	for (size_t i = 0; i < w->likes; i++)
		(*items)[n++] = like_item(w, &w->like[i]);
	qsort(*items, n, sizeof(**items), item_cmp);
	return n;
}

struct by_end {
	uint32_t end, item;
};

static int
end_cmp(const void *a, const void *b)
{
	const struct by_end *x = a, *y = b;

	return x->end < y->end ? -1 : x->end > y->end;
}

static struct by_end *
ends_make(const struct item *items, size_t n)
{
	struct by_end *ends = xcalloc(n + 1, sizeof(*ends));

	for (size_t i = 0; i < n; i++)
		ends[i] = (struct by_end){items[i].end, (uint32_t)i};
	qsort(ends, n, sizeof(*ends), end_cmp);
	return ends;
}

static double
near_worth(const struct align_work *w, uint32_t line)
{
	uint32_t nearest = UINT32_MAX;

	for (size_t i = 0; i < w->ranges; i++) {
		uint32_t first = w->meant[i].first, last = w->meant[i].last;
		uint32_t far = line < first ? first - line : line > last ? line - last : 0;

		nearest = far < nearest ? far : nearest;
	}
	return w->ranges > 0 ? NEAR_WORTH / (1 + nearest / 100.0) : 0;
}

/* The last item of the heaviest chain, or -1. */
static int64_t
chain_best(const struct align_work *w, struct item *items, size_t n, double gap)
{
	size_t pieces = w->pieces;
	struct best best = {xmalloc((pieces + 1) * sizeof(*best.item)), pieces, gap};
	struct by_end *ends = ends_make(items, n);
	double most = 0;
	int64_t top = -1;

	for (size_t i = 0; i <= pieces; i++)
		best.item[i] = -1;
	for (size_t i = 0, e = 0; i < n; i++) {
		struct item *it = &items[i];
		double gain;

		while (e < n && ends[e].end <= it->start)
			best_put(&best, items, ends[e++].item);
		it->before = best_below(&best, items,
		                        it->like ? w->q->unit[it->like->unit].piece : it->piece);
		gain = it->before < 0 ? 0 : reach(&best, &items[it->before]) - gap * it->first;
		if (gain <= 0) {
			gain = 0;
			it->before = -1;
		}
		it->score = it->worth + gain;
		gain = it->score + near_worth(w, it->first);
		if (top < 0 || most < gain) {
			top = (int64_t)i;
			most = gain;
		}
	}
	free(best.item);
	free(ends);
	return top;
}

/* Put the pieces where the chain that ends in TOP has them. */
static void
chain_place(struct align_work *w, const struct item *items, int64_t top)
{
	for (size_t i = 0; i < w->pieces; i++)
		w->piece[i].at = -1, w->piece[i].astray = false;
	for (size_t i = 0; i < w->q->units; i++)
		w->q->unit[i].near = NULL;
	if (top >= 0)
		w->last = items[top].last;
	for (int64_t i = top; i >= 0; i = items[i].before) {
		w->first = items[i].first;
		if (items[i].like)
			w->q->unit[items[i].like->unit].near = items[i].like;
		else
			w->piece[items[i].piece].at = items[i].start;
	}
	align_neighbours(w);
}

/* What P tells of where the quote is: one that is everywhere nothing, and not all its places are known. */
static double
row_worth(const struct align_piece *p)
{
	return p->hits < ALIGN_PLACES ? p->weight : 0;
}

/* Not all pieces stand in a row, maybe since some are at the stated lines. Where they do they are meant, stated or not. */
static void
row_prefer(struct align_work *w, struct item *items, size_t n)
{
	struct align_piece *placed = xmalloc(w->pieces * sizeof(*placed));
	uint32_t first = w->first, last = w->last;

	memcpy(placed, w->piece, w->pieces * sizeof(*placed));
	for (size_t i = 0; i < n; i++)
		items[i].worth = row_worth(&w->piece[items[i].piece]);
	chain_place(w, items, chain_best(w, items, n, ROW_COST));
	if (align_standing(w) != STANDING_ROW) {
		memcpy(w->piece, placed, w->pieces * sizeof(*placed));
		w->first = first, w->last = last;
	}
	free(placed);
}

enum { SHORT_UNITS = 16 };

static bool
is_light(const struct align_work *w)
{
	double placed = 0, all = 0;

	for (size_t i = 0; i < w->pieces; i++)
		placed += w->piece[i].at >= 0 ? w->piece[i].weight : 0;
	for (size_t i = 0; i < w->q->units; i++) {
		const struct align_unit *u = &w->q->unit[i];

		all += u->weight;
		placed += u->near ? u->near->like * u->weight : 0;
	}
	return w->q->units <= SHORT_UNITS && placed < all / 4;
}

/* The heaviest chain of all places that are known. */
static void
chain_find(struct align_work *w)
{
	struct item *items;
	size_t n = items_make(w, &items);
	int64_t top = chain_best(w, items, n, GAP_COST);

	chain_place(w, items, top);
	if (top >= 0) {
		align_strays(w);
		if (w->likes == 0 && w->ranges > 0 && w->q->telling >= ALIGN_STRONG &&
		    align_standing(w) != STANDING_ROW)
			row_prefer(w, items, n);
	}
	free(items);
}

/* First by what is there as quoted; only where that is not all of it, by what is like it too. */
void
align_chain(struct align_work *w)
{
	chain_find(w);
	if (align_standing(w) == STANDING_PART) {
		align_likes(w);
		if (w->likes > 0)
			chain_find(w);
	}
	w->light = is_light(w);
}
