#include "proc/guard.h"

#include "base/diag.h"
#include "base/exit.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

int
guard_exec(char **argv, int inherit)
{
	if (inherit >= 0)
		fcntl(inherit, F_SETFD, 0);
	execvp(argv[0], argv);
	diag("cannot_execute", strerror(errno), "%s", argv[0]);
	return errno == ENOENT ? EROS_NOTFOUND : EROS_NOEXEC;
}

/*
 * The child borrows our memory until it has executed (vfork), so it changes nothing of it. The parent may have died
 * before the death signal was set: then the child has another parent already. A parent in another
 * pid namespace shows as 0 at all times.
 */
static _Noreturn void
become(const struct guard *g, char **argv, pid_t parent)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent && getppid() != 0)
		_exit(EROS_SIGNAL + SIGKILL);
	if (g->in >= 0)
		dup2(g->in, STDIN_FILENO);
	if (g->out >= 0)
		dup2(g->out, STDOUT_FILENO);
	sigprocmask(SIG_SETMASK, &g->mask, NULL);
	_exit(guard_exec(argv, g->inherit));
}

void
guard_signals(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGQUIT);
}

void
guard_init(struct guard *g)
{
	sigset_t set;

	*g = (struct guard){.inherit = -1, .in = -1, .out = -1};
	guard_signals(&set);
	signal(SIGCHLD, SIG_DFL); /* ignored, it would lose us the status */
	sigprocmask(SIG_BLOCK, &set, &g->mask);
}

bool
guard_start(struct guard *g, char **argv)
{
	pid_t parent = getpid();

	g->pid = vfork();
	if (g->pid == 0)
		become(g, argv, parent);
	return g->pid > 0;
}

int
guard_status(int status)
{
	return WIFSIGNALED(status) ? EROS_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}

int
guard_wait(struct guard *g)
{
	sigset_t set;
	siginfo_t info;
	int status;

	guard_signals(&set);
	for (;;) {
		pid_t ended = waitpid(g->pid, &status, WNOHANG);

		if (ended == g->pid)
			return guard_status(status);
		if (sigwaitinfo(&set, &info) > 0 && info.si_signo != SIGCHLD && info.si_code <= 0)
			kill(g->pid, info.si_signo); /* not waited for yet, so its pid is its own */
	}
}
