/*
 * Running a command that does not outlive the one who runs it: when the caller is killed, the kernel kills the
 * command (PR_SET_PDEATHSIG). A command that changes its credentials on execution sheds that.
 *
 * TERM, INT, HUP and QUIT that are sent to the caller are passed on to the command; what a terminal sends reaches
 * both anyway. One caller at a time: signals are a matter of the whole process.
 */
#ifndef PROC_GUARD_H
#define PROC_GUARD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

struct guard {
	/* Set by the caller before guard_start; -1 for none. */
	int inherit; /* a descriptor that is left open for the command */
	int in, out; /* what becomes its standard input and output, in place of the caller's */

	pid_t pid;
	sigset_t mask; /* as it was before */
};

/* Block the signals that are passed on, and SIGCHLD, from now on. */
void guard_init(struct guard *g);
void guard_signals(sigset_t *set);

/*
 * Start ARGV. What cannot be executed has been reported and ends with EROS_NOEXEC or EROS_NOTFOUND. False with errno
 * where there can be no process.
 */
bool guard_start(struct guard *g, char **argv);

/* Wait for its end: its status, or 128 plus the signal it died of. */
int guard_wait(struct guard *g);

/* That of STATUS, which is as waitpid(2) gives it. */
int guard_status(int status);

/* Become ARGV, in the same way; returns only where it cannot, with the status to exit with. */
int guard_exec(char **argv, int inherit);

#endif
