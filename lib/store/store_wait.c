/* Waiters; see store.h. */
#include "store/store_parts.h"

#include "base/clock.h"
#include "base/signals.h"

/* For how long a waiter for every change has itself noted, and after which part of it anew. */
static const double watch_time = 60;

struct store_waiter {
	struct store *store;
	void *waiter;
	char *scope;
	bool every;      /* woken by every change: */
	double noted_at; /* by clock_mono */
};

/* Say that somebody sleeps for every change; again before that is forgotten. */
static int
note_watch(struct store_waiter *w)
{
	double now;
	int status;

	if (!w->every || (w->noted_at > 0 && clock_mono() < w->noted_at + watch_time / 2))
		return EROS_OK;
	status = store_now(w->store, &now);
	if (status == EROS_OK)
		status = store_told(w->store, w->store->backend->ops->watch(w->store->backend,
		                                                            str_of(w->scope),
		                                                            now + watch_time));
	w->noted_at = clock_mono();
	return status;
}

int
store_waiter_open(struct store *s, const char *scope, struct str key, struct store_waiter **result)
{
	struct store_waiter *w;
	int status = store_check_scope(s, scope);

	*result = NULL;
	if (status != EROS_OK)
		return status;
	w = xcalloc(1, sizeof(*w));
	w->store = s;
	w->scope = xstrdup(scope);
	w->every = key.len == 0;
	status = store_told(
		s, s->backend->ops->waiter_open(s->backend, str_of(scope), key, &w->waiter));
	if (status == EROS_OK)
		status = note_watch(w);
	if (status == EROS_OK)
		*result = w;
	else
		store_waiter_close(w);
	return status;
}

int
store_wait(struct store_waiter *w, double seconds, bool *woken)
{
	double until = clock_mono() + seconds;
	int status;

	*woken = false;
	do {
		status = note_watch(w);
		if (status == EROS_OK) {
			double left = fmin(fmax(until - clock_mono(), 0), watch_time / 2);

			status = store_told(w->store,
			                    w->store->backend->ops->wait(w->store->backend,
			                                                 w->waiter, left, woken));
		}
	} while (status == EROS_OK && !*woken && clock_mono() < until && !signal_caught);
	return status;
}

void
store_waiter_close(struct store_waiter *w)
{
	if (!w)
		return;
	if (w->waiter)
		w->store->backend->ops->waiter_close(w->store->backend, w->waiter);
	free(w->scope);
	free(w);
}
