/* The loop: waiting for whatever comes first, and the limits; see supervise.h. */
#include "proc/supervise_part.h"

#include "base/clock.h"
#include "proc/end.h"

#include <math.h>
#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

/* What can be in a pipe or terminal when its writer ends, in reads: more comes from a helper that still writes. */
enum { DRAIN = (1 << 20) / RELAY_READ + 2 };

static void
tell_keeper(struct supervise *s, enum keeper_order order)
{
	double grace = order == KEEPER_END ? s->grace : 0;

	keeper_tell(&s->keeper, order);
	s->give_up_at = fmin(s->give_up_at, clock_mono() + grace + SUPERVISE_PATIENCE);
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

static void
tell_beat(struct supervise *s, double now)
{
	double at = heart_time(&s->heart, &s->outcome.process);

	s->beat_at = now + s->beat;
	s->beating(s->arg, &s->outcome.process, now - s->last_output,
	           at > 0 ? fmax(0, clock_wall() - at) : NAN);
}

static void
stream_end(struct relay *r)
{
	relay_finish(r);
	relay_close(r);
}

void
supervise_drain(struct supervise *s)
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

static void
check_limits(struct supervise *s, double now)
{
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

void
supervise_push(struct supervise *s)
{
	s->retry_at = INFINITY;
	if (!spool_push(s->spool))
		end_agent(s, CAUSE_OUTPUT);
	else if (!spool_empty(s->spool) && s->spool->out.retry > 0)
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

void
supervise_step(struct supervise *s, double until)
{
	enum { SIGNALS, KEEPER, END, OUTLET, STREAM };
	bool flows = s->phase == PHASE_RUN || s->phase == PHASE_LEFT;
	struct pollfd p[STREAM + SUPERVISE_STREAMS] = {
		[SIGNALS] = {.fd = s->signals, .events = POLLIN},
		[KEEPER] = {.fd = s->keeper.socket, .events = POLLIN},
		[END] = {.fd = s->end ? s->end->fd : -1, .events = POLLIN},
		[OUTLET] = {.fd = -1, .events = POLLOUT},
	};

	if (!spool_empty(s->spool) && s->retry_at == INFINITY)
		p[OUTLET].fd = s->spool->out.fd;
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++)
		p[STREAM + i] =
			(struct pollfd){.fd = flows ? s->stream[i].fd : -1, .events = POLLIN};
	wait_for(p, STREAM + SUPERVISE_STREAMS, next_due(s, until));
	if (p[SIGNALS].revents)
		take_signals(s);
	for (unsigned i = 0; i < SUPERVISE_STREAMS; i++)
		if (p[STREAM + i].revents && s->stream[i].fd >= 0)
			read_stream(s, &s->stream[i]);
	if (p[KEEPER].revents)
		supervise_news(s);
	if (s->end)
		supervise_step_end(s);
	check_limits(s, clock_mono());
	supervise_push(s);
}
