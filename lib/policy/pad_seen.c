#include "policy/pad_seen.h"

#include "base/mem.h"

static uint16_t
mark_of(uint32_t hash)
{
	uint16_t mark = (uint16_t)(hash >> 16);

	return mark | (mark == 0);
}

double
pad_seen_share(const struct pad_seen *s, const struct pad_samples *samples, unsigned ask,
               unsigned *asked)
{
	unsigned hits = 0;

	*asked = 0;
	for (unsigned i = 0; i < samples->count; i++) {
		uint32_t hash = samples->hash[i];

		if (pad_level(hash) < ask)
			continue;
		++*asked;
		hits += s->slots > 0 && s->slot[hash & (s->slots - 1)] == mark_of(hash);
	}
	return *asked == 0 ? 0 : (double)hits / *asked;
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
	for (unsigned i = 0; i < samples->count; i++) {
		uint16_t *slot;

		if (s->filled >= s->slots / 2 && s->slots < PAD_SEEN_MAX)
			grow(s);
		slot = &s->slot[samples->hash[i] & (s->slots - 1)];
		s->filled += *slot != mark_of(samples->hash[i]);
		*slot = mark_of(samples->hash[i]);
	}
}
