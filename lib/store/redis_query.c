/* The words of commands, and what is in replies; see redis.h. */
#include "store/redis.h"

#include <stdio.h>
#include <stdlib.h>

void
redis_key(struct redis *r, const char *kind, struct str rest)
{
	struct buf key = BUF_INIT;

	buf_printf(&key, "eros:{%.*s}:%s", STR_ARG(buf_view(&r->scope)), kind);
	buf_span(&key, rest);
	wire_word(&r->wire, buf_view(&key));
	buf_release(&key);
}

void
redis_say_number(struct redis *r, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%ju", (uintmax_t)n);
	wire_text(&r->wire, text);
}

void
redis_say_seconds(struct redis *r, double seconds)
{
	char text[64];

	snprintf(text, sizeof(text), "%.6f", seconds);
	wire_text(&r->wire, text);
}

void
redis_say_id(struct redis *r, uint64_t version, uint32_t number)
{
	char text[48];

	snprintf(text, sizeof(text), "%ju-%u", (uintmax_t)version, number);
	wire_text(&r->wire, text);
}

uint64_t
redis_number(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING ? strtoull(reply->str, NULL, 10) : 0;
}

uint64_t
redis_number_at(const redisReply *reply, size_t index)
{
	return index < reply->elements ? redis_number(reply->element[index]) : 0;
}

double
redis_seconds(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING ? strtod(reply->str, NULL) : 0;
}

struct str
redis_span(const redisReply *reply)
{
	return (struct str){reply->str, reply->len};
}

bool
redis_row(struct str key, const redisReply *reply, struct row *row)
{
	struct str text = redis_span(reply);
	const char *space = text.len ? memchr(text.ptr, ' ', text.len) : NULL;
	size_t n = space ? (size_t)(space - text.ptr) : 0;

	if (!space)
		return false;
	*row = (struct row){key, str_from(text, n + 1), n ? strtod(text.ptr, NULL) : ROW_FOREVER};
	return true;
}
