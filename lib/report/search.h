/*
 * Files of a tree in which quotes are worth looking for that have no place, or whose place does not exist, and in which
 * what a fix defines is: one pass over the tree for all of them, which is left out where there is nothing to look for.
 *
 * Of a quote's line the longest word is looked for in all files (anchors.h); where it stands, one of the line's other long
 * words has to be near by, so that a word that is everywhere leads to few files only. Of these the best are kept, by how
 * much of the quote stands there in a row: where it stands as quoted there is none better.
 *
 * Not looked into are prose, the reports themselves, binaries, and what .gitignore leaves out.
 */
#ifndef REPORT_SEARCH_H
#define REPORT_SEARCH_H

#include "report/anchors.h"
#include "report/claim.h"
#include "source/tree.h"

enum { SEARCH_MOST = 64 };

enum search_kind { SEARCH_QUOTES, SEARCH_FIX };

struct search_hit {
	uint32_t claim, file;
	enum search_kind kind;
	uint32_t value; /* bytes of what is looked for that stand together there */
};

struct search {
	struct anchors anchors;
	struct search_want *want;
	size_t wants, want_cap;
	uint32_t *first; /* for each word of anchors the first want of it, from 1 */
	struct search_hit
		*hit; /* by claim and kind, then those with the most of it first, then by path */
	size_t hits, hit_cap;
};

#define SEARCH_INIT                      \
	{                                \
		.anchors = ANCHORS_INIT, \
	}

/* Look for the quotes of C, the claim number CLAIM; or for what its fix defines. */
void search_quotes(struct search *s, const struct claim *c, uint32_t claim);
void search_fix(struct search *s, const struct claim *c, uint32_t claim);

/*
 * EXCLUDED has a true for each file that is not to be looked into. There are at most SEARCH_MOST hits for each claim and
 * kind, fewer where there are many claims.
 */
void search_run(struct search *s, struct source_tree *tree, const bool *excluded, unsigned threads);
void search_release(struct search *s);

#endif
