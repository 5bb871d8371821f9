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

/* What the last searches of the conditions came to, so that what is asked again for the next match is known. */
enum { MEMOS = 8, MEMO_LEAST = 4096 }; /* shorter parts are searched again */

struct memo_occurs {
	const struct pattern *pattern;
	enum scan_view view;
	size_t from, to;
	int found;
};

/* How far the matches of a pattern have been looked at, for matches that come one after another. */
struct memo_cover {
	const struct pattern *pattern;
	enum scan_view view;
	size_t asked, next; /* the last place that was asked about; where to search on */
	size_t from, to;    /* the match before that */
	int found;          /* what the search for it came to */
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
	size_t spent; /* bytes of the text that conditions have searched, again and again */
	struct memo_occurs occurs[MEMOS];
	struct memo_cover cover[MEMOS];
	unsigned occurs_next, cover_next;
};

/* Conditions may search so many bytes for one text; then its matches are given up. */
enum { SCAN_SPENT_MAX = 256 << 20 };

/* With the rules that count for TARGET; where ONLY is set, with that one alone, whatever it is for. */
void engine_init(struct engine *e, const struct scan_rules *rules, struct str target,
                 const struct scan_rule *only);
void engine_release(struct engine *e);

void worker_init(struct worker *w, const struct engine *e);
void worker_release(struct worker *w);

/* Begin with another text. */
void worker_begin(struct worker *w, struct str path, enum lang lang, struct str raw);

/* Whether LEN more bytes may be searched for a condition; where not, the match is given up. */
bool worker_spend(struct worker *w, size_t len);

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
