/*
 * eros-decide: how is the work of all teams to go on?
 *
 * Reads records; writes a decision for each pulse and each report among them, and when a team's pulses stop. All
 * other records only tell the time.
 */
#include "base/clock.h"
#include "base/exit.h"
#include "base/options.h"
#include "policy/decide.h"
#include "policy/timeline.h"
#include "record/filter.h"

/* Seconds between two looks at the wall clock for teams that are lost. */
enum { LOOK_INTERVAL = 1 };

enum { MAX_TEAMS = 1000 };

struct app {
	struct filter filter;
	struct settings settings;
	struct decide decide;
	struct timeline line;
	bool wall, changes;
	double max_jump;
	size_t max_teams;
	int fail_on; /* an index into fail_names, or FAIL_ON_NOTHING */

	double now;    /* -INFINITY until a record tells */
	double looked; /* by clock_mono */
	bool told;     /* there was a decision: */
	enum decision last;
	size_t last_lost;
};

enum { KEY_CHANGES = OPTION_LONG, KEY_CLOCK, KEY_FAIL_ON, KEY_MAX_JUMP, KEY_MAX_TEAMS };

static const struct argp_option options[] = {
	{"changes", KEY_CHANGES, NULL, 0, "Leave out a decision that is the one before again", 2},
	{"clock", KEY_CLOCK, "record|wall", 0, "Where time comes from (record)", 2},
	{"fail-on", KEY_FAIL_ON, "lost|continue_partial|pause|abort", 0,
         "Exit with 1 if that was decided, or worse", 2},
	{"max-jump", KEY_MAX_JUMP, "DURATION", 0,
         "A single record further ahead does not move the time (7d)", 2},
	{"max-teams", KEY_MAX_TEAMS, "N", 0,
         "Remember N teams, then forget the one longest not heard of (1000)", 2},
	{0},
};

static const char *const fail_names[] = {
	"lost", "continue_partial", "pause", "pause_and_recalibrate", "abort", NULL};
static const enum decision fail_from[] = {DECISION_PARTIAL, DECISION_PARTIAL, DECISION_PAUSE,
                                          DECISION_PAUSE, DECISION_ABORT};
enum { FAIL_ON_LOST, FAIL_ON_NOTHING = -1 };

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	static const char *const clocks[] = {"record", "wall", NULL};
	struct app *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->settings;
		state->child_inputs[1] = &a->filter;
		return 0;
	case KEY_CHANGES: a->changes = true; return 0;
	case KEY_CLOCK: a->wall = option_word(state, "--clock", arg, clocks) == 1; return 0;
	case KEY_FAIL_ON: a->fail_on = option_word(state, "--fail-on", arg, fail_names); return 0;
	case KEY_MAX_JUMP: a->max_jump = option_duration(state, "--max-jump", arg); return 0;
	case KEY_MAX_TEAMS:
		a->max_teams = option_count(state, "--max-teams", arg, 1, UINT32_MAX);
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static void
tell(struct app *a, const struct decide_verdict *v)
{
	bool same = a->told && v->decision == a->last && v->lost == a->last_lost;

	if (a->fail_on != FAIL_ON_NOTHING &&
	    (v->decision >= fail_from[a->fail_on] || (a->fail_on == FAIL_ON_LOST && v->lost > 0)))
		filter_status(&a->filter, EROS_NO);
	if (a->changes && same && v->cause != DECIDE_REPORT)
		return;
	decide_record(&a->decide, v, a->wall ? clock_wall() : a->now, writer_buf(&a->filter.out));
	writer_done(&a->filter.out);
	a->last = v->decision;
	a->last_lost = v->lost;
	a->told = true;
}

static void
tell_lost(struct app *a)
{
	struct decide_verdict v;

	while (decide_lost(&a->decide, a->now, &v))
		tell(a, &v);
}

static void
look(struct app *a)
{
	if (!a->wall)
		return;
	a->now = clock_wall();
	a->looked = clock_mono();
	tell_lost(a);
}

/* By the wall clock an old pulse read late is old; by the records' own it is of the time at which it was read. */
static double
record_time(struct app *a, const struct record *r)
{
	double ts, now = a->wall ? clock_wall() : a->now;

	if (!record_ts(r, &ts))
		return now;
	if (a->wall)
		return ts >= 0 && ts < now ? ts : now;
	switch (timeline_take(&a->line, isinf(now) ? NAN : now, a->max_jump, &ts)) {
	case TIMELINE_DOUBTED: break;
	case TIMELINE_BACK: a->now = ts; break;
	case TIMELINE_TAKEN: a->now = fmax(a->now, ts); break;
	}
	return a->now;
}

static void
on_record(struct filter *f, const struct record *r)
{
	struct app *a = f->arg;
	double seen = record_time(a, r);
	struct decide_event event;
	struct decide_verdict v;
	const char *reason;
	enum decide_reading what = decide_event(r, &f->scratch, &event, &reason);

	if (what == DECIDE_BAD)
		filter_reject(f, reason);
	if (what == DECIDE_EVENT)
		decide_take(&a->decide, &event, seen);
	if (!a->wall)
		tell_lost(a);
	else if (clock_mono() >= a->looked + LOOK_INTERVAL)
		look(a);
	if (what == DECIDE_EVENT) {
		decide_judge(&a->decide, &event, &v);
		tell(a, &v);
	}
}

static void
on_start(struct filter *f)
{
	struct app *a = f->arg;

	a->looked = clock_mono();
}

static void
on_tick(struct filter *f)
{
	look(f->arg);
	writer_flush(&f->out);
}

static void
on_finish(struct filter *f)
{
	look(f->arg);
}

static const char doc[] =
	"Decide from the pulses and reports of all teams how the work is to go on.";

int
main(int argc, char **argv)
{
	struct decide_limits builtin = DECIDE_LIMITS_INIT;
	struct app a = {.filter = FILTER_INIT,
	                .fail_on = FAIL_ON_NOTHING,
	                .now = -INFINITY,
	                .max_jump = TIMELINE_JUMP,
	                .max_teams = MAX_TEAMS};
	const struct argp_child children[] = {
		{&a.settings.argp, 0, NULL, 1}, {&filter_argp, 0, "Input:", 3}, {0}};
	const struct argp argp = {options, parse, "[FILE...]", doc, children, NULL, NULL};
	char **files;
	int status;

	settings_init(&a.settings, "decide", decide_settings, &builtin, sizeof(builtin));
	files = options_parse(&argp, argc, argv, &a);
	settings_load(&a.settings, a.settings.policy);
	if (settings_vary(&a.settings))
		die(EROS_CONFIG, "bad_config", NULL, "%s: decide: teams have no specialties",
		    a.settings.policy);
	a.decide = (struct decide)DECIDE_INIT(a.settings.values, a.max_teams);
	a.filter.start = on_start;
	a.filter.record = on_record;
	a.filter.finish = on_finish;
	a.filter.tick = a.wall ? on_tick : NULL;
	a.filter.tick_ms = LOOK_INTERVAL * 1000;
	a.filter.arg = &a;
	status = filter_run(&a.filter, files);
	if (a.decide.forgotten > 0)
		diag("teams_forgotten", NULL, "%zu teams were forgotten to stay within --max-teams",
		     a.decide.forgotten);
	decide_release(&a.decide);
	settings_release(&a.settings);
	return status;
}
