/*
 * Supervising one attempt at a time of one agent: an event loop over the keeper's news, the agent's output, signals, limits
 * and the reader of the records, none of which can hold up another.
 *
 *   supervise_init(&s);                            once; takes over signals
 *   supervise_attempt(&s, argv, env, count);       until the agent has ended and nothing of it is left
 *   supervise_pause(&s, seconds);                  between two attempts
 *   supervise_finish(&s);                          until the reader has taken all records
 *
 * What happens is told to the caller's functions, which make the records. Limits are measured on CLOCK_MONOTONIC, from
 * the start of each attempt. The first SIGTERM, SIGINT or SIGHUP ends the agent, a second one without grace.
 */
#ifndef PROC_SUPERVISE_H
#define PROC_SUPERVISE_H

#include "proc/heart.h"
#include "proc/keeper.h"
#include "proc/relay.h"
#include "proc/spool.h"

/* Why eros-run ended the agent. */
enum supervise_cause {
	CAUSE_NONE,    /* it did not */
	CAUSE_TIMEOUT, /* the hard limit */
	CAUSE_IDLE,    /* no output for too long */
	CAUSE_SIGNAL,  /* eros-run was told to end */
	CAUSE_OUTPUT,  /* the records can no longer be written */
	CAUSE_KEEPER,  /* the keeper died */
};

enum { SUPERVISE_OUT, SUPERVISE_ERR, SUPERVISE_STREAMS };

struct supervise_outcome {
	struct process process; /* pid 0 where it never came to be */
	int error;              /* errno where it could not be executed, else 0 */
	int status;             /* as waitpid(2) gives it */
	struct rusage usage;
	double duration;
	enum supervise_cause cause;
	size_t left; /* descendants that could not be ended */
};

struct supervise {
	/* Set by the caller. */
	const char *agent, *specialty, *run; /* specialty may be NULL */
	double timeout, idle, grace, beat;   /* seconds; but for grace, 0 is none */
	size_t max_line;
	bool pty;
	struct spool *spool;
	void (*started)(void *arg, const struct process *p);
	void (*line)(void *arg, unsigned stream, const struct relay_line *line);
	void (*beating)(void *arg, const struct process *p, double output_age, double beat_age);
	void (*ended)(void *arg,
	              const struct supervise_outcome *o); /* at once, whatever it left behind */
	void *arg;

	int stop;                         /* the signal that told us to end, or 0 */
	struct supervise_outcome outcome; /* of the attempt, this one or the last */

	/* private */
	int signals;
	sigset_t mask;
	bool ignores_pipe, hurry;
	struct cgroup cgroup;
	struct keeper keeper;
	struct relay stream[SUPERVISE_STREAMS];
	struct end *end; /* of what a dead keeper left */
	enum { PHASE_NONE, PHASE_START, PHASE_RUN, PHASE_LEFT, PHASE_OVER } phase;
	struct heart heart;
	double began, last_output, beat_at;
	double give_up_at; /* when the keeper is not waited for any longer */
	double retry_at;   /* when to try the outlet again */
};

void supervise_init(struct supervise *s);

/*
 * Run ARGV with standard input IN, which stays the caller's, and the changes ENV to the environment. False with errno
 * where nothing could be started. The outcome is told by `ended`, before this returns.
 */
bool supervise_attempt(struct supervise *s, char **argv, int in, const struct spawn_env *env,
                       size_t env_count);

/* Wait; false where a signal or a lost reader cut it short. */
bool supervise_pause(struct supervise *s, double seconds);

/* Wait until the records are written; after a signal, at most for the grace. */
void supervise_finish(struct supervise *s);

void supervise_release(struct supervise *s);

#endif
