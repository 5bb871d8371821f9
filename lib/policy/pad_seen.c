#include "policy/pad_seen.h"

#include "base/mem.h"

static uint16_t
mark_of(uint32_t hash)
{
	return (uint16_t)(hash >> 16 | 1);
}

unsigned
pad_seen_known(const struct pad_seen *s, const struct pad_samples *samples, unsigned ask,
               unsigned *asked)
{
	static const uint16_t nothing;
	const uint16_t *slot = s->slots > 0 ? s->slot : &nothing;
	uint32_t mask = s->slots > 0 ? s->slots - 1 : 0;
	uint32_t most = ask < 32 ? UINT32_MAX >> ask : 0;
	unsigned hits = 0, count = 0;

	/* Without a branch on a hash, which cannot be foretold. A mark is never 0. */
	for (unsigned i = 0; i < samples->count; i++) {
		uint32_t hash = samples->hash[i];
		bool asks = hash <= most;

		count += asks;
		hits += asks & (slot[hash & mask] == mark_of(hash));
	}
	*asked = count;
	return hits;
}

/*
 * Twice the room. A hash is no longer known in full, so which half a mark belongs to is not either: it goes to both,
 * and the wrong one is overwritten in time.
 */
static void
grow(struct pad_seen *s)
{
	uint32_t slots = s->slots > 0 ? s->slots * 2 : PAD_SEEN_MIN;

	s->slot = xreallocarray(s->slot, slots, sizeof(s->slot[0]));
	if (s->slots > 0)
		memcpy(s->slot + s->slots, s->slot, s->slots * sizeof(s->slot[0]));
	else
		memset(s->slot, 0, slots * sizeof(s->slot[0]));
	s->slots = slots;
}

void
pad_seen_add(struct pad_seen *s, const struct pad_samples *samples)
{
	uint32_t filled, mask;
	uint16_t *slots;

	while ((s->filled + samples->count > s->slots / 2 && s->slots < PAD_SEEN_MAX) ||
	       s->slots == 0)
		grow(s);
	slots = s->slot;
	mask = s->slots - 1;
	filled = s->filled;
	for (unsigned i = 0; i < samples->count; i++) {
		uint32_t hash = samples->hash[i];
		uint16_t mark = mark_of(hash), *slot = &slots[hash & mask];

		filled += *slot != mark;
		*slot = mark;
	}
	s->filled = filled;
}
