/* The file itself: whose it is, its schema, and the clock that is kept in it; see sqlite.h. */
#include "store/sqlite.h"

#include "base/clock.h"
#include "base/process.h"

#include <math.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { APPLICATION_ID = 0x45524f53 }; /* "EROS" */

/* What brings a file from schema N to N + 1. */
static const char *const migration[] = {
	"CREATE TABLE eros_scope (id INTEGER PRIMARY KEY, name BLOB NOT NULL UNIQUE, "
	"version INTEGER NOT NULL, trimmed INTEGER NOT NULL, changed REAL NOT NULL, "
	"watched REAL NOT NULL);"
	"CREATE TABLE eros_row (scope INTEGER NOT NULL, key BLOB NOT NULL, value BLOB NOT NULL, "
	"expires REAL, PRIMARY KEY (scope, key)) WITHOUT ROWID;"
	"CREATE TABLE eros_log (scope INTEGER NOT NULL, version INTEGER NOT NULL, "
	"number INTEGER NOT NULL, at REAL NOT NULL, text BLOB NOT NULL, "
	"PRIMARY KEY (scope, version, number)) WITHOUT ROWID;"
	"CREATE TABLE eros_clock (boot TEXT NOT NULL, start REAL NOT NULL);"
	"PRAGMA application_id = 1163022163;",
};

enum { SCHEMA = sizeof(migration) / sizeof(migration[0]) };

static int
execute(struct sqlite *s, const char *sql)
{
	int result = sqlite3_exec(s->db, sql, NULL, NULL, NULL);

	return result == SQLITE_OK ? EROS_OK : sqlite_fail(s, result);
}

/* The one number that SQL gives. */
static int
ask(struct sqlite *s, const char *sql, int64_t *value)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(s->db, sql, -1, &statement, NULL), status = EROS_OK;

	if (result == SQLITE_OK)
		result = sqlite3_step(statement);
	if (result == SQLITE_ROW)
		*value = sqlite3_column_int64(statement, 0);
	else
		status = sqlite_fail(s, result);
	sqlite3_finalize(statement);
	return status;
}

static int
refuse(struct sqlite *s, const char *why)
{
	buf_reset(&s->backend.why);
	buf_str(&s->backend.why, why);
	return EROS_CONFIG;
}

/*
 * Which schema the file has; 0 for one that is empty. Another process may be making the tables: that sets all three of these at
 * once, so who sees one of them sees those that are asked for after it.
 */
static int
find_schema(struct sqlite *s, int64_t *schema)
{
	int64_t tables = 0, application = 0;
	int status = ask(s, "SELECT count(*) FROM sqlite_schema", &tables);

	if (status == EROS_OK)
		status = ask(s, "PRAGMA user_version", schema);
	if (status == EROS_OK)
		status = ask(s, "PRAGMA application_id", &application);
	if (status != EROS_OK)
		return status;
	if (application != APPLICATION_ID && (application != 0 || *schema != 0 || tables != 0))
		return refuse(s, "is a database of another program");
	if (*schema > SCHEMA) {
		refuse(s, "");
		buf_printf(&s->backend.why,
		           "has schema %lld, and this program knows up to %d: it is too old",
		           (long long)*schema, SCHEMA);
		return EROS_CONFIG;
	}
	return status;
}

/* For this SQLite does not wait while others look at the file. */
static int
set_journal(struct sqlite *s)
{
	static const struct timespec pause = {.tv_nsec = 1000000};
	double deadline = clock_mono() + s->timeout;
	int status;

	while ((status = execute(s, "PRAGMA journal_mode = WAL")) == EROS_UNAVAILABLE &&
	       clock_mono() < deadline)
		nanosleep(&pause, NULL);
	return status;
}

/* The steps that are missing, in one transaction; another process may have been faster. */
static int
migrate(struct sqlite *s)
{
	int64_t schema = 0;
	int status = set_journal(s);

	if (status == EROS_OK)
		status = sqlite_enter(s);
	if (status != EROS_OK)
		return status;
	status = find_schema(s, &schema);
	for (; status == EROS_OK && schema < SCHEMA; schema++) {
		char set[64];

		snprintf(set, sizeof(set), "PRAGMA user_version = %d", (int)schema + 1);
		status = execute(s, migration[schema]);
		if (status == EROS_OK)
			status = execute(s, set);
	}
	if (status == EROS_OK)
		return sqlite_leave(s, SQL_COMMIT);
	sqlite_leave(s, SQL_ROLLBACK);
	return status;
}

static bool
boot_id(char boot[static BOOT_ID_SIZE])
{
	struct process self;

	if (!process_of(getpid(), &self))
		return false;
	memcpy(boot, self.boot, BOOT_ID_SIZE);
	return true;
}

/* The offset of the store's clock, where it was set in this boot. */
static int
read_clock(struct sqlite *s, const char *boot, bool *found)
{
	sqlite3_stmt *statement = NULL;
	int result = sqlite3_prepare_v2(s->db, "SELECT start FROM eros_clock WHERE boot = ?1", -1,
	                                &statement, NULL);

	if (result == SQLITE_OK) {
		sqlite3_bind_text(statement, 1, boot, -1, SQLITE_STATIC);
		result = sqlite3_step(statement);
	}
	*found = result == SQLITE_ROW;
	if (*found)
		s->offset = sqlite3_column_double(statement, 0);
	sqlite3_finalize(statement);
	return *found || result == SQLITE_DONE ? EROS_OK : sqlite_fail(s, result);
}

/* Once a boot: by the wall clock, but not before the last step of all. */
static int
set_clock(struct sqlite *s, const char *boot)
{
	struct buf sql = BUF_INIT;
	bool found = false;
	int status = sqlite_enter(s);

	if (status != EROS_OK)
		return status;
	status = read_clock(s, boot, &found);
	if (status == EROS_OK && !found) {
		buf_printf(&sql,
		           "DELETE FROM eros_clock; INSERT INTO eros_clock (boot, start) "
		           "SELECT '%s', max(%.6f, ifnull(max(changed), 0)) - %.6f FROM eros_scope",
		           boot, clock_wall(), clock_boot());
		status = execute(s, buf_cstr(&sql));
		buf_release(&sql);
	}
	if (status == EROS_OK && !found)
		status = read_clock(s, boot, &found);
	if (status == EROS_OK)
		return sqlite_leave(s, SQL_COMMIT);
	sqlite_leave(s, SQL_ROLLBACK);
	return status;
}

static int
find_clock(struct sqlite *s)
{
	char boot[BOOT_ID_SIZE];
	bool found = false;
	int status;

	if (!boot_id(boot))
		return refuse(s, "cannot find out which boot this is (is /proc mounted?)");
	status = read_clock(s, boot, &found);
	return status != EROS_OK || found ? status : set_clock(s, boot);
}

double
sqlite_clock(const struct sqlite *s)
{
	return floor((s->offset + clock_boot()) * 1e6) / 1e6;
}

int
sqlite_prepare_file(struct sqlite *s)
{
	int64_t schema = 0;
	int status;

	sqlite3_busy_timeout(s->db, (int)(s->timeout * 1000));
	status = find_schema(s, &schema);
	if (status == EROS_OK && schema < SCHEMA)
		status = migrate(s);
	if (status == EROS_OK)
		status = execute(s, s->full ? "PRAGMA synchronous = FULL"
		                            : "PRAGMA synchronous = NORMAL");
	if (status == EROS_OK)
		status = find_clock(s);
	/* From here on who is busy is waited for in turn. */
	sqlite3_busy_timeout(s->db, 0);
	return status;
}
