#include "proc/clerk.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

static void
on_orphaned(int number)
{
	signal(number, SIG_DFL);
	alarm(CLERK_PATIENCE);
}

static _Noreturn void
clerk_main(void (*tell)(void *arg), void (*note)(void *arg), void *arg, pid_t parent, int told)
{
	signal(SIGALRM, on_orphaned);
	prctl(PR_SET_PDEATHSIG, SIGALRM);
	if (getppid() != parent)
		raise(SIGALRM);
	tell(arg);
	/* The other end is open here too, so this does not fail where the parent has died. */
	while (write(told, "", 1) < 0 && errno == EINTR)
		;
	note(arg);
	_exit(0);
}

/* End as the clerk did, where that was for a reason of its own. */
static void
follow(int status)
{
	if (WIFEXITED(status) && WEXITSTATUS(status) != 0)
		exit(WEXITSTATUS(status));
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGPIPE) {
		signal(SIGPIPE, SIG_DFL);
		raise(SIGPIPE);
	}
}

void
clerk_do(void (*tell)(void *arg), void (*note)(void *arg), void *arg)
{
	pid_t parent = getpid(), pid = -1;
	int ends[2], status = 0;
	ssize_t told = 0;
	char byte;

	signal(SIGCHLD, SIG_DFL); /* ignored, it would lose us the status */
	if (pipe2(ends, O_CLOEXEC) == 0) {
		pid = fork();
		if (pid == 0)
			clerk_main(tell, note, arg, parent, ends[1]);
		close(ends[1]);
		while (pid > 0 && (told = read(ends[0], &byte, 1)) < 0 && errno == EINTR)
			;
		close(ends[0]);
		while (pid > 0 && waitpid(pid, &status, 0) < 0 && errno == EINTR)
			;
		follow(status);
	}
	if (told != 1)
		tell(arg);
	if (pid < 0 || !WIFEXITED(status))
		note(arg);
}
