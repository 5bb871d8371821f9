/*
 * Many phrases (rows of tokens) looked for in one text at once.
 *
 *   struct phrases p = PHRASES_INIT;
 *   number = phrases_add(&p, tokens, count);      equal phrases get equal numbers
 *   phrases_build(&p);
 *   phrases_scan(&p, text, count, 64, found, arg);
 *
 * A. V. Aho and M. J. Corasick, "Efficient string matching: an aid to bibliographic search" (1975), over tokens instead of
 * bytes, the edges in a hash table. A phrase that was told of as often as the caller wants leaves the chain of
 * suffixes, so that a text and phrases made to fit each other everywhere take no longer than any: time is in
 * proportion to the tokens of the text, the tokens of the phrases and what is told.
 */
#ifndef REPORT_PHRASES_H
#define REPORT_PHRASES_H

#include "report/token.h"

struct phrase_node;
struct phrase_edge;

struct phrases {
	struct phrase_node *node;
	size_t nodes, node_cap;
	struct phrase_edge *edge;
	size_t edges, edge_slots;
	uint32_t *told; /* how often each phrase was, in the scan under way */
	size_t count, cap;
	uint64_t starts[64]; /* a filter of the tokens that phrases begin with */
};

#define PHRASES_INIT         \
	{                    \
		.node = NULL \
	}

/* COUNT is at least 1. */
uint32_t phrases_add(struct phrases *p, const struct token *token, size_t count);
void phrases_build(struct phrases *p);
void phrases_release(struct phrases *p);

/*
 * Call FOUND for each place of each phrase, but for at most MOST of each, in the order of their ends. END is the index
 * after its last token.
 */
void phrases_scan(struct phrases *p, const struct token *text, size_t count, uint32_t most,
                  void (*found)(void *arg, uint32_t phrase, size_t end), void *arg);

#endif
