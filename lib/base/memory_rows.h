/*
 * The rows of one scope in memory: what the tests and simulations of a policy run it on.
 *
 *   struct memory_rows m = MEMORY_ROWS_INIT;
 *   policy_step(memory_rows_begin(&m, now), event, &verdict);
 *   memory_rows_end(&m);
 *
 * m.log holds what was appended and not trimmed, m.woken the keys that the last step woke.
 */
#ifndef BASE_MEMORY_ROWS_H
#define BASE_MEMORY_ROWS_H

#include "base/rowset.h"

struct memory_entry {
	uint64_t version;
	struct str text;
};

struct memory_rows {
	struct rows rows;
	struct rowset set;
	uint64_t version, trimmed;
	struct memory_entry *log;
	size_t entries, log_cap;
	struct str *woken;
	size_t wakes, woken_cap;
	bool changed;
};

#define MEMORY_ROWS_INIT           \
	{                          \
		.set = ROWSET_INIT \
	}

struct rows *memory_rows_begin(struct memory_rows *m, double now);
void memory_rows_end(struct memory_rows *m);
void memory_rows_release(struct memory_rows *m);

#endif
