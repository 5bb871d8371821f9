/* Sections: how they begin and end, and what a step reads in them; see sqlite.h. */
#include "store/sqlite.h"

#include "base/clock.h"

#include <time.h>

/*
 * SQLite's lock is free when the turn comes, but for one who has lost its turn (see turns.h) or knows of none, such as
 * sqlite3(1). Then it is asked for again and again.
 */
int
sqlite_enter(struct sqlite *s)
{
	static const struct timespec pause = {.tv_nsec = 1000000};
	double deadline = clock_mono() + s->timeout;
	int result;

	if (!turns_take(s->turns, deadline, &s->turn))
		return sqlite_fail(s, SQLITE_BUSY);
	for (;;) {
		sqlite3_stmt *begin = sqlite_statement(s, SQL_BEGIN);

		result = begin ? sqlite3_step(begin) : sqlite3_errcode(s->db);
		sqlite3_reset(begin);
		if ((result & 0xff) != SQLITE_BUSY || clock_mono() >= deadline)
			break;
		nanosleep(&pause, NULL);
	}
	if (result != SQLITE_DONE) {
		turns_pass(s->turns, s->turn);
		return sqlite_fail(s, result);
	}
	s->open = s->writing = true;
	return EROS_OK;
}

int
sqlite_leave(struct sqlite *s, enum sqlite_statement how)
{
	int status = EROS_OK;

	if (!s->open)
		return EROS_OK;
	for (int i = 0; i < SQL_COUNT; i++)
		sqlite3_reset(s->statement[i]);
	if (how == SQL_COMMIT)
		status = sqlite_run(s, sqlite_statement(s, SQL_COMMIT));
	/* Of some failures SQLite rolls back by itself. */
	if (!sqlite3_get_autocommit(s->db)) {
		sqlite3_step(sqlite_statement(s, SQL_ROLLBACK));
		sqlite3_reset(s->statement[SQL_ROLLBACK]);
	}
	if (s->writing)
		turns_pass(s->turns, s->turn);
	s->open = s->writing = false;
	return status;
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
	*head = (struct scope_head){.now = sqlite_clock(s)};
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

int
sqlite_begin(struct backend *b, struct str scope, struct update_id *id, struct scope_head *head)
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
		sqlite_abandon(b);
	return status;
}

static double
expires_of(sqlite3_stmt *statement, int index)
{
	return sqlite3_column_type(statement, index) == SQLITE_NULL
	               ? ROW_FOREVER
	               : sqlite3_column_double(statement, index);
}

int
sqlite_get(struct backend *b, struct str key, struct row *row, bool *found)
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

int
sqlite_scan(struct backend *b, struct str key, bool at, size_t want, backend_row *each, void *arg)
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
	return sqlite_ended(s, find, result);
}

int
sqlite_end_view(struct backend *b)
{
	return sqlite_leave(sqlite_of(b), SQL_COMMIT);
}

void
sqlite_abandon(struct backend *b)
{
	sqlite_leave(sqlite_of(b), SQL_ROLLBACK);
}
