/*
 * eros-watch: who of this team is to be ended, and how does the team stand?
 *
 * Reads the records of many agents; writes only its own: alert, intervene, pulse and report.
 */
#include "base/clock.h"
#include "base/exit.h"
#include "base/options.h"
#include "base/signals.h"
#include "policy/watch_clock.h"
#include "proc/post.h"
#include "record/filter.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <unistd.h>

enum fail_on { FAIL_NEVER, FAIL_INTERVENE, FAIL_REPORT };

struct app {
	struct filter filter;
	struct settings limits, pad;
	struct watch_options options;
	const char *policy;
	bool by_records;
	double wait; /* for the team's lock */
	enum fail_on fail_on;
	char **argv;

	struct watch watch;
	struct watch_clock clock;
	struct post post;
	double offset;      /* Unix time less CLOCK_MONOTONIC, as it was at the start */
	double next;        /* check, by the wall clock */
	double saved, cost; /* when the state was saved last, and how long that took */
	char host[WATCH_HOST_SIZE];
	struct buf said, state;
};

enum {
	KEY_SETTING = OPTION_LONG,
	KEY_CLOCK = KEY_SETTING + 32,
	KEY_FAIL_ON,
	KEY_INTERVAL,
	KEY_MAX_AGENTS,
	KEY_POLICY,
	KEY_TEAM,
	KEY_TEAM_TOKENS,
	KEY_TEAM_USD,
	KEY_TURNS
};

/* The first are in the order of watch_settings. */
static const struct argp_option options[] = {
	{"warmup", KEY_SETTING, "SECS", 0, "No verdict in the first SECS of an attempt (30)", 0},
	{"warmup-ramp", KEY_SETTING + 1, "SECS", 0,
         "After that, let the goal count for more and more over SECS (0)", 0},
	{"timeout", KEY_SETTING + 2, "SECS", 0, "Hard limit of an attempt (600)", 0},
	{"silence", KEY_SETTING + 3, "N", 0, "Stalled is silent for N checks (20)", 0},
	{"quiet-tool", KEY_SETTING + 4, "SECS", 0,
         "Stalled is silent for SECS with a tool in flight (nine tenths of --timeout)", 0},
	{"quiet-api", KEY_SETTING + 5, "SECS", 0,
         "Stalled is waiting for the API for SECS (nine tenths of --timeout)", 0},
	{"quiet-rate", KEY_SETTING + 6, "SECS", 0,
         "Stalled is waiting for a rate limit for SECS (nine tenths of --timeout)", 0},
	{"strikes", KEY_SETTING + 7, "N", 0, "Unhealthy for N checks is too much (3)", 0},
	{"linger", KEY_SETTING + 8, "SECS", 0, "Lingering is alive SECS after the result (30)", 0},
	{"budget-usd", KEY_SETTING + 9, "N", 0, "What an agent may spend, in US dollars", 0},
	{"budget-tokens", KEY_SETTING + 10, "N", 0, "How many tokens an agent may use", 0},
	{"burn", KEY_SETTING + 11, "N", 0,
         "Usage for N checks without progress is over budget (twice --silence)", 0},
	{"respawn", KEY_SETTING + 12, "N", 0, "Say when N respawns of an agent were in vain (3)",
         0},
	{"clock", KEY_CLOCK, "wall|record", 0,
         "Go by the time of day (wall), or by the times of the records", 0},
	{"fail-on", KEY_FAIL_ON, "intervene|report", 0,
         "Exit with 1 if there was one: intervene, or only report", 0},
	{"interval", KEY_INTERVAL, "SECS", 0, "Check this often (2)", 0},
	{"max-agents", KEY_MAX_AGENTS, "N", 0, "Watch up to N running agents; 0: all (10)", 0},
	{"no-wait", 'n', NULL, 0, "Do not stand by for the team", 0},
	{"policy", KEY_POLICY, "FILE", 0, "Take limits by specialty from this YAML file", 0},
	{"team", KEY_TEAM, "NAME", 0, "The team that is watched (default)", 0},
	{"team-budget-tokens", KEY_TEAM_TOKENS, "N", 0, "How many tokens the team may use", 0},
	{"team-budget-usd", KEY_TEAM_USD, "N", 0, "What the team may spend, in US dollars", 0},
	{"turns", KEY_TURNS, "N", 0, "Stop after N checks in which nobody got on; 0: never (120)",
         0},
	{"wait", 'w', "SECS", 0, "Stand by for the team this long (for ever)", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	static const char *const clocks[] = {"wall", "record", NULL};
	static const char *const fails[] = {"intervene", "report", NULL};
	struct app *a = state->input;
	struct watch_options *o = &a->options;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &a->filter; return 0;
	case KEY_CLOCK: a->by_records = option_word(state, "--clock", arg, clocks) == 1; return 0;
	case KEY_FAIL_ON:
		a->fail_on = (enum fail_on)(FAIL_INTERVENE +
		                            option_word(state, "--fail-on", arg, fails));
		return 0;
	case KEY_INTERVAL:
		o->interval = option_duration(state, "--interval", arg);
		if (o->interval < 0.01 || o->interval > 86400)
			argp_error(state, "--interval: not between 10ms and 1d: '%s'", arg);
		return 0;
	case KEY_MAX_AGENTS:
		o->max_agents = option_count(state, "--max-agents", arg, 0, UINT32_MAX);
		return 0;
	case KEY_POLICY: a->policy = arg; return 0;
	case KEY_TEAM: o->team = option_name(state, "--team", arg); return 0;
	case KEY_TEAM_TOKENS:
		o->team_tokens =
			option_count(state, "--team-budget-tokens", arg, 0, 1000000000000000);
		return 0;
	case KEY_TEAM_USD:
		o->team_usd = option_number(state, "--team-budget-usd", arg, 0, 1e15);
		return 0;
	case KEY_TURNS: o->turns = option_count(state, "--turns", arg, 0, 1000000000); return 0;
	case 'n': a->wait = 0; return 0;
	case 'w': a->wait = option_duration(state, "--wait", arg); return 0;
	default:
		if (key < KEY_SETTING || key >= KEY_CLOCK)
			return ARGP_ERR_UNKNOWN;
		settings_option(&a->limits, state, watch_settings[key - KEY_SETTING].name, arg);
		return 0;
	}
}

static void
load_policy(struct app *a)
{
	struct buf reason = BUF_INIT;
	struct str specialty;

	settings_load(&a->limits, a->policy);
	settings_load(&a->pad, a->policy);
	for (const struct watch_limits *l = NULL;
	     (l = settings_each(&a->limits, l, &specialty)) != NULL;) {
		if (watch_limits_check(l, &a->options, &reason))
			continue;
		if (specialty.len > 0)
			buf_printf(&reason, ", for specialty '" STR_FMT "'", STR_ARG(specialty));
		die(EROS_CONFIG, "bad_config", NULL, "%s", buf_cstr(&reason));
	}
}

/* The wall clock as it was at the start, and steady since: a change of it is no silence of anybody. */
static double
steady(const struct app *a)
{
	return clock_mono() + a->offset;
}

/* Whether the process of an agent of this host is known to have ended. */
static bool
is_gone(void *arg, const struct watch_agent *agent)
{
	const struct app *a = arg;
	struct process p;

	if (agent->pid == 0 || (agent->host && strcmp(agent->host, a->host) != 0))
		return false;
	if (agent->started == 0)
		return !process_of(agent->pid, &p) && errno == ESRCH;
	return process_named(agent->pid, agent->started, &p) && process_life(&p) == PROCESS_GONE;
}

static void
save(struct app *a)
{
	double began = clock_mono();

	buf_reset(&a->state);
	watch_save(&a->watch, &a->state);
	if (!post_save(&a->post, buf_view(&a->state)))
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "cannot replace %s",
		    a->post.path);
	a->watch.dirty = a->watch.changed = false;
	a->saved = clock_mono();
	a->cost = a->saved - began;
}

/* Besides at an intervention the state is saved when agents come and go, and now and then, as far as it costs little. */
static bool
is_to_be_saved(const struct app *a)
{
	double since = clock_mono() - a->saved;

	if (!a->post.taken)
		return false;
	return a->watch.dirty || (since > 100 * a->cost && (a->watch.changed || since > 10));
}

/*
 * Hand on what was said. That an intervention was asked for is on disk before it is out: killed in between, it is lost
 * rather than repeated.
 */
static void
hand_on(struct app *a)
{
	if (is_to_be_saved(a))
		save(a);
	if (a->said.len > 0) {
		buf_span(writer_buf(&a->filter.out), buf_view(&a->said));
		writer_done(&a->filter.out);
		buf_reset(&a->said);
		if (!a->by_records)
			writer_flush(&a->filter.out); /* a flood never comes to a wait */
	}
	if (a->watch.stopped)
		filter_stop(&a->filter);
}

static void
check(struct app *a, double now)
{
	watch_check(&a->watch, now, &a->said);
	hand_on(a);
}

/* By the wall clock: check if it is time to, and tell in how many milliseconds it is again. */
static int
on_pace(struct filter *f)
{
	struct app *a = f->arg;
	double now = steady(a);

	if (now >= a->next) {
		check(a, now);
		a->next += a->options.interval;
		if (a->next <= now)
			a->next = now + a->options.interval;
	}
	return (int)ceil(fmax(0.001, a->next - now) * 1e3);
}

static void
on_record(struct filter *f, const struct record *r)
{
	struct app *a = f->arg;
	double now;

	if (a->by_records) {
		watch_clock_take(&a->clock, r);
		while (!a->watch.stopped && watch_clock_due(&a->clock, &a->watch, false))
			check(a, a->clock.at);
		now = a->clock.now;
	} else {
		now = steady(a);
	}
	if (!a->watch.stopped && !watch_record(&a->watch, r, &f->scratch, now, &a->said))
		filter_reject(f, "bad name of an agent");
	if (a->said.len > 0)
		hand_on(a);
}

static void
name_holder(void *arg, const struct holder *h)
{
	const struct app *a = arg;

	if (a->wait > 0)
		diag("standing_by", NULL, "team %s is watched by pid %d: standing by",
		     a->options.team, (int)h->process.pid);
	else
		diag("lock_timeout", NULL, "team %s is watched by pid %d", a->options.team,
		     (int)h->process.pid);
}

/* Take the team, and take up what the one before knew. */
static void
on_start(struct filter *f)
{
	struct app *a = f->arg;
	struct buf text = BUF_INIT;
	enum lock_result taken;

	if (a->by_records)
		return;
	if (!post_open(&a->post, "watch", a->options.team))
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "lock of team %s",
		    a->options.team);
	taken = post_take(&a->post, a->wait, a->argv, name_holder, a);
	if (taken == LOCK_FAILED && !signal_caught)
		die(EROS_OS, "system_error", strerror(errno), "lock of team %s", a->options.team);
	if (taken != LOCK_TAKEN) {
		filter_status(f, signal_caught ? EROS_SIGNAL + signal_caught : EROS_TEMPFAIL);
		filter_stop(f);
		return;
	}
	if (!post_load(&a->post, &text))
		diag("cannot_open", strerror(errno), "cannot read %s", a->post.path);
	a->offset = clock_wall() - clock_mono();
	a->next = steady(a) + a->options.interval;
	a->saved = clock_mono();
	if (text.len > 0 && !watch_load(&a->watch, buf_view(&text), steady(a)))
		diag("bad_state", NULL, "%s is damaged: what is good of it was read", a->post.path);
	buf_release(&text);
}

/* The input has ended: go on until no process runs that could be known to end, or nothing more can be found. */
static void
outlast(struct app *a)
{
	struct pollfd signals = {.fd = signal_fd, .events = POLLIN};
	double end = steady(a) + watch_horizon(&a->options);

	while (!a->filter.stop && !signal_caught && steady(a) < end && watch_waits(&a->watch)) {
		int timeout = on_pace(&a->filter);

		writer_flush(&a->filter.out);
		if (!a->filter.stop)
			poll(&signals, 1, timeout);
	}
	if (signal_caught)
		filter_status(&a->filter, EROS_SIGNAL + signal_caught);
}

static void
report(const struct app *a)
{
	if (a->watch.nameless > 0)
		diag("no_agent", NULL, "%llu records name no agent",
		     (unsigned long long)a->watch.nameless);
	if (a->watch.forgotten > 0)
		diag("agents_forgotten", NULL,
		     "the telemetry of %llu agents was forgotten for want of room",
		     (unsigned long long)a->watch.forgotten);
}

static void
on_finish(struct filter *f)
{
	struct app *a = f->arg;
	struct watch *w = &a->watch;

	if (!a->by_records && !a->post.taken)
		return;
	if (!a->by_records)
		outlast(a);
	while (a->by_records && !w->stopped && watch_clock_due(&a->clock, w, true))
		check(a, a->clock.at);
	if (!w->stopped && (!a->by_records || a->clock.timed)) {
		watch_finish(w, a->by_records ? a->clock.now : steady(a), &a->said);
		hand_on(a);
	}
	report(a);
	if ((a->fail_on == FAIL_INTERVENE && w->interventions > 0) ||
	    (a->fail_on != FAIL_NEVER && w->stopped))
		filter_status(f, EROS_NO);
}

static const struct argp_child children[] = {{&filter_argp, 0, "Input:", 0}, {0}};
static const struct argp argp = {
	options,     parse,
	"[FILE...]", "Watch a team of agents: say who is to be ended, and how it stands.",
	children,    NULL,
	NULL};

int
main(int argc, char **argv)
{
	static const struct watch_limits builtin = WATCH_LIMITS_INIT;
	static const struct pad_limits pad = PAD_LIMITS_INIT;
	static struct app a = {
		.filter = FILTER_INIT,
		.options = {.team = "default", .interval = 2, .turns = 120, .max_agents = 10},
		.wait = INFINITY,
		.post = POST_INIT};
	char **files;
	int status;

	settings_init(&a.limits, "watch", watch_settings, &builtin, sizeof(builtin));
	settings_init(&a.pad, "pad", pad_settings, &pad, sizeof(pad));
	files = options_parse(&argp, argc, argv, &a);
	load_policy(&a);
	a.argv = argv;
	a.options.limits = &a.limits;
	a.options.pad = &a.pad;
	gethostname(a.host, sizeof(a.host) - 1);
	watch_init(&a.watch, &a.options);
	watch_clock_init(&a.clock, &a.options);
	a.filter.arg = &a;
	a.filter.start = on_start;
	a.filter.record = on_record;
	a.filter.finish = on_finish;
	if (!a.by_records) {
		a.filter.pace = on_pace;
		a.watch.gone = is_gone;
		a.watch.arg = &a;
	}
	status = filter_run(&a.filter, files);
	if (!a.by_records)
		post_close(&a.post, a.watch.running == 0);
	watch_release(&a.watch);
	settings_release(&a.limits);
	settings_release(&a.pad);
	buf_release(&a.said);
	buf_release(&a.state);
	return status;
}
