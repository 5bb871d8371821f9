/*
 * Inside of store.h: the handle, and how a failure of the backend becomes one of the store.
 */
#ifndef STORE_STORE_PARTS_H
#define STORE_STORE_PARTS_H

#include "base/random.h"
#include "store/step.h"

struct store {
	struct backend *backend;
	struct store_url url;
	struct buf why;
	char client[RANDOM_KEY];
	uint64_t number; /* of the last update */
	struct step step;
	struct scope_head head; /* of the last section */
};

/* STATUS, with WHY as the reason. */
int store_fail(struct store *s, int status, const char *why);

/* What the backend says, as the status of the whole. */
int store_told(struct store *s, int status);

/* EROS_DATA where it is no scope's name. */
int store_check_scope(struct store *s, const char *scope);

/* One attempt at an update, or at a view, where ID is NULL. After BACKEND_AGAIN and BACKEND_BROKEN there is another. */
typedef int store_attempt(struct store *s, struct str scope, struct update_id *id, void *arg);

/*
 * Until it is done, or fails, or the time is up. A connection that broke is made anew once; if it breaks again
 * before the time is up the server is not well.
 */
int store_run(struct store *s, const char *scope, struct update_id *id, store_attempt *attempt,
              void *arg);

#endif
