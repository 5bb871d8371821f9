/*
 * The rows handle of a step that runs against a backend: reads come from the backend's section, changes are kept in
 * memory, where the step itself sees them, until all go to the backend at once.
 */
#ifndef STORE_STEP_H
#define STORE_STEP_H

#include "store/backend.h"

enum { STEP_PAGE_FIRST = 8, STEP_PAGE_MOST = 256 };

struct step {
	struct rows rows;
	struct backend *backend;
	int status; /* the first failure; reads find nothing from then on */
	bool read_only;

	struct rowset changes;
	struct batch_entry *entries;
	size_t count, entries_cap;
	uint32_t number; /* of the next entry in this version */
	struct str *wakes;
	size_t wake_count, wakes_cap;
	uint64_t trim;
	bool changed; /* since the last next_step */

	struct buf held, spare; /* what the last call returned, and the one before */
	/* Rows of the backend, in order and without a gap from page_from on, so that a scan costs one question a page. */
	struct rowset page;
	struct buf page_from;
	bool page_any, page_at, page_end;
	size_t page_size;
};

#define STEP_INIT                                           \
	{                                                   \
		.changes = ROWSET_INIT, .page = ROWSET_INIT \
	}

void step_begin(struct step *s, struct backend *b, const struct scope_head *head, bool read_only);

/* Whether there is anything to commit, and what. */
bool step_batch(struct step *s, const struct scope_head *head, struct batch *batch);
void step_release(struct step *s);

#endif
