/*
 * Code as a row of tokens: a word (identifier, keyword, number) or one mark each, in which the ways of writing the same
 * code down do not show.
 *
 * Left out are white space (the wide and the unbreakable kinds that web pages put in too), comments, commas,
 * semicolons and a backslash at a line's end. Quotation marks of every kind count as one. An elision, "..." or U+2026,
 * is a token of its own, and so is an arrow, with which auditors point at a line.
 */
#ifndef REPORT_TOKEN_H
#define REPORT_TOKEN_H

#include "base/buf.h"

#include <stdint.h>

/* Marks are their byte; words have TOKEN_WORD set and a hash in the other bits. */
enum { TOKEN_ELISION = 256, TOKEN_ARROW = 257 };
#define TOKEN_WORD 0x80000000u

struct token {
	uint32_t id;
	uint32_t line; /* from 1 */
};

struct token_reader {
	const char *p, *end;
	const char *
		mask; /* an enum source_kind for each byte from p on; NULL: there are no comments */
	uint32_t line; /* of p */
};

/* The next token and how it is written; false at the end. */
bool token_next(struct token_reader *r, struct token *token, struct str *text);

/*
 * How much a token tells about where it is from, in units of about one: much for a long name, little for a short one or a
 * number, nearly nothing for a keyword or a mark.
 */
double token_weight(struct token token, struct str text);

/* Whether TEXT is a word that every program of some language holds many times over. */
bool token_is_keyword(struct str text);

#endif
