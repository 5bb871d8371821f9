/*
 * Rows: what a policy that keeps shared state sees of it.
 *
 * A policy is given a handle and works on the rows of one scope through it: byte strings under byte strings, in the
 * order of their keys, and a log that only grows. It cannot tell a table in memory (base/memory_rows.h: tests,
 * simulations) from a store that a hundred processes share (store/store.h).
 *
 * One call of a policy is a step. A step is atomic, sees its own changes, and gives the scope its next version if it put,
 * deleted, appended or trimmed anything; what it appends to the log carries that version. now is the store's clock in seconds, the same for
 * the whole step and never before that of an earlier step of the scope.
 *
 * A step may be run again from the beginning, because others were faster: it must do nothing but work on the rows and
 * set its results, each of them anew. Nothing here fails as far as the step can see: where the store breaks in the middle,
 * reads find nothing from then on, and what the step did is thrown away.
 *
 * A row may expire: from that moment of the store's clock on it is not there, for anybody. It is not deleted by that (see
 * store_prune), so put it anew or delete it as if it were there.
 *
 * Spans that are returned live until the next call on the same handle. Keys have 1 to ROW_KEY_MAX bytes, values and
 * entries at most ROW_VALUE_MAX; any byte may occur.
 */
#ifndef BASE_ROWS_H
#define BASE_ROWS_H

#include "base/str.h"

#include <math.h>
#include <stdint.h>

enum { ROW_KEY_MAX = 1024, ROW_VALUE_MAX = 16 << 20 };

#define ROW_FOREVER INFINITY

struct row {
	struct str key, value;
	double expires; /* ROW_FOREVER, or seconds of the store's clock */
};

struct rows;

struct rows_ops {
	bool (*get)(struct rows *r, struct str key, struct row *row);
	bool (*next)(struct rows *r, struct str after, bool at, struct row *row);
	void (*put)(struct rows *r, const struct row *row);
	void (*delete)(struct rows *r, struct str key);
	void (*append)(struct rows *r, struct str entry);
	void (*trim)(struct rows *r, uint64_t version);
	void (*wake)(struct rows *r, struct str key);
	void (*next_step)(struct rows *r);
};

struct rows {
	const struct rows_ops *ops;
	double now;
	uint64_t version; /* that this step gives the scope if it changes anything: the current one plus 1 */
	bool durable; /* see rows_make_durable */
};

/* The row KEY; false where there is none. */
static inline bool
rows_find(struct rows *r, struct str key, struct row *row)
{
	return r->ops->get(r, key, row);
}

/* Its value alone. */
static inline bool
rows_get(struct rows *r, struct str key, struct str *value)
{
	struct row row;
	bool found = r->ops->get(r, key, &row);

	*value = found ? row.value : STR_NONE;
	return found;
}

/*
 * The first row after KEY, in byte order of keys, a shorter one before those it begins; and the first that is KEY or
 * after it. KEY may be what the call before returned:
 *
 *   for (found = rows_seek(r, prefix, &row); found && str_starts(row.key, prefix); found = rows_next(r, row.key, &row))
 *
 * and rows may be put and deleted on the way, if row.key is copied first.
 */
static inline bool
rows_next(struct rows *r, struct str key, struct row *row)
{
	return r->ops->next(r, key, false, row);
}

static inline bool
rows_seek(struct rows *r, struct str key, struct row *row)
{
	return r->ops->next(r, key, true, row);
}

/* Set a row, for ever or until EXPIRES. The bytes are copied. */
static inline void
rows_put_until(struct rows *r, struct str key, struct str value, double expires)
{
	struct row row = {key, value, expires};

	r->ops->put(r, &row);
}

static inline void
rows_put(struct rows *r, struct str key, struct str value)
{
	rows_put_until(r, key, value, ROW_FOREVER);
}

static inline void
rows_delete(struct rows *r, struct str key)
{
	r->ops->delete(r, key);
}

/* Add an entry to the scope's log: it is there if, and when, the step's changes are. */
static inline void
rows_append(struct rows *r, struct str entry)
{
	r->ops->append(r, entry);
}

/* Forget the entries of all versions up to and including VERSION. */
static inline void
rows_trim(struct rows *r, uint64_t version)
{
	r->ops->trim(r, version);
}

/* Wake whoever waits under KEY in this scope (store_waiter_open) once the step's changes can be seen. */
static inline void
rows_wake(struct rows *r, struct str key)
{
	r->ops->wake(r, key);
}

/* What this step hands out must not be handed out again after a power cut: a fencing token. */
static inline void
rows_make_durable(struct rows *r)
{
	r->durable = true;
}

/*
 * End the step and begin the next within the same atomic section: all of them are seen at once or not at all, and each
 * has a version of its own, as if they had been made one by one. For many requests that are at hand together.
 */
static inline void
rows_next_step(struct rows *r)
{
	r->ops->next_step(r);
}

#endif
