/*
 * A store in a SQLite file, shared by the processes of one host.
 *
 * Write-ahead log; BEGIN IMMEDIATE in turn (store/turns.h); synchronous=NORMAL, so that a commit survives whatever happens to
 * processes, and a power cut leaves the file whole but may take the last commits with it. With ?sync=full none is lost, nor
 * ever a step that called rows_make_durable: those are flushed to the disk before anybody is told.
 *
 * The log is not folded back into the file whenever a handle is closed, since that is two flushes of the disk for every
 * command that runs for a millisecond, but by the last who closes one with the log no longer short; it is removed then,
 * too. Who opens the file while nobody else has it reads through all of the log, and does not see how much of it was
 * folded back: were it kept, commands that come one after the other would read more and more, and fold it back again each
 * time. While others have the file open nobody waits for that.
 */
#ifndef STORE_SQLITE_H
#define STORE_SQLITE_H

#include "store/backend.h"
#include "store/turns.h"

#include <sqlite3.h>

/* Pages in the log from which on it is folded back: when a handle is closed, and by a commit. */
enum { SQLITE_LOG_SHORT = 100, SQLITE_LOG_LONG = 1000 };

enum sqlite_statement {
	SQL_BEGIN,
	SQL_BEGIN_VIEW,
	SQL_COMMIT,
	SQL_ROLLBACK,
	SQL_SCOPE,
	SQL_SCOPE_ADD,
	SQL_SCOPE_SET,
	SQL_SCOPE_WATCH,
	SQL_SCOPES,
	SQL_ROW,
	SQL_ROWS_FROM,
	SQL_ROWS_AFTER,
	SQL_ROW_SET,
	SQL_ROW_DELETE,
	SQL_LOG_ADD,
	SQL_LOG_READ,
	SQL_LOG_OLD,
	SQL_LOG_TRIM,
	SQL_COUNT
};

struct sqlite {
	struct backend backend;
	sqlite3 *db;
	sqlite3_stmt *statement[SQL_COUNT];
	char *path;
	struct turns *turns;
	double timeout;
	double offset; /* of the store's clock to CLOCK_BOOTTIME */
	bool full;
	int log; /* pages that were in it at the last commit */

	/* The section that is open. */
	bool writing, open;
	uint32_t turn;
	int64_t scope; /* 0: not there yet */
	struct buf name;
};

static inline struct sqlite *
sqlite_of(struct backend *b)
{
	return (struct sqlite *)b; /* its first member */
}

/* The status for SQLite's RESULT, with the reason in why. */
int sqlite_fail(struct sqlite *s, int result);

/* The status of a query whose last row has been taken, RESULT being what the last step gave; it is reset. */
int sqlite_ended(struct sqlite *s, sqlite3_stmt *query, int result);

/* The statement, prepared once, without bindings. NULL where it cannot be; sqlite_fail then knows why. */
sqlite3_stmt *sqlite_statement(struct sqlite *s, enum sqlite_statement number);

/* Run a statement that gives no rows. */
int sqlite_run(struct sqlite *s, sqlite3_stmt *statement);

void sqlite_bind(sqlite3_stmt *statement, int index, struct str bytes);
struct str sqlite_column(sqlite3_stmt *statement, int index);

/* Take the turn and SQLite's lock, and what ends that. */
int sqlite_enter(struct sqlite *s);
int sqlite_leave(struct sqlite *s, enum sqlite_statement how);

/* Make the file what it must be, or refuse it. */
int sqlite_prepare_file(struct sqlite *s);

/* The store's clock, in whole microseconds, as times are written. */
double sqlite_clock(const struct sqlite *s);

/* The cell of the page (store/turns.h) where those sleep who wait for KEY. */
uint32_t sqlite_cell(struct str scope, struct str key);

/* In sqlite_step.c, _commit.c, _read.c and _wait.c. */
backend_begin sqlite_begin;
backend_get sqlite_get;
backend_scan sqlite_scan;
backend_end_view sqlite_end_view;
backend_abandon sqlite_abandon;
backend_commit sqlite_commit;
backend_read sqlite_read;
backend_scopes sqlite_scopes;
backend_now sqlite_now;
backend_old_entries sqlite_old_entries;
backend_check sqlite_check;
backend_watch sqlite_watch;
backend_waiter_open sqlite_waiter_open;
backend_wait sqlite_wait;
backend_waiter_close sqlite_waiter_close;

#endif
