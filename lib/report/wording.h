/*
 * How alike findings are worded: the cosine of the angle between vectors of their words, each word weighing the more the
 * fewer findings have it.
 *
 * Words are taken without their endings; a name such as _lease_sweeper counts as itself and by its parts, and
 * "re-entrancy" also as "reentrancy". Words that say nothing do not count. Of a finding that says very much only the beginning
 * does. Deterministic; time and memory are linear in the text.
 */
#ifndef REPORT_WORDING_H
#define REPORT_WORDING_H

#include "finding/finding.h"

#include <stdint.h>

struct word {
	uint64_t hash;
	float weight, title; /* among all that is said, and in the title alone */
};

struct wording {
	struct word *word; /* sorted by hash */
	size_t count;
};

struct wordings {
	struct wording *of; /* one for each finding */
	size_t count;
	uint64_t *all; /* every word once for each finding that has it, sorted */
	size_t all_count, all_cap;
};

void wordings_make(struct wordings *w, const struct finding *f, size_t count);
void wordings_release(struct wordings *w);

/* From 0, nothing in common, to 1, the same words as often. */
double wordings_like(const struct wordings *w, size_t a, size_t b);
double wordings_titles_like(const struct wordings *w, size_t a, size_t b);

/* How many findings have the word. */
size_t wordings_frequency(const struct wordings *w, uint64_t hash);

#endif
