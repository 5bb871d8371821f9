/*
 * Ending processes for a cause, and telling what became of each: a reap record for every process, descendants included.
 *
 * Several may be at it at once: each holds the one lock of the state directory from before it looks who is to be ended
 * until all of them have gone, so nothing is ended twice, and told once. What a killed one has begun the next one ends.
 */
#ifndef PROC_REAPER_H
#define PROC_REAPER_H

#include "proc/end.h"
#include "proc/fleet.h"
#include "proc/lock.h"
#include "record/filter.h"

struct reaper_job {
	struct process process;
	char agent[BEAT_NAME_SIZE], specialty[BEAT_NAME_SIZE]; /* empty where they are not known */
	struct buf cause, reason;
	bool leave;  /* leave the reason for the eros-run above it */
	pid_t below; /* it was found below this one, by a reaper that was killed; else 0 */
	char *run; /* all else with this EROS_RUN_ID too, whatever has become of this process; or NULL */
};

struct reaper {
	/* Set by the command. */
	struct writer *out;
	double grace;
	bool dry_run;
	bool any_user;         /* other users' processes too: root only */
	struct pattern *spare; /* of agents and command lines; NULL for none */

	/* For the command's use: the worst status so far. */
	int status;

	/* private */
	struct lock lock;
	struct reaper_job *job;
	size_t count, cap;
	struct process *spared; /* the agents among `spare` that have a heartbeat */
	size_t spares, spares_cap;
	bool begun; /* something is kept of what is being ended: reaper_begun.h */
};

#define REAPER_INIT                           \
	{                                     \
		.grace = 5, .lock = LOCK_INIT \
	}

/*
 * Take the lock, unless in a dry run, and add what a killed reaper has left. Waits for another that holds it. Exits with a
 * message where that fails.
 */
void reaper_lock(struct reaper *r);
void reaper_unlock(struct reaper *r);

/* Why ROW is not to be ended, in words that last; NULL where it may be. AGENT may be NULL. */
const char *reaper_refuses(const struct reaper *r, const struct table *t,
                           const struct table_row *row, const char *agent);

/* A process to be ended with all its descendants; the caller fills in the rest. Valid until the next call. */
struct reaper_job *reaper_add(struct reaper *r, const struct process *p);

/* Read the fleet; exits with a message where that fails. Faulty heartbeats go into the status. */
void reaper_look(struct reaper *r, struct fleet *f, const struct fleet_query *q);

/* As reaper_add, with what is known of it and the cause; the caller adds the reason. */
struct reaper_job *reaper_choose(struct reaper *r, const struct fleet_process *p,
                                 const char *cause);

/* Add all that dead runs have left, whom the fleet was read for. */
void reaper_abandoned(struct reaper *r, const struct fleet *f);

/*
 * Add what the intervention R asks for: agent, pid, started, cause, reason. False where it does not say whom it
 * means, and *why in words.
 */
bool reaper_ask(struct reaper *r, const struct record *record, const char **why);

/* End all that were added, write the records, remove their heartbeat files. Under the lock. */
void reaper_act(struct reaper *r);

/*
 * Remove files of the state directory that name processes which are no more, and tell each: heartbeats, lock holders,
 * reasons that nobody took. What is garbled is left alone. False with errno.
 */
bool reaper_tidy(struct reaper *r);

/*
 * A whole run: look at the fleet, add what dead runs have left where Q asks for that, let SELECT (which may be NULL) add
 * its choice, end them, and tidy up where asked. The lock is held from the look to the end, so that another reaper finds
 * either all of it to do or nothing. Exits with a message where it cannot; returns the status.
 */
int reaper_run(struct reaper *r, struct fleet *f, const struct fleet_query *q,
               void (*select)(void *arg), void *arg, bool tidy);

/*
 * Act on the interventions that F reads from stdin, and on nothing else; returns the status. Those that are there already
 * are acted upon together: their graces pass at the same time. None waits for a line that is not there.
 */
int reaper_records(struct reaper *r, struct filter *f);

void reaper_release(struct reaper *r);

#endif
