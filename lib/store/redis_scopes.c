/* All scopes: which there are, and whether they are whole; see redis.h. */
#include "store/redis.h"

#include <stdio.h>
#include <stdlib.h>

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

		wire_start(&r->wire, 0);
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

/* In order, and each once, as SCAN may give a key twice. */
static void
sort_names(struct names *names)
{
	size_t kept = 0;

	if (names->count > 0)
		qsort(names->name, names->count, sizeof(names->name[0]), compare_names);
	for (size_t i = 0; i < names->count; i++)
		if (kept > 0 && strcmp(names->name[i], names->name[kept - 1]) == 0)
			free(names->name[i]);
		else
			names->name[kept++] = names->name[i];
	names->count = kept;
}

static int
find_names(struct redis *r, struct names *names)
{
	int status = redis_set_scope(r, STR_NONE);

	if (status == EROS_OK)
		status = gather(r, names);
	sort_names(names);
	return status;
}

static void
names_release(struct names *names)
{
	for (size_t i = 0; i < names->count; i++)
		free(names->name[i]);
	free(names->name);
}

static int
tell_scope(struct redis *r, const char *name,
           bool (*each)(void *arg, const struct store_scope *scope), void *arg, bool *more)
{
	redisReply *reply;
	int status = redis_set_scope(r, str_of(name));

	if (status != EROS_OK)
		return status;
	wire_command(&r->wire, 5);
	wire_text(&r->wire, "HMGET");
	redis_key(r, "m", STR_NONE);
	wire_text(&r->wire, "v");
	wire_text(&r->wire, "t");
	wire_text(&r->wire, "c");
	status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK)
		return status;
	if (redis_number_at(reply, 0) > 0) {
		struct store_scope scope = {str_of(name), redis_number_at(reply, 0),
		                            redis_number_at(reply, 1),
		                            redis_seconds(reply->element[2])};

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
	int status = find_names(r, &names);
	bool more = true;

	for (size_t i = 0; i < names.count && more && status == EROS_OK; i++)
		status = tell_scope(r, names.name[i], each, arg, &more);
	names_release(&names);
	return status;
}

static bool
find_last(void *arg, const struct store_entry *entry)
{
	*(uint64_t *)arg = entry->version;
	return true;
}

/*
 * The rows and their order are to be as many, and the log within the scope's versions: the version is asked for after the
 * log, as others may make steps meanwhile.
 */
static int
check_scope(struct redis *r, const char *name, struct buf *fault)
{
	uint64_t rows, keys, version, last = 0, trimmed;
	redisReply *reply;
	int status = redis_read(&r->backend, str_of(name), 0, SIZE_MAX, find_last, &last, &trimmed);

	if (status != EROS_OK)
		return status;
	wire_start(&r->wire, 0);
	wire_command(&r->wire, 4);
	wire_text(&r->wire, "EVAL");
	wire_text(&r->wire,
	          "return {redis.call('HLEN', KEYS[1]..'r')..'', "
	          "redis.call('ZCARD', KEYS[1]..'k')..'', redis.call('HGET', KEYS[1]..'m', 'v')}");
	wire_text(&r->wire, "1");
	redis_key(r, "", STR_NONE);
	status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &reply);
	if (status != EROS_OK)
		return status;
	rows = redis_number_at(reply, 0);
	keys = redis_number_at(reply, 1);
	version = redis_number_at(reply, 2);
	freeReplyObject(reply);
	if (rows != keys)
		buf_printf(fault, "%s: %ju rows, and %ju in their order", name, (uintmax_t)rows,
		           (uintmax_t)keys);
	else if (last > version)
		buf_printf(fault, "%s: log entries out of place", name);
	return EROS_OK;
}

int
redis_check(struct backend *b, void (*each)(void *arg, const char *fault), void *arg)
{
	struct redis *r = redis_of(b);
	struct names names = {NULL, 0, 0};
	struct buf fault = BUF_INIT;
	int status = find_names(r, &names);
	bool damaged = false;

	for (size_t i = 0; i < names.count && status == EROS_OK; i++) {
		buf_reset(&fault);
		status = check_scope(r, names.name[i], &fault);
		if (fault.len > 0) {
			each(arg, buf_cstr(&fault));
			damaged = true;
		}
	}
	buf_release(&fault);
	names_release(&names);
	return status == EROS_OK && damaged ? EROS_DATA : status;
}
