/*
 * eros-watch at work: a filter around policy/watch.h, the team's lock, and what is left to a successor.
 */
#ifndef BIN_WATCH_RUN_H
#define BIN_WATCH_RUN_H

#include "policy/watch_clock.h"
#include "proc/post.h"
#include "record/filter.h"

enum watch_fail_on { WATCH_FAIL_NEVER, WATCH_FAIL_INTERVENE, WATCH_FAIL_REPORT };

struct watch_run {
	/* Set by the caller. */
	struct filter filter;
	struct watch_options options;
	bool by_records;
	double wait; /* for the team's lock */
	enum watch_fail_on fail_on;
	char **argv;

	/* private */
	struct watch watch;
	struct watch_clock clock;
	struct post post;
	double offset;      /* Unix time less CLOCK_MONOTONIC, as it was at the start */
	double next;        /* check, by the wall clock */
	double saved, cost; /* when the state was saved last, and how long that took */
	char host[WATCH_HOST_SIZE];
	struct buf said, state;
};

/* Read FILES (as filter_run) and return the exit status. */
int watch_run(struct watch_run *run, char **files);

/* The wall clock as it was at the start, and steady since: a change of it is no silence of anybody. */
double watch_run_now(const struct watch_run *run);

/* watch_state.c: take the team and take up what the one before knew, or say why not and stop the filter. */
void watch_state_take(struct watch_run *run);

/* Hand on what was said, and keep what a successor has to know. */
void watch_state_hand_on(struct watch_run *run);

#endif
