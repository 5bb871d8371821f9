/*
 * A buf is a byte string that grows.
 *
 *   struct buf b = BUF_INIT;     valid, empty, owns nothing
 *   buf_reset(&b)                empty again, keeps its memory
 *   buf_release(&b)              frees, then valid and empty as after BUF_INIT
 *
 * ptr[0..len) are the bytes; ptr may move with every addition. Additions do not fail (base/mem.h).
 */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/diag.h"
#include "base/mem.h"
#include "base/str.h"

#include <stdarg.h>
#include <stdlib.h>

struct buf {
	char *ptr;
	size_t len, cap;
};

#define BUF_INIT {NULL, 0, 0}

void buf_grow(struct buf *b, size_t extra);

/* Room for EXTRA more bytes, and where they go, never NULL; the caller then adds what it wrote to len. */
static inline char *
buf_room(struct buf *b, size_t extra)
{
	if (extra > b->cap - b->len || !b->ptr)
		buf_grow(b, extra);
	return b->ptr + b->len;
}

static inline void
buf_reset(struct buf *b)
{
	b->len = 0;
}

static inline void
buf_release(struct buf *b)
{
	free(b->ptr);
	*b = (struct buf)BUF_INIT;
}

static inline void
buf_add(struct buf *b, const void *data, size_t len)
{
	if (len > 0) {
		memcpy(buf_room(b, len), data, len);
		b->len += len;
	}
}

static inline void
buf_byte(struct buf *b, char c)
{
	*buf_room(b, 1) = c;
	b->len++;
}

static inline void
buf_span(struct buf *b, struct str s)
{
	buf_add(b, s.ptr, s.len);
}

static inline void
buf_str(struct buf *b, const char *s)
{
	buf_add(b, s, strlen(s));
}

static inline struct str
buf_view(const struct buf *b)
{
	return (struct str){b->ptr, b->len};
}

/* The bytes with a NUL after them (not counted in len); valid until the next addition. */
const char *buf_cstr(struct buf *b);

void buf_printf(struct buf *b, const char *fmt, ...) PRINTF_LIKE(2, 3);
void buf_vprintf(struct buf *b, const char *fmt, va_list ap);

/* Remove the first N bytes. */
void buf_drop(struct buf *b, size_t n);

/*
 * Add S as a JSON string, quotes included. Control characters are escaped; valid UTF-8 stays as it is. A
 * byte that is not part of valid UTF-8 becomes the escape \udcXX, XX being the byte (a lone surrogate,
 * as Python's "surrogateescape" has it), which json_string() turns back: no byte is lost.
 */
void buf_quote(struct buf *b, struct str s);

/* What buf_quote adds, without the quotes: for a string that is put together from pieces. */
void buf_escape(struct buf *b, struct str s);

/*
 * Add S as text for a terminal: what could move its cursor (C0, DEL, C1, bytes that are no UTF-8) is shown as \xNN, not
 * sent.
 */
void buf_visible(struct buf *b, struct str s);

/* Add a whole number in decimal digits. */
void buf_count(struct buf *b, unsigned long long value);

/* Add a number in the fewest digits that read back as the same double; null where it is not finite. */
void buf_number(struct buf *b, double value);

#endif
