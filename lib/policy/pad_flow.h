/*
 * The flow of an agent's text: how much of it was there before, wherever it is cut into messages.
 *
 * pad_loop.h compares messages with one another. That sees nothing where a message is a line or a sentence and
 * the loop goes over a hundred of them, nor where all the text is one message. So the words are also taken as one
 * flow and judged in blocks of PAD_FLOW_BLOCK or more, by an evenly drawn part of them and of the shingles that they
 * make. A block repeats where nearly all of its words and most of its shingles were there before; it weighs the less
 * the longer ago that was, so that a text of any length that is said once more weighs as much as one message.
 */
#ifndef POLICY_PAD_FLOW_H
#define POLICY_PAD_FLOW_H

#include <stdbool.h>
#include <stdint.h>

enum { PAD_FLOW_BLOCK = 128, PAD_FLOW_ITEMS = 128, PAD_FLOW_PLACES = 1024 };

/* A word, or what stands for a number, in its place in a text. */
struct pad_item {
	uint64_t hash;
	uint32_t shingle; /* the hash of the shingle that it ends */
	bool counts;      /* that may be a repetition: it is one, with no number in it, no code */
};

/* Where a word or shingle was met: 16 bits of its hash, and the number of the block. */
struct pad_place {
	uint16_t mark, block;
};

/* Of the words or the shingles of a block: how many were looked up, how many known, and how near those were. */
struct pad_tally {
	unsigned asked, known;
	float near;
};

struct pad_flow {
	struct pad_place *place; /* PAD_FLOW_PLACES by hash, newer ones in place of older ones */
	float evidence, heat;    /* see pad_evidence.h; heat: how far the latest blocks repeat */
	uint32_t words;          /* of the block that is not yet judged */
	uint32_t block;
	struct pad_tally word, shingle;
};

/* Take COUNT items of a message that follow one another, PAD_FLOW_ITEMS at most. */
void pad_flow_add(struct pad_flow *f, const struct pad_item *item, unsigned count);

/* The message ends. EXCUSED: that it repeats something is no fault. */
void pad_flow_end(struct pad_flow *f, bool excused);

void pad_flow_release(struct pad_flow *f);

#endif
