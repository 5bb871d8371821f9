#include "rule/cond_code.h"

#include "base/num.h"

#include <math.h>
#include <stdint.h>

/* Values are written where they stay, member by member: copies of them are what costs most. */

static inline void
set_truth(struct value *v, bool truth)
{
	v->kind = VALUE_BOOL;
	v->truth = truth;
}

static inline bool
is_true(const struct value *v)
{
	return v->kind == VALUE_BOOL && v->truth;
}

static inline void
set_json(struct value *v, const struct json *json)
{
	switch (json->type) {
	case JSON_NULL: v->kind = VALUE_NULL; break;
	case JSON_FALSE:
	case JSON_TRUE: set_truth(v, json->type == JSON_TRUE); break;
	case JSON_NUMBER:
		v->kind = num_parse((struct str){json->ptr, json->len}, &v->number) ? VALUE_NUMBER
		                                                                    : VALUE_MISSING;
		break;
	case JSON_STRING:
		v->kind = VALUE_TEXT;
		v->escaped = json->escaped;
		v->text.ptr = json->ptr + 1;
		v->text.len = json->len - 2;
		break;
	case JSON_ARRAY:
	case JSON_OBJECT: v->kind = VALUE_OTHER; break;
	}
}

/* The member at PATH. */
static inline void
load(struct value *v, const struct record *r, struct str path)
{
	struct json json;

	v->kind = VALUE_MISSING;
	v->near = false;
	if (record_path(r, path, &json))
		set_json(v, &json);
}

/* M, looked up in R unless it was already. */
static inline const struct memo *
recall(struct memo *m, const struct record *r)
{
	const struct member *found;

	if (m->serial == *m->now)
		return m;
	m->serial = *m->now;
	m->value.kind = VALUE_MISSING;
	found = record_find_prefixed(r, m->path, m->prefix);
	if (found)
		m->json = member_value(r, found);
	m->exists = found || (m->inner && record_path(r, m->path, &m->json));
	if (m->exists)
		set_json(&m->value, &m->json);
	return m;
}

bool
memo_get(struct memo *m, const struct record *r, struct json *value)
{
	if (!recall(m, r)->exists)
		return false;
	*value = m->json;
	return true;
}

/* x % y by whole numbers where both are, which fmod takes much longer for. */
static double
remainder_of(double x, double y)
{
	if (fabs(x) < 9e15 && fabs(y) < 9e15 && x == (double)(int64_t)x && y == (double)(int64_t)y)
		return (double)((int64_t)x % (int64_t)y);
	return fmod(x, y);
}

/* *A = *A op *B. A result that is no finite number is missing. */
static void
arithmetic(enum op op, struct value *a, const struct value *b)
{
	double x = a->number, y = b->number;

	if (a->kind != VALUE_NUMBER || b->kind != VALUE_NUMBER) {
		a->kind = VALUE_MISSING;
		return;
	}
	switch (op) {
	case OP_ADD: x += y; break;
	case OP_SUBTRACT: x -= y; break;
	case OP_MULTIPLY: x *= y; break;
	case OP_DIVIDE: x = y == 0 ? NAN : x / y; break;
	default: x = y == 0 ? NAN : remainder_of(x, y);
	}
	a->number = x;
	if (!isfinite(x))
		a->kind = VALUE_MISSING;
}

static void
negate(struct value *v)
{
	if (v->kind == VALUE_NUMBER)
		v->number = -v->number;
	else
		v->kind = VALUE_MISSING;
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

static inline int
order_of(double a, double b)
{
	return (a > b) - (a < b);
}

/* By a table: which test comes next is what no processor guesses. */
static inline bool
holds(enum test test, int order)
{
	enum { LESS = 1, EQUAL = 2, GREATER = 4 };
	static const unsigned char orders[] = {
		[TEST_EQ] = EQUAL,        [TEST_NE] = LESS | GREATER, [TEST_LT] = LESS,
		[TEST_LE] = LESS | EQUAL, [TEST_GT] = GREATER,        [TEST_GE] = EQUAL | GREATER,
	};

	return orders[test] & (order < 0 ? LESS : order == 0 ? EQUAL : GREATER);
}

static bool
compare(enum test test, const struct value *a, const struct value *b, struct buf *scratch)
{
	bool ordered = test != TEST_EQ && test != TEST_NE;

	if (a->kind != b->kind)
		return false;
	switch (a->kind) {
	case VALUE_NUMBER: return holds(test, order_of(a->number, b->number));
	case VALUE_TEXT:
		if (ordered)
			return holds(test, compare_text(a, b, scratch));
		return equal_text(a, b, scratch) == (test == TEST_EQ);
	case VALUE_BOOL: return !ordered && (a->truth == b->truth) == (test == TEST_EQ);
	case VALUE_NULL: return test == TEST_EQ;
	default: return false;
	}
}

/* PCRE2's JIT looks at whole vectors, past the end of a text: what is there is zero, as after a line. */
static struct str
padded_contents(const struct value *v, struct buf *scratch)
{
	struct str s;

	if (!v->escaped)
		return v->text;
	buf_reset(scratch);
	buf_room(scratch, v->text.len + 2 * JSON_PAD);
	s = contents(v, scratch);
	memset(scratch->ptr + scratch->len, 0, JSON_PAD);
	return s;
}

/* A search that was given up is neither 0 nor 1: false for =~ and for !~. */
static bool
match(const struct code *c, const struct value *v, struct buf *scratch)
{
	int found;

	if (v->kind != VALUE_TEXT)
		return false;
	found = pattern_match(c->pattern, padded_contents(v, scratch));
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

/* A test of what is shared. */
static inline bool
test_shared(const struct code *c, const struct record *r, struct buf *scratch)
{
	const struct value *v = &recall(c->memo, r)->value;

	if (v->kind == VALUE_NUMBER && c->value.kind == VALUE_NUMBER)
		return holds(c->test, order_of(v->number, c->value.number));
	return compare(c->test, v, &c->value, scratch);
}

/* The one that fails comes a place forward, so that of several the one that fails most is soon asked first. */
bool
cond_guarded(const struct cond *c, const struct record *r)
{
	for (size_t i = 0; i < c->guards; i++) {
		struct guard guard = c->guard[i];
		const struct code *code = guard.code;
		bool truth;

		switch (code->op) {
		case OP_TEST: truth = test_shared(code, r, c->scratch); break;
		case OP_EXISTS: truth = recall(code->memo, r)->exists; break;
		default: truth = is_true(&recall(code->memo, r)->value);
		}
		if (truth == guard.wanted)
			continue;
		if (i > 0) {
			c->guard[i] = c->guard[i - 1];
			c->guard[i - 1] = guard;
		}
		return false;
	}
	return true;
}

static inline void
push(const struct code *c, struct value *v, const struct record *r, const double *counts,
     struct buf *scratch)
{
	switch (c->op) {
	case OP_CONST: *v = c->value; break;
	case OP_MEMBER:
		if (c->memo)
			*v = recall(c->memo, r)->value;
		else
			load(v, r, c->path);
		break;
	case OP_TEST:
		if (c->memo) {
			set_truth(v, test_shared(c, r, scratch));
			break;
		}
		load(v, r, c->path);
		set_truth(v, compare(c->test, v, &c->value, scratch));
		break;
	case OP_EXISTS:
		set_truth(v, c->memo ? recall(c->memo, r)->exists
		                     : record_path(r, c->path, &(struct json){0}));
		break;
	case OP_COUNT:
		v->kind = VALUE_NUMBER;
		v->number = counts[c->to];
		break;
	default: set_truth(v, counts[c->to] == 0);
	}
}

/* An instruction that puts a new value in the place of *A; *B is the one above it. */
static inline void
apply(const struct code *c, struct value *a, const struct value *b, struct buf *scratch)
{
	switch (c->op) {
	case OP_NEGATE: negate(a); break;
	case OP_COMPARE: set_truth(a, compare(c->test, a, b, scratch)); break;
	case OP_COMPARE_CONST: set_truth(a, compare(c->test, a, &c->value, scratch)); break;
	case OP_IN_END: set_truth(a, c->answer && a->near); break;
	case OP_MATCH: set_truth(a, match(c, a, scratch)); break;
	case OP_TRUTH: set_truth(a, is_true(a)); break;
	case OP_NOT: set_truth(a, !is_true(a)); break;
	default: arithmetic(c->op, a, b);
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
			push(c, top++, r, counts, scratch);
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
			apply(c, top - 1, top, scratch);
		}
		if (jump) {
			top -= c->op == OP_IN || c->op == OP_IN_CONST;
			set_truth(top++, c->answer);
			c += c->to;
		}
	}
	return stack[0];
}
