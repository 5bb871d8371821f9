/*
 * The queue for a scope's turn, in order of coming.
 *
 * q lists the clients, the first has the turn; h says so until it expires, and t:CLIENT gets one element when the turn is
 * given. Who is killed with the turn, or while it is waiting, is passed over when h has expired and somebody else
 * waits. The turn is a courtesy: what makes an update atomic is WATCH.
 */
#include "store/redis.h"

/* How long the turn may take, in milliseconds; how long to wait before asking whether it was taken, in seconds. */
#define TURN_TIME  "400"
#define TURN_WAIT  "0.2"
#define QUEUE_TIME "60000"

#define GIVE_TO_FIRST                                                   \
	"local n = redis.call('LINDEX', KEYS[1], 0) "                   \
	"if n then redis.call('SET', KEYS[2], n, 'PX', " TURN_TIME ") " \
	"redis.call('RPUSH', ARGV[1] .. n, 1) "                         \
	"redis.call('PEXPIRE', ARGV[1] .. n, " QUEUE_TIME ") end return 0"

/* ARGV: what the keys of turns begin with, and the client. */
static const char join[] = "redis.call('DEL', ARGV[1] .. ARGV[2]) "
			   "local n = redis.call('RPUSH', KEYS[1], ARGV[2]) "
			   "redis.call('PEXPIRE', KEYS[1], " QUEUE_TIME ") "
			   "if n > 1 then return 1 end " GIVE_TO_FIRST;
static const char pass[] = "if redis.call('LINDEX', KEYS[1], 0) ~= ARGV[2] then "
			   "return redis.call('LREM', KEYS[1], 0, ARGV[2]) end "
			   "redis.call('LPOP', KEYS[1]) redis.call('DEL', KEYS[2]) " GIVE_TO_FIRST;
static const char nudge[] = "if redis.call('EXISTS', KEYS[2]) == 1 then return 1 end "
			    "redis.call('LPOP', KEYS[1]) " GIVE_TO_FIRST;

static void
run_script(struct redis *r, const char *script)
{
	wire_command(&r->wire, 7);
	wire_text(&r->wire, "EVAL");
	wire_text(&r->wire, script);
	wire_text(&r->wire, "2");
	redis_key(r, "q", STR_NONE);
	redis_key(r, "h", STR_NONE);
	redis_key(r, "t:", STR_NONE);
	wire_text(&r->wire, r->backend.client);
}

void
redis_queue_wait(struct redis *r)
{
	if (!r->queued)
		run_script(r, join);
	wire_command(&r->wire, 3);
	wire_text(&r->wire, "BLPOP");
	redis_key(r, "t:", str_of(r->backend.client));
	wire_text(&r->wire, TURN_WAIT);
}

int
redis_queue_waited(struct redis *r)
{
	redisReply *reply;
	int status;

	if (!r->queued) {
		status = wire_expect(&r->wire, REDIS_REPLY_INTEGER, &reply);
		if (status != EROS_OK)
			return status;
		/* Where nobody else was there, the next update does without. */
		r->crowded = reply->integer > 0;
		r->queued = true;
		freeReplyObject(reply);
	}
	status = wire_reply(&r->wire, &reply);
	if (status != EROS_OK)
		return status;
	if (reply->type == REDIS_REPLY_ERROR)
		status = wire_error(&r->wire, reply);
	r->turn = reply->type == REDIS_REPLY_ARRAY;
	freeReplyObject(reply);
	return status;
}

int
redis_queue_nudge(struct redis *r)
{
	run_script(r, nudge);
	return wire_skip(&r->wire, 1);
}

void
redis_queue_pass(struct redis *r)
{
	run_script(r, pass);
	r->turn = r->queued = false;
}
