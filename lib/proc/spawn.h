/*
 * Starting a command in a session of its own, so that signals from the terminal and to process groups reach it only
 * on purpose. It is killed when the process that started it dies (PR_SET_PDEATHSIG).
 */
#ifndef PROC_SPAWN_H
#define PROC_SPAWN_H

#include "base/process.h"
#include "proc/cgroup.h"

#include <signal.h>

struct spawn_env {
	const char *name, *value; /* NULL: not in the environment */
};

struct spawn {
	char **argv;
	const struct spawn_env
		*env; /* changes to the caller's environment; EROS_AGENT_PID is added */
	size_t env_count;
	int in, out, err; /* out and err are above 2 */
	bool terminal;    /* out is one, and becomes the controlling terminal */
	struct cgroup cgroup;
	sigset_t mask;     /* signals blocked in the command */
	bool ignores_pipe; /* SIGPIPE is ignored in the command */
};

/* What becomes known of the command by and by. */
struct spawn_report {
	int fd; /* poll it for POLLIN, then call spawn_step; -1: closed */
	struct process process;
	int error; /* why it could not be executed, or 0 */

	/* private */
	size_t len;
};

/* Fork and execute. Returns the pid, or -1 with errno. */
pid_t spawn_start(const struct spawn *s, struct spawn_report *report);

/* Take in what is there, without waiting. True when the command is running, or has failed to. */
bool spawn_step(struct spawn_report *report);

#endif
