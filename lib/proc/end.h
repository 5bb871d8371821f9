/*
 * Ending processes: SIGTERM, a grace period, SIGKILL, to each root and every descendant, each through a
 * pidfd of its own that was checked against its identity after opening, until all of them are gone.
 *
 *   struct end end = END_INIT;
 *   end.grace = 5;
 *   end_add(&end, &agent, true);                 with all its descendants
 *   end_run(&end);                               blocks; end.target[] says what became of each
 *   end_release(&end);
 *
 * or inside an event loop, without blocking:
 *
 *   end_start(&end, clock_mono());
 *   poll end.fd for POLLIN, at most until end.due; then end_step(&end, clock_mono()), until it is true
 *
 * Descendants are looked for again while it goes on, so children that are forked meanwhile are ended too. A
 * child whose parents have all gone is still found where `run` knows the EROS_RUN_ID in its environment, or where the caller is its subreaper (prctl PR_SET_CHILD_SUBREAPER) and sets `own`. Before SIGKILL every target is
 * stopped, so that none can fork away from under the last look.
 *
 * Never ended: the caller, its ancestors, pid 1, and what `spare` refuses.
 * Ended children of the caller become zombies; the caller reaps them (waitpid) after.
 */
#ifndef PROC_END_H
#define PROC_END_H

#include "proc/table.h"

enum end_result {
	END_WAITING, /* not gone yet */
	END_GONE,    /* had ended before it was signalled */
	END_TERM,    /* ended within the grace */
	END_KILL,    /* ended by SIGKILL */
	END_REFUSED, /* not to be signalled: errno in `error` */
	END_STUCK,   /* does not go away: it was killed long ago and the kernel still holds it */
};

struct end_target {
	struct process process;
	pid_t parent;
	bool root; /* given to end_add; else found below one, or by run or own */
	bool deep; /* its descendants too */
	enum end_result result;
	int error;
	void *tag;     /* the caller's, as given to end_add; what is found below has its root's */
	char name[16]; /* what the kernel calls it; empty where it was never seen in the table */

	/* private */
	int fd;
};

struct end {
	/* Set by the caller before it starts. */
	double grace; /* seconds between SIGTERM and SIGKILL; 0 kills at once */
	bool own;     /* also every descendant of the caller: for a subreaper */
	/* Also processes by their EROS_RUN_ID: the tag for those of run ID; NULL: not meant. Or NULL. */
	void *(*run)(void *arg, const char *id);
	bool (*spare)(void *arg, const struct table *t, const struct table_row *row);
	/* Called when targets were found, before they are signalled; or NULL. */
	void (*before)(void *arg, const struct end *e);
	void *arg;

	/* Results. */
	struct end_target *target;
	size_t count;
	int fd;     /* becomes readable when a target has gone: poll it; -1 before the start */
	double due; /* on CLOCK_MONOTONIC: when end_step is to be called at the latest */

	/* private */
	size_t cap, waiting;
	double kill_at, look_at, pause;
	uint64_t newest;
	bool killing, more;
	struct table table;
	unsigned char *mark;
};

#define END_INIT                              \
	{                                     \
		.fd = -1, .table = TABLE_INIT \
	}

/* Name a process to be ended. Before the start. */
struct end_target *end_add(struct end *e, const struct process *p, bool deep);

/* The target with this pid, or NULL. */
const struct end_target *end_find(const struct end *e, pid_t pid);

/*
 * Signal all. False with errno where the system refuses what is needed (descriptors, /proc).
 */
bool end_start(struct end *e, double now);

/* Go on: true when all are gone and a last look found no more. Never blocks. */
bool end_step(struct end *e, double now);

/* Do not wait for the grace to pass: SIGKILL at the next step. */
void end_hurry(struct end *e);

/* end_start and end_step until done. */
bool end_run(struct end *e);

void end_release(struct end *e);

#endif
