/*
 * Pairs of findings that may say the same, and how sure that is.
 */
#ifndef REPORT_MERGE_PAIRS_H
#define REPORT_MERGE_PAIRS_H

#include "report/merge.h"
#include "report/wording.h"

enum likeness {
	LIKE_NOT,
	LIKE_POSSIBLY, /* to be named */
	LIKE_STRONGLY, /* to be made one */
};

struct pair {
	size_t a, b; /* a < b */
	double score;
	enum likeness like;
};

struct pairs {
	struct pair *pair; /* by falling score, then by their numbers */
	size_t count, cap;
};

/* The code of a finding's quotes and of its fix: hashes of lines that say something, sorted. */
struct code {
	uint64_t *line;
	size_t count;
};

struct matcher {
	const struct merge *m;
	struct wordings words;
	struct code *code; /* one for each finding, where there are claims */
};

void matcher_init(struct matcher *t, const struct merge *m);
void matcher_release(struct matcher *t);

/* How sure it is that A and B say the same. */
enum likeness matcher_judge(const struct matcher *t, size_t a, size_t b, double *score);

void pairs_find(struct pairs *p, const struct matcher *t);

#endif
