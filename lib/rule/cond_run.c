#include "rule/cond_code.h"

#include <math.h>

static struct value
truth_value(bool truth)
{
	return (struct value){.kind = VALUE_BOOL, .truth = truth};
}

static inline bool
is_true(const struct value *v)
{
	return v->kind == VALUE_BOOL && v->truth;
}

static struct value
load(struct json json)
{
	struct value v = {.kind = VALUE_OTHER};

	switch (json.type) {
	case JSON_NULL: v.kind = VALUE_NULL; break;
	case JSON_FALSE:
	case JSON_TRUE: return truth_value(json.type == JSON_TRUE);
	case JSON_NUMBER:
		v.kind = json_number(json, &v.number) ? VALUE_NUMBER : VALUE_MISSING;
		break;
	case JSON_STRING:
		v.kind = VALUE_TEXT;
		v.escaped = json.escaped;
		v.text = (struct str){json.ptr + 1, json.len - 2};
		break;
	case JSON_ARRAY:
	case JSON_OBJECT: break;
	}
	return v;
}

static struct value
load_member(const struct record *r, struct str path)
{
	struct json json;

	return record_path(r, path, &json) ? load(json) : (struct value){.kind = VALUE_MISSING};
}

static struct value
arithmetic(enum op op, const struct value *a, const struct value *b)
{
	struct value v = {.kind = VALUE_MISSING};
	double x, y;

	if (a->kind != VALUE_NUMBER || b->kind != VALUE_NUMBER)
		return v;
	x = a->number;
	y = b->number;
	switch (op) {
	case OP_ADD: v.number = x + y; break;
	case OP_SUBTRACT: v.number = x - y; break;
	case OP_MULTIPLY: v.number = x * y; break;
	case OP_DIVIDE: v.number = y == 0 ? NAN : x / y; break;
	default: v.number = y == 0 ? NAN : fmod(x, y); break;
	}
	if (isfinite(v.number))
		v.kind = VALUE_NUMBER;
	return v;
}

static struct json
quoted(const struct value *v)
{
	return (struct json){v->text.ptr - 1, v->text.len + 2, JSON_STRING, v->escaped};
}

/* The contents of a string. There must be room in SCRATCH: another view into it must not move. */
static struct str
contents(const struct value *v, struct buf *scratch)
{
	return v->escaped ? json_string(quoted(v), scratch) : v->text;
}

static int
compare_text(const struct value *a, const struct value *b, struct buf *scratch)
{
	struct str x, y;

	if (!a->escaped && !b->escaped)
		return str_cmp(a->text, b->text);
	buf_reset(scratch);
	buf_room(scratch, a->text.len + b->text.len + 2 * JSON_PAD);
	x = contents(a, scratch);
	y = contents(b, scratch);
	return str_cmp(x, y);
}

static bool
equal_text(const struct value *a, const struct value *b, struct buf *scratch)
{
	if (!b->escaped)
		return a->escaped ? json_is(quoted(a), b->text) : str_eq(a->text, b->text);
	return compare_text(a, b, scratch) == 0;
}

static bool
holds(enum test test, int order)
{
	switch (test) {
	case TEST_EQ: return order == 0;
	case TEST_NE: return order != 0;
	case TEST_LT: return order < 0;
	case TEST_LE: return order <= 0;
	case TEST_GT: return order > 0;
	case TEST_GE: return order >= 0;
	}
	return false;
}

static bool
compare(enum test test, const struct value *a, const struct value *b, struct buf *scratch)
{
	bool ordered = test != TEST_EQ && test != TEST_NE;

	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_NUMBER: return holds(test, (a->number > b->number) - (a->number < b->number));
	case VALUE_TEXT:
		if (ordered)
			return holds(test, compare_text(a, b, scratch));
		return equal_text(a, b, scratch) == (test == TEST_EQ);
	case VALUE_BOOL: return !ordered && (a->truth == b->truth) == (test == TEST_EQ);
	case VALUE_NULL: return test == TEST_EQ;
	default: return false;
	}
}

/* A search that was given up is neither 0 nor 1: false for =~ and for !~. */
static bool
match(const struct code *c, const struct value *v, struct buf *scratch)
{
	int found;

	if (v->kind != VALUE_TEXT)
		return false;
	buf_reset(scratch);
	found = pattern_match(c->pattern, contents(v, scratch));
	return found == c->answer;
}

/* One value of a list: whether the left side equals it. */
static bool
is_in(struct value *left, const struct value *item, struct buf *scratch)
{
	if (left->kind != item->kind)
		return false;
	left->near = true;
	return compare(TEST_EQ, left, item, scratch);
}

static struct value
push(const struct code *c, const struct record *r, const double *counts)
{
	switch (c->op) {
	case OP_CONST: return c->value;
	case OP_MEMBER: return load_member(r, c->path);
	case OP_EXISTS: return truth_value(record_path(r, c->path, &(struct json){0}));
	case OP_COUNT: return (struct value){.kind = VALUE_NUMBER, .number = counts[c->to]};
	default: return truth_value(counts[c->to] == 0);
	}
}

/* An instruction that puts a new value in the place of *A; *B is the one above it. */
static struct value
apply(const struct code *c, const struct value *a, const struct value *b, struct buf *scratch)
{
	switch (c->op) {
	case OP_NEGATE: return arithmetic(OP_SUBTRACT, &(struct value){.kind = VALUE_NUMBER}, a);
	case OP_COMPARE: return truth_value(compare(c->test, a, b, scratch));
	case OP_COMPARE_CONST: return truth_value(compare(c->test, a, &c->value, scratch));
	case OP_IN_END: return truth_value(c->answer && a->near);
	case OP_MATCH: return truth_value(match(c, a, scratch));
	case OP_TRUTH: return truth_value(is_true(a));
	case OP_NOT: return truth_value(!is_true(a));
	default: return arithmetic(c->op, a, b);
	}
}

struct value
code_run(const struct code *code, size_t count, const struct record *r, const double *counts,
         struct buf *scratch)
{
	struct value stack[COND_STACK], *top = stack;
	const struct code *end = code + count;

	for (const struct code *c = code; c < end; c++) {
		bool jump = false;

		if (c->op <= OP_ABSENT) {
			*top++ = push(c, r, counts);
			continue;
		}
		switch (c->op) {
		case OP_AND: jump = !is_true(--top); break;
		case OP_OR: jump = is_true(--top); break;
		case OP_IN:
			top--;
			jump = is_in(top - 1, top, scratch);
			break;
		case OP_IN_CONST: jump = is_in(top - 1, &c->value, scratch); break;
		default:
			top -= c->op >= OP_ADD && c->op <= OP_COMPARE;
			top[-1] = apply(c, top - 1, top, scratch);
		}
		if (jump) {
			top -= c->op == OP_IN || c->op == OP_IN_CONST;
			*top++ = truth_value(c->answer);
			c += c->to;
		}
	}
	return stack[0];
}
