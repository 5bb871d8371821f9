/*
 * The classic model of PAD: words counted over the window of an agent's latest outputs, joined by single spaces and
 * lower-cased.
 *
 *   pleasure    distinct words of the goal that occur among the words of the window, by all distinct words of it
 *   arousal     0.2 for each of "error", "failed", "retry", "trying again", "unable" that occurs anywhere in the
 *               text, and 0.4 if two of the last three outputs are equal; at most 1
 *   dominance   those of "completed", "success", "done", "processed" that occur, less half of those of "maybe",
 *               "might", "uncertain", "not sure", "trying", by 5, within [0, 1]
 *
 * Words are what white space separates. Without an output, or without a word in the goal, they are 0.
 *
 * The texts are not kept, only what the model asks of them, which is exact for texts of any length. When the goal
 * changes while a window is open, the outputs in it are searched for the new goal's words as far as their
 * first PAD_CLASSIC_KEEP bytes go.
 */
#ifndef POLICY_PAD_CLASSIC_H
#define POLICY_PAD_CLASSIC_H

#include "base/buf.h"

#include <stdint.h>

enum { PAD_CLASSIC_EDGE = 12, PAD_CLASSIC_KEEP = 4096, PAD_CLASSIC_WORDS = 4096 };

struct pad_classic_output {
	uint64_t hash; /* of the text as it came */
	size_t len;
	unsigned phrases; /* a bit for each phrase that occurs in it */
	char head[PAD_CLASSIC_EDGE],
		tail[PAD_CLASSIC_EDGE]; /* its ends: a phrase may reach across */
	size_t head_len, tail_len;
	unsigned char *found; /* a bit for each word of the goal that occurs in it */
	char *kept;           /* how it begins, in lower case */
	size_t kept_len;
};

struct pad_classic {
	uint64_t goal_hash;
	uint64_t *goal; /* hashes of its distinct words, in order */
	size_t goal_words;
	struct pad_classic_output *output; /* the window, oldest first */
	size_t outputs, room;
};

void pad_classic_goal(struct pad_classic *c, struct str goal);
void pad_classic_add(struct pad_classic *c, struct str text, size_t window);
void pad_classic_measure(const struct pad_classic *c, double *pleasure, double *arousal,
                         double *dominance);
void pad_classic_release(struct pad_classic *c);

#endif
