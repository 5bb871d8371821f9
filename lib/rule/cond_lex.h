/*
 * Inside a condition: its text as tokens. What a slash means (division or a pattern) and what "5m" means depend on
 * what came before, so the parser asks for patterns and durations by functions of their own.
 *
 * The first fault is kept; from then on every token is TOKEN_END, so that the parser unwinds by itself.
 */
#ifndef RULE_COND_LEX_H
#define RULE_COND_LEX_H

#include "rule/cond_code.h"

enum token_kind {
	TOKEN_END,
	TOKEN_NUMBER,
	TOKEN_TEXT,
	TOKEN_NAME,
	TOKEN_TRUE,
	TOKEN_FALSE,
	TOKEN_NULL,
	TOKEN_OR,
	TOKEN_AND,
	TOKEN_NOT,
	TOKEN_IN,
	TOKEN_TEST,
	TOKEN_MATCH,
	TOKEN_OPERATOR, /* of arithmetic */
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_COMMA,
};

struct token {
	enum token_kind kind;
	unsigned column;
	struct str source; /* as written */
	struct str text;   /* a string's contents, a name's path */
	double number;
	enum op op;     /* of TOKEN_OPERATOR */
	enum test test; /* of TOKEN_TEST */
	bool match;     /* of TOKEN_MATCH: =~, not !~ */
	bool quoted;    /* of TOKEN_NAME: in backquotes, so no function and no misspelt operator */
};

struct lexer {
	const char *text, *p, *end;
	char *pool; /* where contents of strings go: never longer than what was written */
	struct token token;
	struct str before; /* the token before it, as written */
	struct cond_error *error;
	bool failed;
};

void lex_next(struct lexer *l);

/* In place of lex_next, the next token being /PATTERN/FLAGS or a duration. */
struct pattern *lex_pattern(struct lexer *l);
bool lex_duration(struct lexer *l, double *seconds);

void lex_fail(struct lexer *l, unsigned column, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* "expected WHAT after '>='", at the token. */
void lex_expected(struct lexer *l, const char *what);

/* Enough of a token to be recognised in a message. */
struct str lex_clip(struct str s);

#endif
