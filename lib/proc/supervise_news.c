/* The keeper's news, and what is to be done where there is no keeper any more; see supervise.h. */
#include "proc/supervise_part.h"

#include "base/clock.h"
#include "proc/end.h"

#include <math.h>
#include <stdlib.h>
#include <sys/wait.h>

/* How soon to try again to end what a dead keeper left. */
static const double AGAIN = 0.1;

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
	s->give_up_at = fmin(s->give_up_at, news->at + s->grace + SUPERVISE_PATIENCE);
	s->outcome.status = news->status;
	s->outcome.usage = news->usage;
	s->outcome.duration = news->at - s->began;
	supervise_drain(s);
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

void
supervise_news(struct supervise *s)
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

void
supervise_step_end(struct supervise *s)
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
