/*
 * Inside of search.h: what is looked for.
 */
#ifndef REPORT_SEARCH_PARTS_H
#define REPORT_SEARCH_PARTS_H

#include "report/search.h"

enum { SEARCH_NEAR = 2 };

/* A word of a quote's line, which leads to the files that may have it. */
struct search_want {
	uint32_t word, claim;
	enum search_kind kind;
	struct str text; /* the word where it stands in the quote */
	struct str near
		[SEARCH_NEAR]; /* others of its line, one of which has to be near by; empty where it has none */
	const struct claim_quote *quote;
	size_t line;   /* of the quote */
	size_t whole;  /* search_whole of it */
	uint32_t next; /* the next want of the same word, from 1 */
};

/* How much of W's quote stands in TEXT, in a row around the word at OFFSET: its bytes, blanks aside. */
size_t search_stretch(const struct search_want *w, struct str text, size_t offset);

/* The same, of all of the quote. */
size_t search_whole(const struct search_want *w);

#endif
