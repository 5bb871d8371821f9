/*
 * Inside of judge.h: the places of all claims, and what becomes of them.
 */
#ifndef REPORT_JUDGE_PARTS_H
#define REPORT_JUDGE_PARTS_H

#include "report/judge.h"
#include "report/site.h"

/* A location of a claim that is no file of the tree. */
struct lost {
	uint32_t claim, location;
	enum resolve_how how;
};

struct bench {
	struct judge *j;
	const struct claims *claims;
	bool *excluded; /* for each file: it is one of the reports */
	struct site *
		site; /* by claim, in the order in which it cites them; then those that the search found */
	size_t sites, site_cap;
	struct lost *lost;
	size_t losts, lost_cap;
	uint32_t *by_file;  /* sites, in order of their files */
	size_t *file_first; /* for each file its first in by_file */
	unsigned threads;
	struct arena *arena;  /* for each thread */
	struct map ids;       /* given out; a uint32_t each, how many more began as it did */
	struct map checks;    /* path -> the first of the checks there, from 1 */
	uint32_t *next_check; /* for each check the next in the same file, from 1 */
};

/* Resolve the claims' locations. */
void bench_locate(struct bench *b);

/* A site for each file that has words of a quote whose claim cites no file of the tree, or of what a fix defines. */
void bench_search(struct bench *b);

/* Sites for what may have been moved to other files than those cited, where it is missed; whether there are any. */
bool bench_search_missed(struct bench *b);

/*
 * Of the sites of FILE that were judged, have those judged again that could be in several places, now that others tell how far
 * its lines have moved; whether there are any.
 */
bool bench_shift(struct bench *b, size_t file);

/* The name of a claim's report, as evidence gives it. */
struct str bench_report(const struct bench *b, const struct claim *c);

/* What is known of the claim itself: title, severity, source, id. */
void bench_state(struct bench *b, uint32_t claim);

/* Ask the history about places where a quote is gone; see judge_history.c. */
void bench_history(struct bench *b);

/* Tie what rules found to the claims' places: chain_checks before, tie_checks for each claim whose verdict is known. */
void bench_chain_checks(struct bench *b);
void bench_tie_checks(struct bench *b, uint32_t claim, const struct site *site, size_t sites);

/* From its sites, [FIRST, END) in b->site, what the claim comes to. */
void bench_sum(struct bench *b, uint32_t claim, size_t first, size_t end);

#endif
