/*
 * peer_redis SOCKET N: what one would write without EROS, by hiredis: watch a counter, read it, raise it and log that.
 *
 * Prints updates a second.
 */
#include <hiredis/hiredis.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static redisContext *c;

static redisReply *
reply(void)
{
	void *r = NULL;

	if (redisGetReply(c, &r) != REDIS_OK) {
		fprintf(stderr, "peer_redis: %s\n", c->errstr);
		exit(1);
	}
	return r;
}

static void
skip(int count)
{
	while (count-- > 0)
		freeReplyObject(reply());
}

static void
update(void)
{
	redisReply *r;
	long n;
	int done;

	do {
		redisAppendCommand(c, "WATCH peer:v");
		redisAppendCommand(c, "HMGET peer:v version n");
		skip(1);
		r = reply();
		n = r->element[1]->str ? atol(r->element[1]->str) : 0;
		freeReplyObject(r);
		redisAppendCommand(c, "MULTI");
		redisAppendCommand(c, "HSET peer:v version %ld n %ld", n + 1, n + 1);
		redisAppendCommand(c, "XADD peer:log %ld-0 at 1767225600.125 e %ld", n + 1, n + 1);
		redisAppendCommand(c, "EXEC");
		skip(3);
		r = reply();
		done = r->type == REDIS_REPLY_ARRAY;
		freeReplyObject(r);
	} while (!done);
}

int
main(int argc, char **argv)
{
	long count = argc == 3 ? atol(argv[2]) : 0;
	struct timespec a, b;

	c = argc == 3 ? redisConnectUnix(argv[1]) : NULL;
	if (!c || c->err) {
		fprintf(stderr, "usage: peer_redis SOCKET N\n");
		return 64;
	}
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (long i = 0; i < count; i++)
		update();
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("%.0f\n", (double)count / ((double)(b.tv_sec - a.tv_sec) +
	                                  (double)(b.tv_nsec - a.tv_nsec) * 1e-9));
	redisFree(c);
	return 0;
}
