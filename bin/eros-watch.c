/*
 * eros-watch: who of this team is to be ended, and how does the team stand?
 *
 * Reads the records of many agents; writes only its own: alert, intervene, pulse and report.
 */
#include "base/exit.h"
#include "base/options.h"
#include "watch_run.h"

#include <math.h>

struct app {
	struct watch_run run;
	struct settings limits, pad;
	const char *policy;
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
	struct watch_run *run = &a->run;
	struct watch_options *o = &run->options;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &run->filter; return 0;
	case KEY_CLOCK: run->by_records = option_word(state, "--clock", arg, clocks) == 1; return 0;
	case KEY_FAIL_ON:
		run->fail_on = (enum watch_fail_on)(WATCH_FAIL_INTERVENE +
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
	case 'n': run->wait = 0; return 0;
	case 'w': run->wait = option_duration(state, "--wait", arg); return 0;
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
		if (watch_limits_check(l, &a->run.options, &reason))
			continue;
		if (specialty.len > 0)
			buf_printf(&reason, ", for specialty '" STR_FMT "'", STR_ARG(specialty));
		die(EROS_CONFIG, "bad_config", NULL, "%s", buf_cstr(&reason));
	}
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
	static struct app a = {.run = {.filter = FILTER_INIT,
	                               .options = {.team = "default",
	                                           .interval = 2,
	                                           .turns = 120,
	                                           .max_agents = 10},
	                               .wait = INFINITY,
	                               .post = POST_INIT}};
	char **files;
	int status;

	settings_init(&a.limits, "watch", watch_settings, &builtin, sizeof(builtin));
	settings_init(&a.pad, "pad", pad_settings, &pad, sizeof(pad));
	files = options_parse(&argp, argc, argv, &a);
	load_policy(&a);
	a.run.argv = argv;
	a.run.options.limits = &a.limits;
	a.run.options.pad = &a.pad;
	status = watch_run(&a.run, files);
	settings_release(&a.limits);
	settings_release(&a.pad);
	return status;
}
