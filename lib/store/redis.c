/* Opening and closing, and all that can be asked of a Redis server. */
#include "store/redis.h"

#include "store/module_host.h"

#include <stdlib.h>

static void
close_all(struct backend *b)
{
	struct redis *r = redis_of(b);

	redis_abandon(b);
	redis_leave(r);
	wire_close(&r->wire);
	for (size_t i = 0; i < REDIS_WANTED; i++) {
		buf_release(&r->wanted[i].key);
		buf_release(&r->wanted[i].value);
	}
	buf_release(&r->scope);
	free(r);
}

static const struct backend_ops ops = {
	.begin = redis_begin,
	.get = redis_get,
	.scan = redis_scan,
	.commit = redis_commit,
	.end_view = redis_end_view,
	.abandon = redis_abandon,
	.read = redis_read,
	.scopes = redis_scopes,
	.now = redis_now,
	.old_entries = redis_old_entries,
	.check = redis_check,
	.watch = redis_watch,
	.waiter_open = redis_waiter_open,
	.wait = redis_wait,
	.waiter_close = redis_waiter_close,
	.close = close_all,
};

static int
open_redis(const struct store_url *url, const char *client, struct backend **b)
{
	struct redis *r = xcalloc(1, sizeof(*r));

	r->backend.ops = &ops;
	r->backend.client = client;
	r->url = *url; /* its parts outlive the backend */
	wire_init(&r->wire, &r->url, &r->backend.why);
	*b = &r->backend;
	return wire_connect(&r->wire);
}

__attribute__((visibility("default"))) const struct store_module *
STORE_MODULE_ENTRY(const struct store_host *table)
{
	static const struct store_module module = {sizeof(struct backend_ops), open_redis};

	if (table->size != sizeof(*table))
		return NULL;
	host_set(table);
	return &module;
}
