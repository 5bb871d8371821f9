#include "proc/spawn.h"

#include "base/exit.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <unistd.h>

/* FD becomes NUMBER in the command; all other descriptors that are ours are close-on-exec. */
static void
place(int fd, int number)
{
	if (fd != number)
		dup2(fd, number);
	else
		fcntl(fd, F_SETFD, 0);
}

static void
set_environment(const struct spawn *s)
{
	char pid[16];

	for (size_t i = 0; i < s->env_count; i++) {
		if (s->env[i].value)
			setenv(s->env[i].name, s->env[i].value, 1);
		else
			unsetenv(s->env[i].name);
	}
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	setenv("EROS_AGENT_PID", pid, 1);
}

/* The identity is told by the command's process itself: a short-lived one may be a zombie before anyone else asks. */
static _Noreturn void
execute(const struct spawn *s, pid_t parent, int report)
{
	struct process self = {.pid = getpid()};
	int error;

	/* Asked first, checked after: a parent that died in between will not have us signalled. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EROS_FAULT);
	process_of(getpid(), &self);
	fd_write(report, &self, sizeof(self));
	setsid();
	cgroup_enter(&s->cgroup);
	set_environment(s);
	place(s->in, STDIN_FILENO);
	place(s->out, STDOUT_FILENO);
	place(s->err, STDERR_FILENO);
	if (s->terminal)
		ioctl(STDOUT_FILENO, TIOCSCTTY, 0);
	if (!s->ignores_pipe)
		signal(SIGPIPE, SIG_DFL);
	sigprocmask(SIG_SETMASK, &s->mask, NULL);
	execvp(s->argv[0], s->argv);
	error = errno;
	fd_write(report, &error, sizeof(error));
	_exit(error == ENOENT ? EROS_NOTFOUND : EROS_NOEXEC);
}

pid_t
spawn_start(const struct spawn *s, struct spawn_report *report)
{
	pid_t parent = getpid(), pid;
	int ends[2], saved;

	*report = (struct spawn_report){.fd = -1};
	if (pipe2(ends, O_CLOEXEC) != 0)
		return -1;
	pid = fork();
	if (pid == 0)
		execute(s, parent, ends[1]);
	saved = errno;
	close(ends[1]);
	if (pid < 0)
		close(ends[0]);
	else
		report->fd = ends[0];
	if (pid > 0)
		fcntl(ends[0], F_SETFL, O_NONBLOCK);
	errno = saved;
	return pid;
}

/* Where the next byte of the report belongs: the identity comes first, then, if at all, the error. */
static ssize_t
report_read(struct spawn_report *r)
{
	size_t split = sizeof(r->process);

	if (r->len < split)
		return read(r->fd, (char *)&r->process + r->len, split - r->len);
	return read(r->fd, (char *)&r->error + (r->len - split),
	            sizeof(r->error) - (r->len - split));
}

bool
spawn_step(struct spawn_report *r)
{
	ssize_t n;

	while ((n = report_read(r)) > 0)
		r->len += (size_t)n;
	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return false;
	close(r->fd);
	r->fd = -1;
	return true;
}
