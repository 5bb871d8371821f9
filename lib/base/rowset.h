/*
 * A set of rows in memory, in the order of their keys: a skip list, so that finding, setting, deleting and going on
 * to the next take a number of comparisons that grows with the logarithm of the count.
 *
 *   struct rowset s = ROWSET_INIT;
 *
 * It owns copies of keys and values. A row keeps its address until it is deleted; the value of a row that is set again
 * may move.
 */
#ifndef BASE_ROWSET_H
#define BASE_ROWSET_H

#include "base/rows.h"

enum { ROWSET_LEVELS = 20 };

struct rowset_row {
	struct row row;
	bool dropped;              /* the caller's: a row that is marked as deleted */
	size_t cap;                /* private: room for the value */
	struct rowset_row *next[]; /* [0] is the next row */
};

struct rowset {
	struct rowset_row *first[ROWSET_LEVELS];
	size_t count;
	int levels;
	uint64_t chance;
};

#define ROWSET_INIT             \
	{                       \
		{NULL}, 0, 1, 1 \
	}

/* The first row whose key is KEY (where AT) or after it; NULL where there is none. An empty KEY is before all. */
struct rowset_row *rowset_seek(const struct rowset *t, struct str key, bool at);
struct rowset_row *rowset_find(const struct rowset *t, struct str key);

/* Set the row, which is new or replaced. */
struct rowset_row *rowset_set(struct rowset *t, const struct row *row);
void rowset_delete(struct rowset *t, struct str key);

/* Empty, and ROWSET_INIT again. */
void rowset_release(struct rowset *t);

#endif
