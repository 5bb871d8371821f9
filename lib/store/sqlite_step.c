/* Sections, reads and waiters: what store.c asks of a SQLite file. */
#include "store/sqlite.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/signals.h"

#include <math.h>

/* In whole microseconds, as times are written. */
static double
now_of(const struct sqlite *s)
{
	return floor((s->offset + clock_boot()) * 1e6) / 1e6;
}

/* Find the scope within the section. */
static int
find_scope(struct sqlite *s, struct str scope, struct scope_head *head)
{
	sqlite3_stmt *find = sqlite_statement(s, SQL_SCOPE);
	int result;

	buf_reset(&s->name);
	buf_span(&s->name, scope);
	s->scope = 0;
	*head = (struct scope_head){.now = now_of(s)};
	if (!find)
		return sqlite_fail(s, sqlite3_errcode(s->db));
	sqlite_bind(find, 1, buf_view(&s->name));
	result = sqlite3_step(find);
	if (result == SQLITE_ROW) {
		s->scope = sqlite3_column_int64(find, 0);
		head->version = (uint64_t)sqlite3_column_int64(find, 1);
		head->trimmed = (uint64_t)sqlite3_column_int64(find, 2);
		head->changed = sqlite3_column_double(find, 3);
		head->watched = sqlite3_column_double(find, 4);
	} else if (result != SQLITE_DONE) {
		return sqlite_fail(s, result);
	}
	sqlite3_reset(find);
	return EROS_OK;
}

static void
abandon(struct backend *b)
{
	sqlite_leave(sqlite_of(b), SQL_ROLLBACK);
}

static int
begin(struct backend *b, struct str scope, struct update_id *id, struct scope_head *head)
{
	struct sqlite *s = sqlite_of(b);
	int status;

	if (id) {
		status = sqlite_enter(s);
	} else {
		status = sqlite_run(s, sqlite_statement(s, SQL_BEGIN_VIEW));
		s->open = status == EROS_OK;
	}
	if (status != EROS_OK)
		return status;
	status = find_scope(s, scope, head);
	if (status != EROS_OK)
		abandon(b);
	return status;
}

static double
expires_of(sqlite3_stmt *statement, int index)
{
	return sqlite3_column_type(statement, index) == SQLITE_NULL
	               ? ROW_FOREVER
	               : sqlite3_column_double(statement, index);
}

static int
get(struct backend *b, struct str key, struct row *row, bool *found)
{
	struct sqlite *s = sqlite_of(b);
	sqlite3_stmt *find = sqlite_statement(s, SQL_ROW);
	int result;

	if (!find)
		return sqlite_fail(s, sqlite3_errcode(s->db));
	sqlite3_bind_int64(find, 1, s->scope);
	sqlite_bind(find, 2, key);
	result = sqlite3_step(find);
	*found = result == SQLITE_ROW;
	if (*found)
		*row = (struct row){key, sqlite_column(find, 0), expires_of(find, 1)};
	return *found || result == SQLITE_DONE ? EROS_OK : sqlite_fail(s, result);
}

static int
scan(struct backend *b, struct str key, bool at, size_t want, backend_row *each, void *arg)
{
	struct sqlite *s = sqlite_of(b);
	sqlite3_stmt *find = sqlite_statement(s, at ? SQL_ROWS_FROM : SQL_ROWS_AFTER);
	int result;

	if (!find)
		return sqlite_fail(s, sqlite3_errcode(s->db));
	sqlite3_bind_int64(find, 1, s->scope);
	sqlite_bind(find, 2, key);
	sqlite3_bind_int64(find, 3, (int64_t)want);
	while ((result = sqlite3_step(find)) == SQLITE_ROW) {
		struct row row = {sqlite_column(find, 2), sqlite_column(find, 0),
		                  expires_of(find, 1)};

		if (!each(arg, &row)) {
			result = SQLITE_DONE;
			break;
		}
	}
	if (result != SQLITE_DONE)
		return sqlite_fail(s, result);
	sqlite3_reset(find);
	return EROS_OK;
}

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

static uint32_t
cell_of(struct str scope, struct str key)
{
	return turns_cell(hash_bytes(key, hash_bytes(scope, 0)));
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
 * waits for the end of this section (see wait below).
 */
static int
commit(struct backend *b, const struct batch *batch)
{
	struct sqlite *s = sqlite_of(b);
	int status = put_batch(s, batch);

	if (status != EROS_OK) {
		abandon(b);
		return status;
	}
	for (size_t i = 0; i < batch->wake_count; i++)
		turns_wake(s->turns, cell_of(buf_view(&s->name), batch->wakes[i]));
	status = sqlite_leave(s, SQL_COMMIT);
	return status == EROS_OK && batch->durable && !s->full ? flush(s) : status;
}

static int
end_view(struct backend *b)
{
	return sqlite_leave(sqlite_of(b), SQL_COMMIT);
}

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

static int
read_log(struct backend *b, struct str scope, uint64_t after, size_t limit,
         bool (*each)(void *arg, const struct store_entry *entry), void *arg, uint64_t *trimmed)
{
	struct sqlite *s = sqlite_of(b);
	struct scope_head head;
	int status = begin(b, scope, NULL, &head);

	if (status != EROS_OK)
		return status;
	*trimmed = head.trimmed;
	status = each_entry(s, after, limit, each, arg);
	abandon(b);
	return status;
}

static int
scopes(struct backend *b, bool (*each)(void *arg, const struct store_scope *scope), void *arg)
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
	if (result != SQLITE_DONE)
		return sqlite_fail(s, result);
	sqlite3_reset(find);
	return EROS_OK;
}

static int
now(struct backend *b, double *seconds)
{
	*seconds = now_of(sqlite_of(b));
	return EROS_OK;
}

static int
old_entries(struct backend *b, double before, uint64_t *trim, uint64_t *count)
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

static int
check(struct backend *b, void (*each)(void *arg, const char *fault), void *arg)
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
	int status = EROS_OK;

	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]) && status != EROS_IO; i++) {
		sqlite3_stmt *ask = NULL;
		int result = sqlite3_prepare_v2(s->db, questions[i], -1, &ask, NULL);

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

static int
watch(struct backend *b, struct str scope, double until)
{
	struct sqlite *s = sqlite_of(b);
	sqlite3_stmt *put;
	int status = sqlite_enter(s);

	if (status != EROS_OK)
		return status;
	put = sqlite_statement(s, SQL_SCOPE_WATCH);
	sqlite_bind(put, 1, scope);
	sqlite3_bind_double(put, 2, until);
	status = sqlite_run(s, put);
	if (status == EROS_OK)
		return sqlite_leave(s, SQL_COMMIT);
	abandon(b);
	return status;
}

struct waiter {
	uint32_t cell, seen;
};

static int
waiter_open(struct backend *b, struct str scope, struct str key, void **result)
{
	struct sqlite *s = sqlite_of(b);
	struct waiter *w = xmalloc(sizeof(*w));

	w->cell = cell_of(scope, key);
	w->seen = atomic_load(&s->turns->cell[w->cell]);
	*result = w;
	return EROS_OK;
}

/*
 * Sleep in slices, as a signal could come just before the sleep. Whoever woke us has perhaps not committed yet: it has
 * when we have had our turn.
 */
static int
wait_woken(struct backend *b, void *waiter, double seconds, bool *woken)
{
	static const double slice = 1;
	struct sqlite *s = sqlite_of(b);
	struct waiter *w = waiter;
	double until = clock_mono() + seconds, left = seconds;
	int status;

	while (atomic_load(&s->turns->cell[w->cell]) == w->seen && left > 0 && !signal_caught) {
		turns_sleep(s->turns, w->cell, w->seen, fmin(left, slice));
		left = until - clock_mono();
	}
	*woken = atomic_load(&s->turns->cell[w->cell]) != w->seen;
	if (!*woken)
		return EROS_OK;
	w->seen = atomic_load(&s->turns->cell[w->cell]);
	status = sqlite_enter(s);
	return status == EROS_OK ? sqlite_leave(s, SQL_ROLLBACK) : status;
}

static void
waiter_close(struct backend *b, void *waiter)
{
	(void)b;
	free(waiter);
}

static void
close_all(struct backend *b)
{
	struct sqlite *s = sqlite_of(b);

	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_finalize(s->statement[i]);
	/* Which SQLite does where nobody else has the file, so that nobody waits for it. */
	if (s->log >= SQLITE_LOG_SHORT)
		sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 0, NULL);
	sqlite3_close(s->db);
	turns_close(s->turns);
	buf_release(&s->name);
	free(s->path);
	free(s);
}

const struct backend_ops sqlite_ops = {
	.begin = begin,
	.get = get,
	.scan = scan,
	.commit = commit,
	.end_view = end_view,
	.abandon = abandon,
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
