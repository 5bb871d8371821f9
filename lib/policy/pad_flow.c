#include "policy/pad_flow.h"

#include "base/mem.h"
#include "policy/pad_evidence.h"

#include <stdlib.h>

enum {
	DRAWN = 3,   /* one word, and one shingle, in 2^DRAWN is drawn, by its hash */
	ASKED = 4,   /* words and shingles that a judgement must rest on */
	CLOSE = 3,   /* blocks back at which what is known still weighs in full */
	PROLOGUE = 3 /* blocks before any is remembered: most agents say less */
};

#define HEAT 0.25

static double
share(struct pad_tally t)
{
	return t.asked < ASKED ? 0 : (double)t.known / t.asked;
}

static void
block_drop(struct pad_flow *f)
{
	f->words = 0;
	f->word = f->shingle = (struct pad_tally){0};
}

static void
block_end(struct pad_flow *f)
{
	double stale = pad_ramp(share(f->shingle), 0.55, 0.95) * pad_ramp(share(f->word), 0.9, 1);
	double weight = stale > 0 ? stale * (double)f->shingle.near / f->shingle.known : 0;

	f->evidence = (float)((double)f->evidence * (1 - PAD_WEAR * (1 - weight)) + weight);
	f->heat = (float)((double)f->heat + HEAT * (stale - (double)f->heat));
	f->block++;
	block_drop(f);
	if (f->place == NULL && f->block >= PROLOGUE)
		f->place = xcalloc(PAD_FLOW_PLACES, sizeof(f->place[0]));
}

static void
look_up(struct pad_flow *f, uint64_t hash, struct pad_tally *t)
{
	struct pad_place *place = &f->place[hash % PAD_FLOW_PLACES];
	uint16_t mark = (uint16_t)(hash >> 16), block = (uint16_t)f->block;
	unsigned ago = (uint16_t)(block - place->block);

	t->asked++;
	if (place->mark == mark) {
		t->known++;
		t->near += (float)CLOSE / (float)(ago > CLOSE ? ago : CLOSE);
	}
	*place = (struct pad_place){mark, block};
}

void
pad_flow_add(struct pad_flow *f, const struct pad_item *item, unsigned count)
{
	if (f->words >= PAD_FLOW_BLOCK)
		block_end(f);
	f->words += count;
	if (f->place == NULL)
		return;
	for (const struct pad_item *end = item + count; item < end; item++) {
		uint64_t hash = item->hash * 0xbf58476d1ce4e5b9ULL;

		if (hash >> (64 - DRAWN) == 0)
			look_up(f, hash >> 16, &f->word);
		if (item->counts && item->shingle >> (32 - DRAWN) == 0)
			look_up(f, item->shingle, &f->shingle);
	}
}

void
pad_flow_end(struct pad_flow *f, bool excused)
{
	if (excused)
		block_drop(f);
	else if (f->words >= PAD_FLOW_BLOCK)
		block_end(f);
}

void
pad_flow_release(struct pad_flow *f)
{
	free(f->place);
	*f = (struct pad_flow){0};
}
