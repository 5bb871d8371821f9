/*
 * A unit of a quote that is nowhere as a row of tokens of its own: whether it is there with others between them, or
 * something like it is.
 */
#include "report/align_parts.h"

#include "base/hash.h"

#include <stdlib.h>

enum { LONGEST = 64, SLOTS = 256, AROUND = 10 };

/* For each token of the unit the places it has there, as bits. */
struct needle {
	uint32_t id[SLOTS];
	uint64_t bits[SLOTS];
	uint32_t count, first;
	uint32_t telling[2]; /* its longest words: a line far off has to hold one */
};

static uint64_t *
needle_bits(struct needle *n, uint32_t id)
{
	uint32_t i = (id * 0x9e3779b1u) >> 24;

	while (n->bits[i] != 0 && n->id[i] != id)
		i = (i + 1) % SLOTS;
	n->id[i] = id;
	return &n->bits[i];
}

static void
needle_make(struct needle *n, const struct align_quote *q, const struct align_unit *u)
{
	const struct token *t = q->token + u->token;

	*n = (struct needle){.count = u->count < LONGEST ? u->count : LONGEST, .first = t[0].id};
	for (uint32_t i = 0; i < n->count; i++)
		*needle_bits(n, t[i].id) |= 1ull << i;
	n->telling[0] = u->telling[0];
	n->telling[1] = u->telling[1];
}

/* How many of the needle's tokens are in order among COUNT others: Hyyro's recurrence. */
static uint32_t
common(struct needle *n, const struct token *t, size_t count)
{
	uint64_t v = ~0ull;

	for (size_t i = 0; i < count; i++) {
		uint64_t m = *needle_bits(n, t[i].id), u = v & m;

		v = (v + u) | (v - u);
	}
	if (n->count < 64)
		v |= ~0ull << n->count;
	return (uint32_t)__builtin_popcountll(~v);
}

/* How many tokens from T on hold all of the needle's in order, 0 where they do not. */
static size_t
stretch(const struct align_quote *q, const struct align_unit *u, const struct token *t,
        size_t count)
{
	const struct token *wanted = q->token + u->token;
	uint32_t have = 0;

	for (size_t i = 0; i < count; i++)
		if (t[i].id == wanted[have].id && ++have == u->count)
			return i + 1;
	return 0;
}

struct nearest {
	uint32_t common;
	uint32_t first, last;
	uint32_t seen; /* the last line that was compared */
	bool whole;
};

/* Compare what stands from the line of the token AT on; a statement may go over four lines. */
static void
compare(const struct align_work *w, const struct align_unit *u, struct needle *n, size_t at,
        struct nearest *best)
{
	const struct token *t = w->s->token + at;
	size_t count = 0, most = w->s->tokens - at, span;
	uint32_t seen;

	if (most > u->count + u->count / 2 + 4)
		most = u->count + u->count / 2 + 4;
	while (count < most && t[count].line < t[0].line + 4)
		count++;
	seen = common(n, t, count);
	span = u->count <= LONGEST && seen == n->count ? stretch(w->q, u, t, count) : 0;
	if (span > 0 && !best->whole) {
		*best = (struct nearest){seen, t[0].line, t[span - 1].line, 0, true};
	} else if (!best->whole &&
	           (seen > best->common || (seen == best->common && t[0].line <= best->seen))) {
		*best = (struct nearest){seen, t[0].line, t[0].line, t[count - 1].line, false};
	}
}

/* Lines FIRST to LAST; those that hold one of the telling words only where TELLING. */
static void
lines_compare(const struct align_work *w, const struct align_unit *u, struct needle *n,
              size_t first, size_t last, bool telling, struct nearest *best)
{
	size_t start = align_token_at(w->s, first > 0 ? first : 1), done = (size_t)-1;

	for (size_t i = start, line = start; i < w->s->tokens && w->s->token[i].line <= last; i++) {
		uint32_t id = w->s->token[i].id;

		if (w->s->token[i].line != w->s->token[line].line)
			line = i;
		if (line == done || (telling && id != n->telling[0] && id != n->telling[1]))
			continue;
		compare(w, u, n, line, best);
		done = line;
	}
}

static size_t
before(size_t line, size_t n)
{
	return line > n ? line - n : 1;
}

enum align_state
align_near(struct align_work *w, const struct align_unit *u)
{
	struct align_line *line = &w->a->line[u->line];
	struct nearest best = {0};
	struct needle n;
	size_t around = AROUND + w->q->lines;

	needle_make(&n, w->q, u);
	for (size_t i = 0; i < w->ranges && i < 16; i++)
		lines_compare(w, u, &n, before(w->stated[i].first, AROUND),
		              (size_t)w->stated[i].last + AROUND, false, &best);
	if (w->first > 0)
		lines_compare(w, u, &n, before(w->first, around), (size_t)w->last + around, false,
		              &best);
	if (!best.whole && best.common * 5 < n.count * 3 && (w->first == 0 || w->light) &&
	    n.telling[0])
		lines_compare(w, u, &n, 1, w->s->lines.count, true, &best);
	if (!(best.whole && u->weight >= 2) && !(best.common * 5 >= n.count * 3 && n.count >= 4))
		return LINE_GONE;
	line->like = (double)best.common / n.count;
	if (line->first == 0) {
		line->first = best.first;
		line->last = best.last;
	}
	return best.whole && u->weight >= 2 ? LINE_DROPPED : LINE_SIMILAR;
}
