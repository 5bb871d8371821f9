/* What is changed at the end of a step, and whether it was; see redis.h. */
#include "store/redis.h"

/* How many versions on it is forgotten what a client did that was killed; every how many updates one looks after that. */
enum { OUTCOMES = 100000, OUTCOMES_TIDY = 64 };

/*
 * Whether an attempt of this update whose end was not seen was committed. Under WATCH: it cannot come later either, but by making
 * the very version that is tried next, and then that one fails and this is asked again.
 */
int
redis_was_committed(struct redis *r, struct update_id *id)
{
	redisReply *reply;
	int status;

	wire_command(&r->wire, 3);
	wire_text(&r->wire, "ZSCORE");
	redis_key(r, "o", STR_NONE);
	wire_text(&r->wire, r->backend.client);
	status = wire_answer(&r->wire, &reply);
	if (status != EROS_OK)
		return status;
	id->done = redis_number(reply) == r->tried;
	freeReplyObject(reply);
	return EROS_OK;
}

void
redis_drop_outcome(struct redis *r)
{
	wire_command(&r->wire, 3);
	wire_text(&r->wire, "ZREM");
	redis_key(r, "o", STR_NONE);
	wire_text(&r->wire, r->backend.client);
	r->tried = 0;
}

void
redis_leave(struct redis *r)
{
	if (r->tried == 0 || r->wire.fd < 0)
		return;
	wire_start(&r->wire, 0);
	redis_drop_outcome(r);
	wire_send(&r->wire);
}

static void
put_row(struct redis *r, const struct rowset_row *row, size_t *commands)
{
	const struct redis_wanted *w = redis_wanted_find(r, row->row.key);
	struct buf value = BUF_INIT;

	*commands += 1;
	wire_command(&r->wire, row->dropped ? 3 : 4);
	wire_text(&r->wire, row->dropped ? "HDEL" : "HSET");
	redis_key(r, "r", STR_NONE);
	wire_word(&r->wire, row->row.key);
	if (!row->dropped) {
		if (row->row.expires < ROW_FOREVER)
			buf_printf(&value, "%.6f", row->row.expires);
		buf_byte(&value, ' ');
		buf_span(&value, row->row.value);
		wire_word(&r->wire, buf_view(&value));
		buf_release(&value);
	}
	/* A row that was there is in the set. */
	if (!row->dropped && w && w->known && w->found)
		return;
	*commands += 1;
	wire_command(&r->wire, row->dropped ? 3 : 4);
	wire_text(&r->wire, row->dropped ? "ZREM" : "ZADD");
	redis_key(r, "k", STR_NONE);
	if (!row->dropped)
		wire_text(&r->wire, "0");
	wire_word(&r->wire, row->row.key);
}

static void
put_entry(struct redis *r, const struct batch_entry *entry, double now)
{
	wire_command(&r->wire, 7);
	wire_text(&r->wire, "XADD");
	redis_key(r, "l", STR_NONE);
	redis_say_id(r, entry->version, entry->number);
	wire_text(&r->wire, "at");
	redis_say_seconds(r, entry->time > 0 ? entry->time : now);
	wire_text(&r->wire, "e");
	wire_word(&r->wire, entry->text);
}

static void
put_scope(struct redis *r, const struct batch *batch)
{
	wire_command(&r->wire, batch->trim ? 8 : 6);
	wire_text(&r->wire, "HSET");
	redis_key(r, "m", STR_NONE);
	wire_text(&r->wire, "v");
	redis_say_number(r, batch->version);
	wire_text(&r->wire, "c");
	redis_say_seconds(r, batch->now);
	if (batch->trim) {
		wire_text(&r->wire, "t");
		redis_say_number(r, batch->trim);
	}
}

/*
 * That this update was done. It is forgotten when the client goes; of one that was killed, when the scope has gone far on:
 * not after a time, since the server's clock may be set.
 */
static void
put_outcome(struct redis *r, const struct batch *batch, size_t *commands)
{
	r->tried = batch->version;
	wire_command(&r->wire, 4);
	wire_text(&r->wire, "ZADD");
	redis_key(r, "o", STR_NONE);
	redis_say_number(r, batch->version);
	wire_text(&r->wire, r->backend.client);
	++*commands;
	if (r->number % OUTCOMES_TIDY != 1 || batch->version <= OUTCOMES)
		return;
	wire_command(&r->wire, 4);
	wire_text(&r->wire, "ZREMRANGEBYSCORE");
	redis_key(r, "o", STR_NONE);
	wire_text(&r->wire, "-inf");
	redis_say_number(r, batch->version - OUTCOMES);
	++*commands;
}

/* The commands between MULTI and EXEC; returns how many. */
static size_t
put_batch(struct redis *r, const struct batch *batch)
{
	size_t commands = 1 + batch->count + batch->wake_count;

	put_scope(r, batch);
	put_outcome(r, batch, &commands);
	for (const struct rowset_row *row = batch->changes->first[0]; row; row = row->next[0])
		put_row(r, row, &commands);
	for (size_t i = 0; i < batch->count; i++)
		put_entry(r, &batch->entries[i], batch->now);
	if (batch->trim) {
		commands++;
		wire_command(&r->wire, 4);
		wire_text(&r->wire, "XTRIM");
		redis_key(r, "l", STR_NONE);
		wire_text(&r->wire, "MINID");
		redis_say_id(r, batch->trim + 1, 0);
	}
	for (size_t i = 0; i < batch->wake_count; i++) {
		wire_command(&r->wire, 3);
		wire_text(&r->wire, "PUBLISH");
		redis_key(r, "w:", batch->wakes[i]);
		wire_text(&r->wire, "1");
	}
	return commands;
}

/* How EXEC ended. */
static int
take_end(struct redis *r)
{
	redisReply *reply;
	int status = wire_answer(&r->wire, &reply);

	if (status != EROS_OK)
		return status;
	if (reply->type == REDIS_REPLY_NIL)
		status = BACKEND_AGAIN;
	for (size_t i = 0; reply->type == REDIS_REPLY_ARRAY && i < reply->elements; i++)
		if (reply->element[i]->type == REDIS_REPLY_ERROR && status == EROS_OK)
			status = wire_error(&r->wire, reply->element[i]);
	freeReplyObject(reply);
	return status;
}

int
redis_commit(struct backend *b, const struct batch *batch)
{
	struct redis *r = redis_of(b);
	bool turn = r->turn;
	size_t commands;
	int queued, status;

	wire_start(&r->wire, 0);
	wire_command(&r->wire, 1);
	wire_text(&r->wire, "MULTI");
	commands = put_batch(r, batch);
	if (turn) {
		redis_queue_pass(r);
		commands++;
	}
	wire_command(&r->wire, 1);
	wire_text(&r->wire, "EXEC");
	queued = wire_skip(&r->wire, commands + 1);
	status = queued == BACKEND_BROKEN ? queued : take_end(r);
	if (status == BACKEND_AGAIN) {
		r->turn = turn;
		r->crowded |= ++r->conflicts >= REDIS_CONFLICTS;
		redis_wanted_forget(r);
	}
	r->writing = r->turn; /* all else of the section is over with EXEC */
	/* What was refused when it was queued says why the whole was. */
	return redis_failed(r, queued != EROS_OK && status != BACKEND_BROKEN ? queued : status);
}
