#include "record/emit.h"

void
emit_open(struct buf *b, const char *type)
{
	buf_byte(b, '{');
	if (type)
		emit_string(b, "type", str_of(type));
}

void
emit_close(struct buf *b)
{
	buf_add(b, "}\n", 2);
}

static void
separate(struct buf *b)
{
	char last = b->len > 0 ? b->ptr[b->len - 1] : '\0';

	if (last != '{' && last != '[')
		buf_byte(b, ',');
}

void
emit_key(struct buf *b, const char *key)
{
	separate(b);
	buf_byte(b, '"');
	buf_str(b, key);
	buf_add(b, "\":", 2);
}

void
emit_string(struct buf *b, const char *key, struct str value)
{
	emit_key(b, key);
	buf_quote(b, value);
}

void
emit_number(struct buf *b, const char *key, double value)
{
	emit_key(b, key);
	buf_number(b, value);
}

void
emit_count(struct buf *b, const char *key, unsigned long long value)
{
	emit_key(b, key);
	buf_count(b, value);
}

void
emit_bool(struct buf *b, const char *key, bool value)
{
	emit_key(b, key);
	buf_str(b, value ? "true" : "false");
}

void
emit_json(struct buf *b, const char *key, struct str json)
{
	emit_key(b, key);
	buf_span(b, json);
}

void
emit_begin(struct buf *b, const char *key, char bracket)
{
	if (key)
		emit_key(b, key);
	else
		separate(b);
	buf_byte(b, bracket);
}

void
emit_end(struct buf *b, char bracket)
{
	buf_byte(b, bracket);
}
