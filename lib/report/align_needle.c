#include "report/align_needle.h"

static uint64_t *
bits_of(struct align_needle *n, uint32_t id)
{
	uint32_t i = (id * 0x9e3779b1u) >> 24;

	while (n->bits[i] != 0 && n->id[i] != id)
		i = (i + 1) % NEEDLE_SLOTS;
	n->id[i] = id;
	return &n->bits[i];
}

void
align_needle_make(struct align_needle *n, const struct token *token, size_t count)
{
	*n = (struct align_needle){.count = count < NEEDLE_MOST ? (uint32_t)count : NEEDLE_MOST};
	for (uint32_t i = 0; i < n->count; i++)
		*bits_of(n, token[i].id) |= UINT64_C(1) << i;
	align_needle_begin(n);
}

void
align_needle_begin(struct align_needle *n)
{
	n->rest = ~UINT64_C(0);
	n->seen = 0;
}

void
align_needle_take(struct align_needle *n, uint32_t id)
{
	uint64_t bits = *bits_of(n, id), common = n->rest & bits;

	n->rest = (n->rest + common) | (n->rest - common);
	n->seen |= bits;
}

uint32_t
align_needle_common(const struct align_needle *n)
{
	uint64_t rest = n->rest;

	if (n->count < 64)
		rest |= ~UINT64_C(0) << n->count;
	return (uint32_t)__builtin_popcountll(~rest);
}
