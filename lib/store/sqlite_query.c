/* Statements: their texts, what is bound to them and what comes back; see sqlite.h. */
#include "store/sqlite.h"

static const char *const text[SQL_COUNT] = {
	[SQL_BEGIN] = "BEGIN IMMEDIATE",
	[SQL_BEGIN_VIEW] = "BEGIN",
	[SQL_COMMIT] = "COMMIT",
	[SQL_ROLLBACK] = "ROLLBACK",
	[SQL_SCOPE] =
		"SELECT id, version, trimmed, changed, watched FROM eros_scope WHERE name = ?1",
	[SQL_SCOPE_ADD] = "INSERT INTO eros_scope (name, version, trimmed, changed, watched) "
			  "VALUES (?1, ?2, ?3, ?4, 0)",
	[SQL_SCOPE_SET] = "UPDATE eros_scope SET version = ?2, trimmed = max(trimmed, ?3), "
			  "changed = ?4 WHERE id = ?1",
	[SQL_SCOPE_WATCH] = "INSERT INTO eros_scope (name, version, trimmed, changed, watched) "
			    "VALUES (?1, 0, 0, 0, ?2) ON CONFLICT (name) DO UPDATE SET "
			    "watched = max(watched, excluded.watched)",
	[SQL_SCOPES] = "SELECT name, version, trimmed, changed FROM eros_scope "
		       "WHERE version > 0 ORDER BY name",
	[SQL_ROW] = "SELECT value, expires FROM eros_row WHERE scope = ?1 AND key = ?2",
	[SQL_ROWS_FROM] = "SELECT value, expires, key FROM eros_row "
			  "WHERE scope = ?1 AND key >= ?2 ORDER BY key LIMIT ?3",
	[SQL_ROWS_AFTER] = "SELECT value, expires, key FROM eros_row "
			   "WHERE scope = ?1 AND key > ?2 ORDER BY key LIMIT ?3",
	[SQL_ROW_SET] = "INSERT OR REPLACE INTO eros_row (scope, key, value, expires) "
			"VALUES (?1, ?2, ?3, ?4)",
	[SQL_ROW_DELETE] = "DELETE FROM eros_row WHERE scope = ?1 AND key = ?2",
	[SQL_LOG_ADD] = "INSERT INTO eros_log (scope, version, number, at, text) "
			"VALUES (?1, ?2, ?3, ?4, ?5)",
	[SQL_LOG_READ] = "SELECT version, number, at, text FROM eros_log "
			 "WHERE scope = ?1 AND version > ?2 ORDER BY version, number",
	[SQL_LOG_OLD] = "SELECT count(*), max(version) FROM eros_log WHERE scope = ?1 AND at < ?2",
	[SQL_LOG_TRIM] = "DELETE FROM eros_log WHERE scope = ?1 AND version <= ?2",
};

static int
status_of(int result)
{
	switch (result & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED: return EROS_UNAVAILABLE;
	case SQLITE_AUTH:
	case SQLITE_PERM:
	case SQLITE_READONLY: return EROS_NOPERM;
	case SQLITE_CANTOPEN: return EROS_CANTCREATE;
	case SQLITE_NOTADB: return EROS_CONFIG;
	case SQLITE_NOMEM: return EROS_OS;
	case SQLITE_FULL:
	case SQLITE_IOERR:
	case SQLITE_PROTOCOL:
	case SQLITE_CORRUPT: return EROS_IO;
	default: return EROS_FAULT;
	}
}

int
sqlite_fail(struct sqlite *s, int result)
{
	buf_reset(&s->backend.why);
	switch (result & 0xff) {
	case SQLITE_NOTADB: buf_str(&s->backend.why, "is no SQLite database"); break;
	case SQLITE_CORRUPT: buf_str(&s->backend.why, "the database is damaged"); break;
	case SQLITE_BUSY: buf_str(&s->backend.why, "is busy"); break;
	default: buf_str(&s->backend.why, s->db ? sqlite3_errmsg(s->db) : sqlite3_errstr(result));
	}
	return status_of(result);
}

int
sqlite_ended(struct sqlite *s, sqlite3_stmt *query, int result)
{
	if (result != SQLITE_DONE)
		return sqlite_fail(s, result);
	sqlite3_reset(query);
	return EROS_OK;
}

sqlite3_stmt *
sqlite_statement(struct sqlite *s, enum sqlite_statement number)
{
	sqlite3_stmt **at = &s->statement[number];

	if (*at)
		sqlite3_reset(*at);
	else
		sqlite3_prepare_v3(s->db, text[number], -1, SQLITE_PREPARE_PERSISTENT, at, NULL);
	return *at;
}

int
sqlite_run(struct sqlite *s, sqlite3_stmt *statement)
{
	int result = statement ? sqlite3_step(statement) : sqlite3_errcode(s->db), status;

	if (result == SQLITE_DONE || result == SQLITE_ROW) {
		sqlite3_reset(statement);
		return EROS_OK;
	}
	status = sqlite_fail(s, result);
	sqlite3_reset(statement);
	return status;
}

void
sqlite_bind(sqlite3_stmt *statement, int index, struct str bytes)
{
	sqlite3_bind_blob(statement, index, bytes.len ? bytes.ptr : "", (int)bytes.len,
	                  SQLITE_STATIC);
}

struct str
sqlite_column(sqlite3_stmt *statement, int index)
{
	const char *ptr = sqlite3_column_blob(statement, index);

	return (struct str){ptr, (size_t)sqlite3_column_bytes(statement, index)};
}
