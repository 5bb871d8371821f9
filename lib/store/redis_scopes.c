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
	if (redis_number_at(reply, 0) > 0) {
		struct store_scope scope = {
			str_of(name), redis_number_at(reply, 0), redis_number_at(reply, 1),
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
	int status = redis_set_scope(r, STR_NONE);
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
	int status = redis_set_scope(r, str_of(name));

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
	rows = redis_number_at(reply, 0);
	keys = redis_number_at(reply, 1);
	version = redis_number_at(reply, 2);
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
