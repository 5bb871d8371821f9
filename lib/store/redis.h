/*
 * A store in Redis. All keys of a scope have one hash tag, so that they are on one node of a cluster:
 *
 *   eros:{SCOPE}:m          hash: v version, t trimmed, c changed, w watched
 *   eros:{SCOPE}:r          hash: the rows; a value is its expiry as decimal seconds (empty: never), a space, the bytes
 *   eros:{SCOPE}:k          sorted set of the keys of r, all of score 0, which makes it one in order of bytes
 *   eros:{SCOPE}:l          stream: the log; an entry's id is VERSION-NUMBER
 *   eros:{SCOPE}:o          sorted set of clients, by the version that each made last
 *   eros:{SCOPE}:t, :h, :g  the turn, that turns are taken, and the number of the turn, see redis_queue.c
 *   eros:{SCOPE}:w:KEY      channel that wakes KEY
 *
 * A step watches m, which every update changes. Each question in it asks for the version too, so it never sees two states
 * of a scope. After a few conflicts, and as long as others do, updates take turns: bare WATCH
 * lets one of two hundred through at a time and lets the rest try again.
 *
 * How durable it is, is the server's setting (appendonly, appendfsync); a step cannot ask for more.
 */
#ifndef STORE_REDIS_H
#define STORE_REDIS_H

#include "store/redis_wire.h"

enum { REDIS_WANTED = 8, REDIS_CONFLICTS = 2 };

/* A row that the last update read, and so this one asks for at its beginning. */
struct redis_wanted {
	struct buf key, value;
	double expires;
	bool known, found; /* in this section */
};

struct redis {
	struct backend backend;
	struct wire wire;
	struct store_url url;

	/* The section that is open. */
	struct buf scope;
	bool writing;
	uint64_t version, number;
	uint64_t tried; /* the version that was last sent to be committed; 0: none in this scope */
	double started;
	redisReply *held; /* what get returned lies in it */

	struct redis_wanted wanted[REDIS_WANTED];
	size_t wanted_count;
	uint64_t wanted_by; /* the update that read them */

	unsigned conflicts; /* of this update */
	bool crowded;       /* others take turns: take one at once */
	bool turn;          /* we have it, */
	char token[24];     /* this one */
};

static inline struct redis *
redis_of(struct backend *b)
{
	return (struct redis *)b; /* its first member */
}

/* Add a word "eros:{SCOPE}:KIND" + REST to the command. */
void redis_key(struct redis *r, const char *kind, struct str rest);

/* Ask for the turn, and wait a little for it; and see how that ended. */
void redis_queue_wait(struct redis *r);
int redis_queue_waited(struct redis *r);

/* Within MULTI or alone: give the turn to the next. One reply. */
void redis_queue_pass(struct redis *r);

int redis_begin(struct backend *b, struct str scope, struct update_id *id, struct scope_head *head);
int redis_get(struct backend *b, struct str key, struct row *row, bool *found);
int redis_scan(struct backend *b, struct str key, bool at, size_t want, backend_row *each,
               void *arg);
int redis_commit(struct backend *b, const struct batch *batch);
void redis_abandon(struct backend *b);

/* The client goes: what the server kept for it alone is dropped. */
void redis_leave(struct redis *r);

int redis_read(struct backend *b, struct str scope, uint64_t after, size_t limit,
               bool (*each)(void *arg, const struct store_entry *entry), void *arg,
               uint64_t *trimmed);
int redis_scopes(struct backend *b, bool (*each)(void *arg, const struct store_scope *scope),
                 void *arg);
int redis_now(struct backend *b, double *now);
int redis_old_entries(struct backend *b, double before, uint64_t *trim, uint64_t *count);
int redis_check(struct backend *b, void (*each)(void *arg, const char *fault), void *arg);

int redis_watch(struct backend *b, struct str scope, double until);
int redis_waiter_open(struct backend *b, struct str scope, struct str key, void **waiter);
int redis_wait(struct backend *b, void *waiter, double seconds, bool *woken);
void redis_waiter_close(struct backend *b, void *waiter);

#endif
