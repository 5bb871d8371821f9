/* What the last update read is probably wanted again, and so asked for at the beginning of the next; see redis.h. */
#include "store/redis.h"

void
redis_wanted_ask(struct redis *r)
{
	if (r->wanted_count == 0)
		return;
	wire_command(&r->wire, 2 + r->wanted_count);
	wire_text(&r->wire, "HMGET");
	redis_key(r, "r", STR_NONE);
	for (size_t i = 0; i < r->wanted_count; i++)
		wire_word(&r->wire, buf_view(&r->wanted[i].key));
}

void
redis_wanted_know(struct redis_wanted *w, const redisReply *reply)
{
	struct row row;

	w->known = true;
	w->found = reply->type == REDIS_REPLY_STRING && redis_row(buf_view(&w->key), reply, &row);
	buf_reset(&w->value);
	if (w->found) {
		buf_span(&w->value, row.value);
		w->expires = row.expires;
	}
}

int
redis_wanted_take(struct redis *r)
{
	redisReply *reply;
	int status;

	if (r->wanted_count == 0)
		return EROS_OK;
	status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK)
		return status;
	for (size_t i = 0; i < r->wanted_count; i++)
		redis_wanted_know(&r->wanted[i], reply->element[i]);
	freeReplyObject(reply);
	return EROS_OK;
}

void
redis_wanted_forget(struct redis *r)
{
	for (size_t i = 0; i < r->wanted_count; i++)
		r->wanted[i].known = false;
}

struct redis_wanted *
redis_wanted_find(struct redis *r, struct str key)
{
	for (size_t i = 0; i < r->wanted_count; i++)
		if (str_eq(buf_view(&r->wanted[i].key), key))
			return &r->wanted[i];
	return NULL;
}

/* Note that this update reads KEY; the first of them drops what an earlier one read and this one has not. */
struct redis_wanted *
redis_wanted_note(struct redis *r, struct str key)
{
	struct redis_wanted *w = redis_wanted_find(r, key);

	if (w || !r->writing)
		return w;
	if (r->wanted_by != r->number && r->wanted_count == REDIS_WANTED)
		r->wanted_count = 0;
	r->wanted_by = r->number;
	if (r->wanted_count == REDIS_WANTED)
		return NULL;
	w = &r->wanted[r->wanted_count++];
	w->known = false;
	buf_reset(&w->key);
	buf_span(&w->key, key);
	return w;
}
