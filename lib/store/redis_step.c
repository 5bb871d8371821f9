/* Sections: what a step reads, and what is changed at its end. */
#include "store/redis.h"

#include "base/clock.h"
#include "store/module_host.h"

#include <stdio.h>
#include <stdlib.h>

/* How many versions on it is forgotten what a client did that was killed; every how many updates one looks after that. */
enum { OUTCOMES = 100000, OUTCOMES_TIDY = 64 };

void
redis_key(struct redis *r, const char *kind, struct str rest)
{
	struct buf key = BUF_INIT;

	buf_printf(&key, "eros:{%.*s}:%s", STR_ARG(buf_view(&r->scope)), kind);
	buf_span(&key, rest);
	wire_word(&r->wire, buf_view(&key));
	buf_release(&key);
}

static void
say_number(struct redis *r, uint64_t n)
{
	char text[24];

	snprintf(text, sizeof(text), "%ju", (uintmax_t)n);
	wire_text(&r->wire, text);
}

static void
say_seconds(struct redis *r, double seconds)
{
	char text[64];

	snprintf(text, sizeof(text), "%.6f", seconds);
	wire_text(&r->wire, text);
}

/* VERSION-NUMBER. */
static void
say_id(struct redis *r, uint64_t version, uint32_t number)
{
	char text[48];

	snprintf(text, sizeof(text), "%ju-%u", (uintmax_t)version, number);
	wire_text(&r->wire, text);
}

static uint64_t
count_of(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING ? strtoull(reply->str, NULL, 10) : 0;
}

static double
seconds_of(const redisReply *reply)
{
	return reply->type == REDIS_REPLY_STRING ? strtod(reply->str, NULL) : 0;
}

static struct str
span_of(const redisReply *reply)
{
	return (struct str){reply->str, reply->len};
}

/* Take a value of r apart. */
static bool
read_row(struct str key, const redisReply *reply, struct row *row)
{
	struct str text = span_of(reply);
	const char *space = text.len ? memchr(text.ptr, ' ', text.len) : NULL;
	size_t n = space ? (size_t)(space - text.ptr) : 0;

	if (!space)
		return false;
	*row = (struct row){key, str_from(text, n + 1), n ? strtod(text.ptr, NULL) : ROW_FOREVER};
	return true;
}

static void
ask_head(struct redis *r)
{
	wire_command(&r->wire, 6);
	wire_text(&r->wire, "HMGET");
	redis_key(r, "m", STR_NONE);
	wire_text(&r->wire, "v");
	wire_text(&r->wire, "t");
	wire_text(&r->wire, "c");
	wire_text(&r->wire, "w");
	wire_command(&r->wire, 1);
	wire_text(&r->wire, "TIME");
}

static int
take_head(struct redis *r, struct scope_head *head)
{
	redisReply *m, *time;
	int status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &m);

	if (status != EROS_OK)
		return status;
	*head = (struct scope_head){count_of(m->element[0]), count_of(m->element[1]),
	                            seconds_of(m->element[2]), seconds_of(m->element[3]), 0};
	freeReplyObject(m);
	status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &time);
	if (status != EROS_OK)
		return status;
	head->now = seconds_of(time->element[0]) + seconds_of(time->element[1]) * 1e-6;
	freeReplyObject(time);
	r->version = head->version;
	return EROS_OK;
}

/* What the last update read is probably wanted again. */
static void
ask_wanted(struct redis *r)
{
	if (r->wanted_count == 0)
		return;
	wire_command(&r->wire, 2 + r->wanted_count);
	wire_text(&r->wire, "HMGET");
	redis_key(r, "r", STR_NONE);
	for (size_t i = 0; i < r->wanted_count; i++)
		wire_word(&r->wire, buf_view(&r->wanted[i].key));
}

static void
know(struct redis_wanted *w, const redisReply *reply)
{
	struct row row;

	w->known = true;
	w->found = reply->type == REDIS_REPLY_STRING && read_row(buf_view(&w->key), reply, &row);
	buf_reset(&w->value);
	if (w->found) {
		buf_span(&w->value, row.value);
		w->expires = row.expires;
	}
}

static int
take_wanted(struct redis *r)
{
	redisReply *reply;
	int status;

	if (r->wanted_count == 0)
		return EROS_OK;
	status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK)
		return status;
	for (size_t i = 0; i < r->wanted_count; i++)
		know(&r->wanted[i], reply->element[i]);
	freeReplyObject(reply);
	return EROS_OK;
}

static struct redis_wanted *
find_wanted(struct redis *r, struct str key)
{
	for (size_t i = 0; i < r->wanted_count; i++)
		if (str_eq(buf_view(&r->wanted[i].key), key))
			return &r->wanted[i];
	return NULL;
}

/* Note that this update reads KEY; the first of them drops what an earlier one read and this one has not. */
static struct redis_wanted *
want(struct redis *r, struct str key)
{
	struct redis_wanted *w = find_wanted(r, key);

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

static void
forget_section(struct redis *r)
{
	if (r->held)
		freeReplyObject(r->held);
	r->held = NULL;
	for (size_t i = 0; i < r->wanted_count; i++)
		r->wanted[i].known = false;
}

/* Questions of a section ask for the version too: AGAIN where it is no longer that of the beginning. */
static void
ask_version(struct redis *r)
{
	wire_command(&r->wire, 3);
	wire_text(&r->wire, "HGET");
	redis_key(r, "m", STR_NONE);
	wire_text(&r->wire, "v");
}

static int
check_version(struct redis *r)
{
	redisReply *reply;
	int status = wire_reply(&r->wire, &reply);

	if (status != EROS_OK)
		return status;
	if (reply->type == REDIS_REPLY_ERROR)
		status = wire_error(&r->wire, reply);
	else if (count_of(reply) != r->version)
		status = BACKEND_AGAIN;
	freeReplyObject(reply);
	return status;
}

/*
 * Whether an attempt of this update whose end was not seen was committed. Under WATCH: it cannot come later either, but by making
 * the very version that is tried next, and then that one fails and this is asked again.
 */
static int
was_committed(struct redis *r, struct update_id *id)
{
	redisReply *reply;
	int status;

	wire_command(&r->wire, 3);
	wire_text(&r->wire, "ZSCORE");
	redis_key(r, "o", STR_NONE);
	wire_text(&r->wire, r->backend.client);
	status = wire_reply(&r->wire, &reply);
	if (status != EROS_OK)
		return status;
	id->done = count_of(reply) == r->tried;
	freeReplyObject(reply);
	return EROS_OK;
}

/* Of this client, since nobody asks any more whether its last update was done. One reply. */
static void
drop_outcome(struct redis *r)
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
	drop_outcome(r);
	wire_send(&r->wire);
}

/* Leave the section that WATCH began. */
static int
leave(struct redis *r)
{
	bool turn = r->turn;

	wire_command(&r->wire, 1);
	wire_text(&r->wire, "UNWATCH");
	if (turn)
		redis_queue_pass(r);
	return wire_skip(&r->wire, turn ? 2 : 1);
}

/*
 * All in one question: the wait for the turn, where turns are taken; the watch; the scope as it is; what the last update read.
 * *QUEUE says whether others take turns.
 */
static int
ask_update(struct redis *r, struct scope_head *head, bool *queue)
{
	bool waits = r->crowded && !r->turn;
	redisReply *reply;
	int status = EROS_OK;

	if (waits)
		redis_queue_wait(r);
	wire_command(&r->wire, 2);
	wire_text(&r->wire, "WATCH");
	redis_key(r, "m", STR_NONE);
	ask_head(r);
	wire_command(&r->wire, 2);
	wire_text(&r->wire, "EXISTS");
	redis_key(r, "h", STR_NONE);
	ask_wanted(r);
	if (waits)
		status = redis_queue_waited(r);
	if (status == EROS_OK)
		status = wire_skip(&r->wire, 1);
	if (status == EROS_OK)
		status = take_head(r, head);
	if (status == EROS_OK)
		status = wire_expect(&r->wire, REDIS_REPLY_INTEGER, &reply);
	if (status != EROS_OK)
		return status;
	*queue = reply->integer > 0;
	freeReplyObject(reply);
	return take_wanted(r);
}

static int
begin_update(struct redis *r, struct update_id *id, struct scope_head *head)
{
	int status;

	do {
		bool waited = r->crowded && !r->turn, queue = false;

		wire_start(&r->wire, 0);
		status = ask_update(r, head, &queue);
		if (status == EROS_OK && id->unsure)
			status = was_committed(r, id);
		if (status != EROS_OK || id->done || r->turn || !(queue || waited))
			return status;
		/* Others take turns, or ours has not come. */
		r->crowded = true;
		status = leave(r);
	} while (status == EROS_OK && clock_mono() < r->started + r->url.timeout);
	if (status == EROS_OK) {
		buf_reset(&r->backend.why);
		buf_str(&r->backend.why, "is busy");
		status = EROS_UNAVAILABLE;
	}
	return status;
}

/* What is not to outlive a connection. */
static int
check_broken(struct redis *r, int status)
{
	if (status != EROS_OK && status != BACKEND_AGAIN)
		wire_close(&r->wire);
	if (r->wire.fd < 0)
		r->turn = false;
	return status;
}

int
redis_begin(struct backend *b, struct str scope, struct update_id *id, struct scope_head *head)
{
	struct redis *r = redis_of(b);
	int status = wire_connect(&r->wire);

	if (status != EROS_OK)
		return status;
	forget_section(r);
	if (!str_eq(buf_view(&r->scope), scope)) {
		if (r->tried > 0) {
			wire_start(&r->wire, 0);
			drop_outcome(r);
			status = wire_skip(&r->wire, 1);
			if (status != EROS_OK)
				return check_broken(r, status);
		}
		buf_reset(&r->scope);
		buf_span(&r->scope, scope);
		r->wanted_count = 0;
		r->crowded = false;
	}
	r->writing = id != NULL;
	r->started = clock_mono();
	if (id) {
		r->conflicts = r->number == id->number ? r->conflicts : 0;
		r->number = id->number;
		return check_broken(r, begin_update(r, id, head));
	}
	wire_start(&r->wire, 0);
	ask_head(r);
	return check_broken(r, take_head(r, head));
}

int
redis_get(struct backend *b, struct str key, struct row *row, bool *found)
{
	struct redis *r = redis_of(b);
	struct redis_wanted *w = want(r, key);
	int status;

	if (w && w->known) {
		*found = w->found;
		*row = (struct row){key, buf_view(&w->value), w->expires};
		return EROS_OK;
	}
	wire_start(&r->wire, 0);
	ask_version(r);
	wire_command(&r->wire, 3);
	wire_text(&r->wire, "HGET");
	redis_key(r, "r", STR_NONE);
	wire_word(&r->wire, key);
	status = check_version(r);
	if (r->held)
		freeReplyObject(r->held);
	r->held = NULL;
	if (status == EROS_OK || status == BACKEND_AGAIN) {
		int read = wire_reply(&r->wire, &r->held);

		status = read == EROS_OK ? status : read;
	}
	if (status == EROS_OK && r->held->type == REDIS_REPLY_ERROR)
		status = wire_error(&r->wire, r->held);
	if (status != EROS_OK)
		return check_broken(r, status);
	*found = r->held->type == REDIS_REPLY_STRING && read_row(key, r->held, row);
	if (w)
		know(w, r->held);
	return EROS_OK;
}

/* Keys from the sorted set and their values, in one go. */
static const char scan_script[] =
	"local k = redis.call('ZRANGEBYLEX', KEYS[1], ARGV[1], '+', 'LIMIT', 0, ARGV[2]) "
	"local v = {} for i = 1, #k do v[2*i-1] = k[i] "
	"v[2*i] = redis.call('HGET', KEYS[2], k[i]) or '' end return v";

int
redis_scan(struct backend *b, struct str key, bool at, size_t most, backend_row *each, void *arg)
{
	struct redis *r = redis_of(b);
	struct buf from = BUF_INIT;
	redisReply *reply = NULL;
	int status, read;

	buf_str(&from, at ? "[" : "(");
	buf_span(&from, key);
	wire_start(&r->wire, 0);
	ask_version(r);
	wire_command(&r->wire, 7);
	wire_text(&r->wire, "EVAL");
	wire_text(&r->wire, scan_script);
	wire_text(&r->wire, "2");
	redis_key(r, "k", STR_NONE);
	redis_key(r, "r", STR_NONE);
	wire_word(&r->wire, buf_view(&from));
	say_number(r, most);
	buf_release(&from);
	status = check_version(r);
	if (status != EROS_OK && status != BACKEND_AGAIN)
		return check_broken(r, status);
	read = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK || read != EROS_OK) {
		if (reply)
			freeReplyObject(reply);
		return check_broken(r, read != EROS_OK ? read : status);
	}
	for (size_t i = 0; i + 1 < reply->elements; i += 2) {
		struct row row;

		if (read_row(span_of(reply->element[i]), reply->element[i + 1], &row) &&
		    !each(arg, &row))
			break;
	}
	freeReplyObject(reply);
	return EROS_OK;
}

static void
put_row(struct redis *r, const struct rowset_row *row, size_t *commands)
{
	const struct redis_wanted *w = find_wanted(r, row->row.key);
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
	say_id(r, entry->version, entry->number);
	wire_text(&r->wire, "at");
	say_seconds(r, entry->time > 0 ? entry->time : now);
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
	say_number(r, batch->version);
	wire_text(&r->wire, "c");
	say_seconds(r, batch->now);
	if (batch->trim) {
		wire_text(&r->wire, "t");
		say_number(r, batch->trim);
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
	say_number(r, batch->version);
	wire_text(&r->wire, r->backend.client);
	++*commands;
	if (r->number % OUTCOMES_TIDY != 1 || batch->version <= OUTCOMES)
		return;
	wire_command(&r->wire, 4);
	wire_text(&r->wire, "ZREMRANGEBYSCORE");
	redis_key(r, "o", STR_NONE);
	wire_text(&r->wire, "-inf");
	say_number(r, batch->version - OUTCOMES);
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
		say_id(r, batch->trim + 1, 0);
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
	int status = wire_reply(&r->wire, &reply);

	if (status != EROS_OK)
		return status;
	if (reply->type == REDIS_REPLY_ERROR)
		status = wire_error(&r->wire, reply);
	else if (reply->type == REDIS_REPLY_NIL)
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
		for (size_t i = 0; i < r->wanted_count; i++)
			r->wanted[i].known = false;
	}
	/* What was refused when it was queued says why the whole was. */
	return check_broken(r, queued != EROS_OK && status != BACKEND_BROKEN ? queued : status);
}

void
redis_abandon(struct backend *b)
{
	struct redis *r = redis_of(b);

	if (r->writing && r->wire.fd >= 0) {
		struct buf why = r->backend.why;

		/* A failure here is found again by whatever comes next. */
		r->backend.why = (struct buf)BUF_INIT;
		wire_start(&r->wire, 0);
		check_broken(r, leave(r));
		buf_release(&r->backend.why);
		r->backend.why = why;
	}
	forget_section(r);
}
