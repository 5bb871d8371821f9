/* What is changed at the end of a step; see sqlite.h. */
#include "store/sqlite.h"

static int
put_scope(struct sqlite *s, const struct batch *batch)
{
	sqlite3_stmt *put = sqlite_statement(s, s->scope ? SQL_SCOPE_SET : SQL_SCOPE_ADD);
	int status;

	if (put && s->scope)
		sqlite3_bind_int64(put, 1, s->scope);
	else if (put)
		sqlite_bind(put, 1, buf_view(&s->name));
	sqlite3_bind_int64(put, 2, (int64_t)batch->version);
	sqlite3_bind_int64(put, 3, (int64_t)batch->trim);
	sqlite3_bind_double(put, 4, batch->now);
	status = sqlite_run(s, put);
	if (status == EROS_OK && s->scope == 0)
		s->scope = sqlite3_last_insert_rowid(s->db);
	return status;
}

static int
put_row(struct sqlite *s, const struct rowset_row *row)
{
	sqlite3_stmt *put = sqlite_statement(s, row->dropped ? SQL_ROW_DELETE : SQL_ROW_SET);

	sqlite3_bind_int64(put, 1, s->scope);
	sqlite_bind(put, 2, row->row.key);
	if (!row->dropped) {
		sqlite_bind(put, 3, row->row.value);
		if (row->row.expires < ROW_FOREVER)
			sqlite3_bind_double(put, 4, row->row.expires);
		else
			sqlite3_bind_null(put, 4);
	}
	return sqlite_run(s, put);
}

static int
put_entry(struct sqlite *s, const struct batch_entry *entry, double now)
{
	sqlite3_stmt *put = sqlite_statement(s, SQL_LOG_ADD);

	sqlite3_bind_int64(put, 1, s->scope);
	sqlite3_bind_int64(put, 2, (int64_t)entry->version);
	sqlite3_bind_int64(put, 3, entry->number);
	sqlite3_bind_double(put, 4, entry->time > 0 ? entry->time : now);
	sqlite_bind(put, 5, entry->text);
	return sqlite_run(s, put);
}

static int
trim_log(struct sqlite *s, uint64_t version)
{
	sqlite3_stmt *trim = sqlite_statement(s, SQL_LOG_TRIM);

	sqlite3_bind_int64(trim, 1, s->scope);
	sqlite3_bind_int64(trim, 2, (int64_t)version);
	return sqlite_run(s, trim);
}

static int
put_batch(struct sqlite *s, const struct batch *batch)
{
	int status = put_scope(s, batch);

	for (struct rowset_row *row = rowset_seek(batch->changes, STR_NONE, true);
	     row && status == EROS_OK; row = row->next[0])
		status = put_row(s, row);
	for (size_t i = 0; i < batch->count && status == EROS_OK; i++)
		status = put_entry(s, &batch->entries[i], batch->now);
	if (status == EROS_OK && batch->trim > 0)
		status = trim_log(s, batch->trim);
	return status;
}

/* Make sure that the write-ahead log is on the disk. */
static int
flush(struct sqlite *s)
{
	sqlite3_file *log = NULL;
	int result = sqlite3_file_control(s->db, "main", SQLITE_FCNTL_JOURNAL_POINTER, &log);

	if (result == SQLITE_OK && log && log->pMethods)
		result = log->pMethods->xSync(log, SQLITE_SYNC_NORMAL);
	if (result == SQLITE_OK)
		return EROS_OK;
	buf_reset(&s->backend.why);
	buf_str(&s->backend.why, "was changed, but cannot be flushed to the disk");
	return EROS_IO;
}

/*
 * Waiters are woken before the commit: whoever is killed between the two has not left anybody asleep, and who wakes early
 * waits for the end of this section (see sqlite_wait.c).
 */
int
sqlite_commit(struct backend *b, const struct batch *batch)
{
	struct sqlite *s = sqlite_of(b);
	int status = put_batch(s, batch);

	if (status != EROS_OK) {
		sqlite_abandon(b);
		return status;
	}
	for (size_t i = 0; i < batch->wake_count; i++)
		turns_wake(s->turns, sqlite_cell(buf_view(&s->name), batch->wakes[i]));
	status = sqlite_leave(s, SQL_COMMIT);
	return status == EROS_OK && batch->durable && !s->full ? flush(s) : status;
}
