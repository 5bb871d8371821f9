/* Waiting for a key, at a cell of the page that all share; see turns.h. */
#include "store/sqlite.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/signals.h"

#include <math.h>

uint32_t
sqlite_cell(struct str scope, struct str key)
{
	return turns_cell(hash_bytes(key, hash_bytes(scope, 0)));
}

int
sqlite_watch(struct backend *b, struct str scope, double until)
{
	struct sqlite *s = sqlite_of(b);
	sqlite3_stmt *put;
	int status = sqlite_enter(s);

	if (status != EROS_OK)
		return status;
	put = sqlite_statement(s, SQL_SCOPE_WATCH);
	sqlite_bind(put, 1, scope);
	sqlite3_bind_double(put, 2, until);
	status = sqlite_run(s, put);
	if (status == EROS_OK)
		return sqlite_leave(s, SQL_COMMIT);
	sqlite_abandon(b);
	return status;
}

struct waiter {
	uint32_t cell, seen;
};

int
sqlite_waiter_open(struct backend *b, struct str scope, struct str key, void **result)
{
	struct sqlite *s = sqlite_of(b);
	struct waiter *w = xmalloc(sizeof(*w));

	w->cell = sqlite_cell(scope, key);
	w->seen = atomic_load(&s->turns->cell[w->cell]);
	*result = w;
	return EROS_OK;
}

/*
 * Sleep in slices, as a signal could come just before the sleep. Whoever woke us has perhaps not committed yet: it has
 * when we have had our turn.
 */
int
sqlite_wait(struct backend *b, void *waiter, double seconds, bool *woken)
{
	static const double slice = 1;
	struct sqlite *s = sqlite_of(b);
	struct waiter *w = waiter;
	double until = clock_mono() + seconds, left = seconds;
	int status;

	while (atomic_load(&s->turns->cell[w->cell]) == w->seen && left > 0 && !signal_caught) {
		turns_sleep(s->turns, w->cell, w->seen, fmin(left, slice));
		left = until - clock_mono();
	}
	*woken = atomic_load(&s->turns->cell[w->cell]) != w->seen;
	if (!*woken)
		return EROS_OK;
	w->seen = atomic_load(&s->turns->cell[w->cell]);
	status = sqlite_enter(s);
	return status == EROS_OK ? sqlite_leave(s, SQL_ROLLBACK) : status;
}

void
sqlite_waiter_close(struct backend *b, void *waiter)
{
	(void)b;
	free(waiter);
}
