/*
 * The turn at a scope that many want, in order of coming.
 *
 * t is a list with one element, the turn: who takes it from there (BLPOP) has it, and puts it back at its commit. Redis
 * serves those who wait for an element in the order of their coming, and forgets those who die. h says that turns are being
 * taken, and expires when that has stopped: because nobody wants any more, or because one has died with the turn.
 * Then who comes next makes a new one. g is its number, so that an old one that turns up again is dropped. Where h has longer
 * to live than it was given, the server's clock was set back, and it counts as expired.
 *
 * The turn is a courtesy: what makes an update atomic is WATCH.
 */
#include "store/redis.h"

#include <stdio.h>

/* In milliseconds: how long a turn may take. In seconds: how long to wait before asking whether there is one at all. */
#define TURN_TIME "200"
#define TURN_WAIT "0.25"

/* 0 where nobody else takes turns. */
static const char join[] =
	"local left = redis.call('PTTL', KEYS[2]) "
	"if left > 0 and left <= " TURN_TIME " then return 1 - redis.call('LLEN', KEYS[1]) end "
	"redis.call('DEL', KEYS[1]) redis.call('RPUSH', KEYS[1], redis.call('INCR', KEYS[3])) "
	"redis.call('SET', KEYS[2], 1, 'PX', " TURN_TIME ") return 0";
static const char pass[] = "if redis.call('GET', KEYS[3]) ~= ARGV[1] then return 0 end "
			   "redis.call('RPUSH', KEYS[1], ARGV[1]) "
			   "if ARGV[2] == '1' then "
			   "redis.call('SET', KEYS[2], 1, 'PX', " TURN_TIME ") end return 1";

static void
run_script(struct redis *r, const char *script, size_t arguments)
{
	wire_command(&r->wire, 6 + arguments);
	wire_text(&r->wire, "EVAL");
	wire_text(&r->wire, script);
	wire_text(&r->wire, "3");
	redis_key(r, "t", STR_NONE);
	redis_key(r, "h", STR_NONE);
	redis_key(r, "g", STR_NONE);
}

void
redis_queue_wait(struct redis *r)
{
	run_script(r, join, 0);
	wire_command(&r->wire, 3);
	wire_text(&r->wire, "BLPOP");
	redis_key(r, "t", STR_NONE);
	wire_text(&r->wire, TURN_WAIT);
}

int
redis_queue_waited(struct redis *r)
{
	redisReply *reply;
	int status = wire_expect(&r->wire, REDIS_REPLY_INTEGER, &reply);

	if (status != EROS_OK)
		return status;
	r->crowded = reply->integer > 0;
	freeReplyObject(reply);
	status = wire_answer(&r->wire, &reply);
	r->turn = status == EROS_OK && reply->type == REDIS_REPLY_ARRAY && reply->elements == 2;
	if (r->turn)
		snprintf(r->token, sizeof(r->token), "%s", reply->element[1]->str);
	freeReplyObject(reply);
	return status;
}

void
redis_queue_pass(struct redis *r)
{
	run_script(r, pass, 2);
	wire_text(&r->wire, r->token);
	wire_text(&r->wire, r->crowded ? "1" : "0");
	r->turn = false;
}
