/*
 * Compiling: recursive descent that writes instructions as it goes. In order of binding, loosest first:
 *
 *   condition   or
 *   and
 *   not         (prefix)
 *   comparison  == != < <= > >= =~ !~ in, not in; they do not chain
 *   sum         + - then * / %
 *   unary       - (prefix)
 *   primary     constants, members, functions, (condition)
 *
 * What an operand can be is followed as far as it is known, so that "x + 'a'" or "5 and y" is an error. An operation
 * on constants is carried out at once, by the machine that will run the rest, and leaves a constant: code
 * that could be told beforehand never reaches a record, and cond_constant_part knows that it was there.
 */
#include "rule/cond_parse.h"

#include "base/utf8.h"

#include <stdio.h>
#include <strings.h>

bool
parse_enter(struct parser *p)
{
	if (++p->depth <= COND_MAX_DEPTH)
		return true;
	lex_fail(&p->lex, p->lex.token.column, "nested deeper than %d levels", COND_MAX_DEPTH);
	return false;
}

static const char *
kind_name(enum value_kind kind)
{
	switch (kind) {
	case VALUE_NULL: return "null";
	case VALUE_BOOL: return "a truth value";
	case VALUE_NUMBER: return "a number";
	default: return "a string";
	}
}

void
parse_want_truth(struct parser *p, const struct operand *o)
{
	if (!operand_is(o, VALUE_BOOL))
		lex_fail(&p->lex, o->column, "expected a condition, not %s", kind_name(o->kind));
}

bool
parse_expect(struct parser *p, enum token_kind kind, const char *what)
{
	if (p->lex.token.kind != kind) {
		lex_expected(&p->lex, what);
		return false;
	}
	lex_next(&p->lex);
	return true;
}

/* Comparisons. */

/* Whether no record can make A and B values of one kind. */
static bool
never_meet(const struct operand *a, const struct operand *b)
{
	return a->kind != b->kind && a->kind != VALUE_ANY && b->kind != VALUE_ANY;
}

static void
want_ordered(struct parser *p, const struct operand *o, struct str test, const char *where)
{
	if (o->kind == VALUE_BOOL || o->kind == VALUE_NULL)
		lex_fail(&p->lex, o->column, "expected a number %s '" STR_FMT "'", where,
		         STR_ARG(test));
}

static void
parse_test(struct parser *p, const struct operand *left)
{
	struct token t = p->lex.token;
	bool ordered = t.test != TEST_EQ && t.test != TEST_NE,
	     constant = code_is_constant(p, left->at);
	struct operand right;

	if (ordered)
		want_ordered(p, left, t.source, "before");
	lex_next(&p->lex);
	right = parse_sum(p, 1, ordered ? "a number" : "a value");
	if (ordered)
		want_ordered(p, &right, t.source, "after");
	if (p->lex.failed)
		return;
	if (code_is_constant(p, right.at) && !constant) {
		struct value value = p->c->code[right.at].value;

		code_cut(p, right.at);
		code_compare(p, left->at, t.test, &value);
	} else {
		constant = constant && code_is_constant(p, right.at);
		code_emit(p, (struct code){.op = OP_COMPARE, .test = t.test});
	}
	if (never_meet(left, &right))
		code_replace(p, left->at, (struct value){.kind = VALUE_BOOL});
	else if (constant)
		code_fold(p, left->at);
	if (code_is_constant(p, left->at))
		code_note_constant(p, left->column);
}

static void
parse_match(struct parser *p, const struct operand *left)
{
	struct token t = p->lex.token;
	struct pattern *pattern;
	bool constant = code_is_constant(p, left->at);

	if (!operand_is(left, VALUE_TEXT))
		lex_fail(&p->lex, left->column, "expected a string before '" STR_FMT "'",
		         STR_ARG(t.source));
	pattern = lex_pattern(&p->lex);
	if (!pattern)
		return;
	code_emit(p, (struct code){.op = OP_MATCH, .answer = t.match, .pattern = pattern});
	if (constant) {
		code_fold(p, left->at);
		code_note_constant(p, left->column);
	}
}

static void
parse_item(struct parser *p, bool in)
{
	struct operand item = parse_sum(p, 1, "a value");
	struct code code = {.op = OP_IN, .answer = in};

	if (p->lex.failed)
		return;
	if (code_is_constant(p, item.at)) {
		code.op = OP_IN_CONST;
		code.value = p->c->code[item.at].value;
		code_cut(p, item.at);
	}
	code_emit(p, code);
}

/* The list of "in", from its parenthesis on. */
static void
parse_list(struct parser *p, const struct operand *left, bool in)
{
	struct cond *c = p->c;
	size_t first = c->count;
	bool constant = code_is_constant(p, left->at), more;

	if (!parse_expect(p, TOKEN_OPEN, "'('"))
		return;
	do {
		parse_item(p, in);
		more = p->lex.token.kind == TOKEN_COMMA;
		if (more)
			lex_next(&p->lex);
	} while (more);
	parse_expect(p, TOKEN_CLOSE, "',' or ')'");
	code_emit(p, (struct code){.op = OP_IN_END, .answer = !in});
	for (size_t i = first; i < c->count; i++) {
		if (c->code[i].op == OP_IN || c->code[i].op == OP_IN_CONST)
			c->code[i].to = (unsigned)(c->count - 1 - i);
		constant = constant && (c->code[i].op == OP_IN_CONST || c->code[i].op == OP_IN_END);
	}
	if (constant) {
		code_fold(p, left->at);
		code_note_constant(p, left->column);
	}
}

static void
refuse_chain(struct parser *p)
{
	enum token_kind kind = p->lex.token.kind;

	if (kind == TOKEN_TEST || kind == TOKEN_MATCH || kind == TOKEN_IN)
		lex_fail(&p->lex, p->lex.token.column,
		         "comparisons do not chain: join two with 'and', as in a < b and b < c");
}

static struct operand
parse_comparison(struct parser *p, const char *what)
{
	struct operand left = parse_sum(p, 1, what);
	bool negated = p->lex.token.kind == TOKEN_NOT;

	if (negated) {
		lex_next(&p->lex);
		if (p->lex.token.kind != TOKEN_IN)
			lex_expected(&p->lex, "'in'");
	}
	switch (p->lex.token.kind) {
	case TOKEN_TEST: parse_test(p, &left); break;
	case TOKEN_MATCH: parse_match(p, &left); break;
	case TOKEN_IN:
		lex_next(&p->lex);
		parse_list(p, &left, !negated);
		break;
	default: return left;
	}
	refuse_chain(p);
	left.kind = VALUE_BOOL;
	return left;
}

/* Logic. */

static struct operand
parse_not(struct parser *p)
{
	struct operand o = {.at = p->c->count, .column = p->lex.token.column}, inner;

	if (p->lex.token.kind != TOKEN_NOT)
		return parse_comparison(p, "a condition");
	if (!parse_enter(p))
		return o;
	lex_next(&p->lex);
	inner = parse_not(p);
	parse_want_truth(p, &inner);
	code_emit(p, (struct code){.op = OP_NOT});
	if (p->c->count == o.at + 2 && p->c->code[o.at].op == OP_CONST) {
		code_fold(p, o.at);
		code_note_constant(p, inner.column);
	}
	p->depth--;
	o.kind = VALUE_BOOL;
	return o;
}

/*
 * One or more parts joined by "and", or by "or". Each part but the last is followed by a jump to the end, taken where
 * it decides the chain. A constant part either decides it for good or does not count.
 */
static struct operand
parse_chain(struct parser *p, bool is_or)
{
	struct operand chain = {.at = p->c->count, .column = p->lex.token.column}, part;
	enum token_kind joint = is_or ? TOKEN_OR : TOKEN_AND;
	unsigned jump =
		0; /* the last one, from 1; each holds the one before it until all are known */
	bool decided = false, more, first = true;

	do {
		part = is_or ? parse_chain(p, false) : parse_not(p);
		more = p->lex.token.kind == joint;
		if (first && !more)
			return part;
		first = false;
		parse_want_truth(p, &part);
		if (code_is_constant(p, part.at)) {
			code_note_constant(p, part.column);
			decided = decided || code_is_true(p, part.at) == is_or;
			if (more)
				code_cut(p, part.at);
		} else if (more) {
			code_emit(p, (struct code){.op = is_or ? OP_OR : OP_AND,
			                           .answer = is_or,
			                           .to = jump});
			jump = (unsigned)p->c->count;
		} else if (part.kind == VALUE_ANY) {
			code_emit(p, (struct code){.op = OP_TRUTH});
		}
		if (more)
			lex_next(&p->lex);
	} while (more);
	if (decided)
		code_replace(p, chain.at, (struct value){.kind = VALUE_BOOL, .truth = is_or});
	else
		code_land(p, jump);
	chain.kind = VALUE_BOOL;
	return chain;
}

struct operand
parse_condition(struct parser *p)
{
	return parse_chain(p, true);
}

/* What is left when a condition has ended. */
static void
refuse_rest(struct parser *p)
{
	static const char *const words[] = {"or", "and", "not", "in", NULL};
	const struct token *t = &p->lex.token;
	struct str source = lex_clip(t->source);

	if (t->kind == TOKEN_END)
		return;
	for (size_t i = 0; words[i]; i++) {
		if (source.len == strlen(words[i]) &&
		    strncasecmp(source.ptr, words[i], source.len) == 0)
			lex_fail(&p->lex, t->column,
			         "unexpected '" STR_FMT "': '%s' is written small", STR_ARG(source),
			         words[i]);
	}
	if (t->kind == TOKEN_CLOSE)
		lex_fail(&p->lex, t->column, "')' without '('");
	else
		lex_fail(&p->lex, t->column, "expected an operator before '" STR_FMT "'",
		         STR_ARG(source));
}

/* The text must be of a length and of characters that the rest can rely on. */
static bool
check_text(struct str text, struct cond_error *error)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	size_t n;

	for (; p < end && *p; p += n) {
		n = utf8_length(p, end);
		if (n == 0)
			break;
	}
	if (text.len <= COND_MAX_TEXT && p == end)
		return true;
	if (text.len > COND_MAX_TEXT)
		p = text.ptr + COND_MAX_TEXT;
	error->column = (unsigned)(p - text.ptr) + 1;
	if (text.len > COND_MAX_TEXT)
		snprintf(error->reason, sizeof(error->reason), "longer than %d bytes",
		         COND_MAX_TEXT);
	else
		snprintf(error->reason, sizeof(error->reason), *p ? "invalid UTF-8" : "NUL byte");
	return false;
}

struct cond *
cond_compile(struct str text, unsigned flags, struct cond_error *error)
{
	struct parser p = {.flags = flags};
	struct operand whole;

	if (!check_text(text, error))
		return NULL;
	p.root = p.c = cond_new();
	p.root->pool = xcalloc(1, 2 * text.len + 1 + JSON_PAD);
	memcpy(p.root->pool, text.len ? text.ptr : "", text.len);
	p.lex = (struct lexer){.text = p.root->pool,
	                       .p = p.root->pool,
	                       .end = p.root->pool + text.len,
	                       .pool = p.root->pool + text.len + 1,
	                       .error = error};
	lex_next(&p.lex);
	whole = parse_condition(&p);
	refuse_rest(&p);
	parse_want_truth(&p, &whole);
	if (!p.lex.failed)
		return p.root;
	cond_free(p.root);
	return NULL;
}
