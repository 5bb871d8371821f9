/*
 * The records of a run: eros-record(5) says what they hold. Each goes to the spool at once; start, exit and
 * retries_exhausted are never given up for a slow reader.
 */
#ifndef PROC_JOURNAL_H
#define PROC_JOURNAL_H

#include "proc/verdict.h"

struct journal {
	struct spool *spool;
	const char *agent, *specialty, *goal, *run; /* specialty and goal may be NULL */
	unsigned attempt;
	char host[65];
};

void journal_init(struct journal *j);
void journal_start(const struct journal *j, const struct process *p);
void journal_output(const struct journal *j, unsigned stream, const struct relay_line *line);
void journal_beat(const struct journal *j, const struct process *p, double output_age,
                  double beat_age);
void journal_exit(const struct journal *j, const struct supervise_outcome *o,
                  const struct verdict *v);
void journal_exhausted(const struct journal *j, int status);

/* For spool.gap: ARG is the journal. */
void journal_gap(void *arg, struct buf *b, uint64_t records, uint64_t bytes);

#endif
