/* eros-watch at work: checks by the clock, records between them, and the end. */
#include "watch_run.h"

#include "base/clock.h"
#include "base/exit.h"
#include "base/signals.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <unistd.h>

double
watch_run_now(const struct watch_run *run)
{
	return clock_mono() + run->offset;
}

/* Whether the process of an agent of this host is known to have ended. */
static bool
is_gone(void *arg, const struct watch_agent *agent)
{
	const struct watch_run *run = arg;
	struct process p;

	if (agent->pid == 0 || (agent->host && strcmp(agent->host, run->host) != 0))
		return false;
	if (agent->started == 0)
		return !process_of(agent->pid, &p) && errno == ESRCH;
	return process_named(agent->pid, agent->started, &p) && process_life(&p) == PROCESS_GONE;
}

static void
check(struct watch_run *run, double now)
{
	watch_check(&run->watch, now, &run->said);
	watch_state_hand_on(run);
}

/* By the wall clock: check if it is time to, and tell in how many milliseconds it is again. */
static int
on_pace(struct filter *f)
{
	struct watch_run *run = f->arg;
	double now = watch_run_now(run);

	if (now >= run->next) {
		check(run, now);
		run->next += run->options.interval;
		if (run->next <= now)
			run->next = now + run->options.interval;
	}
	return (int)ceil(fmax(0.001, run->next - now) * 1e3);
}

static void
on_record(struct filter *f, const struct record *r)
{
	struct watch_run *run = f->arg;
	double now;

	if (run->by_records) {
		watch_clock_take(&run->clock, r);
		while (!run->watch.stopped && watch_clock_due(&run->clock, &run->watch, false))
			check(run, run->clock.at);
		now = run->clock.now;
	} else {
		now = watch_run_now(run);
	}
	if (!run->watch.stopped && !watch_record(&run->watch, r, &f->scratch, now, &run->said))
		filter_reject(f, "bad name of an agent");
	if (run->said.len > 0)
		watch_state_hand_on(run);
}

static void
on_start(struct filter *f)
{
	watch_state_take(f->arg);
}

/* The input has ended: go on until no process runs that could be known to end, or nothing more can be found. */
static void
outlast(struct watch_run *run)
{
	struct pollfd signals = {.fd = signal_fd, .events = POLLIN};
	double end = watch_run_now(run) + watch_horizon(&run->options);

	while (!run->filter.stop && !signal_caught && watch_run_now(run) < end &&
	       watch_waits(&run->watch)) {
		int timeout = on_pace(&run->filter);

		writer_flush(&run->filter.out);
		if (!run->filter.stop)
			poll(&signals, 1, timeout);
	}
	if (signal_caught)
		filter_status(&run->filter, EROS_SIGNAL + signal_caught);
}

static void
report(const struct watch *w)
{
	if (w->nameless > 0)
		diag("no_agent", NULL, "%llu records name no agent",
		     (unsigned long long)w->nameless);
	if (w->forgotten > 0)
		diag("agents_forgotten", NULL,
		     "the telemetry of %llu agents was forgotten for want of room",
		     (unsigned long long)w->forgotten);
}

static void
on_finish(struct filter *f)
{
	struct watch_run *run = f->arg;
	struct watch *w = &run->watch;

	if (!run->by_records && !run->post.taken)
		return;
	if (!run->by_records)
		outlast(run);
	while (run->by_records && !w->stopped && watch_clock_due(&run->clock, w, true))
		check(run, run->clock.at);
	if (!w->stopped && (!run->by_records || run->clock.timed)) {
		watch_finish(w, run->by_records ? run->clock.now : watch_run_now(run), &run->said);
		watch_state_hand_on(run);
	}
	report(w);
	if ((run->fail_on == WATCH_FAIL_INTERVENE && w->interventions > 0) ||
	    (run->fail_on != WATCH_FAIL_NEVER && w->stopped))
		filter_status(f, EROS_NO);
}

int
watch_run(struct watch_run *run, char **files)
{
	struct filter *f = &run->filter;
	int status;

	gethostname(run->host, sizeof(run->host) - 1);
	watch_init(&run->watch, &run->options);
	watch_clock_init(&run->clock, &run->options);
	f->arg = run;
	f->record = on_record;
	f->finish = on_finish;
	if (!run->by_records) {
		f->start = on_start;
		f->pace = on_pace;
		run->watch.gone = is_gone;
		run->watch.arg = run;
	}
	status = filter_run(f, files);
	if (!run->by_records)
		post_close(&run->post, run->watch.running == 0);
	watch_release(&run->watch);
	buf_release(&run->said);
	buf_release(&run->state);
	return status;
}
