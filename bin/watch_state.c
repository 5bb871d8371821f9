/* eros-watch: what is said, and what a successor has to know of that. */
#include "watch_run.h"

#include "base/clock.h"
#include "base/exit.h"
#include "base/signals.h"
#include "proc/clerk.h"

#include <errno.h>

static void
save(void *arg)
{
	struct watch_run *run = arg;

	buf_reset(&run->state);
	watch_save(&run->watch, &run->state);
	if (!post_save(&run->post, buf_view(&run->state)))
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "cannot replace %s",
		    run->post.path);
}

static void
say(void *arg)
{
	struct watch_run *run = arg;

	buf_span(writer_buf(&run->filter.out), buf_view(&run->said));
	writer_done(&run->filter.out);
	if (!run->by_records)
		writer_flush(&run->filter.out); /* a flood never comes to a wait */
}

/*
 * An intervention is written before it is noted that it was asked for, so that none is lost, and both are done by a
 * clerk, so that none is asked for twice. The team stays locked until that is done.
 */
static void
say_and_save(struct watch_run *run)
{
	clerk_do(say, save, run);
	buf_reset(writer_buf(&run->filter.out));
}

/* Besides at an intervention the state is saved when agents come and go, and now and then, as far as it costs little. */
static bool
is_to_be_saved(const struct watch_run *run)
{
	double since = clock_mono() - run->saved;

	return run->watch.dirty || (since > 100 * run->cost && (run->watch.changed || since > 10));
}

void
watch_state_hand_on(struct watch_run *run)
{
	bool saving = run->post.taken && is_to_be_saved(run);
	double began = clock_mono();

	if (saving && run->watch.dirty) {
		say_and_save(run);
	} else {
		if (saving)
			save(run);
		if (run->said.len > 0)
			say(run);
	}
	buf_reset(&run->said);
	if (saving) {
		run->watch.dirty = run->watch.changed = false;
		run->saved = clock_mono();
		run->cost = run->saved - began;
	}
	if (run->watch.stopped)
		filter_stop(&run->filter);
}

static void
name_holder(void *arg, const struct holder *h)
{
	const struct watch_run *run = arg;

	if (run->wait > 0)
		diag("standing_by", NULL, "team %s is watched by pid %d: standing by",
		     run->options.team, (int)h->process.pid);
	else
		diag("lock_timeout", NULL, "team %s is watched by pid %d", run->options.team,
		     (int)h->process.pid);
}

static bool
take(struct watch_run *run)
{
	enum lock_result taken;

	if (!post_open(&run->post, "watch", run->options.team))
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "lock of team %s",
		    run->options.team);
	taken = post_take(&run->post, run->wait, run->argv, name_holder, run);
	if (taken == LOCK_FAILED && !signal_caught)
		die(EROS_OS, "system_error", strerror(errno), "lock of team %s", run->options.team);
	if (taken == LOCK_TAKEN)
		return true;
	filter_status(&run->filter, signal_caught ? EROS_SIGNAL + signal_caught : EROS_TEMPFAIL);
	filter_stop(&run->filter);
	return false;
}

void
watch_state_take(struct watch_run *run)
{
	struct buf text = BUF_INIT;

	if (!take(run))
		return;
	if (!post_load(&run->post, &text))
		diag("cannot_open", strerror(errno), "cannot read %s", run->post.path);
	run->offset = clock_wall() - clock_mono();
	run->next = watch_run_now(run) + run->options.interval;
	run->saved = clock_mono();
	if (text.len > 0 && !watch_load(&run->watch, buf_view(&text), watch_run_now(run)))
		diag("bad_state", NULL, "%s is damaged: what is good of it was read",
		     run->post.path);
	buf_release(&text);
}
