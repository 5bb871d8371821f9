/* Queries: their texts, their parameters and what is in their results; see postgresql.h. */
#include "store/postgresql.h"

#include <endian.h>
#include <stdio.h>

#define SCOPE_COLUMNS \
	"SELECT id, version, trimmed, changed, watched FROM eros_scope WHERE name = $1"
#define ROW_COLUMNS "SELECT value, expires, key FROM eros_row WHERE scope = $1::bigint AND key "

const char *const postgresql_text[PQ_QUERIES] = {
	[PQ_BEGIN] = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE",
	[PQ_BEGIN_VIEW] = "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
	[PQ_COMMIT] = "COMMIT",
	[PQ_ROLLBACK] = "ROLLBACK",
	[PQ_TURN] = "SELECT pg_advisory_xact_lock($1::bigint)",
	[PQ_TURN_PASSED] = "SELECT pg_advisory_xact_lock_shared($1::bigint)",
	[PQ_SCOPE] = SCOPE_COLUMNS,
	[PQ_SCOPE_LOCK] = SCOPE_COLUMNS " FOR UPDATE",
	[PQ_SCOPE_ADD] = "INSERT INTO eros_scope (name) VALUES ($1) ON CONFLICT (name) DO NOTHING",
	[PQ_SCOPE_SET] = "UPDATE eros_scope SET version = $2::bigint, "
			 "trimmed = greatest(trimmed, $3::bigint), changed = $4::float8 "
			 "WHERE id = $1::bigint",
	[PQ_SCOPE_WATCH] = "INSERT INTO eros_scope (name, watched) VALUES ($1, $2::float8) "
			   "ON CONFLICT (name) DO UPDATE "
			   "SET watched = greatest(eros_scope.watched, excluded.watched)",
	[PQ_SCOPES] = "SELECT name, version, trimmed, changed FROM eros_scope WHERE version > 0 "
		      "ORDER BY name",
	[PQ_NOW] = "SELECT extract(epoch FROM clock_timestamp())::float8",
	[PQ_ROW] = ROW_COLUMNS "= $2",
	[PQ_ROWS_FROM] = ROW_COLUMNS ">= $2 ORDER BY key LIMIT $3::bigint",
	[PQ_ROWS_AFTER] = ROW_COLUMNS "> $2 ORDER BY key LIMIT $3::bigint",
	[PQ_ROW_SET] = "INSERT INTO eros_row (scope, key, value, expires) "
		       "VALUES ($1::bigint, $2, $3, $4::float8) ON CONFLICT (scope, key) "
		       "DO UPDATE SET value = excluded.value, expires = excluded.expires",
	[PQ_ROW_DELETE] = "DELETE FROM eros_row WHERE scope = $1::bigint AND key = $2",
	[PQ_LOG_ADD] = "INSERT INTO eros_log (scope, version, number, at, text) "
		       "VALUES ($1::bigint, $2::bigint, $3::bigint, $4::float8, $5)",
	[PQ_LOG_READ] = "SELECT version, number, at, text FROM eros_log WHERE scope = $1::bigint "
			"AND (version, number) > ($2::bigint, $3::bigint) "
			"ORDER BY version, number LIMIT 256",
	[PQ_LOG_OLD] = "SELECT count(*), coalesce(max(version), 0)::bigint FROM eros_log "
		       "WHERE scope = $1::bigint AND at < $2::float8",
	[PQ_LOG_TRIM] = "DELETE FROM eros_log WHERE scope = $1::bigint AND version <= $2::bigint",
	[PQ_DONE] = "SELECT number FROM eros_done WHERE client = $1",
	[PQ_DONE_SET] = "INSERT INTO eros_done (client, number, at) VALUES ($1, $2::bigint, now()) "
			"ON CONFLICT (client) DO UPDATE "
			"SET number = excluded.number, at = excluded.at",
	/* A few of those that nobody asks for any more, when a client comes first. Not by the time alone: the clock may be set. */
	[PQ_DONE_FORGET] = "DELETE FROM eros_done WHERE client IN (SELECT client FROM ("
			   "SELECT client, xmin AS by FROM eros_done "
			   "WHERE at < now() - interval '1 hour' ORDER BY at LIMIT 3 "
			   "FOR UPDATE SKIP LOCKED) old WHERE age(by) > 100000)",
	[PQ_NOTIFY] = "SELECT pg_notify($1::text, '')",
	[PQ_CHECK] = "SELECT convert_to(fault, 'UTF8') FROM ("
		     "SELECT 'rows without a scope: ' || count(*) AS fault FROM eros_row "
		     "WHERE scope NOT IN (SELECT id FROM eros_scope) HAVING count(*) > 0 "
		     "UNION ALL SELECT 'log entries out of place: ' || count(*) FROM eros_log l "
		     "LEFT JOIN eros_scope s ON s.id = l.scope WHERE s.id IS NULL "
		     "OR l.version > s.version OR l.version <= s.trimmed HAVING count(*) > 0) f",
};

void
parameter_number(struct parameters *p, int64_t number)
{
	snprintf(p->text[p->count], sizeof(p->text[0]), "%lld", (long long)number);
	p->value[p->count] = p->text[p->count];
	p->binary[p->count++] = 0;
}

void
parameter_seconds(struct parameters *p, double seconds)
{
	if (seconds < ROW_FOREVER)
		snprintf(p->text[p->count], sizeof(p->text[0]), "%.6f", seconds);
	else
		strcpy(p->text[p->count], "Infinity");
	p->value[p->count] = p->text[p->count];
	p->binary[p->count++] = 0;
}

void
parameter_bytes(struct parameters *p, struct str bytes)
{
	p->value[p->count] = bytes.len ? bytes.ptr : "";
	p->length[p->count] = (int)bytes.len;
	p->binary[p->count++] = 1;
}

int64_t
result_number(const PGresult *result, int row, int column)
{
	uint64_t bits = 0;

	if (PQgetlength(result, row, column) == sizeof(bits))
		memcpy(&bits, PQgetvalue(result, row, column), sizeof(bits));
	return (int64_t)be64toh(bits);
}

double
result_seconds(const PGresult *result, int row, int column)
{
	int64_t bits = result_number(result, row, column);
	double seconds;

	memcpy(&seconds, &bits, sizeof(seconds));
	return seconds;
}

struct str
result_bytes(const PGresult *result, int row, int column)
{
	return (struct str){PQgetvalue(result, row, column),
	                    (size_t)PQgetlength(result, row, column)};
}
