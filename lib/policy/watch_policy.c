/* The limits of a watch, and whether they leave one another room. */
#include "policy/watch.h"

#include <math.h>

#define PLACE(member)    offsetof(struct watch_limits, member)
#define DURATION(member) SETTING_DURATION, PLACE(member), 0, 1e9, NULL
#define COUNT(member)    SETTING_COUNT, PLACE(member), 0, 1e9, NULL

const struct setting watch_settings[] = {
	{"warmup", DURATION(warmup), "No verdict for so long in each attempt (30)"},
	{"warmup_ramp", DURATION(warmup_ramp),
         "After that, let the goal count for more and more over so long (0)"},
	{"timeout", DURATION(timeout), "Hard limit of an attempt (600)"},
	{"silence", COUNT(silence), "Stalled is silent for N checks (20)"},
	{"quiet.tool", DURATION(quiet[WATCH_TOOL]),
         "Stalled is silent for so long with a tool in flight (nine tenths of --timeout)"},
	{"quiet.api", DURATION(quiet[WATCH_API]),
         "Stalled is waiting for the API for so long (nine tenths of --timeout)"},
	{"quiet.rate", DURATION(quiet[WATCH_RATE]),
         "Stalled is waiting for a rate limit for so long (nine tenths of --timeout)"},
	{"strikes", COUNT(strikes), "Unhealthy for N checks is too much (3)"},
	{"linger", DURATION(linger), "Lingering is alive so long after the result (30)"},
	{"budget.usd", SETTING_NUMBER, PLACE(budget_usd), 0, 1e15, NULL,
         "What an agent may spend, in US dollars"},
	{"budget.tokens", SETTING_COUNT, PLACE(budget_tokens), 0, 1e15, NULL,
         "How many tokens an agent may use"},
	{"burn", COUNT(burn),
         "Usage for N checks without progress is over budget (twice --silence)"},
	{"respawn", COUNT(respawn), "Say when N respawns of an agent were in vain (3)"},
	{0},
};

#define HOUR 3600.0

double
watch_quiet(const struct watch_limits *l, enum watch_busy busy)
{
	if (l->quiet[busy] >= 0)
		return l->quiet[busy];
	return l->timeout > 0 ? 0.9 * l->timeout : HOUR;
}

uint64_t
watch_burn(const struct watch_limits *l)
{
	return l->burn == WATCH_TWO_SILENT ? 2 * l->silence : l->burn;
}

/* A limit that comes into reach AFTER so many seconds of an attempt must do so before the hard limit. */
static bool
reached(const struct watch_limits *l, double after, const char *what, struct buf *reason)
{
	if (l->timeout == 0 || after < l->timeout)
		return true;
	buf_printf(reason, "%s takes %.15g s, which the hard limit of %.15g s never lets pass",
	           what, after, l->timeout);
	return false;
}

/* COUNT checks after the warm-up. */
static bool
checks_reached(const struct watch_limits *l, const struct watch_options *o, uint64_t count,
               const char *what, struct buf *reason)
{
	char text[80];

	if (count == 0)
		return true;
	snprintf(text, sizeof(text), "warm-up and %llu checks of %s", (unsigned long long)count,
	         what);
	return reached(l, l->warmup + (double)count * o->interval, text, reason);
}

static bool
quiet_reached(const struct watch_limits *l, const struct watch_options *o, struct buf *reason)
{
	static const char *const what[] = {NULL, "with a tool in flight", "in an API wait",
	                                   "under a rate limit"};
	double silent = (double)l->silence * o->interval;

	for (int i = WATCH_TOOL; i < WATCH_BUSIES; i++) {
		double quiet = l->quiet[i];
		char text[40];

		if (quiet <= 0)
			continue;
		snprintf(text, sizeof(text), "silence %s", what[i]);
		if (!reached(l, quiet, text, reason))
			return false;
		if (quiet <= silent) {
			buf_printf(reason,
			           "%s is allowed %.15g s, no more than any silence, %.15g s", text,
			           quiet, silent);
			return false;
		}
	}
	return true;
}

static bool
budget_reached(const struct watch_limits *l, const struct watch_options *o, struct buf *reason)
{
	if (o->team_usd > 0 && l->budget_usd > o->team_usd) {
		buf_printf(reason, "an agent cannot use %.15g USD where its team has %.15g",
		           l->budget_usd, o->team_usd);
		return false;
	}
	if (o->team_tokens > 0 && l->budget_tokens > o->team_tokens) {
		buf_printf(reason, "an agent cannot use %llu tokens where its team has %llu",
		           (unsigned long long)l->budget_tokens,
		           (unsigned long long)o->team_tokens);
		return false;
	}
	return true;
}

bool
watch_limits_check(const struct watch_limits *l, const struct watch_options *o, struct buf *reason)
{
	uint64_t burn = l->burn == WATCH_TWO_SILENT ? 0 : l->burn;

	if (o->turns > 0 && l->silence == 0 && watch_quiet(l, WATCH_TOOL) == 0 &&
	    watch_quiet(l, WATCH_API) == 0 && watch_quiet(l, WATCH_RATE) == 0) {
		buf_str(reason, "nobody is ever stalled, so turns are never counted");
		return false;
	}
	return reached(l, l->warmup, "the warm-up", reason) &&
	       reached(l, l->warmup + l->warmup_ramp, "the warm-up with its ramp", reason) &&
	       checks_reached(l, o, l->silence, "silence", reason) &&
	       checks_reached(l, o, l->strikes, "strikes", reason) &&
	       checks_reached(l, o, burn, "burn", reason) && quiet_reached(l, o, reason) &&
	       budget_reached(l, o, reason);
}

double
watch_horizon(const struct watch_options *o)
{
	double horizon = 0;
	struct str specialty;

	for (const struct watch_limits *l = NULL;
	     (l = settings_each(o->limits, l, &specialty)) != NULL;) {
		uint64_t burn = watch_burn(l);
		double checks = (double)l->silence + (double)l->strikes + (double)burn;
		double h =
			l->warmup + l->warmup_ramp + l->timeout + l->linger + checks * o->interval;

		for (int i = WATCH_TOOL; i < WATCH_BUSIES; i++)
			h += watch_quiet(l, (enum watch_busy)i);
		horizon = fmax(horizon, h);
	}
	return horizon + ((double)o->turns + 2) * o->interval;
}
