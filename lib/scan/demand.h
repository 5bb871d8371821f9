/*
 * Inside of scan: what hits demand of definitions elsewhere. `defines` of their rules, with their captures filled in, is
 * looked for in every file that the rule is about; a demand holds where it is found, and in each place has what the rule
 * says it has, and lacks what it lacks, in the block that it opens.
 */
#ifndef SCAN_DEMAND_H
#define SCAN_DEMAND_H

#include "scan/engine.h"

#include <stdatomic.h>

struct demand {
	const struct scan_rule *rule;
	struct pattern *defines, *has, *lacks; /* NULL: nothing is asked */
	atomic_size_t found, good;
};

struct demands {
	struct demand **demand;
	size_t count, cap;
	struct map seen; /* numbers, by rule and patterns */
	struct arena arena;
	struct sieve *sieve;
	bool *always; /* by demand: nothing to sieve for */
};

void demands_init(struct demands *d);
void demands_release(struct demands *d);

/* Note what HIT demands, and its number in it. */
void demands_add(struct demands *d, struct scan_hit *hit);

/* When all are noted. */
void demands_ready(struct demands *d);

/* Look for them in one text; for any thread. */
void demands_look(struct demands *d, struct worker *w, struct str path, enum lang lang,
                  struct str raw);

bool demands_hold(const struct demands *d, const struct scan_hit *hit);

#endif
