/*
 * The past of a registry: its constraints and state as they were at an earlier version, by taking back what the log
 * says was done since, the latest first.
 *
 *   struct registry_past p = REGISTRY_PAST_INIT;
 *   registry_past_begin(rows, &p)                      as they are now (a step that only reads)
 *   registry_past_undo(&p, entry, len)                 for each entry after the version, the latest first
 *   registry_past_constraints(&p, &out)                the constraints as a JSON object; the state is in p.state
 */
#ifndef POLICY_REGISTRY_UNDO_H
#define POLICY_REGISTRY_UNDO_H

#include "base/buf.h"
#include "base/rowset.h"

struct registry_past {
	struct rowset constraints;
	struct buf state;
	uint64_t version; /* that it was begun with */
	bool exists;
};

#define REGISTRY_PAST_INIT                               \
	{                                                \
		.constraints = ROWSET_INIT, .version = 0 \
	}

void registry_past_begin(struct rows *r, struct registry_past *p);

/* False where ENTRY is none that this version knows: then it cannot be worked out. */
bool registry_past_undo(struct registry_past *p, struct str entry);

void registry_past_constraints(const struct registry_past *p, struct buf *out);
void registry_past_release(struct registry_past *p);

#endif
