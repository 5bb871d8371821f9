/*
 * The keeper: the other half of a pair that no descendant of an agent outlives.
 *
 * eros-run starts a keeper for each attempt, and the keeper starts the agent. It is a child subreaper in a session
 * of its own, so every descendant of the agent stays below it, daemonised ones too, and it has no other
 * children: when it has none left, nothing is left. The two share a socket.
 *
 *   eros-run dies     the keeper reads the end of the socket, kills every descendant, and runs `orphaned`;
 *   the keeper dies   eros-run, a subreaper too, inherits the descendants and kills them (keeper_read: KEEPER_LOST);
 *   both die          the agent is killed by the kernel (PR_SET_PDEATHSIG), and what is left carries EROS_RUN_ID.
 *
 * When the agent ends, what it left behind gets a moment to end by itself and is then ended, SIGTERM first.
 */
#ifndef PROC_KEEPER_H
#define PROC_KEEPER_H

#include "proc/spawn.h"

#include <sys/resource.h>

struct keeper {
	pid_t pid;
	int socket; /* poll it for POLLIN, then call keeper_read */
};

/* What the keeper is to do. */
struct keeper_task {
	const struct spawn *spawn;
	double grace; /* seconds between SIGTERM and SIGKILL */
	/* Runs in the keeper after all were ended because its partner had died; may be NULL. */
	void (*orphaned)(void *arg, const struct process *agent);
	void *arg;
};

enum keeper_event {
	KEEPER_QUIET,   /* no news */
	KEEPER_STARTED, /* the agent runs: process */
	KEEPER_FAILED,  /* it could not be started: error. KEEPER_DONE follows */
	KEEPER_ENDED,   /* the agent has ended: status, usage, at */
	KEEPER_DONE, /* no descendant is left, but for `left` that could not be ended. The keeper exits */
	KEEPER_LOST, /* the keeper has died */
};

struct keeper_news {
	enum keeper_event event;
	int error;
	struct process process;
	int status; /* as waitpid(2) gives it */
	struct rusage usage;
	double at; /* on CLOCK_MONOTONIC */
	size_t left;
};

enum keeper_order { KEEPER_END = 't', KEEPER_KILL = 'k' };

/* Fork it. False with errno. The caller is a child subreaper from then on. */
bool keeper_start(struct keeper *k, const struct keeper_task *task);

/* Ask it to end all: with grace, or at once. */
void keeper_tell(const struct keeper *k, enum keeper_order order);

/* The next news; never waits. After KEEPER_DONE and KEEPER_LOST the keeper has been reaped and the socket closed. */
void keeper_read(struct keeper *k, struct keeper_news *news);

#endif
