#include "report/reading.h"

/* A copy of a list that lives as long as the claims; the list itself is freed. */
static void *
list_keep(struct claims *out, void *list, size_t size)
{
	void *kept = arena_take(&out->arena, size + 1);

	if (size > 0)
		memcpy(kept, list, size);
	free(list);
	return kept;
}

void
building_keep(struct building *b)
{
	struct claim *c = b->claim;

	c->location = list_keep(b->out, b->location, b->locations * sizeof(*b->location));
	c->quote = list_keep(b->out, b->quote, b->quotes * sizeof(*b->quote));
	c->said = list_keep(b->out, b->said, b->saids * sizeof(*b->said));
	c->hint = list_keep(b->out, b->hint, b->hints * sizeof(*b->hint));
	c->locations = b->locations;
	c->quotes = b->quotes;
	c->saids = b->saids;
	c->hints = b->hints;
}
