/*
 * A line of a quote that the chain has no place for: whether something like it is near what the chain has before and after it,
 * or about where it would be by the stated lines.
 */
#include "report/align_parts.h"

enum { AROUND = 10, FAR = 100 };

/* Of what begins on the lines FIRST to LAST what is most like U; of what is so equally the first. */
static void
lines_compare(const struct align_work *w, const struct align_unit *u, struct align_needle *n,
              size_t first, size_t last, struct align_like *best)
{
	struct align_like like;

	for (size_t i = align_token_at(w->s, first);
	     i < w->s->tokens && w->s->token[i].line <= last; i++)
		if ((i == 0 || w->s->token[i].line != w->s->token[i - 1].line) &&
		    align_compare(w, u, n, (uint32_t)i, &like) && like.like > best->like)
			*best = like;
}

static size_t
minus(size_t line, size_t n)
{
	return line > n ? line - n : 1;
}

static size_t
least(size_t a, size_t b)
{
	return a < b ? a : b;
}

bool
align_near(const struct align_work *w, const struct align_unit *u, struct align_range between,
           struct align_like *like)
{
	struct align_needle n;
	size_t far = least(AROUND + w->q->lines, FAR), first = between.first, last = between.last;

	*like = (struct align_like){0};
	align_needle_make(&n, w->q->token + u->token, u->count);
	for (size_t i = 0; i < w->ranges && i < 16; i++) {
		const struct align_range *r = &w->meant[i];
		size_t from = minus(r->first, AROUND) + (u->line > FAR ? u->line - FAR : 0);

		lines_compare(w, u, &n, from,
		              least((size_t)r->last + AROUND, (size_t)r->first + u->line + FAR),
		              like);
	}
	if (first > 0)
		lines_compare(w, u, &n, minus(first, far), first + far, like);
	if (last > 0 && last != first)
		lines_compare(w, u, &n, minus(last, far), last + far, like);
	return like->like > 0;
}
