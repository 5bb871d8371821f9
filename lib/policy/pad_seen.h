/*
 * What words and shingles an agent has used: a table of 16-bit fingerprints of their hashes, each in the one place its
 * hash gives it, newer ones in place of older ones. It starts small and doubles while there is more
 * to keep; when it is as large as it gets, what has not been used for long is forgotten first in the mean.
 */
#ifndef POLICY_PAD_SEEN_H
#define POLICY_PAD_SEEN_H

#include "policy/pad_text.h"

enum { PAD_SEEN_MIN = 64, PAD_SEEN_MAX = 2048 };

struct pad_seen {
	uint16_t *slot;
	uint32_t slots, filled; /* filled: marks put in so far, while it may still grow */
};

/* How many of the samples of level ASK were seen before; *asked is how many there are. */
unsigned pad_seen_known(const struct pad_seen *s, const struct pad_samples *samples, unsigned ask,
                        unsigned *asked);

void pad_seen_add(struct pad_seen *s, const struct pad_samples *samples);

#endif
