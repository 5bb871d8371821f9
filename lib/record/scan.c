/*
 * The scanner.
 *
 * One pass over the text, from left to right. Strings and digits, where most of the bytes are, are
 * passed over sixteen at a time (lanes.h). The text ends in a NUL, which is valid nowhere, so no
 * step asks where the end is: whatever meets the NUL stops there, and only the report of a fault
 * looks whether it was the end.
 *
 * The members of the outermost object are noted as they go by. Inner values are validated by
 * container(), which keeps one bit a level and does not recurse, so hostile nesting costs no stack.
 *
 * A fault returns NULL up to the caller; what and where is in struct scan.
 */
#include "base/utf8.h"
#include "record/lanes.h"
#include "record/record.h"

struct scan {
	const char *start, *end;
	const char *fault;
	const char *reason;
};

static const char *
fail(struct scan *s, const char *at, const char *reason)
{
	s->fault = at;
	s->reason = at >= s->end ? "unexpected end" : reason;
	return NULL;
}

static inline const char *
space(const char *p)
{
	while (*p == ' ' || *p == '\n' || *p == '\t' || *p == '\r')
		p++;
	return p;
}

static bool
is_hex(char c)
{
	return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f');
}

/* P is past a backslash; returns past the escape. */
static const char *
escape(struct scan *s, const char *p)
{
	switch (*p) {
	case '"':
	case '\\':
	case '/':
	case 'b':
	case 'f':
	case 'n':
	case 'r':
	case 't': return p + 1;
	case 'u':
		for (int i = 1; i <= 4; i++)
			if (!is_hex(p[i]))
				return fail(s, p + i, "bad escape in string");
		return p + 5;
	default: return fail(s, p, "bad escape in string");
	}
}

static const char *
utf8_run(struct scan *s, const char *p)
{
	while ((unsigned char)*p >= 0x80) {
		size_t n = utf8_length(p, s->end);

		if (n == 0)
			return fail(s, p, "invalid UTF-8");
		p += n;
	}
	return p;
}

/* P is past the opening quote; returns past the closing one. */
static inline const char *
string(struct scan *s, const char *p, bool *escaped)
{
	*escaped = false;
	for (;;) {
		p = lanes_plain(p);
		if (*p == '"')
			return p + 1;
		if (*p == '\\') {
			*escaped = true;
			p = escape(s, p + 1);
		} else if ((unsigned char)*p >= 0x80) {
			p = utf8_run(s, p);
		} else {
			if (p >= s->end) {
				fail(s, p, NULL);
				s->reason = "unterminated string";
				return NULL;
			}
			return fail(s, p, "control character in string");
		}
		if (!p)
			return NULL;
	}
}

static inline const char *
number(struct scan *s, const char *p)
{
	const char *digits;

	p += *p == '-';
	if (*p == '0') {
		p++;
	} else {
		digits = p;
		p = lanes_digits(p);
		if (p == digits)
			return fail(s, p, "bad number");
	}
	if (*p == '.') {
		digits = ++p;
		p = lanes_digits(p);
		if (p == digits)
			return fail(s, p, "bad number");
	}
	if ((*p | 0x20) == 'e') {
		p++;
		p += *p == '+' || *p == '-';
		digits = p;
		p = lanes_digits(p);
		if (p == digits)
			return fail(s, p, "bad number");
	}
	return p;
}

static inline const char *
literal(struct scan *s, const char *p, const char *word, size_t len)
{
	return memcmp(p, word, len) == 0 ? p + len : fail(s, p, "expected a value");
}

/* A value that is neither array nor object. Fills in type and escaped. */
static inline const char *
scalar(struct scan *s, const char *p, struct json *v)
{
	switch (*p) {
	case '"': v->type = JSON_STRING; return string(s, p + 1, &v->escaped);
	case 't': v->type = JSON_TRUE; return literal(s, p, "true", 4);
	case 'f': v->type = JSON_FALSE; return literal(s, p, "false", 5);
	case 'n': v->type = JSON_NULL; return literal(s, p, "null", 4);
	case '-':
	case '0':
	case '1':
	case '2':
	case '3':
	case '4':
	case '5':
	case '6':
	case '7':
	case '8':
	case '9': v->type = JSON_NUMBER; return number(s, p);
	default: return fail(s, p, "expected a value");
	}
}

/* A member's name and its colon; returns where the value begins. */
static inline const char *
name(struct scan *s, const char *p, const char **key_end, bool *escaped)
{
	if (*p != '"')
		return fail(s, p, "expected a member name");
	p = string(s, p + 1, escaped);
	if (!p)
		return NULL;
	*key_end = p - 1;
	p = space(p);
	if (*p != ':')
		return fail(s, p, "expected ':'");
	return space(p + 1);
}

struct levels {
	uint64_t object[JSON_MAX_DEPTH / 64]; /* a bit a level: set for an object */
	unsigned depth;
};

static bool
in_object(const struct levels *l)
{
	return l->object[(l->depth - 1) / 64] >> (l->depth - 1) % 64 & 1;
}

static void
push(struct levels *l, bool object)
{
	uint64_t bit = (uint64_t)1 << l->depth % 64, *word = &l->object[l->depth / 64];

	*word = object ? *word | bit : *word & ~bit;
	l->depth++;
}

/*
 * After a value inside a container: closes what ends here. Returns where the next value begins or,
 * with no level left, past the outermost bracket.
 */
static const char *
after_value(struct scan *s, const char *p, struct levels *l, unsigned outside)
{
	const char *key_end;
	bool escaped;

	while (l->depth > outside) {
		bool object = in_object(l);

		p = space(p);
		if (*p == ',') {
			p = space(p + 1);
			return object ? name(s, p, &key_end, &escaped) : p;
		}
		if (*p != (object ? '}' : ']'))
			return fail(s, p, object ? "expected ',' or '}'" : "expected ',' or ']'");
		p++;
		l->depth--;
	}
	return p;
}

/* An array or object that lies OUTSIDE levels deep already; returns past it. */
static const char *
container(struct scan *s, const char *p, unsigned outside)
{
	struct levels l = {.depth = outside};
	struct json v;
	const char *key_end;
	bool escaped;

	do {
		if (*p != '{' && *p != '[') {
			p = scalar(s, p, &v);
		} else {
			bool object = *p == '{';

			if (l.depth >= JSON_MAX_DEPTH)
				return fail(s, p, "nested too deeply");
			push(&l, object);
			p = space(p + 1);
			if (*p != (object ? '}' : ']')) {
				if (object && !(p = name(s, p, &key_end, &escaped)))
					return NULL;
				continue;
			}
			p++;
			l.depth--;
		}
		if (!p || !(p = after_value(s, p, &l, outside)))
			return NULL;
	} while (l.depth > outside);
	return p;
}

static inline const char *
value(struct scan *s, const char *p, struct json *v, unsigned outside)
{
	v->ptr = p;
	v->escaped = false;
	if (*p == '{' || *p == '[') {
		v->type = *p == '{' ? JSON_OBJECT : JSON_ARRAY;
		p = container(s, p, outside);
	} else {
		p = scalar(s, p, v);
	}
	v->len = p ? (size_t)(p - v->ptr) : 0;
	return p;
}

/* Nothing but space may follow; a NUL that is not the end is a fault like any other byte. */
static bool
finish(struct scan *s, const char *p, struct json_error *error)
{
	if (p) {
		p = space(p);
		if (p == s->end)
			return true;
		fail(s, p, "unexpected text after the value");
	}
	*error = (struct json_error){s->reason, (size_t)(s->fault - s->start)};
	return false;
}

bool
json_scan(struct str text, struct json *v, struct json_error *error)
{
	struct scan s = {.start = text.ptr, .end = text.ptr + text.len};

	return finish(&s, value(&s, space(text.ptr), v, 0), error);
}

static const char *
members(struct scan *s, struct record *r, const char *p)
{
	const char *key, *key_end;
	struct json v;
	bool escaped;

	p = space(p);
	if (*p == '}')
		return p + 1;
	for (;;) {
		key = p + 1;
		p = name(s, p, &key_end, &escaped);
		if (!p || !(p = value(s, p, &v, 1)))
			return NULL;
		GROW(r->member, r->count, r->cap);
		r->member[r->count++] = (struct member){
			.key = (uint32_t)(key - s->start),
			.key_len = (uint32_t)(key_end - key),
			.value = (uint32_t)(v.ptr - s->start),
			.value_len = (uint32_t)v.len,
			.type = (uint8_t)v.type,
			.key_escaped = escaped,
			.value_escaped = v.escaped,
		};
		p = space(p);
		if (*p == '}')
			return p + 1;
		if (*p != ',')
			return fail(s, p, "expected ',' or '}'");
		p = space(p + 1);
	}
}

bool
record_scan(struct record *r, struct str text, struct json_error *error)
{
	struct scan s = {.start = text.ptr, .end = text.ptr + text.len};
	const char *p = space(text.ptr);
	struct json v;

	r->text = text.ptr;
	r->len = text.len;
	r->count = 0;
	if (*p == '{') {
		if (finish(&s, members(&s, r, p + 1), error))
			return true;
	} else if (finish(&s, value(&s, p, &v, 0), error)) {
		*error = (struct json_error){"not an object", (size_t)(p - s.start)};
	}
	r->count = 0;
	return false;
}

struct json_iter
json_iter(struct json v)
{
	bool object = v.type == JSON_OBJECT, inside = object || v.type == JSON_ARRAY;

	return (struct json_iter){inside ? v.ptr + 1 : NULL, v.ptr + v.len, object};
}

bool
json_next(struct json_iter *it, struct json *key, struct json *v)
{
	struct scan s = {.start = it->p, .end = it->end};
	const char *p = it->p, *key_end = p;

	if (!p)
		return false;
	p = space(p);
	if (*p == ',')
		p = space(p + 1);
	if (*p == '}' || *p == ']')
		return false;
	if (it->object) {
		*key = (struct json){.ptr = p, .type = JSON_STRING};
		p = name(&s, p, &key_end, &key->escaped);
		key->len = (size_t)(key_end + 1 - key->ptr);
	}
	it->p = value(&s, p, v, 0);
	return true;
}
