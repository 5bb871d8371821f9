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
 * that could be told beforehand never reaches a record, and cond_has_constant knows that it was there.
 */
#include "rule/cond_lex.h"

#include "base/utf8.h"

#include <stdio.h>
#include <strings.h>

struct parser {
	struct lexer lex;
	struct cond *root; /* what is compiled */
	struct cond *c;    /* what is written: it, or the condition of a count within it */
	unsigned flags, depth;
};

struct operand {
	size_t at; /* its first instruction; its last is the last there is */
	unsigned column;
	enum value_kind kind;
};

static struct operand parse_condition(struct parser *p);
static struct operand parse_unary(struct parser *p, const char *what);

static void
emit(struct parser *p, struct code code)
{
	struct cond *c = p->c;

	GROW(c->code, c->count, c->cap);
	c->code[c->count++] = code;
}

static void
cut(struct parser *p, size_t at)
{
	struct cond *c = p->c;

	for (; c->count > at; c->count--) {
		if (c->code[c->count - 1].op == OP_MATCH)
			pattern_free(c->code[c->count - 1].pattern);
	}
}

static bool
is_constant(const struct parser *p, size_t at)
{
	return p->c->count == at + 1 && p->c->code[at].op == OP_CONST;
}

static bool
is_constant_true(const struct parser *p, size_t at)
{
	const struct value *v = &p->c->code[at].value;

	return v->kind == VALUE_BOOL && v->truth;
}

/* Put a constant in the place of all instructions from AT on, which together push one value. */
static void
replace(struct parser *p, size_t at, struct value v)
{
	cut(p, at);
	emit(p, (struct code){.op = OP_CONST, .value = v});
}

/* All jumps of a chain lead here. */
static void
land(struct parser *p, unsigned jump)
{
	while (jump > 0) {
		struct code *c = &p->c->code[jump - 1];
		unsigned before = c->to;

		c->to = (unsigned)p->c->count - jump;
		jump = before;
	}
}

/* The instructions from AT on work on constants alone: carry them out. */
static void
fold(struct parser *p, size_t at)
{
	struct cond *c = p->c;

	if (!p->lex.failed)
		replace(p, at, code_run(c->code + at, c->count - at, NULL, NULL, p->root->scratch));
}

static void
note_constant(struct parser *p, unsigned column)
{
	if (p->root->constant_column == 0)
		p->root->constant_column = column;
}

static bool
is_kind(const struct operand *o, enum value_kind kind)
{
	return o->kind == kind || o->kind == VALUE_ANY;
}

static bool
enter(struct parser *p)
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

static void
want_truth(struct parser *p, const struct operand *o)
{
	if (!is_kind(o, VALUE_BOOL))
		lex_fail(&p->lex, o->column, "expected a condition, not %s", kind_name(o->kind));
}

/* Take the token, which must be of KIND. */
static bool
expect(struct parser *p, enum token_kind kind, const char *what)
{
	if (p->lex.token.kind != kind) {
		lex_expected(&p->lex, what);
		return false;
	}
	lex_next(&p->lex);
	return true;
}

/* Primaries. */

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

	if (expect(p, TOKEN_OPEN, "'('")) {
		path = p->lex.token.text;
		if (p->lex.token.kind == TOKEN_TEXT && path.len == 0)
			lex_fail(&p->lex, p->lex.token.column, "empty name");
		expect(p, TOKEN_TEXT, "a member's name in quotes");
		expect(p, TOKEN_CLOSE, "')'");
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

	if (!expect(p, TOKEN_OPEN, "'('"))
		return path;
	if (is_call(p, "member")) {
		lex_next(&p->lex);
		path = parse_member_call(p);
	} else {
		path = p->lex.token.text;
		expect(p, TOKEN_NAME, "a member's name");
	}
	expect(p, TOKEN_CLOSE, "')'");
	if (path.ptr)
		add_member(p, path);
	return path;
}

static enum value_kind
parse_exists(struct parser *p)
{
	struct str path = parse_member_argument(p);

	emit(p, (struct code){.op = OP_EXISTS, .path = path});
	return VALUE_BOOL;
}

static struct cond *
cond_new(void)
{
	struct cond *c = xcalloc(1, sizeof(*c));

	c->scratch = xcalloc(1, sizeof(*c->scratch));
	return c;
}

/* The condition of a window is one of its own, run by whoever counts. */
static void
parse_counted(struct parser *p, struct cond *inner, bool absent)
{
	p->c = inner;
	if (absent) {
		parse_exists(p);
	} else if (expect(p, TOKEN_OPEN, "'('")) {
		struct operand o = parse_condition(p);

		want_truth(p, &o);
		expect(p, TOKEN_CLOSE, "')'");
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
	emit(p, (struct code){.op = window.absent ? OP_ABSENT : OP_COUNT,
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
	emit(p, (struct code){.op = OP_MEMBER, .path = path});
	return VALUE_ANY;
}

static enum value_kind
parse_parentheses(struct parser *p)
{
	struct operand inner;
	unsigned opened = p->lex.token.column;

	if (!enter(p))
		return VALUE_ANY;
	lex_next(&p->lex);
	inner = parse_condition(p);
	if (p->lex.token.kind == TOKEN_END)
		lex_fail(&p->lex, opened, "'(' without ')'");
	expect(p, TOKEN_CLOSE, "')'");
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
	emit(p, (struct code){.op = OP_CONST, .value = v});
	lex_next(&p->lex);
	return v.kind;
}

static enum value_kind
parse_negation(struct parser *p)
{
	struct operand inner;

	if (!enter(p))
		return VALUE_ANY;
	lex_next(&p->lex);
	inner = parse_unary(p, "a number");
	if (!is_kind(&inner, VALUE_NUMBER))
		lex_fail(&p->lex, inner.column, "expected a number after '-'");
	emit(p, (struct code){.op = OP_NEGATE});
	if (p->c->count == inner.at + 2 && p->c->code[inner.at].op == OP_CONST)
		fold(p, inner.at);
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

static struct operand
parse_sum(struct parser *p, int least, const char *what)
{
	struct operand left = parse_unary(p, what);

	while (strength(&p->lex.token) >= least && !p->lex.failed) {
		struct token t = p->lex.token;
		bool constant = is_constant(p, left.at);
		struct operand right;

		if (!is_kind(&left, VALUE_NUMBER))
			lex_fail(&p->lex, left.column, "expected a number before '%c'",
			         *t.source.ptr);
		lex_next(&p->lex);
		right = parse_sum(p, strength(&t) + 1, "a number");
		if (!is_kind(&right, VALUE_NUMBER))
			lex_fail(&p->lex, right.column, "expected a number after '%c'",
			         *t.source.ptr);
		constant = constant && is_constant(p, right.at);
		emit(p, (struct code){.op = t.op});
		if (constant)
			fold(p, left.at);
		left.kind = VALUE_NUMBER;
	}
	return left;
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

/* Compare what is made from AT on with a constant; where that is a member alone, in one instruction. */
static void
compare_constant(struct parser *p, size_t at, enum test test, const struct value *value)
{
	struct code *last = &p->c->code[p->c->count - 1];

	if (p->c->count == at + 1 && last->op == OP_MEMBER) {
		last->op = OP_TEST;
		last->test = test;
		last->value = *value;
	} else {
		emit(p, (struct code){.op = OP_COMPARE_CONST, .test = test, .value = *value});
	}
}

static void
parse_test(struct parser *p, const struct operand *left)
{
	struct token t = p->lex.token;
	bool ordered = t.test != TEST_EQ && t.test != TEST_NE, constant = is_constant(p, left->at);
	struct operand right;

	if (ordered)
		want_ordered(p, left, t.source, "before");
	lex_next(&p->lex);
	right = parse_sum(p, 1, ordered ? "a number" : "a value");
	if (ordered)
		want_ordered(p, &right, t.source, "after");
	if (p->lex.failed)
		return;
	if (is_constant(p, right.at) && !constant) {
		struct value value = p->c->code[right.at].value;

		cut(p, right.at);
		compare_constant(p, left->at, t.test, &value);
	} else {
		constant = constant && is_constant(p, right.at);
		emit(p, (struct code){.op = OP_COMPARE, .test = t.test});
	}
	if (never_meet(left, &right))
		replace(p, left->at, (struct value){.kind = VALUE_BOOL});
	else if (constant)
		fold(p, left->at);
	if (is_constant(p, left->at))
		note_constant(p, left->column);
}

static void
parse_match(struct parser *p, const struct operand *left)
{
	struct token t = p->lex.token;
	struct pattern *pattern;
	bool constant = is_constant(p, left->at);

	if (!is_kind(left, VALUE_TEXT))
		lex_fail(&p->lex, left->column, "expected a string before '" STR_FMT "'",
		         STR_ARG(t.source));
	pattern = lex_pattern(&p->lex);
	if (!pattern)
		return;
	emit(p, (struct code){.op = OP_MATCH, .answer = t.match, .pattern = pattern});
	if (constant) {
		fold(p, left->at);
		note_constant(p, left->column);
	}
}

static void
parse_item(struct parser *p, bool in)
{
	struct operand item = parse_sum(p, 1, "a value");
	struct code code = {.op = OP_IN, .answer = in};

	if (p->lex.failed)
		return;
	if (is_constant(p, item.at)) {
		code.op = OP_IN_CONST;
		code.value = p->c->code[item.at].value;
		cut(p, item.at);
	}
	emit(p, code);
}

/* The list of "in", from its parenthesis on. */
static void
parse_list(struct parser *p, const struct operand *left, bool in)
{
	struct cond *c = p->c;
	size_t first = c->count;
	bool constant = is_constant(p, left->at), more;

	if (!expect(p, TOKEN_OPEN, "'('"))
		return;
	do {
		parse_item(p, in);
		more = p->lex.token.kind == TOKEN_COMMA;
		if (more)
			lex_next(&p->lex);
	} while (more);
	expect(p, TOKEN_CLOSE, "',' or ')'");
	emit(p, (struct code){.op = OP_IN_END, .answer = !in});
	for (size_t i = first; i < c->count; i++) {
		if (c->code[i].op == OP_IN || c->code[i].op == OP_IN_CONST)
			c->code[i].to = (unsigned)(c->count - 1 - i);
		constant = constant && (c->code[i].op == OP_IN_CONST || c->code[i].op == OP_IN_END);
	}
	if (constant) {
		fold(p, left->at);
		note_constant(p, left->column);
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
	if (!enter(p))
		return o;
	lex_next(&p->lex);
	inner = parse_not(p);
	want_truth(p, &inner);
	emit(p, (struct code){.op = OP_NOT});
	if (p->c->count == o.at + 2 && p->c->code[o.at].op == OP_CONST) {
		fold(p, o.at);
		note_constant(p, inner.column);
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
		want_truth(p, &part);
		if (is_constant(p, part.at)) {
			note_constant(p, part.column);
			decided = decided || is_constant_true(p, part.at) == is_or;
			if (more)
				cut(p, part.at);
		} else if (more) {
			emit(p, (struct code){
					.op = is_or ? OP_OR : OP_AND, .answer = is_or, .to = jump});
			jump = (unsigned)p->c->count;
		} else if (part.kind == VALUE_ANY) {
			emit(p, (struct code){.op = OP_TRUTH});
		}
		if (more)
			lex_next(&p->lex);
	} while (more);
	if (decided)
		replace(p, chain.at, (struct value){.kind = VALUE_BOOL, .truth = is_or});
	else
		land(p, jump);
	chain.kind = VALUE_BOOL;
	return chain;
}

static struct operand
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
	p.root->pool = xmalloc(2 * text.len + 1);
	memcpy(p.root->pool, text.len ? text.ptr : "", text.len);
	p.root->pool[text.len] = '\0';
	p.lex = (struct lexer){.text = p.root->pool,
	                       .p = p.root->pool,
	                       .end = p.root->pool + text.len,
	                       .pool = p.root->pool + text.len + 1,
	                       .error = error};
	lex_next(&p.lex);
	whole = parse_condition(&p);
	refuse_rest(&p);
	want_truth(&p, &whole);
	if (!p.lex.failed)
		return p.root;
	cond_free(p.root);
	return NULL;
}
