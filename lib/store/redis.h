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

/* Add a word to the command: "eros:{SCOPE}:KIND" + REST; a number; seconds; VERSION-NUMBER. */
void redis_key(struct redis *r, const char *kind, struct str rest);
void redis_say_number(struct redis *r, uint64_t n);
void redis_say_seconds(struct redis *r, double seconds);
void redis_say_id(struct redis *r, uint64_t version, uint32_t number);

/* What a reply is as a number, as the number of its element INDEX, as seconds (0 where it is none), and as bytes. */
uint64_t redis_number(const redisReply *reply);
uint64_t redis_number_at(const redisReply *reply, size_t index);
double redis_seconds(const redisReply *reply);
struct str redis_span(const redisReply *reply);

/* Take a value of r apart. */
bool redis_row(struct str key, const redisReply *reply, struct row *row);

/* Choose the scope that keys are of, not within a section: connects, and begins an operation. */
int redis_set_scope(struct redis *r, struct str scope);

/* Ask for the rows that are wanted, and take the reply. */
void redis_wanted_ask(struct redis *r);
int redis_wanted_take(struct redis *r);

/* The wanted row of KEY, or NULL; noted, if there is room, as one that this update reads. */
struct redis_wanted *redis_wanted_find(struct redis *r, struct str key);
struct redis_wanted *redis_wanted_note(struct redis *r, struct str key);
void redis_wanted_know(struct redis_wanted *w, const redisReply *reply);

/* What they are is not known any more; that they are wanted is. */
void redis_wanted_forget(struct redis *r);

/* Ask for the turn, and wait a little for it; and see how that ended. */
void redis_queue_wait(struct redis *r);
int redis_queue_waited(struct redis *r);

/* Within MULTI or alone: give the turn to the next. One reply. */
void redis_queue_pass(struct redis *r);

/* STATUS, of a question within a section: what is not to outlive a connection is forgotten where that failed. */
int redis_failed(struct redis *r, int status);

/* Within WATCH: whether the update was committed, of which an earlier attempt ended unseen. */
int redis_was_committed(struct redis *r, struct update_id *id);

/* Nobody asks any more whether the client's last update was done: it is dropped. One reply. */
void redis_drop_outcome(struct redis *r);

/* The client goes: what the server kept for it alone is dropped. */
void redis_leave(struct redis *r);

/* In redis_step.c, _commit.c, _read.c, _scopes.c and _wait.c. */
backend_begin redis_begin;
backend_get redis_get;
backend_scan redis_scan;
backend_end_view redis_end_view;
backend_abandon redis_abandon;
backend_commit redis_commit;
backend_read redis_read;
backend_scopes redis_scopes;
backend_now redis_now;
backend_old_entries redis_old_entries;
backend_check redis_check;
backend_watch redis_watch;
backend_waiter_open redis_waiter_open;
backend_wait redis_wait;
backend_waiter_close redis_waiter_close;

#endif
