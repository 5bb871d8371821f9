/*
 * Which of many words are in a file: the sieve through which a whole tree goes to find the few files that are worth
 * aligning with a quote.
 *
 * S. Wu and U. Manber, "A fast algorithm for multi-pattern searching" (1994), with blocks of two bytes: the longer the
 * shortest of the words, the fewer bytes are looked at. Words are of letters alone, and count only where no other letters
 * touch them, so that what may be one is looked up as a whole, however many there are.
 */
#ifndef REPORT_ANCHORS_H
#define REPORT_ANCHORS_H

#include "base/map.h"

#include <stdint.h>

struct anchors {
	struct map number; /* of each word, by its text */
	struct str *word;
	size_t count, cap;
	size_t shortest;
	uint64_t lengths; /* a bit for each length of a word; the last for all that are longer */
	uint8_t *shift;   /* by block */
};

#define ANCHORS_INIT                                 \
	{                                            \
		.number = MAP_INIT(sizeof(uint32_t)) \
	}

enum { ANCHOR_SHORTEST = 3 };

/* WORD, at least ANCHOR_SHORTEST bytes long, is copied; the same word has the same number. */
uint32_t anchors_add(struct anchors *a, struct str word);
void anchors_build(struct anchors *a);
void anchors_release(struct anchors *a);

/* Call FOUND for each place of a word in TEXT, with the offset it starts at. For any thread. */
void anchors_scan(const struct anchors *a, struct str text,
                  void (*found)(void *arg, uint32_t word, size_t offset), void *arg);

#endif
