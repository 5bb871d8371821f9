/* Waiting for a key, at a connection that is subscribed to its channel; see redis.h. */
#include "store/redis.h"

#include "store/socket_wait.h"

#include <stdlib.h>

int
redis_watch(struct backend *b, struct str scope, double until)
{
	struct redis *r = redis_of(b);
	int status = redis_set_scope(r, scope);

	if (status != EROS_OK)
		return status;
	wire_command(&r->wire, 4);
	wire_text(&r->wire, "HSET");
	redis_key(r, "m", STR_NONE);
	wire_text(&r->wire, "w");
	redis_say_seconds(r, until);
	return wire_skip(&r->wire, 1);
}

/* A waiter has a connection of its own, which does nothing but listen. */
struct waiter {
	struct redis redis; /* only its wire, scope and why */
	struct buf key;
};

static int
listen_for(struct waiter *w)
{
	int status = wire_connect(&w->redis.wire);

	if (status != EROS_OK)
		return status;
	wire_start(&w->redis.wire, 0);
	wire_command(&w->redis.wire, 2);
	wire_text(&w->redis.wire, "SUBSCRIBE");
	redis_key(&w->redis, "w:", buf_view(&w->key));
	return wire_skip(&w->redis.wire, 1);
}

int
redis_waiter_open(struct backend *b, struct str scope, struct str key, void **result)
{
	struct redis *r = redis_of(b);
	struct waiter *w = xcalloc(1, sizeof(*w));

	wire_init(&w->redis.wire, r->wire.url, &r->backend.why);
	buf_span(&w->redis.scope, scope);
	buf_span(&w->key, key);
	*result = w;
	return listen_for(w);
}

/* A connection that broke may have missed something: that counts as being woken. */
int
redis_wait(struct backend *b, void *waiter, double seconds, bool *woken)
{
	struct waiter *w = waiter;
	struct wire *wire = &w->redis.wire;
	redisReply *reply;
	int status;

	(void)b;
	*woken = false;
	if (wire->fd < 0) {
		*woken = true;
		return listen_for(w);
	}
	if (!socket_wait(wire->fd, -1, seconds))
		return EROS_OK;
	do {
		wire_start(wire, 0);
		status = wire_reply(wire, &reply);
		if (status == EROS_OK)
			freeReplyObject(reply);
	} while (status == EROS_OK && socket_wait(wire->fd, -1, 0));
	*woken = true;
	return status == BACKEND_BROKEN ? listen_for(w) : status;
}

void
redis_waiter_close(struct backend *b, void *waiter)
{
	struct waiter *w = waiter;

	(void)b;
	wire_close(&w->redis.wire);
	buf_release(&w->redis.scope);
	buf_release(&w->key);
	free(w);
}
