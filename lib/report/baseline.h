/*
 * What has become of findings since an earlier run, which wrote them as records: each is marked "new", "unchanged", "fixed" or
 * "reopened".
 *
 *   struct baseline b = BASELINE_INIT;
 *   baseline_add(&b, &record, &reason)           each record of the earlier run
 *   gone = baseline_mark(&b, findings, count);
 *   baseline_release(&b);
 *
 * A finding is known again by its id; else by the line of code it is at (fingerprint), though that was shifted or its file
 * renamed, and its rule or title; else by its title or rule in the same file; else by these in a file of the same name. Each of
 * the earlier run is known again once.
 */
#ifndef REPORT_BASELINE_H
#define REPORT_BASELINE_H

#include "finding/finding.h"

struct baseline {
	struct finding *old;
	bool *met; /* those that were known again */
	size_t count, cap;
	struct arena arena;
};

#define BASELINE_INIT       \
	{                   \
		.old = NULL \
	}

/* Records of other types are passed over. False, with a constant reason, for one that is no finding. */
bool baseline_add(struct baseline *b, const struct record *r, const char **reason);

/* Set the member baseline of each; returns how many of the earlier run there are no more: b->met says which. */
size_t baseline_mark(struct baseline *b, struct finding *f, size_t count);
void baseline_release(struct baseline *b);

#endif
