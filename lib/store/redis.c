/* Opening, what is read outside of steps, and waiters. */
#include "store/redis.h"

#include "base/clock.h"
#include "store/module_host.h"

#include <stdio.h>
#include <stdlib.h>

static uint64_t
number_at(const redisReply *reply, size_t index)
{
	const redisReply *e = reply->elements > index ? reply->element[index] : NULL;

	return e && e->type == REDIS_REPLY_STRING ? strtoull(e->str, NULL, 10) : 0;
}

static int
set_scope(struct redis *r, struct str scope)
{
	int status = wire_connect(&r->wire);

	buf_reset(&r->scope);
	buf_span(&r->scope, scope);
	r->wanted_count = 0;
	r->crowded = false;
	wire_start(&r->wire, 0);
	return status;
}

/* Entries as XRANGE gives them: [id, ["at", TIME, "e", TEXT]]. */
static bool
read_entry(const redisReply *reply, struct store_entry *entry)
{
	const redisReply *fields = reply->elements == 2 ? reply->element[1] : NULL;
	char *dash;

	if (!fields || fields->elements != 4)
		return false;
	entry->version = strtoull(reply->element[0]->str, &dash, 10);
	entry->number = *dash == '-' ? (uint32_t)strtoul(dash + 1, NULL, 10) : 0;
	entry->time = strtod(fields->element[1]->str, NULL);
	entry->text = (struct str){fields->element[3]->str, fields->element[3]->len};
	return true;
}

/* A page of the log from ID on, with what is trimmed at the same moment. */
static int
read_page(struct redis *r, const char *id, redisReply **page, uint64_t *trimmed)
{
	redisReply *reply;
	int status;

	wire_command(&r->wire, 1);
	wire_text(&r->wire, "MULTI");
	wire_command(&r->wire, 3);
	wire_text(&r->wire, "HGET");
	redis_key(r, "m", STR_NONE);
	wire_text(&r->wire, "t");
	wire_command(&r->wire, 6);
	wire_text(&r->wire, "XRANGE");
	redis_key(r, "l", STR_NONE);
	wire_text(&r->wire, id);
	wire_text(&r->wire, "+");
	wire_text(&r->wire, "COUNT");
	wire_text(&r->wire, "256");
	wire_command(&r->wire, 1);
	wire_text(&r->wire, "EXEC");
	status = wire_skip(&r->wire, 3);
	if (status == EROS_OK)
		status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK)
		return status;
	if (reply->elements == 2 && reply->element[1]->type == REDIS_REPLY_ARRAY) {
		*trimmed = number_at(reply, 0);
		*page = reply;
		return EROS_OK;
	}
	freeReplyObject(reply);
	buf_reset(&r->backend.why);
	buf_str(&r->backend.why, "the server gave an answer of another kind");
	return EROS_UNAVAILABLE;
}

int
redis_read(struct backend *b, struct str scope, uint64_t after, size_t limit,
           bool (*each)(void *arg, const struct store_entry *entry), void *arg, uint64_t *trimmed)
{
	struct redis *r = redis_of(b);
	int status = set_scope(r, scope);
	size_t given = 0, n = 1;
	char id[48];

	snprintf(id, sizeof(id), "%ju-0", (uintmax_t)after + 1);
	for (uint64_t last = after; status == EROS_OK && n > 0;) {
		redisReply *page;

		status = read_page(r, id, &page, trimmed);
		if (status != EROS_OK)
			break;
		n = page->element[1]->elements;
		for (size_t i = 0; i < n; i++) {
			struct store_entry entry;

			if (!read_entry(page->element[1]->element[i], &entry))
				continue;
			if ((given++ >= limit && entry.version != last) || !each(arg, &entry)) {
				n = 0;
				break;
			}
			last = entry.version;
			snprintf(id, sizeof(id), "%ju-%u", (uintmax_t)last, entry.number + 1);
		}
		freeReplyObject(page);
	}
	return status;
}

/* The names of all scopes, gathered in rounds as SCAN gives them. */
struct names {
	char **name;
	size_t count, cap;
};

static void
add_name(struct names *names, const redisReply *key)
{
	static const char before[] = "eros:{", after[] = "}:m";
	size_t around = sizeof(before) + sizeof(after) - 2;

	if (key->len <= around || memcmp(key->str, before, sizeof(before) - 1) != 0)
		return;
	GROW(names->name, names->count, names->cap);
	names->name[names->count] = xcalloc(1, key->len - around + 1);
	memcpy(names->name[names->count++], key->str + sizeof(before) - 1, key->len - around);
}

static int
gather(struct redis *r, struct names *names)
{
	char cursor[32] = "0";
	int status;

	do {
		redisReply *reply;

		wire_command(&r->wire, 6);
		wire_text(&r->wire, "SCAN");
		wire_text(&r->wire, cursor);
		wire_text(&r->wire, "MATCH");
		wire_text(&r->wire, "eros:{*}:m");
		wire_text(&r->wire, "COUNT");
		wire_text(&r->wire, "1000");
		status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
		if (status != EROS_OK)
			return status;
		snprintf(cursor, sizeof(cursor), "%s", reply->element[0]->str);
		for (size_t i = 0; i < reply->element[1]->elements; i++)
			add_name(names, reply->element[1]->element[i]);
		freeReplyObject(reply);
	} while (strcmp(cursor, "0") != 0);
	return EROS_OK;
}

static int
compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static int
tell_scope(struct redis *r, const char *name,
           bool (*each)(void *arg, const struct store_scope *scope), void *arg, bool *more)
{
	redisReply *reply;
	int status;

	buf_reset(&r->scope);
	buf_str(&r->scope, name);
	wire_command(&r->wire, 5);
	wire_text(&r->wire, "HMGET");
	redis_key(r, "m", STR_NONE);
	wire_text(&r->wire, "v");
	wire_text(&r->wire, "t");
	wire_text(&r->wire, "c");
	status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK)
		return status;
	if (number_at(reply, 0) > 0) {
		struct store_scope scope = {
			str_of(name), number_at(reply, 0), number_at(reply, 1),
			reply->element[2]->str ? strtod(reply->element[2]->str, NULL) : 0};

		*more = each(arg, &scope);
	}
	freeReplyObject(reply);
	return EROS_OK;
}

int
redis_scopes(struct backend *b, bool (*each)(void *arg, const struct store_scope *scope), void *arg)
{
	struct redis *r = redis_of(b);
	struct names names = {NULL, 0, 0};
	int status = set_scope(r, STR_NONE);
	bool more = true;

	if (status == EROS_OK)
		status = gather(r, &names);
	if (names.count > 0)
		qsort(names.name, names.count, sizeof(names.name[0]), compare_names);
	for (size_t i = 0; i < names.count; i++) {
		/* SCAN may give a key twice. */
		if (status == EROS_OK && more &&
		    (i == 0 || strcmp(names.name[i], names.name[i - 1]) != 0)) {
			wire_start(&r->wire, 0);
			status = tell_scope(r, names.name[i], each, arg, &more);
		}
	}
	for (size_t i = 0; i < names.count; i++)
		free(names.name[i]);
	free(names.name);
	return status;
}

int
redis_now(struct backend *b, double *now)
{
	struct redis *r = redis_of(b);
	redisReply *reply;
	int status = wire_connect(&r->wire);

	if (status != EROS_OK)
		return status;
	wire_start(&r->wire, 0);
	wire_command(&r->wire, 1);
	wire_text(&r->wire, "TIME");
	status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK)
		return status;
	*now = (double)number_at(reply, 0) + (double)number_at(reply, 1) * 1e-6;
	freeReplyObject(reply);
	return EROS_OK;
}

/* Times in the log only grow, so the old ones are those before the first that is not. */
int
redis_old_entries(struct backend *b, double before, uint64_t *trim, uint64_t *count)
{
	struct redis *r = redis_of(b);
	char id[48] = "-";
	bool more = true;
	int status = EROS_OK;

	*trim = *count = 0;
	while (more && status == EROS_OK) {
		redisReply *page;
		uint64_t trimmed;

		status = read_page(r, id, &page, &trimmed);
		if (status != EROS_OK)
			break;
		more = page->element[1]->elements > 0;
		for (size_t i = 0; i < page->element[1]->elements && more; i++) {
			struct store_entry entry;

			more = read_entry(page->element[1]->element[i], &entry) &&
			       entry.time < before;
			if (more) {
				*trim = entry.version;
				++*count;
				snprintf(id, sizeof(id), "%ju-%u", (uintmax_t)entry.version,
				         entry.number + 1);
			}
		}
		freeReplyObject(page);
	}
	return status;
}

static bool
find_last(void *arg, const struct store_entry *entry)
{
	*(uint64_t *)arg = entry->version;
	return true;
}

struct faults {
	struct redis *redis;
	void (*each)(void *arg, const char *fault);
	void *arg;
	struct names names;
	int status;
};

static bool
note_name(void *arg, const struct store_scope *scope)
{
	struct faults *f = arg;

	GROW(f->names.name, f->names.count, f->names.cap);
	f->names.name[f->names.count] = xcalloc(1, scope->name.len + 1);
	memcpy(f->names.name[f->names.count++], scope->name.ptr, scope->name.len);
	return true;
}

/* The rows and their order are to be as many, and the log within the scope's versions. */
static int
check_scope(struct faults *f, const char *name)
{
	struct redis *r = f->redis;
	struct buf text = BUF_INIT;
	uint64_t rows, keys, version, last = 0, trimmed;
	redisReply *reply;
	int status = set_scope(r, str_of(name));

	if (status != EROS_OK)
		return status;
	wire_command(&r->wire, 5);
	wire_text(&r->wire, "EVAL");
	wire_text(&r->wire, "return {redis.call('HLEN', KEYS[1]..'r')..'', redis.call('ZCARD', "
	                    "KEYS[1]..'k')..'',"
	                    "redis.call('HGET', KEYS[1]..'m', 'v')}");
	wire_text(&r->wire, "1");
	redis_key(r, "", STR_NONE);
	wire_text(&r->wire, "");
	status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK)
		return status;
	rows = number_at(reply, 0);
	keys = number_at(reply, 1);
	version = number_at(reply, 2);
	freeReplyObject(reply);
	status = redis_read(&r->backend, str_of(name), 0, SIZE_MAX, find_last, &last, &trimmed);
	if (rows != keys)
		buf_printf(&text, "%s: %ju rows, and %ju in their order", name, (uintmax_t)rows,
		           (uintmax_t)keys);
	else if (status == EROS_OK && last > version)
		buf_printf(&text, "%s: log entries out of place", name);
	if (text.len > 0) {
		f->each(f->arg, buf_cstr(&text));
		f->status = EROS_DATA;
	}
	buf_release(&text);
	return status;
}

int
redis_check(struct backend *b, void (*each)(void *arg, const char *fault), void *arg)
{
	struct faults f = {redis_of(b), each, arg, {NULL, 0, 0}, EROS_OK};
	int status = redis_scopes(b, note_name, &f);

	for (size_t i = 0; i < f.names.count; i++) {
		if (status == EROS_OK)
			status = check_scope(&f, f.names.name[i]);
		free(f.names.name[i]);
	}
	free(f.names.name);
	return status == EROS_OK ? f.status : status;
}

int
redis_watch(struct backend *b, struct str scope, double until)
{
	struct redis *r = redis_of(b);
	char text[64];
	int status = set_scope(r, scope);

	if (status != EROS_OK)
		return status;
	snprintf(text, sizeof(text), "%.6f", until);
	wire_command(&r->wire, 4);
	wire_text(&r->wire, "HSET");
	redis_key(r, "m", STR_NONE);
	wire_text(&r->wire, "w");
	wire_text(&r->wire, text);
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
	if (!wire_wait(wire, seconds))
		return EROS_OK;
	do {
		wire_start(wire, 0);
		status = wire_reply(wire, &reply);
		if (status == EROS_OK)
			freeReplyObject(reply);
	} while (status == EROS_OK && wire_wait(wire, 0));
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

static int
end_view(struct backend *b)
{
	redis_abandon(b);
	return EROS_OK;
}

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
	.end_view = end_view,
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
