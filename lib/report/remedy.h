/*
 * What the proposed fix of a claim would bring into a file, and take out of it: by that one tells a fault that was fixed
 * from one that was never there.
 *
 * Its code that is not in the quotes too, line by line; the words of its code and of its text that the quotes do not have;
 * and what it says is to go ("remove `x`", "no `eval`").
 */
#ifndef REPORT_REMEDY_H
#define REPORT_REMEDY_H

#include "report/align.h"
#include "report/claim.h"

struct remedy_word {
	struct str text;
	double weight;
	bool code;  /* it is in the fix's code, not only in its text */
	bool loose; /* it counts as part of a name too: "operator" in "ALLOWED_OPERATORS" */
};

struct remedy {
	struct str *line; /* code of the fix: its blocks' lines, and statements within its text */
	size_t lines, line_cap;
	bool *novel; /* for each: it is not in the quotes */
	bool block; /* it has lines of a block: the text alone has none that surely belong together */
	struct remedy_word *word;
	size_t words, word_cap;
	struct str *talk; /* long words of the rest of the finding that the quotes do not have */
	size_t talks, talk_cap;
	struct str *gone; /* code that is to go, and is quoted */
	size_t gones, gone_cap;
	struct str *named; /* code that the fix names, and is quoted: to be changed at least */
	size_t nameds, named_cap;
};

/* From the claim C, whose quotes are in language LANG. The strings are the claim's. */
void remedy_make(struct remedy *r, const struct claim *c, enum lang lang);
void remedy_release(struct remedy *r);

/* Whether code is a statement or a call, and not only a name. */
bool remedy_is_statement(struct str code);

/*
 * Of the words of R that are code (CODE) or are not, how much is among the tokens that READER has: the sum of their
 * weights. The heaviest of them goes to *WORD, which may be NULL.
 */
double remedy_words_in(const struct remedy *r, struct token_reader reader, bool code,
                       struct str *word);

/* The sum of the weights of the words that are code, or are not. */
double remedy_weight(const struct remedy *r, bool code);

#endif
