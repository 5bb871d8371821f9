/*
 * Operands: constants, members, functions, what is in parentheses, and arithmetic on them.
 */
#include "rule/cond_parse.h"

static struct operand parse_unary(struct parser *p, const char *what);

static void
add_member(struct parser *p, struct str path)
{
	struct cond *c = p->root;

	for (size_t i = 0; i < c->members; i++) {
		if (str_eq(c->member[i], path))
			return;
	}
	GROW(c->member, c->members, c->members_cap);
	c->member[c->members++] = path;
}

/* member("a name"), from its parenthesis on. */
static struct str
parse_member_call(struct parser *p)
{
	struct str path = STR_NONE;

	if (parse_expect(p, TOKEN_OPEN, "'('")) {
		path = p->lex.token.text;
		if (p->lex.token.kind == TOKEN_TEXT && path.len == 0)
			lex_fail(&p->lex, p->lex.token.column, "empty name");
		parse_expect(p, TOKEN_TEXT, "a member's name in quotes");
		parse_expect(p, TOKEN_CLOSE, "')'");
	}
	return path;
}

static bool
is_call(const struct parser *p, const char *name)
{
	const struct token *t = &p->lex.token;

	return t->kind == TOKEN_NAME && !t->quoted && str_is(t->source, name) &&
	       p->lex.p < p->lex.end && p->lex.p[strspn(p->lex.p, " \t\r\n")] == '(';
}

/* (MEMBER), the argument of exists and absent. */
static struct str
parse_member_argument(struct parser *p)
{
	struct str path = STR_NONE;

	if (!parse_expect(p, TOKEN_OPEN, "'('"))
		return path;
	if (is_call(p, "member")) {
		lex_next(&p->lex);
		path = parse_member_call(p);
	} else {
		path = p->lex.token.text;
		parse_expect(p, TOKEN_NAME, "a member's name");
	}
	parse_expect(p, TOKEN_CLOSE, "')'");
	if (path.ptr)
		add_member(p, path);
	return path;
}

static enum value_kind
parse_exists(struct parser *p)
{
	struct str path = parse_member_argument(p);

	code_emit(p, (struct code){.op = OP_EXISTS, .path = path});
	return VALUE_BOOL;
}

/* What absent(beat) misses: a member of that name, or a record of that type. */
static void
parse_missed(struct parser *p)
{
	struct str path;

	parse_exists(p);
	if (p->lex.failed)
		return;
	path = p->c->code[p->c->count - 1].path;
	code_emit(p, (struct code){.op = OP_OR, .answer = true, .to = 1});
	code_emit(p, (struct code){.op = OP_TEST,
	                           .test = TEST_EQ,
	                           .path = STR("type"),
	                           .value = {.kind = VALUE_TEXT, .text = path}});
}

/* The condition of a window is one of its own, run by whoever counts. */
static void
parse_counted(struct parser *p, struct cond *inner, bool absent)
{
	p->c = inner;
	if (absent) {
		parse_missed(p);
	} else if (parse_expect(p, TOKEN_OPEN, "'('")) {
		struct operand o = parse_condition(p);

		parse_want_truth(p, &o);
		parse_expect(p, TOKEN_CLOSE, "')'");
	}
	p->c = p->root;
}

static enum value_kind
parse_window(struct parser *p, const char *name)
{
	struct cond_window window = {.absent = name[0] == 'a'};
	struct cond *c = p->root, *inner;
	unsigned at = p->lex.token.column;

	if (!(p->flags & COND_WINDOWS))
		lex_fail(&p->lex, at, "%s() over time is not available here", name);
	if (p->c != p->root)
		lex_fail(&p->lex, at, "%s() cannot be counted itself", name);
	if (p->lex.failed)
		return VALUE_ANY;
	inner = cond_new();
	window.cond = inner;
	GROW(c->window, c->windows, c->windows_cap);
	c->window[c->windows++] = window;
	lex_next(&p->lex);
	parse_counted(p, inner, window.absent);
	if (p->lex.token.kind != TOKEN_NAME || !str_is(p->lex.token.source, "over"))
		lex_expected(&p->lex, "'over' and a duration");
	lex_duration(&p->lex, &c->window[c->windows - 1].seconds);
	code_emit(p, (struct code){.op = window.absent ? OP_ABSENT : OP_COUNT,
	                           .to = (unsigned)(c->windows - 1)});
	return window.absent ? VALUE_BOOL : VALUE_NUMBER;
}

static enum value_kind
parse_name(struct parser *p)
{
	static const char *const functions[] = {"exists", "member", "count", "absent", NULL};
	const struct token *t = &p->lex.token;
	struct str path = t->text;
	const char *near;

	if (is_call(p, "count"))
		return parse_window(p, "count");
	if (is_call(p, "absent"))
		return parse_window(p, "absent");
	if (is_call(p, "exists")) {
		lex_next(&p->lex);
		return parse_exists(p);
	}
	if (is_call(p, "member")) {
		lex_next(&p->lex);
		path = parse_member_call(p);
	} else {
		struct token name = *t;

		lex_next(&p->lex);
		if (t->kind == TOKEN_OPEN) {
			near = str_nearest(name.source, functions);
			lex_fail(&p->lex, name.column, "unknown function '" STR_FMT "'%s%s%s",
			         STR_ARG(lex_clip(name.source)), near ? " (did you mean '" : "",
			         near ? near : "", near ? "'?)" : "");
		}
	}
	if (p->lex.failed)
		return VALUE_ANY;
	add_member(p, path);
	code_emit(p, (struct code){.op = OP_MEMBER, .path = path});
	return VALUE_ANY;
}

static enum value_kind
parse_parentheses(struct parser *p)
{
	struct operand inner;
	unsigned opened = p->lex.token.column;

	if (!parse_enter(p))
		return VALUE_ANY;
	lex_next(&p->lex);
	inner = parse_condition(p);
	if (p->lex.token.kind == TOKEN_END)
		lex_fail(&p->lex, opened, "'(' without ')'");
	parse_expect(p, TOKEN_CLOSE, "')'");
	p->depth--;
	return inner.kind;
}

static enum value_kind
parse_constant(struct parser *p)
{
	const struct token *t = &p->lex.token;
	struct value v = {.kind = VALUE_NULL};

	switch (t->kind) {
	case TOKEN_NUMBER: v = (struct value){.kind = VALUE_NUMBER, .number = t->number}; break;
	case TOKEN_TEXT: v = (struct value){.kind = VALUE_TEXT, .text = t->text}; break;
	case TOKEN_NULL: break;
	default: v = (struct value){.kind = VALUE_BOOL, .truth = t->kind == TOKEN_TRUE};
	}
	code_emit(p, (struct code){.op = OP_CONST, .value = v});
	lex_next(&p->lex);
	return v.kind;
}

static enum value_kind
parse_negation(struct parser *p)
{
	struct operand inner;

	if (!parse_enter(p))
		return VALUE_ANY;
	lex_next(&p->lex);
	inner = parse_unary(p, "a number");
	if (!operand_is(&inner, VALUE_NUMBER))
		lex_fail(&p->lex, inner.column, "expected a number after '-'");
	code_emit(p, (struct code){.op = OP_NEGATE});
	if (p->c->count == inner.at + 2 && p->c->code[inner.at].op == OP_CONST)
		code_fold(p, inner.at);
	p->depth--;
	return VALUE_NUMBER;
}

/* WHAT is what the operator before it would like to see, for messages. */
static struct operand
parse_unary(struct parser *p, const char *what)
{
	struct operand o = {.at = p->c->count, .column = p->lex.token.column, .kind = VALUE_ANY};

	switch (p->lex.token.kind) {
	case TOKEN_NUMBER:
	case TOKEN_TEXT:
	case TOKEN_TRUE:
	case TOKEN_FALSE:
	case TOKEN_NULL: o.kind = parse_constant(p); break;
	case TOKEN_NAME: o.kind = parse_name(p); break;
	case TOKEN_OPEN: o.kind = parse_parentheses(p); break;
	case TOKEN_OPERATOR:
		if (p->lex.token.op == OP_SUBTRACT)
			o.kind = parse_negation(p);
		else
			lex_expected(&p->lex, what);
		break;
	default: lex_expected(&p->lex, what);
	}
	return o;
}

/* Arithmetic. */

static int
strength(const struct token *t)
{
	if (t->kind != TOKEN_OPERATOR)
		return 0;
	return t->op == OP_ADD || t->op == OP_SUBTRACT ? 1 : 2;
}

struct operand
parse_sum(struct parser *p, int least, const char *what)
{
	struct operand left = parse_unary(p, what);

	while (strength(&p->lex.token) >= least && !p->lex.failed) {
		struct token t = p->lex.token;
		bool constant = code_is_constant(p, left.at);
		struct operand right;

		if (!operand_is(&left, VALUE_NUMBER))
			lex_fail(&p->lex, left.column, "expected a number before '%c'",
			         *t.source.ptr);
		lex_next(&p->lex);
		right = parse_sum(p, strength(&t) + 1, "a number");
		if (!operand_is(&right, VALUE_NUMBER))
			lex_fail(&p->lex, right.column, "expected a number after '%c'",
			         *t.source.ptr);
		constant = constant && code_is_constant(p, right.at);
		code_emit(p, (struct code){.op = t.op});
		if (constant)
			code_fold(p, left.at);
		left.kind = VALUE_NUMBER;
	}
	return left;
}
