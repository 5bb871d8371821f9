/* Opening and closing, and all that can be asked of a SQLite file. */
#include "store/sqlite.h"

#include "base/file.h"
#include "store/filesystem.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

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

static const struct backend_ops ops = {
	.begin = sqlite_begin,
	.get = sqlite_get,
	.scan = sqlite_scan,
	.commit = sqlite_commit,
	.end_view = sqlite_end_view,
	.abandon = sqlite_abandon,
	.read = sqlite_read,
	.scopes = sqlite_scopes,
	.now = sqlite_now,
	.old_entries = sqlite_old_entries,
	.check = sqlite_check,
	.watch = sqlite_watch,
	.waiter_open = sqlite_waiter_open,
	.wait = sqlite_wait,
	.waiter_close = sqlite_waiter_close,
	.close = close_all,
};

int
sqlite_open(const struct store_url *url, const char *client, struct backend **b)
{
	struct sqlite *s = xcalloc(1, sizeof(*s));
	int status;

	s->backend.ops = &ops;
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
