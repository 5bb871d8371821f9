/*
 * Inside a condition: what the parts of the compiler share. cond_parse.c is the grammar down to comparisons,
 * cond_operand.c what is compared, cond_emit.c the code they write.
 */
#ifndef RULE_COND_PARSE_H
#define RULE_COND_PARSE_H

#include "rule/cond_lex.h"

struct parser {
	struct lexer lex;
	struct cond *root; /* what is compiled */
	struct cond *c;    /* what is written: it, or the condition of a count within it */
	unsigned flags, depth;
};

/* What was parsed last. Its instructions, from AT to the last there is, push one value. */
struct operand {
	size_t at;
	unsigned column;
	enum value_kind kind;
};

static inline bool
operand_is(const struct operand *o, enum value_kind kind)
{
	return o->kind == kind || o->kind == VALUE_ANY;
}

/* cond_parse.c */
struct operand parse_condition(struct parser *p);

/* Take the token, which must be of KIND. */
bool parse_expect(struct parser *p, enum token_kind kind, const char *what);

/* One level of nesting more; false, with an error, where that is too many. */
bool parse_enter(struct parser *p);
void parse_want_truth(struct parser *p, const struct operand *o);

/* cond_operand.c: a sum of operators that bind at least as strongly as LEAST (1: all). WHAT is what the operator
 * before it would like to see, for messages. */
struct operand parse_sum(struct parser *p, int least, const char *what);

/* cond_emit.c */
struct cond *cond_new(void);
void code_emit(struct parser *p, struct code code);

/* Remove the instructions from AT on. */
void code_cut(struct parser *p, size_t at);

/* Whether those from AT on are one that pushes a constant, and, that being so, whether it is true. */
bool code_is_constant(const struct parser *p, size_t at);
bool code_is_true(const struct parser *p, size_t at);

/* Put a constant in the place of those from AT on. */
void code_replace(struct parser *p, size_t at, struct value v);

/* Those from AT on work on constants alone: carry them out. */
void code_fold(struct parser *p, size_t at);

/* Compare what those from AT on push with a constant. */
void code_compare(struct parser *p, size_t at, enum test test, const struct value *value);

/* Let all jumps of a chain lead here. JUMP is the last one, counted from 1; each holds the one before it. */
void code_land(struct parser *p, unsigned jump);

/* For cond_constant_part. */
void code_note_constant(struct parser *p, unsigned column);

#endif
