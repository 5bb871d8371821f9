/*
 * Pieces of a quote beside those that the chain has placed: lines that are everywhere right next to one, then what is near
 * though out of order.
 */
#include "report/align_parts.h"

#include <stdlib.h>

static int
place_cmp(const void *a, const void *b)
{
	const struct align_hit *x = a, *y = b;

	return x->end < y->end ? -1 : x->end > y->end;
}

/* Whether the tokens [START, END) hold none of those placed: (start, end) pairs in order of end. */
static bool
is_free(const struct align_hit *placed, size_t count, uint32_t start, uint32_t end)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (placed[middle].end <= start)
			low = middle + 1;
		else
			high = middle;
	}
	return low == count || placed[low].phrase >= end;
}

static uint32_t
distance(const struct align_work *w, uint32_t line)
{
	return line < w->first ? w->first - line : line > w->last ? line - w->last : 0;
}

/* A place for P that is near the chain, with the least between. */
static void
piece_stray(struct align_work *w, struct align_piece *p, const struct align_hit *placed,
            size_t count)
{
	uint32_t near = (uint32_t)(p->weight < 1 ? 3 : 10) + 2 * (uint32_t)w->q->lines;

	for (uint32_t k = 0; k < p->hits; k++) {
		uint32_t end = w->hit[p->hit + k].end, start = end - p->length;
		uint32_t far = distance(w, w->s->token[start].line);

		if (far >= near || !is_free(placed, count, start, end))
			continue;
		near = far;
		p->at = start;
		p->astray = true;
	}
}

void
align_strays(struct align_work *w)
{
	struct align_hit *placed = xcalloc(w->pieces + w->q->units + 1, sizeof(*placed));
	size_t count = 0;

	for (size_t i = 0; i < w->pieces; i++)
		if (w->piece[i].at >= 0)
			placed[count++] =
				(struct align_hit){(uint32_t)w->piece[i].at,
			                           (uint32_t)w->piece[i].at + w->piece[i].length};
	for (size_t i = 0; i < w->q->units; i++) {
		const struct align_like *l = w->q->unit[i].near;

		if (l)
			placed[count++] = (struct align_hit){l->start, l->end};
	}
	qsort(placed, count, sizeof(*placed), place_cmp);
	for (size_t i = 0; i < w->pieces; i++)
		if (w->piece[i].at < 0 && !w->q->unit[w->piece[i].unit].near)
			piece_stray(w, &w->piece[i], placed, count);
	free(placed);
}

/* Where the piece number I, or the unit whose first or last piece it is, begins and ends; -1: not placed. */
static int64_t
piece_start(const struct align_work *w, size_t i)
{
	const struct align_unit *u = &w->q->unit[w->piece[i].unit];

	if (w->piece[i].at < 0 && u->near && u->piece == i)
		return u->near->start;
	return w->piece[i].at;
}

static int64_t
piece_end(const struct align_work *w, size_t i)
{
	const struct align_unit *u = &w->q->unit[w->piece[i].unit];

	if (w->piece[i].at < 0 && u->near && u->piece + u->pieces == i + 1)
		return u->near->end;
	return w->piece[i].at < 0 ? -1 : w->piece[i].at + w->piece[i].length;
}

/* Whether P, a line of the quote, is what the file has from the token AT on. */
static bool
stands_at(const struct align_work *w, const struct align_piece *p, int64_t at)
{
	const struct align_unit *u = &w->q->unit[p->unit];

	if (at < 0 || (uint64_t)at + p->length > w->s->tokens || p->length != u->count)
		return false;
	for (uint32_t i = 0; i < p->length; i++)
		if (w->s->token[(size_t)at + i].id != w->q->token[u->token + i].id)
			return false;
	return true;
}

/* Pieces right behind one that was placed, up to the next that was. */
static void
followers_place(struct align_work *w, int64_t *next)
{
	struct align_piece *p = w->piece;
	int64_t end = -1;

	next[w->pieces] = (int64_t)w->s->tokens;
	for (size_t i = w->pieces; i-- > 0;)
		next[i] = piece_start(w, i) >= 0 ? piece_start(w, i) : next[i + 1];
	for (size_t i = 0; i < w->pieces; i++) {
		if (piece_start(w, i) < 0 && end > 0 && end + p[i].length <= next[i] &&
		    stands_at(w, &p[i], end))
			p[i].at = end;
		end = piece_end(w, i);
	}
}

/* Pieces right before one that was placed, back to the end of the one before that was. */
static void
leaders_place(struct align_work *w, int64_t *before)
{
	struct align_piece *p = w->piece;
	int64_t end = 0;

	for (size_t i = 0; i < w->pieces; i++) {
		before[i] = end;
		end = piece_end(w, i) < 0 ? end : piece_end(w, i);
	}
	for (size_t i = w->pieces; i-- > 1;) {
		int64_t at = piece_start(w, i) - p[i - 1].length;

		if (piece_end(w, i - 1) < 0 && at >= before[i - 1] && stands_at(w, &p[i - 1], at))
			p[i - 1].at = at;
	}
}

void
align_neighbours(struct align_work *w)
{
	int64_t *bound = xmalloc((w->pieces + 1) * sizeof(*bound));

	followers_place(w, bound);
	leaders_place(w, bound);
	free(bound);
}

enum align_standing
align_standing(const struct align_work *w)
{
	const struct align_piece *before = NULL;
	enum align_standing standing = STANDING_ROW;

	for (size_t i = 0; i < w->pieces; i++) {
		const struct align_piece *p = &w->piece[i];

		if (p->at < 0 && w->q->unit[p->unit].note)
			continue;
		if (p->at < 0)
			return STANDING_PART;
		if (before && p->at != before->at + before->length)
			standing = STANDING_SCATTERED;
		before = p;
	}
	return standing;
}
