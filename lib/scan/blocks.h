/*
 * The blocks of a text: functions, classes, loops and whatever else has a line that opens it and lines within, told by
 * indentation or by braces as the language has it.
 */
#ifndef SCAN_BLOCKS_H
#define SCAN_BLOCKS_H

#include "source/lang.h"

#include <stdint.h>

enum block_kind { BLOCK_OTHER, BLOCK_CLASS, BLOCK_FUNCTION };

struct block {
	size_t head, body, end; /* what opens it begins at head and ends before body */
	size_t parent;          /* its index and 1 more; 0: none */
	enum block_kind kind;
};

struct blocks {
	struct block
		*block; /* in order of head; of two the second is within the first or after it */
	size_t count, cap;
};

/* Find those of TEXT, whose MASK is that of lang_mask. BLOCKS is used again for text after text. */
void blocks_find(struct blocks *blocks, enum lang lang, struct str text, struct str mask);
void blocks_release(struct blocks *blocks);

/* The innermost one that the byte at OFFSET is in, what opens it being part of it; NULL where it is in none. */
const struct block *blocks_at(const struct blocks *blocks, size_t offset);

/* The one that B is in, or NULL. */
const struct block *block_outer(const struct blocks *blocks, const struct block *b);

#endif
