/*
 * A line of a quote that the chain has no place for: whether something like it is around what the chain has, or around the
 * stated lines.
 */
#include "report/align_parts.h"

enum { AROUND = 10 };

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
before(size_t line, size_t n)
{
	return line > n ? line - n : 1;
}

bool
align_near(const struct align_work *w, const struct align_unit *u, struct align_like *like)
{
	struct align_needle n;
	size_t around = AROUND + w->q->lines;

	*like = (struct align_like){0};
	align_needle_make(&n, w->q->token + u->token, u->count);
	for (size_t i = 0; i < w->ranges && i < 16; i++)
		lines_compare(w, u, &n, before(w->meant[i].first, AROUND),
		              (size_t)w->meant[i].last + AROUND, like);
	if (w->first > 0)
		lines_compare(w, u, &n, before(w->first, around), (size_t)w->last + around, like);
	return like->like > 0 && (u->count >= ALIGN_SHORTEST || (like->whole && u->weight >= 2));
}
