/* One agent: what is wrong with it. */
#include "policy/watch.h"

#include <math.h>

const char *const watch_cause_name[] = {
	[WATCH_TIMEOUT] = "timeout",         [WATCH_LINGERING] = "lingering",
	[WATCH_OVER_BUDGET] = "over_budget", [WATCH_STALLED] = "stalled",
	[WATCH_DIVERGENT] = "divergent",     [WATCH_LOOPING] = "looping",
	[WATCH_UNCERTAIN] = "uncertain",     [WATCH_CAUSES] = NULL,
};

static enum watch_busy
busy_with(const struct watch_agent *a)
{
	if (a->wait != WATCH_IDLE)
		return (enum watch_busy)a->wait;
	return a->flights > 0 || a->more_flights > 0 ? WATCH_TOOL : WATCH_IDLE;
}

/* While the ramp lasts, the goal counts for as much as has passed of it. */
static enum pad_diagnosis
diagnosis_of(const struct watch_agent *a, double since_warmup)
{
	enum pad_diagnosis d = (enum pad_diagnosis)a->diagnosis;
	double ramp = a->limits->warmup_ramp;

	if (d != PAD_DIVERGENT || since_warmup >= ramp ||
	    a->pleasure <= a->pad_limits->pleasure * since_warmup / ramp)
		return d;
	return a->dominance <= a->pad_limits->dominance ? PAD_UNCERTAIN : PAD_OK;
}

/* Checks that tell of silence, of usage without progress, and of telemetry that is not healthy. */
static void
count_silence(const struct watch *w, struct watch_agent *a, double since_warmup)
{
	/* The first check after the warm-up looks back at it. */
	if (a->acted || busy_with(a) != WATCH_IDLE || since_warmup < w->options.interval)
		a->quiet = 0;
	else
		a->quiet++;
}

static void
count_burn(struct watch_agent *a)
{
	a->burning = a->advanced ? 0 : a->burning + 1;
	a->burns = a->advanced ? 0 : a->burns + a->spent;
}

/* A check counts where the agent did something since the last, or nothing holds it up. */
static void
count_strikes(struct watch_agent *a, double since_warmup)
{
	enum pad_diagnosis d = a->measured ? diagnosis_of(a, since_warmup) : PAD_OK;

	if (d == PAD_OK || d == PAD_NO_OUTPUT)
		a->strikes = 0;
	else if (a->stepped || busy_with(a) == WATCH_IDLE)
		a->strikes++;
}

static bool
is_out_of_time(const struct watch *w, const struct watch_agent *a, struct buf *reason)
{
	const struct watch_limits *l = a->limits;
	double elapsed = w->now - a->begun;

	if (l->timeout == 0 || elapsed < l->timeout || (a->has_result && l->linger > 0))
		return false;
	buf_printf(reason, "running for %.0f s of %.15g", elapsed, l->timeout);
	return true;
}

static bool
is_lingering(const struct watch *w, const struct watch_agent *a, struct buf *reason)
{
	double since = w->now - a->finished;

	if (a->limits->linger == 0 || since < a->limits->linger)
		return false;
	buf_printf(reason, "alive %.0f s after its result", since);
	return true;
}

static bool
is_over_budget(const struct watch *w, const struct watch_agent *a, struct buf *reason)
{
	const struct watch_limits *l = a->limits;
	uint64_t burn = watch_burn(l);

	if (l->budget_usd > 0 && a->usd > l->budget_usd)
		buf_printf(reason, "%.2f USD used of %.15g", a->usd, l->budget_usd);
	else if (l->budget_tokens > 0 && a->tokens > (double)l->budget_tokens)
		buf_printf(reason, "%.0f tokens used of %llu", a->tokens,
		           (unsigned long long)l->budget_tokens);
	else if (w->over)
		buf_str(reason, "the team is over its budget");
	else if (burn > 0 && a->burning >= burn && a->burns >= 3 && a->burns >= a->burning / 10)
		buf_printf(reason, "usage in %u of %u checks without progress", a->burns,
		           a->burning);
	else
		return false;
	return true;
}

static double
silent_for(const struct watch *w, const struct watch_agent *a, enum watch_busy busy)
{
	return w->now - (busy == WATCH_TOOL ? a->active : a->waiting);
}

static bool
is_stalled(const struct watch *w, const struct watch_agent *a)
{
	const struct watch_limits *l = a->limits;
	enum watch_busy busy = busy_with(a);
	double limit;

	if (busy == WATCH_IDLE)
		return l->silence > 0 && a->quiet >= l->silence;
	limit = watch_quiet(l, busy);
	return limit > 0 && silent_for(w, a, busy) >= limit;
}

static void
say_stalled(const struct watch *w, const struct watch_agent *a, struct buf *reason)
{
	static const char *const what[] = {NULL, "with a tool in flight", "in an API wait",
	                                   "under a rate limit"};
	enum watch_busy busy = busy_with(a);

	if (busy == WATCH_IDLE)
		buf_printf(reason, "silent for %u checks", a->quiet);
	else
		buf_printf(reason, "silent for %.0f s %s", silent_for(w, a, busy), what[busy]);
}

static enum watch_cause
cause_of_strikes(const struct watch_agent *a, double since_warmup, struct buf *reason)
{
	static const enum watch_cause causes[] = {
		[PAD_LOOPING] = WATCH_LOOPING,
		[PAD_FAILING] = WATCH_LOOPING,
		[PAD_DIVERGENT] = WATCH_DIVERGENT,
		[PAD_UNCERTAIN] = WATCH_UNCERTAIN,
	};
	enum pad_diagnosis d = diagnosis_of(a, since_warmup);

	if (a->limits->strikes == 0 || a->strikes < a->limits->strikes)
		return WATCH_CAUSES;
	buf_printf(reason, "%s for %u checks", pad_diagnosis_name[d], a->strikes);
	return causes[d];
}

/*
 * What is wrong, the first that holds. Before the warm-up is over nothing but the hard limit is; after the result all
 * that is left to an agent is to end.
 */
static enum watch_cause
cause_of(const struct watch *w, const struct watch_agent *a, double since_warmup,
         struct buf *reason)
{
	if (is_out_of_time(w, a, reason))
		return WATCH_TIMEOUT;
	if (since_warmup < 0)
		return WATCH_CAUSES;
	if (a->has_result)
		return is_lingering(w, a, reason) ? WATCH_LINGERING : WATCH_CAUSES;
	if (is_over_budget(w, a, reason))
		return WATCH_OVER_BUDGET;
	if (a->stalled) {
		say_stalled(w, a, reason);
		return WATCH_STALLED;
	}
	return cause_of_strikes(a, since_warmup, reason);
}

enum watch_cause
watch_judge(const struct watch *w, struct watch_agent *a, struct buf *reason)
{
	double since_warmup = w->now - a->begun - a->limits->warmup;

	if (since_warmup < 0) {
		a->quiet = a->strikes = a->burning = a->burns = 0;
	} else {
		count_silence(w, a, since_warmup);
		count_burn(a);
		count_strikes(a, since_warmup);
	}
	a->acted = a->spent = a->stepped = false;
	a->stalled = since_warmup >= 0 && !a->has_result && is_stalled(w, a);
	return cause_of(w, a, since_warmup, reason);
}
