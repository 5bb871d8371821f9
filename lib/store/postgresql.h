/*
 * A store in PostgreSQL: the tables eros_scope, eros_row, eros_log and eros_done, made where they are missing in the first
 * schema of the search path.
 *
 * A step locks the scope's own row, which is made first, as SELECT ... FOR UPDATE locks nothing where there is none. An
 * advisory lock before that is a queue in order of coming: two hundred who wait for one row slow each other down. Views
 * are REPEATABLE READ. Questions that need not wait for each other's answers are sent together (libpq's pipeline mode).
 *
 * Waiters LISTEN on a channel that is named by a hash of scope and key. One of the same user on the same host is woken
 * directly instead (store/local_wake.h), just before the commit: it then asks for the scope's turn, which it gets when the
 * commit is through, or has failed, whatever becomes of the client that woke it.
 *
 * Every text in the tables is bytea, so that any byte may occur and order is that of bytes.
 */
#ifndef STORE_POSTGRESQL_H
#define STORE_POSTGRESQL_H

#include "store/backend.h"

#include <libpq-fe.h>

enum { PQ_PARAMETERS = 6, PQ_WANTED = 8, PQ_CHANNEL = 24 };

/* What is asked, each a prepared statement of that number. */
enum postgresql_query {
	PQ_BEGIN,
	PQ_BEGIN_VIEW,
	PQ_COMMIT,
	PQ_ROLLBACK,
	PQ_TURN,
	PQ_TURN_PASSED,
	PQ_SCOPE,
	PQ_SCOPE_LOCK,
	PQ_SCOPE_ADD,
	PQ_SCOPE_SET,
	PQ_SCOPE_WATCH,
	PQ_SCOPES,
	PQ_NOW,
	PQ_ROW,
	PQ_ROWS_FROM,
	PQ_ROWS_AFTER,
	PQ_ROW_SET,
	PQ_ROW_DELETE,
	PQ_LOG_ADD,
	PQ_LOG_READ,
	PQ_LOG_OLD,
	PQ_LOG_TRIM,
	PQ_DONE,
	PQ_DONE_SET,
	PQ_DONE_FORGET,
	PQ_NOTIFY,
	PQ_CHECK,
	PQ_QUERIES
};

/* Their texts. */
extern const char *const postgresql_text[PQ_QUERIES];

/* A connection. */
struct link {
	const struct store_url *url;
	struct buf *why;
	PGconn *pg;
	uint64_t place;    /* a hash of which tables these are, of which run of which server */
	uint32_t prepared; /* by the bits of postgresql_query */
	struct buf sent;   /* for each query that was sent: whether it was prepared just before */
	size_t taken;      /* of these */
	double deadline;
};

/* A row that the last update read, and so this one asks for at its beginning. */
struct postgresql_wanted {
	struct buf key;
	PGresult *row; /* NULL: not asked for in this section */
};

struct postgresql {
	struct backend backend;
	struct store_url url;
	struct link link;

	/* The section that is open. */
	bool open, writing;
	int64_t scope;
	struct buf name;
	uint64_t number;
	PGresult *held; /* what get returned lies in it */

	struct postgresql_wanted wanted[PQ_WANTED];
	size_t wanted_count;
	uint64_t wanted_by;
};

static inline struct postgresql *
postgresql_of(struct backend *b)
{
	return (struct postgresql *)b; /* its first member */
}

/* Parameters of a query, collected and then sent. */
struct parameters {
	int count;
	const char *value[PQ_PARAMETERS];
	int length[PQ_PARAMETERS], binary[PQ_PARAMETERS];
	char text[PQ_PARAMETERS][32];
};

void parameter_number(struct parameters *p, int64_t number);
void parameter_seconds(struct parameters *p, double seconds); /* infinite: never */
void parameter_bytes(struct parameters *p, struct str bytes);

/* Connect where that is not done. EROS_UNAVAILABLE, EROS_NOPERM where it fails. */
int link_connect(struct link *l);
void link_close(struct link *l);

/* The operation that begins now has the URL's time limit. */
void link_start(struct link *l);

/* Add a query to what is to be sent; its result is taken by link_result, in order. P may be NULL. */
int link_ask(struct link *l, enum postgresql_query query, const struct parameters *p);

/* Send what was collected, with a mark at its end. */
int link_send(struct link *l);

/*
 * The result of the next query. Where it, or one before it, failed: the status, and nothing to clear. After the last of what
 * was sent link_end takes the mark.
 */
int link_result(struct link *l, PGresult **result);
int link_end(struct link *l);

/* All three for one query. */
int link_query(struct link *l, enum postgresql_query query, const struct parameters *p,
               PGresult **result);

/* One command without parameters, or several; the last one's result. */
int link_simple(struct link *l, const char *sql, PGresult **result);

/* The status for a result that is an error, or none. */
int link_fail(struct link *l, const PGresult *result);

/* The tables, where they are missing; a newer schema is refused. */
int postgresql_prepare(struct link *l);

/* The numbers of a waiter's channel, and of the advisory lock that is a scope's turn. */
uint64_t postgresql_channel(struct str scope, struct str key);
int64_t postgresql_turn(struct str scope);
void postgresql_channel_name(uint64_t channel, char name[static PQ_CHANNEL]);

int64_t result_number(const PGresult *result, int row, int column);
double result_seconds(const PGresult *result, int row, int column); /* NULL: infinite */
struct str result_bytes(const PGresult *result, int row, int column);

/* STATUS, of a question within a section: the section is over where that failed. */
int postgresql_failed(struct postgresql *s, int status);

/* In postgresql_step.c, _commit.c, _read.c and _wait.c. */
backend_begin postgresql_begin;
backend_get postgresql_get;
backend_scan postgresql_scan;
backend_end_view postgresql_end_view;
backend_abandon postgresql_abandon;
backend_commit postgresql_commit;
backend_read postgresql_read;
backend_scopes postgresql_scopes;
backend_now postgresql_now;
backend_old_entries postgresql_old_entries;
backend_check postgresql_check;
backend_watch postgresql_watch;
backend_waiter_open postgresql_waiter_open;
backend_wait postgresql_wait;
backend_waiter_close postgresql_waiter_close;

#endif
