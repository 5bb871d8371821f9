/*
 * What a text says, boiled down to a print of fixed size: enough to tell whether another text says the same, and
 * how much of it was there before, without keeping the text.
 *
 * A text is read as words: runs of letters, digits and underscores, in lower case. What stands for a number
 * (42, 1.5s, 2026-03-01T12:00:00Z, 9f86d081) becomes one and the same word, so that a message that differs
 * from another only in numbers, times and ids counts as the same. Four words in a row make a shingle.
 *
 *   sketch    One-permutation MinHash (Li, Owen, Zhang 2012) of the shingles: the share of equal places of two
 *             sketches estimates which part of their shingles the texts have in common.
 *   samples   The hashes of words and shingles that pad_seen (pad_loop.h) is asked about; of a long text an
 *             evenly drawn part: those of level N are the ones whose hash begins with N zero bits.
 *   echo      How many words lie in stretches of the text that repeat an earlier stretch of it word for word.
 *             Code fences and stretches with numbers in them, such as tables and progress lines, do not count.
 *   tail      The last paragraph, or code fence: where agents that write their thoughts and then what they do about
 *             them have the latter.
 *   names     A bit set (one of 64, by hash) for each word that names a thing: parts of paths, identifiers. Two texts
 *             with the same wording and other names speak of other things.
 */
#ifndef POLICY_PAD_TEXT_H
#define POLICY_PAD_TEXT_H

#include "base/str.h"

#include <stdint.h>

enum { PAD_SKETCH = 16, PAD_SAMPLES = 192, PAD_STEM = 5 };

struct pad_flow;

struct pad_samples {
	unsigned count;
	uint32_t hash[PAD_SAMPLES];
};

struct pad_text {
	uint32_t key; /* of its words, numbers alike */
	uint32_t
		tail; /* of the words of its last paragraph or fence, where there are two words at least; else 0 */
	uint64_t names;
	uint32_t words;
	uint32_t echo;
	uint8_t sketch[PAD_SKETCH]; /* 0: an empty place */
	unsigned keep, ask; /* levels: samples are kept from the one and asked for from the other */
	unsigned trust, doubt, trouble; /* words of success, of doubt, of failure */
	bool failure;                   /* it begins like the report of a failure */
	bool sleeps;                    /* it says "sleep" */
	float progress; /* the last "N/M", "N of M" or "N%" in it, from 0 to 1; negative: none */
	double counter; /* the first whole number that stands alone; negative: none */
	/* The stems of a goal to look for (set by the caller), and which were found. */
	const uint32_t *stem;
	unsigned stems;
	uint32_t found;
	struct pad_flow *flow; /* to tell of the words (set by the caller); NULL: nobody */
	struct pad_samples word, shingle;
};

/* Read TEXT. Of T the members stem and stems must be set; the rest is filled in. */
void pad_text_read(struct pad_text *t, struct str text);

/* The stems of the first MAX different words of GOAL that mean something. */
unsigned pad_text_stems(struct str goal, uint32_t *stem, unsigned max);

/* How alike two texts are by their sketches, from 0 to 1. */
static inline double
pad_text_alike(const uint8_t a[static PAD_SKETCH], const uint8_t b[static PAD_SKETCH])
{
	typedef uint8_t lanes __attribute__((vector_size(PAD_SKETCH)));
	const uint64_t ones = 0x0101010101010101;
	lanes x, y, both;
	uint64_t same[2], any[2];

	memcpy(&x, a, sizeof(x));
	memcpy(&y, b, sizeof(y));
	both = (lanes)(x == y) & (lanes)(x != 0);
	memcpy(same, &both, sizeof(same));
	if ((same[0] | same[1]) == 0)
		return 0;
	both = (lanes)((x | y) != 0);
	memcpy(any, &both, sizeof(any));
	/* A place that counts is a byte of ones, and the product's highest byte the sum of all. */
	same[0] = ((same[0] & ones) + (same[1] & ones)) * ones >> 56;
	any[0] = ((any[0] & ones) + (any[1] & ones)) * ones >> 56;
	return (double)same[0] / (double)any[0];
}

#endif
