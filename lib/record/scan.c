/*
 * The scanner.
 *
 * One pass over the text, from left to right. The text ends in a NUL, which is valid nowhere, so no
 * step asks where the end is: whatever meets the NUL stops there, and only the report of a fault
 * looks whether it was the end.
 *
 * Most of the text is strings, and finding where each ends is what takes time; above all if the
 * search for one must wait for the end of the one before. So the bytes at which a string can stop
 * are found 64 at a time, as a bit mask (lanes.h), and a cursor goes from one to the next by
 * clearing a bit. Outside of strings only quotes set a bit (but for tabs and line ends as white
 * space, which no writer of records uses), so the next quote is known while a number before it is
 * still being checked; where the cursor and the text disagree, the cursor is placed anew.
 *
 * The members of the outermost object are noted as they go by. Inner values are validated by
 * container(), which keeps one byte a level and does not recurse, so hostile nesting costs no stack.
 *
 * A fault returns NULL up to the caller; what and where is in struct scan.
 */
#include "base/utf8.h"
#include "record/lanes.h"
#include "record/record.h"
#include "record/utf8_lanes.h"

/*
 * For x86-64 this file is compiled a second time, as SCAN_WIDE, for processors of the last ten years
 * (AVX2 and the bit instructions), and record_scan() takes the way that the processor has.
 */
bool record_scan_wide(struct record *r, struct str text, struct json_error *error);

/* The steps of the scan are one function to the machine: a call for each token costs a third of the speed. */
#define HOT static inline __attribute__((always_inline))

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

/* The stops not yet passed of the 64 bytes from block on. Kept by value, for the sake of registers. */
struct cursor {
	const char *block;
	uint64_t stops;
};

HOT void
cursor_place(struct cursor *c, const char *p)
{
	c->block = p;
	c->stops = lanes_stops(p);
}

/* The next stop, which is then passed. The NUL at the end is one, so there always is a next. */
HOT const char *
cursor_next(struct cursor *c)
{
	const char *stop;

	while (!c->stops)
		cursor_place(c, c->block + 64);
	stop = c->block + (unsigned)__builtin_ctzll(c->stops);
	c->stops &= c->stops - 1;
	return stop;
}

/* Pass all stops before P, which is not before the last one. */
HOT void
cursor_pass(struct cursor *c, const char *p)
{
	size_t offset = (size_t)(p - c->block);

	if (offset < 64)
		c->stops &= ~(uint64_t)0 << offset;
	else
		cursor_place(c, p);
}

HOT const char *
space(const char *p)
{
	if (__builtin_expect((unsigned char)*p <= ' ', 0))
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
HOT const char *
escape(struct scan *s, const char *p)
{
	static const bool one_letter[256] = {
		['"'] = true, ['\\'] = true, ['/'] = true, ['b'] = true,
		['f'] = true, ['n'] = true,  ['r'] = true, ['t'] = true,
	};

	if (one_letter[(unsigned char)*p])
		return p + 1;
	if (*p != 'u')
		return fail(s, p, "bad escape in string");
	for (int i = 1; i <= 4; i++)
		if (!is_hex(p[i]))
			return fail(s, p + i, "bad escape in string");
	return p + 5;
}

/* From so many characters beyond ASCII on a string is text that is full of them. */
enum { FOREIGN = 8 };

/*
 * P is at a character beyond ASCII; passes it and all that follow it. COUNT is how many the string has had, or one more than
 * FOREIGN where what follows is not known to be good: the next step finds what is wrong.
 */
static const char *
foreign(struct scan *s, const char *p, unsigned *count)
{
	while ((unsigned char)*p >= 0x80) {
		const char *plain = *count == FOREIGN ? utf8_plain(p) : NULL;
		size_t n;

		if (plain)
			return plain;
		n = utf8_length(p, s->end);
		if (n == 0)
			return fail(s, p, "invalid UTF-8");
		*count += *count <= FOREIGN;
		p += n;
	}
	return p;
}

/*
 * P is at what stopped a string short of its closing quote; returns past that quote. Every byte that
 * is a stop and part of something else, an escape or a character, is passed together with it.
 */
static const char *
string_rest(struct scan *s, struct cursor *c, const char *p, bool *escaped)
{
	unsigned count = 0;

	for (; *p != '"'; p = cursor_next(c)) {
		if (*p == '\\') {
			*escaped = true;
			p = escape(s, p + 1);
		} else if ((unsigned char)*p >= 0x80) {
			p = foreign(s, p, &count);
		} else if (p < s->end) {
			return fail(s, p, "control character in string");
		} else {
			s->fault = p;
			s->reason = "unterminated string";
			return NULL;
		}
		if (!p)
			return NULL;
		cursor_pass(c, p);
	}
	return p + 1;
}

/* P is at the opening quote; returns past the closing one. */
HOT const char *
string(struct scan *s, struct cursor *c, const char *p, bool *escaped)
{
	struct cursor slow;

	*escaped = false;
	if (cursor_next(c) != p)
		cursor_place(c, p + 1);
	p = cursor_next(c);
	if (*p == '"')
		return p + 1;
	/* A copy, for the cursor itself to stay in registers. */
	slow = *c;
	p = string_rest(s, &slow, p, escaped);
	*c = slow;
	return p;
}

HOT const char *
number(struct scan *s, const char *p)
{
	const char *digits = p + (*p == '-'), *next;

	p = lanes_digits_both(digits, &next);
	if (p == digits)
		return fail(s, p, "bad number");
	/* What comes after a 0 is not part of the number, and nothing else either. */
	if (*digits == '0' && p != digits + 1)
		return digits + 1;
	if (*p == '.') {
		if (next == p + 1)
			return fail(s, next, "bad number");
		p = next;
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

HOT const char *
literal(struct scan *s, const char *p, const char *word, size_t len)
{
	return memcmp(p, word, len) == 0 ? p + len : fail(s, p, "expected a value");
}

/* A value that is neither array nor object. Sets *type, and *escaped for a string. */
HOT const char *
scalar(struct scan *s, struct cursor *c, const char *p, uint8_t *type, bool *escaped)
{
	if (*p == '"') {
		*type = JSON_STRING;
		return string(s, c, p, escaped);
	}
	if (*p <= '9') {
		*type = JSON_NUMBER;
		return *p == '-' || *p >= '0' ? number(s, p) : fail(s, p, "expected a value");
	}
	switch (*p) {
	case 't': *type = JSON_TRUE; return literal(s, p, "true", 4);
	case 'f': *type = JSON_FALSE; return literal(s, p, "false", 5);
	case 'n': *type = JSON_NULL; return literal(s, p, "null", 4);
	default: return fail(s, p, "expected a value");
	}
}

/* A member's name and its colon; returns where the value begins. */
HOT const char *
name(struct scan *s, struct cursor *c, const char *p, const char **key_end, bool *escaped)
{
	if (*p != '"')
		return fail(s, p, "expected a member name");
	p = string(s, c, p, escaped);
	if (!p)
		return NULL;
	*key_end = p - 1;
	if (*p != ':') {
		p = space(p);
		if (*p != ':')
			return fail(s, p, "expected ':'");
	}
	return space(p + 1);
}

/* The brackets that are open, each as the one that closes it; now is the innermost. */
struct levels {
	char close[JSON_MAX_DEPTH];
	unsigned depth;
	char now;
};

/*
 * After a value inside a container: closes what ends here. Returns where the next value begins or,
 * with no level left, past the outermost bracket.
 */
HOT const char *
after_value(struct scan *s, struct cursor *c, const char *p, struct levels *l, unsigned outside)
{
	const char *key_end;
	bool escaped;

	for (;;) {
		if (*p == ',') {
			p = space(p + 1);
			return l->now == '}' ? name(s, c, p, &key_end, &escaped) : p;
		}
		if (*p != l->now) {
			const char *next = space(p);

			if (next == p)
				return fail(s, p,
				            l->now == '}' ? "expected ',' or '}'"
				                          : "expected ',' or ']'");
			p = next;
			continue;
		}
		p++;
		if (--l->depth == outside)
			return p;
		l->now = l->close[l->depth - 1];
	}
}

/* An array or object that lies OUTSIDE levels deep already; returns past it. */
static const char *
container(struct scan *s, struct cursor *cursor, const char *p, unsigned outside)
{
	struct levels l;
	struct cursor c = *cursor;
	const char *key_end;
	uint8_t type;
	bool escaped;

	l.now = 0;
	l.depth = outside;
	do {
		if (*p == '{' || *p == '[') {
			if (l.depth >= JSON_MAX_DEPTH)
				return fail(s, p, "nested too deeply");
			l.now = l.close[l.depth++] = *p == '{' ? '}' : ']';
			p = space(p + 1);
			if (*p != l.now) {
				if (l.now == '}' && !(p = name(s, &c, p, &key_end, &escaped)))
					return NULL;
				continue;
			}
		} else if (!(p = scalar(s, &c, p, &type, &escaped))) {
			return NULL;
		}
		if (!(p = after_value(s, &c, p, &l, outside)))
			return NULL;
	} while (l.depth > outside);
	*cursor = c;
	return p;
}

HOT const char *
value(struct scan *s, struct cursor *c, const char *p, uint8_t *type, bool *escaped,
      unsigned outside)
{
	*escaped = false;
	if (*p == '{' || *p == '[') {
		struct cursor inner = *c;

		*type = *p == '{' ? JSON_OBJECT : JSON_ARRAY;
		p = container(s, &inner, p, outside);
		*c = inner;
		return p;
	}
	return scalar(s, c, p, type, escaped);
}

/* The same, as a view. */
static const char *
view(struct scan *s, const char *p, struct json *v)
{
	struct cursor c;
	uint8_t type = JSON_NULL;

	v->ptr = p;
	cursor_place(&c, p);
	p = value(s, &c, p, &type, &v->escaped, 0);
	v->type = (enum json_type)type;
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

/* key_prefix for a key inside the text, where 8 bytes can be read whatever its length. */
HOT uint64_t
prefix(const char *key, size_t len)
{
	uint64_t bytes;
	unsigned half;

	memcpy(&bytes, key, sizeof(bytes));
	/* Half of them twice, since a shift by 64 is none; no branch, since keys are as long as they like. */
	half = 4 * (unsigned)(len < sizeof(bytes) ? len : sizeof(bytes));
#if __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__
	return bytes & ~(~(uint64_t)0 << half << half);
#else
	return bytes & ~(~(uint64_t)0 >> half >> half);
#endif
}

static struct member *
more_members(struct record *r, size_t count)
{
	GROW(r->member, count, r->cap);
	return &r->member[count];
}

/* The inside of the outermost object; P is past its brace. Offsets are counted from the text's start. */
static const char *
members(struct scan *s, struct record *r, const char *p)
{
	struct member *m = r->member, *end = r->cap ? m + r->cap : m;
	uint8_t nth = 0;
	struct cursor c;

	p = space(p);
	if (*p == '}')
		return p + 1;
	cursor_place(&c, p);
	for (;; m++) {
		const char *key = p + 1, *key_end;

		if (m == end) {
			m = more_members(r, (size_t)(m - r->member));
			end = r->member + r->cap;
		}
		p = name(s, &c, p, &key_end, &m->key_escaped);
		if (!p)
			return NULL;
		if (m->key_escaped)
			r->searched = true;
		m->prefix = prefix(key, (size_t)(key_end - key));
		r->slot[key_slot(m->prefix)] = ++nth;
		m->key = (uint32_t)(key - s->start);
		m->key_len = (uint32_t)(key_end - key);
		m->value = (uint32_t)(p - s->start);
		p = value(s, &c, p, &m->type, &m->value_escaped, 1);
		if (!p)
			return NULL;
		m->value_len = (uint32_t)(p - s->start) - m->value;
		if (*p != ',') {
			p = space(p);
			if (*p == '}')
				break;
			if (*p != ',')
				return fail(s, p, "expected ',' or '}'");
		}
		p = space(p + 1);
	}
	r->count = (size_t)(m - r->member) + 1;
	return p + 1;
}

HOT bool
scan_record(struct record *r, struct str text, struct json_error *error)
{
	struct scan s = {.start = text.ptr, .end = text.ptr + text.len};
	const char *p = space(text.ptr);
	struct json v;

	r->text = text.ptr;
	r->len = text.len;
	r->count = 0;
	r->searched = false;
	/* In pieces that the compiler turns into plain stores: its string instruction starts slowly. */
	for (unsigned i = 0; i < RECORD_SLOTS; i += 64)
		memset(&r->slot[i], 0, 64);
	if (*p == '{') {
		if (finish(&s, members(&s, r, p + 1), error)) {
			r->searched |= r->count > UINT8_MAX;
			return true;
		}
	} else if (finish(&s, view(&s, p, &v), error)) {
		*error = (struct json_error){"not an object", (size_t)(p - s.start)};
	}
	r->count = 0;
	r->searched = true;
	return false;
}

#ifdef SCAN_WIDE

bool
record_scan_wide(struct record *r, struct str text, struct json_error *error)
{
	return scan_record(r, text, error);
}

#else

bool
record_scan(struct record *r, struct str text, struct json_error *error)
{
#ifdef HAVE_SCAN_WIDE
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2"))
		return record_scan_wide(r, text, error);
#endif
	return scan_record(r, text, error);
}

bool
json_scan(struct str text, struct json *v, struct json_error *error)
{
	struct scan s = {.start = text.ptr, .end = text.ptr + text.len};

	return finish(&s, view(&s, space(text.ptr), v), error);
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
	struct cursor c;

	if (!p)
		return false;
	p = space(p);
	if (*p == ',')
		p = space(p + 1);
	if (*p == '}' || *p == ']')
		return false;
	if (it->object) {
		*key = (struct json){.ptr = p, .type = JSON_STRING};
		cursor_place(&c, p);
		p = name(&s, &c, p, &key_end, &key->escaped);
		key->len = (size_t)(key_end + 1 - key->ptr);
	}
	it->p = view(&s, p, v);
	return true;
}

#endif
