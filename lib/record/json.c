#include "record/json.h"

#include "base/num.h"
#include "base/utf8.h"

void
buf_padded(struct buf *b, struct str text)
{
	buf_span(b, text);
	memset(buf_room(b, JSON_PAD), 0, JSON_PAD);
}

bool
json_number(struct json v, double *number)
{
	return v.type == JSON_NUMBER && num_parse((struct str){v.ptr, v.len}, number);
}

bool
json_count(struct json v, uint64_t *count)
{
	double d;

	if (!json_number(v, &d) || !(d >= 0 && d <= 9007199254740992.0))
		return false;
	*count = (uint64_t)d;
	return (double)*count == d;
}

static unsigned
hex4(const char *p)
{
	unsigned value = 0;

	for (int i = 0; i < 4; i++) {
		unsigned c = (unsigned char)p[i];

		value = value << 4 | (c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
	}
	return value;
}

/* P is past "\u", END is the closing quote; writes the character and returns past the escape or
 * escapes. */
static const char *
unicode(const char *p, const char *end, char *out, size_t *len)
{
	uint32_t code = hex4(p);

	p += 4;
	if (code >= 0xd800 && code < 0xdc00 && end - p >= 6 && p[0] == '\\' && p[1] == 'u') {
		uint32_t low = hex4(p + 2);

		if (low >= 0xdc00 && low < 0xe000) {
			*len = utf8_encode(out, 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00));
			return p + 6;
		}
	}
	if (code >= 0xdc80 && code < 0xdd00) {
		*out = (char)(code & 0xff);
		*len = 1;
		return p;
	}
	*len = utf8_encode(out, code >= 0xd800 && code < 0xe000 ? 0xfffd : code);
	return p;
}

static char
simple(char c)
{
	switch (c) {
	case 'b': return '\b';
	case 'f': return '\f';
	case 'n': return '\n';
	case 'r': return '\r';
	case 't': return '\t';
	default: return c;
	}
}

struct str
json_string(struct json v, struct buf *scratch)
{
	const char *p = v.ptr + 1, *end = v.ptr + v.len - 1;
	size_t start = scratch->len, len;
	char *out;

	if (!v.escaped)
		return (struct str){p, (size_t)(end - p)};
	out = buf_room(scratch, v.len);
	while (p < end) {
		const char *backslash = memchr(p, '\\', (size_t)(end - p));

		len = (size_t)((backslash ? backslash : end) - p);
		memcpy(out, p, len);
		out += len;
		if (!backslash)
			break;
		p = backslash + 2;
		if (backslash[1] == 'u') {
			p = unicode(p, end, out, &len);
			out += len;
		} else {
			*out++ = simple(backslash[1]);
		}
	}
	scratch->len = (size_t)(out - scratch->ptr);
	return (struct str){scratch->ptr + start, scratch->len - start};
}

bool
json_is(struct json v, struct str s)
{
	struct buf scratch = BUF_INIT;
	bool same;

	if (v.type != JSON_STRING)
		return false;
	if (!v.escaped)
		return str_eq((struct str){v.ptr + 1, v.len - 2}, s);
	/* An escape makes a text longer, never shorter. */
	if (v.len - 2 <= s.len)
		return false;
	same = str_eq(json_string(v, &scratch), s);
	buf_release(&scratch);
	return same;
}

struct str
json_text(struct json v, struct buf *scratch)
{
	return v.type == JSON_STRING ? json_string(v, scratch) : (struct str){v.ptr, v.len};
}

bool
json_get(struct json object, struct str key, struct json *value)
{
	struct json_iter it = json_iter(object);
	struct json name, v;
	bool found = false;

	if (object.type != JSON_OBJECT)
		return false;
	while (json_next(&it, &name, &v)) {
		if (json_is(name, key)) {
			*value = v;
			found = true;
		}
	}
	return found;
}
