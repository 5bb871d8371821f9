/* Opening, what is read outside of steps, and waiters. */
#include "store/postgresql.h"

#include "base/hash.h"
#include "store/local_wake.h"
#include "store/module_host.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { SCHEMA = 1 };

static const char tables[] =
	"BEGIN; SELECT pg_advisory_xact_lock(1163022163);"
	"CREATE TABLE IF NOT EXISTS eros_schema (version bigint NOT NULL);"
	"INSERT INTO eros_schema SELECT 1 WHERE NOT EXISTS (SELECT FROM eros_schema);"
	"CREATE TABLE IF NOT EXISTS eros_scope (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY "
	"KEY, "
	"name bytea NOT NULL UNIQUE, version bigint NOT NULL DEFAULT 0, "
	"trimmed bigint NOT NULL DEFAULT 0, changed float8 NOT NULL DEFAULT 0, "
	"watched float8 NOT NULL DEFAULT 0) WITH (fillfactor = 50);"
	"CREATE TABLE IF NOT EXISTS eros_row (scope bigint NOT NULL, key bytea NOT NULL, "
	"value bytea NOT NULL, expires float8 NOT NULL, PRIMARY KEY (scope, key)) "
	"WITH (fillfactor = 70);"
	"CREATE TABLE IF NOT EXISTS eros_log (scope bigint NOT NULL, version bigint NOT NULL, "
	"number bigint NOT NULL, at float8 NOT NULL, text bytea NOT NULL, "
	"PRIMARY KEY (scope, version, number));"
	"CREATE TABLE IF NOT EXISTS eros_done (client bytea PRIMARY KEY, number bigint NOT NULL, "
	"at timestamptz NOT NULL) WITH (fillfactor = 50);"
	"CREATE INDEX IF NOT EXISTS eros_done_at ON eros_done (at);"
	"COMMIT";

/* The place is where waiters and wakers meet: equal only where they are connected to the same tables. */
static const char schema_query[] =
	"SELECT version, (extract(epoch FROM pg_postmaster_start_time()) * 1000000)::bigint "
	"|| ' ' || tableoid || ' ' || current_database() FROM eros_schema";

/* Which schema the tables have; 0 where there are none. */
static int
find_schema(struct link *l, long *schema)
{
	PGresult *result = NULL;
	const char *state;
	int status = link_simple(l, schema_query, &result);

	*schema = 0;
	if (status != EROS_OK)
		return status;
	if (PQresultStatus(result) == PGRES_TUPLES_OK && PQntuples(result) == 1) {
		*schema = strtol(PQgetvalue(result, 0, 0), NULL, 10);
		l->place = hash_bytes(str_of(PQgetvalue(result, 0, 1)), 0);
	} else if (PQresultStatus(result) != PGRES_TUPLES_OK) {
		state = PQresultErrorField(result, PG_DIAG_SQLSTATE);
		if (!state || strcmp(state, "42P01") != 0)
			status = link_fail(l, result);
	}
	PQclear(result);
	return status;
}

int
postgresql_prepare(struct link *l)
{
	PGresult *result = NULL;
	long schema;
	int status = find_schema(l, &schema);

	if (status == EROS_OK && schema == 0) {
		status = link_simple(l, tables, &result);
		if (status == EROS_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
			status = link_fail(l, result);
		PQclear(result);
		if (status == EROS_OK)
			status = find_schema(l, &schema);
	}
	if (status == EROS_OK && schema != SCHEMA) {
		buf_reset(l->why);
		buf_printf(l->why, "has schema %ld, and this program knows up to %d: it is too old",
		           schema, SCHEMA);
		link_close(l);
		status = EROS_CONFIG;
	}
	return status;
}

uint64_t
postgresql_channel(struct str scope, struct str key)
{
	return hash_bytes(key, hash_bytes(scope, 0));
}

void
postgresql_channel_name(uint64_t channel, char name[static PQ_CHANNEL])
{
	snprintf(name, PQ_CHANNEL, "eros_%016jx", (uintmax_t)channel);
}

/* Pages of the log until EACH has enough. */
static int
read_pages(struct postgresql *s, uint64_t after, size_t limit,
           bool (*each)(void *arg, const struct store_entry *entry), void *arg)
{
	struct store_entry entry = {.version = after, .number = INT32_MAX};
	int64_t number = INT32_MAX;
	size_t given = 0;
	int rows = 1;

	while (rows > 0) {
		struct parameters p = {0};
		PGresult *result;
		uint64_t last = entry.version;
		int status;

		parameter_number(&p, s->scope);
		parameter_number(&p, (int64_t)last);
		parameter_number(&p, number);
		status = link_query(&s->link, PQ_LOG_READ, &p, &result);
		if (status != EROS_OK)
			return status;
		rows = PQntuples(result);
		for (int i = 0; i < rows; i++) {
			number = result_number(result, i, 1);
			entry = (struct store_entry){(uint64_t)result_number(result, i, 0),
			                             (uint32_t)number, result_seconds(result, i, 2),
			                             result_bytes(result, i, 3)};
			if ((given++ >= limit && entry.version != last) || !each(arg, &entry))
				rows = 0;
			last = entry.version;
		}
		PQclear(result);
	}
	return EROS_OK;
}

static int
read_log(struct backend *b, struct str scope, uint64_t after, size_t limit,
         bool (*each)(void *arg, const struct store_entry *entry), void *arg, uint64_t *trimmed)
{
	struct postgresql *s = postgresql_of(b);
	struct scope_head head;
	int status = postgresql_begin(b, scope, NULL, &head);

	if (status == BACKEND_BROKEN)
		status = postgresql_begin(b, scope, NULL, &head);
	if (status == EROS_OK) {
		*trimmed = head.trimmed;
		status = read_pages(s, after, limit, each, arg);
		postgresql_abandon(b);
	}
	return status;
}

static int
scopes(struct backend *b, bool (*each)(void *arg, const struct store_scope *scope), void *arg)
{
	struct postgresql *s = postgresql_of(b);
	PGresult *result;
	int status = link_connect(&s->link);

	if (status == EROS_OK)
		status = link_query(&s->link, PQ_SCOPES, NULL, &result);
	if (status != EROS_OK)
		return status;
	for (int i = 0; i < PQntuples(result); i++) {
		struct store_scope scope = {
			result_bytes(result, i, 0), (uint64_t)result_number(result, i, 1),
			(uint64_t)result_number(result, i, 2), result_seconds(result, i, 3)};

		if (!each(arg, &scope))
			break;
	}
	PQclear(result);
	return EROS_OK;
}

static int
now(struct backend *b, double *seconds)
{
	struct postgresql *s = postgresql_of(b);
	PGresult *result;
	int status = link_connect(&s->link);

	if (status == EROS_OK)
		status = link_query(&s->link, PQ_NOW, NULL, &result);
	if (status != EROS_OK)
		return status;
	*seconds = result_seconds(result, 0, 0);
	PQclear(result);
	return EROS_OK;
}

static int
old_entries(struct backend *b, double before, uint64_t *trim, uint64_t *count)
{
	struct postgresql *s = postgresql_of(b);
	struct parameters p = {0};
	PGresult *result;
	int status;

	parameter_number(&p, s->scope);
	parameter_seconds(&p, before);
	status = link_query(&s->link, PQ_LOG_OLD, &p, &result);
	if (status != EROS_OK)
		return status;
	*count = (uint64_t)result_number(result, 0, 0);
	*trim = (uint64_t)result_number(result, 0, 1);
	PQclear(result);
	return EROS_OK;
}

static int
check(struct backend *b, void (*each)(void *arg, const char *fault), void *arg)
{
	struct postgresql *s = postgresql_of(b);
	struct buf text = BUF_INIT;
	PGresult *result;
	int status = link_connect(&s->link);

	if (status == EROS_OK)
		status = link_query(&s->link, PQ_CHECK, NULL, &result);
	if (status != EROS_OK)
		return status;
	for (int i = 0; i < PQntuples(result); i++) {
		buf_reset(&text);
		buf_span(&text, result_bytes(result, i, 0));
		each(arg, buf_cstr(&text));
		status = EROS_DATA;
	}
	buf_release(&text);
	PQclear(result);
	return status;
}

static int
watch(struct backend *b, struct str scope, double until)
{
	struct postgresql *s = postgresql_of(b);
	struct parameters p = {0};
	PGresult *result = NULL;
	int status = link_connect(&s->link);

	parameter_bytes(&p, scope);
	parameter_seconds(&p, until);
	if (status == EROS_OK)
		status = link_query(&s->link, PQ_SCOPE_WATCH, &p, &result);
	PQclear(result);
	return status;
}

/* A waiter has a connection of its own, which does nothing but listen. */
struct waiter {
	struct link link;
	uint64_t channel;
	int64_t turn;
	bool alone; /* it has a key, which is its own: */
	int local;  /* where it is woken directly, or -1 */
};

static void
waiter_release(struct waiter *w)
{
	link_close(&w->link);
	if (w->local >= 0)
		close(w->local);
	w->local = -1;
}

static int
listen_for(struct waiter *w)
{
	PGresult *result = NULL;
	char name[PQ_CHANNEL], sql[PQ_CHANNEL + 16];
	int status = link_connect(&w->link);

	if (status != EROS_OK)
		return status;
	postgresql_channel_name(w->channel, name);
	snprintf(sql, sizeof(sql), "LISTEN %s", name);
	link_start(&w->link);
	status = link_simple(&w->link, sql, &result);
	if (status == EROS_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		status = link_fail(&w->link, result);
	PQclear(result);
	if (status == EROS_OK && w->alone)
		w->local = local_waiter_open(w->channel ^ w->link.place);
	return status;
}

static int
waiter_open(struct backend *b, struct str scope, struct str key, void **result)
{
	struct postgresql *s = postgresql_of(b);
	struct waiter *w = xcalloc(1, sizeof(*w));

	w->link = (struct link){.url = &s->url, .why = &s->backend.why};
	w->channel = postgresql_channel(scope, key);
	w->turn = postgresql_turn(scope);
	w->alone = key.len > 0;
	w->local = -1;
	*result = w;
	return listen_for(w);
}

static bool
take_notes(struct waiter *w)
{
	bool any = false;

	for (PGnotify *n; (n = PQnotifies(w->link.pg)) != NULL; PQfreemem(n))
		any = true;
	return any;
}

/* Who woke us directly is about to commit, and has the scope's turn until that has come to an end. */
static int
await_commit(struct waiter *w)
{
	struct parameters p = {0};
	PGresult *result;
	int status;

	parameter_number(&p, w->turn);
	status = link_query(&w->link, PQ_TURN_PASSED, &p, &result);
	PQclear(result);
	return status;
}

/* What there is, without waiting. False where the connection broke. */
static bool
take_wakes(struct waiter *w, bool *woken)
{
	bool direct = local_waiter_take(w->local);

	if (!w->link.pg || (direct && await_commit(w) != EROS_OK) || !PQconsumeInput(w->link.pg))
		return false;
	*woken = take_notes(w) || direct;
	return true;
}

/* A connection that broke may have missed something: that counts as being woken. */
static int
wait_woken(struct backend *b, void *waiter, double seconds, bool *woken)
{
	struct waiter *w = waiter;
	bool whole = take_wakes(w, woken);

	(void)b;
	if (whole && !*woken) {
		link_wait(&w->link, w->local, seconds);
		whole = take_wakes(w, woken);
	}
	if (whole)
		return EROS_OK;
	waiter_release(w);
	*woken = true;
	return listen_for(w);
}

static void
waiter_close(struct backend *b, void *waiter)
{
	(void)b;
	waiter_release(waiter);
	free(waiter);
}

static void
close_all(struct backend *b)
{
	struct postgresql *s = postgresql_of(b);

	postgresql_abandon(b);
	link_close(&s->link);
	for (size_t i = 0; i < PQ_WANTED; i++)
		buf_release(&s->wanted[i].key);
	buf_release(&s->name);
	free(s);
}

static const struct backend_ops ops = {
	.begin = postgresql_begin,
	.get = postgresql_get,
	.scan = postgresql_scan,
	.commit = postgresql_commit,
	.end_view = postgresql_end_view,
	.abandon = postgresql_abandon,
	.read = read_log,
	.scopes = scopes,
	.now = now,
	.old_entries = old_entries,
	.check = check,
	.watch = watch,
	.waiter_open = waiter_open,
	.wait = wait_woken,
	.waiter_close = waiter_close,
	.close = close_all,
};

static int
open_postgresql(const struct store_url *url, const char *client, struct backend **b)
{
	struct postgresql *s = xcalloc(1, sizeof(*s));

	s->backend.ops = &ops;
	s->backend.client = client;
	s->url = *url; /* its parts outlive the backend */
	s->link = (struct link){.url = &s->url, .why = &s->backend.why};
	*b = &s->backend;
	return link_connect(&s->link);
}

__attribute__((visibility("default"))) const struct store_module *
STORE_MODULE_ENTRY(const struct store_host *table)
{
	static const struct store_module module = {sizeof(struct backend_ops), open_postgresql};

	if (table->size != sizeof(*table))
		return NULL;
	host_set(table);
	return &module;
}
