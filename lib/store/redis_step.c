/* Sections: how they begin and end, and what a step reads in them; see redis.h. */
#include "store/redis.h"

#include "base/clock.h"

static void
forget_section(struct redis *r)
{
	if (r->held)
		freeReplyObject(r->held);
	r->held = NULL;
	redis_wanted_forget(r);
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
	*head = (struct scope_head){redis_number(m->element[0]), redis_number(m->element[1]),
	                            redis_seconds(m->element[2]), redis_seconds(m->element[3]), 0};
	freeReplyObject(m);
	status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &time);
	if (status != EROS_OK)
		return status;
	head->now = redis_seconds(time->element[0]) + redis_seconds(time->element[1]) * 1e-6;
	freeReplyObject(time);
	r->version = head->version;
	return EROS_OK;
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
	int status = wire_answer(&r->wire, &reply);

	if (status != EROS_OK)
		return status;
	if (redis_number(reply) != r->version)
		status = BACKEND_AGAIN;
	freeReplyObject(reply);
	return status;
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
	redis_wanted_ask(r);
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
	return redis_wanted_take(r);
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
			status = redis_was_committed(r, id);
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
int
redis_failed(struct redis *r, int status)
{
	if (status != EROS_OK && status != BACKEND_AGAIN)
		wire_close(&r->wire);
	if (r->wire.fd < 0)
		r->turn = false;
	return status;
}

int
redis_set_scope(struct redis *r, struct str scope)
{
	int status = wire_connect(&r->wire);

	wire_start(&r->wire, 0);
	if (status != EROS_OK || str_eq(buf_view(&r->scope), scope))
		return status;
	if (r->tried > 0) {
		redis_drop_outcome(r);
		status = wire_skip(&r->wire, 1);
	}
	buf_reset(&r->scope);
	buf_span(&r->scope, scope);
	r->wanted_count = 0;
	r->crowded = false;
	return status;
}

int
redis_begin(struct backend *b, struct str scope, struct update_id *id, struct scope_head *head)
{
	struct redis *r = redis_of(b);
	int status;

	forget_section(r);
	status = redis_set_scope(r, scope);
	if (status != EROS_OK)
		return redis_failed(r, status);
	r->writing = id != NULL;
	r->started = clock_mono();
	if (id) {
		r->conflicts = r->number == id->number ? r->conflicts : 0;
		r->number = id->number;
		return redis_failed(r, begin_update(r, id, head));
	}
	ask_head(r);
	return redis_failed(r, take_head(r, head));
}

int
redis_get(struct backend *b, struct str key, struct row *row, bool *found)
{
	struct redis *r = redis_of(b);
	struct redis_wanted *w = redis_wanted_note(r, key);
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
		return redis_failed(r, status);
	*found = r->held->type == REDIS_REPLY_STRING && redis_row(key, r->held, row);
	if (w)
		redis_wanted_know(w, r->held);
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
	redis_say_number(r, most);
	buf_release(&from);
	status = check_version(r);
	if (status != EROS_OK && status != BACKEND_AGAIN)
		return redis_failed(r, status);
	read = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK || read != EROS_OK) {
		if (reply)
			freeReplyObject(reply);
		return redis_failed(r, read != EROS_OK ? read : status);
	}
	for (size_t i = 0; i + 1 < reply->elements; i += 2) {
		struct row row;

		if (redis_row(redis_span(reply->element[i]), reply->element[i + 1], &row) &&
		    !each(arg, &row))
			break;
	}
	freeReplyObject(reply);
	return EROS_OK;
}

int
redis_end_view(struct backend *b)
{
	redis_abandon(b);
	return EROS_OK;
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
		redis_failed(r, leave(r));
		buf_release(&r->backend.why);
		r->backend.why = why;
	}
	forget_section(r);
}
