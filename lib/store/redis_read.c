/* What is asked outside of steps: the log and the time; see redis.h. */
#include "store/redis.h"

#include <stdio.h>
#include <stdlib.h>

int
redis_set_scope(struct redis *r, struct str scope)
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
		*trimmed = redis_number_at(reply, 0);
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
	int status = redis_set_scope(r, scope);
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
