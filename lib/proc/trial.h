/*
 * Trials: running one command several times over, each time as if it were the first.
 *
 *   trial_init(&t);                              once; takes over signals
 *   trial_run(&t, argv);                         one try: t.status and t.timed_out say how it ended
 *   trial_pause(&t, seconds);                    between two
 *   trial_release(&t);
 *
 * Each try is given the same standard input (proc/replay.h). What it prints goes to a tape, for the caller to show or to
 * forget, unless it is to stream. The command stays in the caller's session and process group, so it can be run from a
 * terminal; it is killed when the caller is (proc/guard.h), and what it started is not.
 *
 * TERM, INT, HUP and QUIT end the command and all its descendants, SIGTERM first, as the time limit does; a second signal
 * ends them at once. What a failed try left running is ended in the same way before trial_run returns: the caller is a
 * child subreaper, so that daemons are found too. What a successful one left is left alone.
 */
#ifndef PROC_TRIAL_H
#define PROC_TRIAL_H

#include "proc/guard.h"
#include "proc/replay.h"

struct trial {
	/* Set by the caller. */
	bool stream;  /* the command has our standard output */
	double until; /* when to end it, on CLOCK_MONOTONIC; INFINITY: never */
	double grace; /* seconds between SIGTERM and SIGKILL */

	/* What became of it. */
	int status;     /* as a shell has it */
	bool timed_out; /* it was ended at `until`: status is EROS_TIMEOUT */
	int stop;       /* the signal that told us to end, or 0 */
	int error; /* errno where its input or output could not be kept, so that it was ended; or 0 */
	struct tape output;
	struct replay input;

	/* private */
	struct guard guard, helper;
	int signals, from, answer;
	bool running, ending, asking, hurried;
};

/* At most MAX bytes of input are kept. False with errno. */
bool trial_init(struct trial *t, uint64_t max);

/* False with errno where nothing could be started. */
bool trial_run(struct trial *t, char **argv);

/*
 * Run a helper (proc/helper.h) to its end, whatever it takes; a signal ends it. *STATUS is as a shell has it. False with
 * errno where it could not be started.
 */
bool trial_ask(struct trial *t, char **argv, int *status);

/* Wait; false where a signal cut it short. */
bool trial_pause(struct trial *t, double seconds);

void trial_release(struct trial *t);

#endif
