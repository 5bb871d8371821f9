#include "store/sqlite.h"

#include "base/clock.h"
#include "base/file.h"
#include "store/filesystem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

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

static int
fail_errno(struct sqlite *s, int status, const char *what)
{
	buf_reset(&s->backend.why);
	buf_printf(&s->backend.why, "%s: %s", what, strerror(errno));
	return status;
}

/* Where the file is, its directory without links; made where it is the state directory. */
static int
find_path(struct sqlite *s, const char *given)
{
	const char *slash = strrchr(given, '/');
	char *dir = slash ? xstrndup(given, (size_t)(slash - given) + 1) : xstrdup(".");
	const char *name = *given ? slash ? slash + 1 : given : "eros.db";
	char *real;
	int status = EROS_OK;

	if (!*given) {
		int fd = state_dir(".");

		free(dir);
		dir = state_path();
		if (fd >= 0)
			close(fd);
	}
	real = realpath(dir, NULL);
	if (!real)
		status = fail_errno(s, errno == EACCES ? EROS_NOPERM : EROS_CANTCREATE, dir);
	else
		s->path = path_join(real, name);
	free(real);
	free(dir);
	return status;
}

/* An empty file of mode 0600 is an empty database; SQLite gives its other files the mode of this one. */
static int
make_file(struct sqlite *s)
{
	int fd = open(s->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	struct stat st;

	if (fd >= 0) {
		close(fd);
		return EROS_OK;
	}
	if (errno != EEXIST)
		return fail_errno(s,
		                  errno == EACCES || errno == EROFS ? EROS_NOPERM : EROS_CANTCREATE,
		                  "cannot be created");
	if (lstat(s->path, &st) != 0 || !S_ISREG(st.st_mode)) {
		errno = S_ISLNK(st.st_mode) ? ELOOP : EINVAL;
		return fail_errno(s, EROS_CONFIG, "is no regular file");
	}
	return EROS_OK;
}

static int
open_turns(struct sqlite *s)
{
	struct buf path = BUF_INIT;
	int status = EROS_OK;

	buf_printf(&path, "%s-turns", s->path);
	s->turns = turns_open(buf_cstr(&path));
	if (!s->turns)
		status = fail_errno(s,
		                    errno == EACCES || errno == EROFS ? EROS_NOPERM
		                    : errno == ENOSPC || errno == EIO ? EROS_IO
		                                                      : EROS_CANTCREATE,
		                    path.ptr);
	buf_release(&path);
	return status;
}

/* After each commit: that many pages are in the log. */
static int
note_log(void *arg, sqlite3 *db, const char *name, int pages)
{
	struct sqlite *s = arg;

	(void)name;
	s->log = pages;
	if (pages >= SQLITE_LOG_LONG)
		sqlite3_wal_checkpoint_v2(db, NULL, SQLITE_CHECKPOINT_PASSIVE, NULL, NULL);
	return SQLITE_OK;
}

static int
open_database(struct sqlite *s)
{
	int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOFOLLOW | SQLITE_OPEN_NOMUTEX |
	            SQLITE_OPEN_PRIVATECACHE | SQLITE_OPEN_EXRESCODE;
	int result = sqlite3_open_v2(s->path, &s->db, flags, NULL);

	if (result != SQLITE_OK)
		return sqlite_fail(s, result);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, NULL);
	sqlite3_db_config(s->db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, NULL);
	sqlite3_wal_hook(s->db, note_log, s);
	return sqlite_prepare_file(s);
}

int
sqlite_open(const struct store_url *url, const char *client, struct backend **b)
{
	struct sqlite *s = xcalloc(1, sizeof(*s));
	int status;

	s->backend.ops = &sqlite_ops;
	s->backend.client = client;
	s->timeout = url->timeout;
	s->full = strcmp(url->part[URL_SYNC], "full") == 0;
	*b = &s->backend;
	status = find_path(s, url->part[URL_PATH]);
	if (status == EROS_OK)
		status = filesystem_check(s->path, &s->backend.why);
	if (status == EROS_OK)
		status = make_file(s);
	if (status == EROS_OK)
		status = open_turns(s);
	if (status == EROS_OK)
		status = open_database(s);
	return status;
}
