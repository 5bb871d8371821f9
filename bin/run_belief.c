/*
 * Taking part in a project while the run lasts. eros-registry does it, as a process of its own that is no child of ours:
 * it registers, renews the lease, makes the snapshot anew when it is told to, and leaves when the pipe to
 * it closes, however we end.
 */
#include "run.h"

#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "proc/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { ANSWER_MS = 15000 }; /* longer than a store is waited for */

static noreturn void
become(struct run *run, const int to[2], const int from[2])
{
	char *command = helper_beside("eros-registry");

	setsid();
	dup2(to[0], STDIN_FILENO);
	dup2(from[1], STDOUT_FILENO);
	execl(command, "eros-registry", "attend", run->registry, run->supervise.agent, "--belief",
	      run->belief, "--by", run->supervise.agent, (char *)NULL);
	diag("cannot_execute", strerror(errno), "cannot execute '%s'", command);
	_exit(EROS_NOTFOUND);
}

/* A grandchild, which init inherits: whatever ends our descendants does not end it. */
static void
start(struct run *run)
{
	int to[2], from[2];
	pid_t pid;

	if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0 || (pid = fork()) < 0)
		die(EROS_OS, "system_error", strerror(errno), "cannot start eros-registry");
	if (pid == 0) {
		pid = fork();
		if (pid == 0)
			become(run, to, from);
		_exit(pid < 0);
	}
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
	close(to[0]);
	close(from[1]);
	run->belief_to = to[1];
	run->belief_from = from[0];
	reader_init(&run->answers, run->belief_from, 16 << 20);
}

/* The next answer; empty where none came. */
static struct str
answer(struct run *run)
{
	struct str line = STR("");

	return reader_next(&run->answers, ANSWER_MS, &line) == READ_LINE ? line : STR("");
}

void
run_belief_open(struct run *run)
{
	struct buf name = BUF_INIT;
	struct json_error error;
	char *home = state_path(), *dir;
	struct str line;
	int fd = state_dir("beliefs");

	if (fd < 0)
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "%s/beliefs", home);
	close(fd);
	dir = path_join(home, "beliefs");
	buf_printf(&name, "%s.%d.json", run->supervise.agent, (int)getpid());
	run->belief = path_join(dir, buf_cstr(&name));
	free(home);
	free(dir);
	buf_release(&name);
	start(run);
	line = answer(run);
	if (line.len == 0)
		exit(EROS_UNAVAILABLE); /* it has said why */
	if (!record_scan(&run->record, line, &error) || !record_true(&run->record, STR("ok")))
		exit(EROS_NOINPUT); /* it has said that there is no such project */
}

bool
run_belief_refresh(struct run *run)
{
	if (fd_write(run->belief_to, "\n", 1) && answer(run).len > 0)
		return true;
	diag("store_unavailable", NULL, "the beliefs of %s cannot be had", run->registry);
	return false;
}

/* Wait until it has left. */
void
run_belief_close(struct run *run)
{
	close(run->belief_to);
	while (answer(run).len > 0)
		;
	reader_release(&run->answers);
	close(run->belief_from);
	free(run->belief);
}
