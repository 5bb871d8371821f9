/* Opening and closing, the tables, and all that can be asked of them. */
#include "store/postgresql.h"

#include "base/hash.h"
#include "store/module_host.h"

#include <stdlib.h>

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
	.read = postgresql_read,
	.scopes = postgresql_scopes,
	.now = postgresql_now,
	.old_entries = postgresql_old_entries,
	.check = postgresql_check,
	.watch = postgresql_watch,
	.waiter_open = postgresql_waiter_open,
	.wait = postgresql_wait,
	.waiter_close = postgresql_waiter_close,
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
