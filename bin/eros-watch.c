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
};

enum {
	KEY_CLOCK = OPTION_LONG,
	KEY_FAIL_ON,
	KEY_INTERVAL,
	KEY_MAX_AGENTS,
	KEY_TEAM,
	KEY_TEAM_TOKENS,
	KEY_TEAM_USD,
	KEY_TURNS
};

static const struct argp_option options[] = {
	{"clock", KEY_CLOCK, "wall|record", 0,
         "Go by the time of day (wall), or by the times of the records", 0},
	{"fail-on", KEY_FAIL_ON, "intervene|report", 0,
         "Exit with 1 if there was one: intervene, or only report", 0},
	{"interval", KEY_INTERVAL, "DURATION", 0, "Check this often (2)", 0},
	{"max-agents", KEY_MAX_AGENTS, "N", 0, "Watch up to N running agents; 0: all (10)", 0},
	{"no-wait", 'n', NULL, 0, "Do not stand by for the team", 0},
	{"team", KEY_TEAM, "NAME", 0, "The team that is watched (default)", 0},
	{"team-budget-tokens", KEY_TEAM_TOKENS, "N", 0, "How many tokens the team may use", 0},
	{"team-budget-usd", KEY_TEAM_USD, "N", 0, "What the team may spend, in US dollars", 0},
	{"turns", KEY_TURNS, "N", 0, "Stop after N checks in which nobody got on; 0: never (120)",
         0},
	{"wait", 'w', "DURATION", 0, "Stand by for the team this long (for ever)", 0},
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
	case ARGP_KEY_INIT:
		state->child_inputs[0] = &a->limits;
		state->child_inputs[1] = &run->filter;
		return 0;
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
	default: return ARGP_ERR_UNKNOWN;
	}
}

static void
load_policy(struct app *a)
{
	struct buf reason = BUF_INIT;
	struct str specialty;

	settings_load(&a->limits, a->limits.policy);
	settings_load(&a->pad, a->limits.policy);
	for (const struct watch_limits *l = NULL;
	     (l = settings_each(&a->limits, l, &specialty)) != NULL;) {
		if (watch_limits_check(l, &a->run.options, &reason))
			continue;
		if (specialty.len > 0)
			buf_printf(&reason, ", for specialty '" STR_FMT "'", STR_ARG(specialty));
		die(EROS_CONFIG, "bad_config", NULL, "%s", buf_cstr(&reason));
	}
}

static const char doc[] = "Watch a team of agents: say who is to be ended, and how it stands.";

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
	const struct argp_child children[] = {
		{&a.limits.argp, 0, NULL, 0}, {&filter_argp, 0, "Input:", 0}, {0}};
	const struct argp argp = {options, parse, "[FILE...]", doc, children, NULL, NULL};
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
