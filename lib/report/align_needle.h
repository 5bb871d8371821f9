/*
 * How many of a few tokens are in a row of others in the same order: the longest common subsequence, told of after each
 * token that is taken, by the recurrence of H. Hyyro, "Bit-parallel LCS-length computation revisited" (2004).
 */
#ifndef REPORT_ALIGN_NEEDLE_H
#define REPORT_ALIGN_NEEDLE_H

#include "report/token.h"

enum { NEEDLE_MOST = 64, NEEDLE_SLOTS = 256 };

struct align_needle {
	uint32_t id[NEEDLE_SLOTS];   /* for each token of it */
	uint64_t bits[NEEDLE_SLOTS]; /* the places that it has there */
	uint32_t count;
	uint64_t rest; /* a bit less for each that is common */
	uint64_t seen; /* the places whose token was taken, in whatever order */
};

/* Of the tokens the first NEEDLE_MOST count. */
void align_needle_make(struct align_needle *n, const struct token *token, size_t count);

/* Begin with another row. */
void align_needle_begin(struct align_needle *n);
void align_needle_take(struct align_needle *n, uint32_t id);
/* How many are common. */
uint32_t align_needle_common(const struct align_needle *n);

#endif
