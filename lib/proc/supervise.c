#include "proc/supervise_part.h"

#include "base/clock.h"
#include "proc/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <sys/signalfd.h>
#include <unistd.h>

void
supervise_init(struct supervise *s)
{
	struct sigaction ignore = {.sa_handler = SIG_IGN}, normal = {.sa_handler = SIG_DFL}, before;
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGHUP); /* ignored ones (nohup) never arrive */
	sigaddset(&set, SIGCHLD);
	sigprocmask(SIG_BLOCK, &set, &s->mask);
	s->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	sigaction(SIGPIPE, &ignore, &before);
	s->ignores_pipe = before.sa_handler == SIG_IGN;
	sigaction(SIGCHLD, &normal, NULL); /* where it is ignored, children vanish unseen */
	cgroup_make(&s->cgroup);
	s->heart = (struct heart){s->agent, s->specialty, s->run, 0, INFINITY};
	s->keeper.socket = -1;
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++)
		s->stream[i].fd = -1;
	s->give_up_at = s->retry_at = s->heart.due = INFINITY;
}

void
supervise_release(struct supervise *s)
{
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++)
		relay_release(&s->stream[i]);
	cgroup_remove(&s->cgroup);
	close(s->signals);
}

/* In the keeper, when eros-run has died: what would lie is removed. */
static void
on_orphaned(void *arg, const struct process *agent)
{
	struct supervise *s = arg;

	heart_drop(&s->heart, agent);
	cgroup_remove(&s->cgroup);
}

static void
on_out(void *arg, const struct relay_line *line)
{
	struct supervise *s = arg;

	s->line(s->arg, SUPERVISE_OUT, line);
}

static void
on_err(void *arg, const struct relay_line *line)
{
	struct supervise *s = arg;

	s->line(s->arg, SUPERVISE_ERR, line);
}

static bool
open_streams(struct supervise *s, struct spawn *spawn)
{
	int out[2], err[2];

	if (s->pty ? !pty_open(&out[0], &out[1]) : pipe2(out, O_CLOEXEC) != 0)
		return false;
	if (pipe2(err, O_CLOEXEC) != 0) {
		close(out[0]);
		close(out[1]);
		return false;
	}
	spawn->out = out[1];
	spawn->err = err[1];
	relay_open(&s->stream[SUPERVISE_OUT], out[0]);
	relay_open(&s->stream[SUPERVISE_ERR], err[0]);
	s->stream[SUPERVISE_OUT].line = on_out;
	s->stream[SUPERVISE_ERR].line = on_err;
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++) {
		s->stream[i].max = s->max_line;
		s->stream[i].arg = s;
	}
	return true;
}

bool
supervise_attempt(struct supervise *s, char **argv, int in, const struct spawn_env *env,
                  size_t env_count)
{
	struct spawn spawn = {.argv = argv,
	                      .env = env,
	                      .env_count = env_count,
	                      .in = in,
	                      .terminal = s->pty,
	                      .cgroup = s->cgroup,
	                      .mask = s->mask,
	                      .ignores_pipe = s->ignores_pipe};
	struct keeper_task task = {&spawn, s->grace, on_orphaned, s};
	bool started;
	int saved;

	s->outcome = (struct supervise_outcome){.error = 0};
	if (!open_streams(s, &spawn))
		return false;
	s->began = s->last_output = clock_mono();
	s->give_up_at = s->heart.due = INFINITY;
	started = keeper_start(&s->keeper, &task);
	saved = errno;
	close(spawn.out);
	close(spawn.err);
	s->phase = started ? PHASE_START : PHASE_NONE;
	while (s->phase != PHASE_NONE && s->phase != PHASE_OVER)
		supervise_step(s, INFINITY);
	if (started)
		supervise_drain(s);
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++)
		relay_close(&s->stream[i]);
	s->phase = PHASE_NONE;
	errno = saved;
	return started;
}

bool
supervise_pause(struct supervise *s, double seconds)
{
	double until = clock_mono() + seconds;

	while (!s->stop && !s->spool->error && clock_mono() < until)
		supervise_step(s, until);
	return !s->stop && !s->spool->error;
}

void
supervise_finish(struct supervise *s)
{
	double until = s->stop ? clock_mono() + s->grace : INFINITY;

	spool_end(s->spool);
	supervise_push(s);
	while (!s->spool->error && !spool_empty(s->spool) && clock_mono() < until && !s->hurry) {
		bool stopped = s->stop;

		supervise_step(s, until);
		if (s->stop && !stopped)
			until = clock_mono() + s->grace;
	}
	spool_give_up(s->spool);
}
