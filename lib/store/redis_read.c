/* What is asked outside of steps: the log and the time; see redis.h. */
#include "store/redis.h"

#include <stdio.h>
#include <stdlib.h>

/* How many entries are asked for at once; room for the id of one, and a sign before it. */
enum { PAGE = 256, ID_SIZE = 48 };

/* Entries as XRANGE gives them: [id, ["at", TIME, "e", TEXT]]. False for one that is none of ours. */
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
	entry->text = redis_span(fields->element[3]);
	return true;
}

/* A page of the log from ID on. One reply. */
static void
ask_page(struct redis *r, const char *id)
{
	wire_command(&r->wire, 6);
	wire_text(&r->wire, "XRANGE");
	redis_key(r, "l", STR_NONE);
	wire_text(&r->wire, id);
	wire_text(&r->wire, "+");
	wire_text(&r->wire, "COUNT");
	redis_say_number(r, PAGE);
}

/* Whether there is perhaps another page after this one, and from which ID on. */
static bool
next_page(const redisReply *page, char id[static ID_SIZE])
{
	if (page->elements < PAGE)
		return false;
	snprintf(id, ID_SIZE, "(%s", page->element[page->elements - 1]->element[0]->str);
	return true;
}

/* [TRIMMED, page], as they are at one moment. Not within a section, as EXEC ends its WATCH. */
static int
read_page(struct redis *r, const char *id, redisReply **reply)
{
	int status;

	wire_start(&r->wire, 0);
	wire_command(&r->wire, 1);
	wire_text(&r->wire, "MULTI");
	wire_command(&r->wire, 3);
	wire_text(&r->wire, "HGET");
	redis_key(r, "m", STR_NONE);
	wire_text(&r->wire, "t");
	ask_page(r, id);
	wire_command(&r->wire, 1);
	wire_text(&r->wire, "EXEC");
	status = wire_skip(&r->wire, 3);
	if (status == EROS_OK)
		status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, reply);
	if (status != EROS_OK)
		return status;
	if ((*reply)->elements == 2 && (*reply)->element[1]->type == REDIS_REPLY_ARRAY)
		return EROS_OK;
	freeReplyObject(*reply);
	buf_reset(&r->backend.why);
	buf_str(&r->backend.why, "the server gave an answer of another kind");
	return EROS_UNAVAILABLE;
}

int
redis_read(struct backend *b, struct str scope, uint64_t after, size_t limit,
           bool (*each)(void *arg, const struct store_entry *entry), void *arg, uint64_t *trimmed)
{
	struct redis *r = redis_of(b);
	int status = redis_set_scope(r, scope);
	uint64_t last = after;
	size_t given = 0;
	bool more = true;
	char id[ID_SIZE];

	snprintf(id, sizeof(id), "%ju-0", (uintmax_t)after + 1);
	while (status == EROS_OK && more) {
		redisReply *reply, *page;

		status = read_page(r, id, &reply);
		if (status != EROS_OK)
			break;
		*trimmed = redis_number_at(reply, 0);
		page = reply->element[1];
		for (size_t i = 0; i < page->elements && more; i++) {
			struct store_entry entry;

			if (!read_entry(page->element[i], &entry))
				continue;
			more = (given++ < limit || entry.version == last) && each(arg, &entry);
			last = entry.version;
		}
		more = more && next_page(page, id);
		freeReplyObject(reply);
	}
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
	*now = (double)redis_number_at(reply, 0) + (double)redis_number_at(reply, 1) * 1e-6;
	freeReplyObject(reply);
	return EROS_OK;
}

/*
 * Times in the log only grow, so the old ones are those before the first that is not. Nothing here must end the section's
 * WATCH.
 */
int
redis_old_entries(struct backend *b, double before, uint64_t *trim, uint64_t *count)
{
	struct redis *r = redis_of(b);
	char id[ID_SIZE] = "-";
	bool more = true;

	*trim = *count = 0;
	while (more) {
		redisReply *page;
		int status;

		wire_start(&r->wire, 0);
		ask_page(r, id);
		status = wire_expect(&r->wire, REDIS_REPLY_ARRAY, &page);
		if (status != EROS_OK)
			return redis_failed(r, status);
		for (size_t i = 0; i < page->elements && more; i++) {
			struct store_entry entry;

			more = read_entry(page->element[i], &entry) && entry.time < before;
			if (more) {
				*trim = entry.version;
				++*count;
			}
		}
		more = more && next_page(page, id);
		freeReplyObject(page);
	}
	return EROS_OK;
}
