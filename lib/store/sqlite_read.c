/* What is asked outside of steps: the log, the scopes, the time, damage; see sqlite.h. */
#include "store/sqlite.h"

static int
each_entry(struct sqlite *s, uint64_t after, size_t limit,
           bool (*each)(void *arg, const struct store_entry *entry), void *arg)
{
	sqlite3_stmt *find = sqlite_statement(s, SQL_LOG_READ);
	uint64_t last = after;
	int result;

	if (!find)
		return sqlite_fail(s, sqlite3_errcode(s->db));
	sqlite3_bind_int64(find, 1, s->scope);
	sqlite3_bind_int64(find, 2, (int64_t)after);
	for (size_t n = 0; (result = sqlite3_step(find)) == SQLITE_ROW; n++) {
		struct store_entry entry = {(uint64_t)sqlite3_column_int64(find, 0),
		                            (uint32_t)sqlite3_column_int64(find, 1),
		                            sqlite3_column_double(find, 2), sqlite_column(find, 3)};

		if ((n >= limit && entry.version != last) || !each(arg, &entry))
			return EROS_OK;
		last = entry.version;
	}
	return result == SQLITE_DONE ? EROS_OK : sqlite_fail(s, result);
}

int
sqlite_read(struct backend *b, struct str scope, uint64_t after, size_t limit,
            bool (*each)(void *arg, const struct store_entry *entry), void *arg, uint64_t *trimmed)
{
	struct sqlite *s = sqlite_of(b);
	struct scope_head head;
	int status = sqlite_begin(b, scope, NULL, &head);

	if (status != EROS_OK)
		return status;
	*trimmed = head.trimmed;
	status = each_entry(s, after, limit, each, arg);
	sqlite_abandon(b);
	return status;
}

int
sqlite_scopes(struct backend *b, bool (*each)(void *arg, const struct store_scope *scope),
              void *arg)
{
	struct sqlite *s = sqlite_of(b);
	sqlite3_stmt *find = sqlite_statement(s, SQL_SCOPES);
	int result;

	if (!find)
		return sqlite_fail(s, sqlite3_errcode(s->db));
	while ((result = sqlite3_step(find)) == SQLITE_ROW) {
		struct store_scope scope = {
			sqlite_column(find, 0), (uint64_t)sqlite3_column_int64(find, 1),
			(uint64_t)sqlite3_column_int64(find, 2), sqlite3_column_double(find, 3)};

		if (!each(arg, &scope)) {
			result = SQLITE_DONE;
			break;
		}
	}
	return sqlite_ended(s, find, result);
}

int
sqlite_now(struct backend *b, double *seconds)
{
	*seconds = sqlite_clock(sqlite_of(b));
	return EROS_OK;
}

int
sqlite_old_entries(struct backend *b, double before, uint64_t *trim, uint64_t *count)
{
	struct sqlite *s = sqlite_of(b);
	sqlite3_stmt *find = sqlite_statement(s, SQL_LOG_OLD);
	int result;

	if (!find)
		return sqlite_fail(s, sqlite3_errcode(s->db));
	sqlite3_bind_int64(find, 1, s->scope);
	sqlite3_bind_double(find, 2, before);
	result = sqlite3_step(find);
	if (result != SQLITE_ROW)
		return sqlite_fail(s, result);
	*count = (uint64_t)sqlite3_column_int64(find, 0);
	*trim = (uint64_t)sqlite3_column_int64(find, 1);
	sqlite3_reset(find);
	return EROS_OK;
}

int
sqlite_check(struct backend *b, void (*each)(void *arg, const char *fault), void *arg)
{
	static const char *const questions[] = {
		"PRAGMA integrity_check",
		"SELECT 'rows without a scope: ' || count(*) FROM eros_row "
		"WHERE scope NOT IN (SELECT id FROM eros_scope) HAVING count(*) > 0",
		"SELECT 'log entries out of place: ' || count(*) FROM eros_log LEFT JOIN "
		"eros_scope "
		"ON id = scope WHERE id IS NULL OR eros_log.version > eros_scope.version "
		"OR eros_log.version <= trimmed HAVING count(*) > 0",
	};
	struct sqlite *s = sqlite_of(b);
	int status = EROS_OK, result = SQLITE_DONE;

	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]) && result == SQLITE_DONE;
	     i++) {
		sqlite3_stmt *ask = NULL;

		result = sqlite3_prepare_v2(s->db, questions[i], -1, &ask, NULL);
		while (result == SQLITE_OK || result == SQLITE_ROW) {
			result = sqlite3_step(ask);
			if (result == SQLITE_ROW &&
			    strcmp((const char *)sqlite3_column_text(ask, 0), "ok") != 0) {
				each(arg, (const char *)sqlite3_column_text(ask, 0));
				status = EROS_DATA;
			}
		}
		if (result != SQLITE_DONE)
			status = sqlite_fail(s, result);
		sqlite3_finalize(ask);
	}
	return status;
}
