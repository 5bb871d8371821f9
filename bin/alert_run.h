/*
 * eros-alert's main job: records in, alerts out, and the state in between.
 */
#ifndef BIN_ALERT_RUN_H
#define BIN_ALERT_RUN_H

#include "policy/alert.h"
#include "record/filter.h"

struct alert_run {
	/* Set by the caller. */
	struct filter *filter;
	const struct alert_rules *rules;
	struct alert_options options;
	const char *state;     /* path; NULL for none */
	const char *generator; /* for Alertmanager */
	bool wall, alertmanager, fail_on_firing;

	/* private */
	struct alert alert;
	struct buf array, text;
	bool fired;   /* some alert was told to be firing */
	bool printed; /* an array was written */
	bool dirty;   /* records came since the state was saved, */
	double saved; /* and when that was, by clock_mono */
};

/* Read FILES (as filter_run) and return the exit status. */
int alert_run(struct alert_run *run, char **files);

/* alert_run.c: write the array of alerts that is open, if any. */
void alert_run_flush(struct alert_run *run);

/* alert_state.c: take the state's lock until the end, or die; load it, or die; save it after all output, or die. */
void alert_state_lock(const struct alert_run *run);
void alert_state_load(struct alert_run *run);
void alert_state_save(struct alert_run *run);

/* Save where something new is known and the last time was long ago. */
void alert_state_keep(struct alert_run *run);

#endif
