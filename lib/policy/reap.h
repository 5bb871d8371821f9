/*
 * Which processes of a fleet are to be ended: those whose heartbeat is stale, those that are too old, and the oldest
 * beyond a number for each group. A policy: it is given ages and gives verdicts.
 */
#ifndef POLICY_REAP_H
#define POLICY_REAP_H

#include "base/buf.h"

#include <sys/types.h>

enum reap_verdict {
	REAP_KEEP,
	REAP_STALE, /* its last beat, or without a heartbeat its start, is longer ago than `stale` */
	REAP_AGED,  /* it started longer ago than `max_age` */
	REAP_OVER,  /* there are `keep` newer ones in its group */
};

extern const char *const reap_cause[]; /* their names: NULL, "stale", "max_age", "over_limit" */

struct reap_process {
	struct str group;
	double beat;   /* seconds since its last beat; NAN where it has no heartbeat */
	double uptime; /* seconds */
	pid_t pid;     /* tells the order of those that started together */
	bool exempt;   /* it is never ended, and not counted */
	enum reap_verdict verdict;
};

struct reap_limits {
	double stale, max_age; /* INFINITY where there is none */
	size_t keep;           /* SIZE_MAX where there is none */
};

/* Whether its last beat is too long ago. */
bool reap_is_stale(const struct reap_process *p, const struct reap_limits *l);

/* Set the verdict of each. What has to go for another cause does not count towards its group. */
void reap_judge(struct reap_process *p, size_t count, const struct reap_limits *l);

/* Add the reason for the verdict in words. */
void reap_reason(const struct reap_process *p, const struct reap_limits *l, struct buf *out);

#endif
