#include "base/buf.h"

#include "base/num.h"
#include "base/utf8.h"

#include <stdint.h>
#include <stdio.h>

void
buf_grow(struct buf *b, size_t extra)
{
	size_t want = b->len + extra, cap = b->cap + b->cap / 2;

	if (cap < want)
		cap = want;
	if (cap < 64)
		cap = 64;
	b->ptr = xrealloc(b->ptr, cap);
	b->cap = cap;
}

const char *
buf_cstr(struct buf *b)
{
	*buf_room(b, 1) = '\0';
	return b->ptr;
}

void
buf_vprintf(struct buf *b, const char *fmt, va_list ap)
{
	va_list again;
	int n;

	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	if (n > 0) {
		vsnprintf(buf_room(b, (size_t)n + 1), (size_t)n + 1, fmt, again);
		b->len += (size_t)n;
	}
	va_end(again);
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(b, fmt, ap);
	va_end(ap);
}

void
buf_drop(struct buf *b, size_t n)
{
	if (n > 0 && n < b->len)
		memmove(b->ptr, b->ptr + n, b->len - n);
	b->len -= n;
}

static void
escape_byte(struct buf *b, unsigned char c)
{
	static const char hex[] = "0123456789abcdef";

	switch (c) {
	case '"': buf_add(b, "\\\"", 2); break;
	case '\\': buf_add(b, "\\\\", 2); break;
	case '\n': buf_add(b, "\\n", 2); break;
	case '\r': buf_add(b, "\\r", 2); break;
	case '\t': buf_add(b, "\\t", 2); break;
	case '\b': buf_add(b, "\\b", 2); break;
	case '\f': buf_add(b, "\\f", 2); break;
	default:
		buf_add(b, c < 0x80 ? "\\u00" : "\\udc", 4);
		buf_byte(b, hex[c >> 4]);
		buf_byte(b, hex[c & 15]);
	}
}

void
buf_escape(struct buf *b, struct str s)
{
	const char *p = s.ptr ? s.ptr : "", *end = p + s.len, *plain = p;

	while (p < end) {
		unsigned char c = (unsigned char)*p;
		size_t n = c < 0x80 ? 1 : utf8_length(p, end);

		if (n > 0 && c >= ' ' && c != '"' && c != '\\') {
			p += n;
			continue;
		}
		buf_add(b, plain, (size_t)(p - plain));
		escape_byte(b, c);
		plain = ++p;
	}
	buf_add(b, plain, (size_t)(end - plain));
}

void
buf_quote(struct buf *b, struct str s)
{
	buf_byte(b, '"');
	buf_escape(b, s);
	buf_byte(b, '"');
}

void
buf_visible(struct buf *b, struct str s)
{
	const char *p = s.len > 0 ? s.ptr : "", *end = p + s.len;

	while (p < end) {
		size_t n = utf8_length(p, end);
		const unsigned char *u = (const unsigned char *)p;

		if (n == 0 || u[0] < ' ' || u[0] == 0x7f || (u[0] == 0xc2 && u[1] < 0xa0)) {
			for (n = n ? n : 1; n > 0; n--)
				buf_printf(b, "\\x%02x", (unsigned char)*p++);
		} else {
			buf_add(b, p, n);
			p += n;
		}
	}
}

void
buf_count(struct buf *b, unsigned long long value)
{
	char digits[NUM_SIZE], *p = digits + sizeof(digits);

	do
		*--p = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	buf_add(b, p, (size_t)(digits + sizeof(digits) - p));
}

void
buf_number(struct buf *b, double value)
{
	b->len += num_format(buf_room(b, NUM_SIZE), value);
}
