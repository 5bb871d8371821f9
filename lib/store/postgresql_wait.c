/* Waiting for a key, at a connection that listens and, on the same host, at a socket; see postgresql.h. */
#include "store/postgresql.h"

#include "base/hash.h"
#include "store/local_wake.h"
#include "store/socket_wait.h"

#include <stdio.h>
#include <unistd.h>

uint64_t
postgresql_channel(struct str scope, struct str key)
{
	return hash_bytes(key, hash_bytes(scope, 0));
}

void
postgresql_channel_name(uint64_t channel, char name[static PQ_CHANNEL])
{
	snprintf(name, PQ_CHANNEL, "eros_%016jx", (uintmax_t)channel);
}

int
postgresql_watch(struct backend *b, struct str scope, double until)
{
	struct postgresql *s = postgresql_of(b);
	struct parameters p = {0};
	PGresult *result = NULL;
	int status = link_connect(&s->link);

	parameter_bytes(&p, scope);
	parameter_seconds(&p, until);
	if (status == EROS_OK)
		status = link_query(&s->link, PQ_SCOPE_WATCH, &p, &result);
	PQclear(result);
	return status;
}

/* A waiter has a connection of its own, which does nothing but listen. */
struct waiter {
	struct link link;
	uint64_t channel;
	int64_t turn;
	bool alone; /* it has a key, which is its own: */
	int local;  /* where it is woken directly, or -1 */
};

static void
waiter_release(struct waiter *w)
{
	link_close(&w->link);
	if (w->local >= 0)
		close(w->local);
	w->local = -1;
}

static int
listen_for(struct waiter *w)
{
	PGresult *result = NULL;
	char name[PQ_CHANNEL], sql[PQ_CHANNEL + 16];
	int status = link_connect(&w->link);

	if (status != EROS_OK)
		return status;
	postgresql_channel_name(w->channel, name);
	snprintf(sql, sizeof(sql), "LISTEN %s", name);
	link_start(&w->link);
	status = link_simple(&w->link, sql, &result);
	if (status == EROS_OK && PQresultStatus(result) != PGRES_COMMAND_OK)
		status = link_fail(&w->link, result);
	PQclear(result);
	if (status == EROS_OK && w->alone)
		w->local = local_waiter_open(w->channel ^ w->link.place);
	return status;
}

int
postgresql_waiter_open(struct backend *b, struct str scope, struct str key, void **result)
{
	struct postgresql *s = postgresql_of(b);
	struct waiter *w = xcalloc(1, sizeof(*w));

	w->link = (struct link){.url = &s->url, .why = &s->backend.why};
	w->channel = postgresql_channel(scope, key);
	w->turn = postgresql_turn(scope);
	w->alone = key.len > 0;
	w->local = -1;
	*result = w;
	return listen_for(w);
}

static bool
take_notes(struct waiter *w)
{
	bool any = false;

	for (PGnotify *n; (n = PQnotifies(w->link.pg)) != NULL; PQfreemem(n))
		any = true;
	return any;
}

/* Who woke us directly is about to commit, and has the scope's turn until that has come to an end. */
static int
await_commit(struct waiter *w)
{
	struct parameters p = {0};
	PGresult *result;
	int status;

	parameter_number(&p, w->turn);
	status = link_query(&w->link, PQ_TURN_PASSED, &p, &result);
	PQclear(result);
	return status;
}

/* What there is, without waiting. False where the connection broke. */
static bool
take_wakes(struct waiter *w, bool *woken)
{
	bool direct = local_waiter_take(w->local);

	if (!w->link.pg || (direct && await_commit(w) != EROS_OK) || !PQconsumeInput(w->link.pg))
		return false;
	*woken = take_notes(w) || direct;
	return true;
}

/* A connection that broke may have missed something: that counts as being woken. */
int
postgresql_wait(struct backend *b, void *waiter, double seconds, bool *woken)
{
	struct waiter *w = waiter;
	bool whole = take_wakes(w, woken);

	(void)b;
	if (whole && !*woken) {
		socket_wait(PQsocket(w->link.pg), w->local, seconds);
		whole = take_wakes(w, woken);
	}
	if (whole)
		return EROS_OK;
	waiter_release(w);
	*woken = true;
	return listen_for(w);
}

void
postgresql_waiter_close(struct backend *b, void *waiter)
{
	(void)b;
	waiter_release(waiter);
	free(waiter);
}
