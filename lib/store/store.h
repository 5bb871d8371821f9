/*
 * The store: state that processes, and hosts, share.
 *
 * State is divided into scopes ("registry/shop", "limit/gpu"). A scope is the unit of atomicity, of order and of
 * routing: a step happens inside one scope, scopes never need each other. In a scope are rows and a log
 * (base/rows.h), and a version that each step which changed something raises by one.
 *
 *   store_update     runs a step: all of it or nothing; the scope's steps happen one after the other
 *   store_view       runs a function that only reads, on the rows as they were at one moment
 *   store_read       the log from a version on, in order, and whether entries before were trimmed. A reader that has
 *                    seen version N never later finds an entry of N or before that it has not been given
 *   store_waiter     sleeps until a step wakes its key (rows_wake), a given time at most
 *   store_now        the store's clock: the server's, or where there is none, one made of CLOCK_BOOTTIME that is set
 *                    from the wall clock once a boot and never goes back. Leases are reckoned by it, never by the wall clock
 *
 * A step decides and the command acts: a step that grants something says so in its result, and is told what it cannot
 * know (which holders on this host have died, by process_life) as part of the event that it is given.
 *
 * What stands on this, and how:
 *
 *   registry   rows head, constraint/KEY, agent/NAME (expiring), wait/TURN/ID (expiring); a step per request, its history
 *              entry appended in it; many buffered requests are steps of one atomic section (rows_next_step). A waiter for
 *              turn N is a row; the step that reaches N deletes it and wakes its key.
 *   retry      a row with two counters, tries and retries, aged by now: a step adds one and says whether the budget allows it.
 *   limiter    rows head (capacity, in use, the last token), hold/ID (weight, token, holder; expires with its TTL) and
 *              due/TIME/ID, so that lapsed holders are the first rows of a scan; queue/NUMBER, a waiter each, in order of coming. A
 *              step that frees weight grants from the head of the queue as far as it reaches, first come first, never past
 *              one that does not fit; it moves the row to hold/, takes the next token, calls rows_make_durable and wakes that
 *              waiter's key, and nobody else's. A waiter that died is a queue row that expired: it is kept alive by its owner.
 *   breaker    one row: state, counts by time slice, when it opened; probe/ID rows that expire, so that a probe which died
 *              frees its place. Half-open grants as many as probe rows may exist.
 *   memory     rows item/KEY and age/TICK -> KEY; a use moves one age row to the next tick, and what is too much goes by a
 *              scan from the first age row. Costs the same at ten thousand keys as at a million.
 *   bus        the log is the topic; cursor/NAME rows hold versions. Publishing appends, wakes the keys of the sub/NAME rows, and
 *              trims. A reader that finds trimmed beyond its cursor knows what it has missed.
 *   workflow   rows task/NAME (state, attempt), lease rows that expire with a token each; every transition a step that
 *              appends to the log, so a runner that is restarted goes on where the log ends.
 *
 * Failures. Functions that return int return an exit status of base/exit.h, EROS_OK being 0, and store_why() has the
 * reason in words, without any password:
 *
 *   EROS_UNAVAILABLE  cannot be reached, does not answer, or was busy for longer than the time limit
 *   EROS_IO           reading or writing failed, the disk is full, the file is damaged
 *   EROS_NOPERM, EROS_CANTCREATE
 *   EROS_CONFIG       wrong URL, a module that is not installed, a file that is no store of ours, or newer
 *   EROS_DATA         a key or value that is too long
 *
 * Nothing was done then; where that cannot be known, because the connection broke at the very commit, the step's
 * identity (client, number), written in the same transaction, is read back first. Only where that fails too the status is
 * EROS_UNAVAILABLE with "outcome unknown" in the reason.
 *
 * A handle belongs to one thread and is not carried over fork(2).
 */
#ifndef STORE_STORE_H
#define STORE_STORE_H

#include "base/buf.h"
#include "base/rows.h"

struct store;

/*
 * Open the store at URL; NULL is $EROS_STORE, or where that is not set a file in the state directory.
 *
 *   sqlite:PATH[?sync=full]                             a file on a local file system; without PATH $EROS_HOME/eros.db
 *   redis://[[USER]:PASSWORD@]HOST[:PORT][/DB]          redis+unix://[[USER]:PASSWORD@]/PATH[?db=N]
 *   postgresql://[USER[:PASSWORD]@][HOST][:PORT][/DB]   HOST in the query for a socket: ?host=/run/postgresql
 *
 * each with ?timeout=DURATION, for how long one operation may take (10 s). *S is to be closed also where this fails:
 * until then it answers store_why.
 */
int store_open(struct store **s, const char *url);
void store_close(struct store *s);

const char *store_why(const struct store *s);

/* Report the failure STATUS and exit with it. */
noreturn void store_die(const struct store *s, int status);

/* The URL without its password, for diagnostics. */
const char *store_name(const struct store *s);

/* A scope's name: names (str_is_name) joined by '/', at most SCOPE_MAX bytes. */
enum { SCOPE_MAX = 256 };
bool store_is_scope(struct str name);

typedef void store_step(struct rows *r, void *arg);

int store_update(struct store *s, const char *scope, store_step *step, void *arg);

/* STEP must only read. A scope that was never written to has version 0 and no rows. */
int store_view(struct store *s, const char *scope, store_step *step, void *arg);

/* The value of one row, added to VALUE. */
int store_get(struct store *s, const char *scope, struct str key, struct buf *value, bool *found);

struct store_entry {
	uint64_t version;
	uint32_t number; /* among those of its version, from 0 */
	double time;     /* the step's now */
	struct str text;
};

/*
 * Call EACH, which must not use the store, for entries of versions above AFTER, in order, until it returns false or LIMIT
 * entries were given, and then on to the end of that version. *TRIMMED is the last version whose entries were dropped, 0 where none were: entries are
 * missing if it is above AFTER.
 */
int store_read(struct store *s, const char *scope, uint64_t after, size_t limit,
               bool (*each)(void *arg, const struct store_entry *entry), void *arg,
               uint64_t *trimmed);

struct store_scope {
	struct str name;
	uint64_t version, trimmed;
	double changed; /* when the last step was */
};

/* The scopes that were ever written to, in order of their names. */
int store_scopes(struct store *s, bool (*each)(void *arg, const struct store_scope *scope),
                 void *arg);

/* The scope as the last view or update found it: version, trimmed and changed. */
struct store_scope store_found(const struct store *s);

int store_now(struct store *s, double *now);

/*
 * Waiting. Open a waiter, then look whether there is anything to wait for (or queue for it by a step), then sleep: what is
 * woken between the first and the last is not missed. store_wait returns when it was woken, and also for no reason: look
 * again. It sets *WOKEN false where the time was up, or a watched signal came (base/signals.h).
 *
 * KEY is one waiter's own. An empty one is woken by every step that changes the scope.
 */
struct store_waiter;
int store_waiter_open(struct store *s, const char *scope, struct str key, struct store_waiter **w);
int store_wait(struct store_waiter *w, double seconds, bool *woken);
void store_waiter_close(struct store_waiter *w);

/* Delete expired rows of SCOPE, and log entries of before BEFORE, in seconds of store_now; says how many. */
int store_prune(struct store *s, const char *scope, double before, uint64_t *rows,
                uint64_t *entries);

/*
 * Make SCOPE with these rows and this log, as it was elsewhere (store/image.h), in one atomic section. EROS_NO, and
 * nothing done, where it has a version already. Versions of entries grow, and lie between TRIMMED and VERSION.
 */
struct rowset;
int store_restore(struct store *s, const char *scope, const struct store_scope *as,
                  const struct rowset *rows, const struct store_entry *entries, size_t count);

/* Look for damage. EROS_OK where there is none, else what is wrong goes to EACH and the status is EROS_DATA. */
int store_check(struct store *s, void (*each)(void *arg, const char *fault), void *arg);

#endif
