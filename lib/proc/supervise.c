#include "proc/supervise.h"

#include "base/clock.h"
#include "base/process.h"
#include "proc/end.h"
#include "proc/pty.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* How soon to try again to end what a dead keeper left. */
static const double AGAIN = 0.1;

/* A keeper that has not ended all this long after the grace does not answer: it is stopped, or out of its mind. */
static const double PATIENCE = 2;

/* What can be in a pipe or terminal when its writer ends, in reads: more comes from a helper that still writes. */
enum { DRAIN = (1 << 20) / RELAY_READ + 2 };

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
	s->give_up_at = s->heart.due = INFINITY;
}

void
supervise_release(struct supervise *s)
{
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++)
		relay_release(&s->stream[i]);
	cgroup_remove(&s->cgroup);
	close(s->signals);
}

/* Ending. */

static void
tell_keeper(struct supervise *s, enum keeper_order order)
{
	double grace = order == KEEPER_END ? s->grace : 0;

	keeper_tell(&s->keeper, order);
	s->give_up_at = fmin(s->give_up_at, clock_mono() + grace + PATIENCE);
}

/* End the agent for CAUSE; the first cause counts. */
static void
end_agent(struct supervise *s, enum supervise_cause cause)
{
	if (s->phase != PHASE_START && s->phase != PHASE_RUN)
		return;
	if (s->outcome.cause == CAUSE_NONE) {
		s->outcome.cause = cause;
		tell_keeper(s, KEEPER_END);
	}
}

static void
take_signals(struct supervise *s)
{
	struct signalfd_siginfo info;

	while (read(s->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		if (info.ssi_signo == SIGCHLD)
			continue;
		if (s->stop) {
			s->hurry = true;
			tell_keeper(s, KEEPER_KILL);
		} else {
			s->stop = (int)info.ssi_signo;
			end_agent(s, CAUSE_SIGNAL);
		}
	}
}

/* The heartbeat. */

static void
tell_beat(struct supervise *s, double now)
{
	double at = heart_time(&s->heart, &s->outcome.process);

	s->beat_at = now + s->beat;
	s->beating(s->arg, &s->outcome.process, now - s->last_output,
	           at > 0 ? fmax(0, clock_wall() - at) : NAN);
}

/* In the keeper, when eros-run has died: what would lie is removed. */
static void
on_orphaned(void *arg, const struct process *agent)
{
	struct supervise *s = arg;

	heart_drop(&s->heart, agent);
	cgroup_remove(&s->cgroup);
}

/* The agent's output. */

static void
stream_end(struct relay *r)
{
	relay_finish(r);
	relay_close(r);
}

/* Read all that is there now. */
static void
drain(struct supervise *s)
{
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++) {
		struct relay *r = &s->stream[i];
		enum relay_state state = RELAY_DATA;

		for (unsigned n = 0; r->fd >= 0 && state == RELAY_DATA && n < DRAIN; n++)
			state = relay_read(r);
		if (r->fd >= 0)
			relay_finish(r);
		if (state == RELAY_END)
			relay_close(r);
	}
}

static void
read_stream(struct supervise *s, struct relay *r)
{
	double now = clock_mono();

	switch (relay_read(r)) {
	case RELAY_DATA:
		if (s->phase == PHASE_RUN) {
			s->last_output = now;
			heart_touch_soon(&s->heart, &s->outcome.process, now);
		}
		break;
	case RELAY_END: stream_end(r); break;
	case RELAY_IDLE: break;
	}
}

/* The keeper's news. */

static void
on_started(struct supervise *s, const struct keeper_news *news)
{
	s->phase = PHASE_RUN;
	s->outcome.process = news->process;
	s->last_output = news->at;
	s->beat_at = s->beat > 0 ? news->at + s->beat : INFINITY;
	s->started(s->arg, &news->process);
	heart_touch(&s->heart, &s->outcome.process, news->at);
}

static void
on_ended(struct supervise *s, const struct keeper_news *news)
{
	s->phase = PHASE_LEFT;
	s->heart.due = s->beat_at = INFINITY;
	s->give_up_at = fmin(s->give_up_at, news->at + s->grace + PATIENCE);
	s->outcome.status = news->status;
	s->outcome.usage = news->usage;
	s->outcome.duration = news->at - s->began;
	drain(s);
	heart_drop(&s->heart, &s->outcome.process);
	s->ended(s->arg, &s->outcome);
}

static void
on_failed(struct supervise *s, const struct keeper_news *news)
{
	s->phase = PHASE_LEFT;
	s->outcome.error = news->error;
	s->outcome.duration = news->at - s->began;
	s->ended(s->arg, &s->outcome);
}

/* The keeper has died: its descendants are ours now, and are ended at once. */
static void
on_lost(struct supervise *s)
{
	if (s->phase == PHASE_START || s->phase == PHASE_RUN)
		s->outcome.cause = s->outcome.cause == CAUSE_NONE ? CAUSE_KEEPER : s->outcome.cause;
	s->give_up_at = INFINITY;
	cgroup_kill(&s->cgroup);
	s->end = xmalloc(sizeof(*s->end));
	*s->end = (struct end)END_INIT;
	s->end->own = true;
	if (!end_start(s->end, clock_mono()))
		s->end->due = clock_mono() + AGAIN;
}

/* Where it could not end the agent itself, its own end, which the kernel tells the agent of, is the last means. */
static void
on_done(struct supervise *s, const struct keeper_news *news)
{
	s->outcome.left = news->left;
	if (s->phase == PHASE_RUN)
		on_lost(s);
	else
		s->phase = PHASE_OVER;
}

static void
take_news(struct supervise *s)
{
	struct keeper_news news;

	do {
		keeper_read(&s->keeper, &news);
		switch (news.event) {
		case KEEPER_QUIET: break;
		case KEEPER_STARTED: on_started(s, &news); break;
		case KEEPER_FAILED: on_failed(s, &news); break;
		case KEEPER_ENDED: on_ended(s, &news); break;
		case KEEPER_LOST: on_lost(s); break;
		case KEEPER_DONE: on_done(s, &news); break;
		}
	} while (news.event != KEEPER_QUIET && s->keeper.socket >= 0);
}

/* Reap what a dead keeper left to us, the agent perhaps among it; false where no child is left. */
static bool
reap(struct supervise *s)
{
	struct keeper_news news = {.event = KEEPER_ENDED, .at = clock_mono()};
	pid_t pid;

	while ((pid = wait4(-1, &news.status, WNOHANG, &news.usage)) > 0)
		if (s->phase == PHASE_RUN && pid == s->outcome.process.pid)
			on_ended(s, &news);
	return pid == 0;
}

/* Go on ending what a dead keeper left. */
static void
step_end(struct supervise *s)
{
	bool children = reap(s), done = end_step(s->end, clock_mono());

	if (children && !done)
		return;
	s->outcome.left = 0;
	for (size_t i = 0; i < s->end->count; i++)
		s->outcome.left += s->end->target[i].result == END_REFUSED ||
		                   s->end->target[i].result == END_STUCK;
	end_release(s->end);
	free(s->end);
	s->end = NULL;
	if (reap(s) && s->outcome.left == 0) {
		on_lost(s); /* forked too late for the last look */
		return;
	}
	if (s->phase == PHASE_START || s->phase == PHASE_RUN) {
		/* It died before it was known, or was reaped by nobody: killed in any case. */
		struct keeper_news news = {.status = SIGKILL, .at = clock_mono()};

		on_ended(s, &news);
	}
	s->phase = PHASE_OVER;
}

/* The loop. */

static void
check_limits(struct supervise *s, double now)
{
	if (s->spool->error)
		end_agent(s, CAUSE_OUTPUT);
	if (s->timeout > 0 && now >= s->began + s->timeout)
		end_agent(s, CAUSE_TIMEOUT);
	if (s->idle > 0 && s->phase == PHASE_RUN && now >= s->last_output + s->idle)
		end_agent(s, CAUSE_IDLE);
	if (s->phase == PHASE_RUN && now >= s->heart.due)
		heart_touch(&s->heart, &s->outcome.process, now);
	if (s->phase == PHASE_RUN && now >= s->beat_at)
		tell_beat(s, now);
	if (now >= s->give_up_at && s->keeper.socket >= 0) {
		kill(s->keeper.pid,
		     SIGKILL); /* our child, and not reaped: no other can have its pid */
		s->give_up_at = INFINITY;
	}
}

/* When check_limits or an unfinished write next has something to do. */
static double
next_due(const struct supervise *s, double until)
{
	double due = fmin(until, s->retry_at);
	bool limited = s->phase == PHASE_START || s->phase == PHASE_RUN;

	if (s->end)
		due = fmin(due, s->end->due);
	due = fmin(due, s->give_up_at);
	if (s->phase == PHASE_RUN)
		due = fmin(due, fmin(s->beat_at, s->heart.due));
	if (limited && s->outcome.cause == CAUSE_NONE) {
		if (s->timeout > 0)
			due = fmin(due, s->began + s->timeout);
		if (s->idle > 0 && s->phase == PHASE_RUN)
			due = fmin(due, s->last_output + s->idle);
	}
	return due;
}

static void
push(struct supervise *s)
{
	s->retry_at = INFINITY;
	if (spool_push(s->spool) && !spool_empty(s->spool) && s->spool->out.retry > 0)
		s->retry_at = clock_mono() + s->spool->out.retry;
}

static void
wait_for(struct pollfd *p, nfds_t count, double due)
{
	double wait = fmin(fmax(0, due - clock_mono()), 1e6);
	struct timespec timeout = {.tv_sec = (time_t)wait};

	timeout.tv_nsec = (long)((wait - (double)timeout.tv_sec) * 1e9);
	if (ppoll(p, count, &timeout, NULL) < 0)
		for (nfds_t i = 0; i < count; i++)
			p[i].revents = 0;
}

/* Wait until something happens, at most until UNTIL, and deal with it. */
static void
step(struct supervise *s, double until)
{
	enum { SIGNALS, KEEPER, END, OUTLET, STREAM };
	bool flows = s->phase == PHASE_RUN || s->phase == PHASE_LEFT;
	struct pollfd p[STREAM + SUPERVISE_STREAMS] = {
		[SIGNALS] = {.fd = s->signals, .events = POLLIN},
		[KEEPER] = {.fd = s->keeper.socket, .events = POLLIN},
		[END] = {.fd = s->end ? s->end->fd : -1, .events = POLLIN},
		[OUTLET] = {.fd = -1, .events = POLLOUT},
	};

	push(s);
	if (!spool_empty(s->spool) && s->retry_at == INFINITY)
		p[OUTLET].fd = s->spool->out.fd;
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++)
		p[STREAM + i] =
			(struct pollfd){.fd = flows ? s->stream[i].fd : -1, .events = POLLIN};
	check_limits(s, clock_mono());
	wait_for(p, STREAM + SUPERVISE_STREAMS, next_due(s, until));
	if (p[SIGNALS].revents)
		take_signals(s);
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++)
		if (p[STREAM + i].revents && s->stream[i].fd >= 0)
			read_stream(s, &s->stream[i]);
	if (p[KEEPER].revents)
		take_news(s);
	if (s->end)
		step_end(s);
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
	return true;
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
	s->stream[SUPERVISE_OUT].line = on_out;
	s->stream[SUPERVISE_ERR].line = on_err;
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++) {
		s->stream[i].max = s->max_line;
		s->stream[i].arg = s;
	}
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
		step(s, INFINITY);
	if (started)
		drain(s);
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
		step(s, until);
	return !s->stop && !s->spool->error;
}

void
supervise_finish(struct supervise *s)
{
	double until = s->stop ? clock_mono() + s->grace : INFINITY;

	spool_end(s->spool);
	push(s);
	while (!s->spool->error && !spool_empty(s->spool) && clock_mono() < until && !s->hurry) {
		bool stopped = s->stop;

		step(s, until);
		if (s->stop && !stopped)
			until = clock_mono() + s->grace;
	}
	spool_give_up(s->spool);
}
