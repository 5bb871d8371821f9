/*
 * Inside of scan: rules at work on one text after another.
 *
 * An engine is the rules that count, ready to be searched for; it does not change, and serves all threads. A worker is what
 * one thread needs. What it finds are hits; some of them are not settled before definitions have been looked for in
 * all files: those are demands (demand.h).
 */
#ifndef SCAN_ENGINE_H
#define SCAN_ENGINE_H

#include "base/map.h"
#include "finding/fingerprint.h"
#include "scan/text.h"

struct engine {
	const struct scan_rules *rules;
	bool *on; /* by rule */
	struct sieve *sieve;
	unsigned *always; /* rules that nothing can be sieved for */
	size_t always_count;
};

struct scan_hit {
	const struct scan_rule *rule;
	size_t line, end_line, column;
	struct str text;     /* its lines */
	struct str *capture; /* by the rule's names; empty where nothing was captured */
	bool ignored;        /* by a comment */
	size_t demand;       /* its number from 1; 0: none */
	char fingerprint[FINGERPRINT_SIZE];
};

struct hits {
	struct scan_hit *hit; /* in order of line and rule */
	size_t count, cap;
};

struct worker {
	const struct engine *engine;
	struct search *search;
	struct scan_text text;
	struct map patterns; /* of struct pattern *, by the text that was filled in */
	struct arena arena;  /* for what hits point to */
	struct hits *hits;   /* where they go */
	size_t given_up;
	bool *about,
		*whole; /* by rule: it is about this file; it is to be searched for in all of it */
	size_t *past;   /* by rule: where the last line that is on the list ends */
	struct lookup *lookup;
	size_t lookups, lookup_cap;
};

/* With the rules that count for TARGET; where ONLY is set, with that one alone, whatever it is for. */
void engine_init(struct engine *e, const struct scan_rules *rules, struct str target,
                 const struct scan_rule *only);
void engine_release(struct engine *e);

void worker_init(struct worker *w, const struct engine *e);
void worker_release(struct worker *w);

/* Whether a file of that name may be of interest: its language may turn out to be another when it is read. */
bool engine_wants(const struct engine *e, struct str path, enum lang lang);

/* Search RAW and add what is found to HITS. */
void worker_scan(struct worker *w, struct str path, enum lang lang, struct str raw,
                 struct hits *hits);

/*
 * Conditions, in check.c. One match of RULE in the text of W, from FROM to TO, the search having just found it; false where
 * it is no hit.
 */
bool worker_check(struct worker *w, const struct scan_rule *rule, size_t from, size_t to);

/* P with CAPTURE filled in; NULL where that is no pattern any more. */
const struct pattern *worker_pattern(struct worker *w, const struct scan_rule *rule,
                                     const struct scan_pattern *p, const struct str *capture);

/* The first match in VIEW of those that begin from FROM to TO, counted from the beginning of VIEW; as search_next. */
int worker_search(struct worker *w, const struct pattern *p, struct str view, size_t from,
                  size_t to, size_t *at);

#endif
