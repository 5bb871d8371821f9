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
become(char **argv, int inherit, pid_t parent, const sigset_t *mask)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent && getppid() != 0)
		_exit(EROS_SIGNAL + SIGKILL);
	sigprocmask(SIG_SETMASK, mask, NULL);
	_exit(guard_exec(argv, inherit));
}

static void
watched(sigset_t *set)
{
	sigemptyset(set);
	sigaddset(set, SIGCHLD);
	sigaddset(set, SIGTERM);
	sigaddset(set, SIGINT);
	sigaddset(set, SIGHUP);
	sigaddset(set, SIGQUIT);
}

bool
guard_start(struct guard *g, char **argv, int inherit)
{
	pid_t parent = getpid();
	sigset_t set;

	watched(&set);
	signal(SIGCHLD, SIG_DFL); /* ignored, it would lose us the status */
	sigprocmask(SIG_BLOCK, &set, &g->mask);
	g->pid = vfork();
	if (g->pid == 0)
		become(argv, inherit, parent, &g->mask);
	return g->pid > 0;
}

int
guard_wait(struct guard *g)
{
	sigset_t set;
	siginfo_t info;
	int status;

	watched(&set);
	for (;;) {
		pid_t ended = waitpid(g->pid, &status, WNOHANG);

		if (ended == g->pid)
			break;
		if (sigwaitinfo(&set, &info) > 0 && info.si_signo != SIGCHLD && info.si_code <= 0)
			kill(g->pid, info.si_signo); /* not waited for yet, so its pid is its own */
	}
	return WIFSIGNALED(status) ? EROS_SIGNAL + WTERMSIG(status) : WEXITSTATUS(status);
}
