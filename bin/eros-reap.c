/*
 * eros-reap: list the processes of agents, and end those that are stale, too many, or named by interventions.
 *
 * Reads heartbeats and the process table, with --records interventions; writes reap records.
 */
#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/options.h"
#include "base/signals.h"
#include "policy/reap.h"
#include "proc/reaper.h"

#include <math.h>
#include <unistd.h>

enum { BY_AGENT, BY_SPECIALTY, BY_MATCH };

struct app {
	struct filter filter;
	struct reaper reaper;
	struct writer out;
	struct reap_limits limits;
	struct fleet fleet;
	struct fleet_query query;
	size_t matches_cap;
	int by; /* -1: not said */
	bool list, records, tidy, select;
};

enum {
	KEY_ANY_USER = OPTION_LONG,
	KEY_BY,
	KEY_DRY_RUN,
	KEY_GRACE,
	KEY_KEEP,
	KEY_LIST,
	KEY_MATCH,
	KEY_MAX_AGE,
	KEY_RECORDS,
	KEY_RUNS,
	KEY_SPARE,
	KEY_STALE,
	KEY_TIDY
};

static const struct argp_option options[] = {
	{"any-user", KEY_ANY_USER, NULL, 0, "As root, end other users' processes too", 0},
	{"by", KEY_BY, "WHAT", 0, "Count --keep by agent, specialty or match", 0},
	{"dry-run", KEY_DRY_RUN, NULL, 0, "Say what would be done, and do nothing", 0},
	{"grace", KEY_GRACE, "SECS", 0, "Time between SIGTERM and SIGKILL (5)", 0},
	{"keep", KEY_KEEP, "N", 0, "End the oldest beyond N (with --match 9)", 0},
	{"list", KEY_LIST, NULL, 0, "List processes, end none", 0},
	{"match", KEY_MATCH, "PCRE", 0, "Processes with such a command line too", 0},
	{"max-age", KEY_MAX_AGE, "SECS", 0, "End those that started longer ago (off)", 0},
	{"records", KEY_RECORDS, NULL, 0, "End those that interventions on stdin name", 0},
	{"runs", KEY_RUNS, "ID,...", OPTION_ARG_OPTIONAL,
         "End what dead eros-runs, or these, have left behind", 0},
	{"spare", KEY_SPARE, "PCRE", 0, "Never end agents and command lines like this", 0},
	{"stale", KEY_STALE, "SECS", 0, "A beat this long ago is stale (300); or off", 0},
	{"tidy", KEY_TIDY, NULL, 0, "Remove files of processes that are no more", 0},
	{0},
};

static const char *const bys[] = {"agent", "specialty", "match", NULL};

static struct pattern *
compile(struct argp_state *state, const char *option, const char *arg)
{
	struct cond_error error;
	struct pattern *p = pattern_compile(str_of(arg), 0, &error);

	if (!p)
		argp_error(state, "%s: %s at column %u: '%s'", option, error.reason, error.column,
		           arg);
	return p;
}

static double
limit(struct argp_state *state, const char *option, const char *arg)
{
	return strcmp(arg, "off") == 0 ? INFINITY : option_duration(state, option, arg);
}

/* All dead runs, or those of the list ARG. */
static void
choose_runs(struct app *a, struct argp_state *state, const char *arg)
{
	struct str rest = str_of(arg ? arg : ""), id;
	struct process p;

	a->query.runs = true;
	a->query.run_list = arg;
	while (str_item(&rest, &id))
		if (!process_parse(id, &p))
			argp_error(state, "--runs: no run: '" STR_FMT "'", STR_ARG(id));
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct app *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &a->filter; return 0;
	case KEY_ANY_USER: a->reaper.any_user = true; return 0;
	case KEY_BY: a->by = option_word(state, "--by", arg, bys); return 0;
	case KEY_DRY_RUN: a->reaper.dry_run = true; return 0;
	case KEY_GRACE: a->reaper.grace = option_duration(state, "--grace", arg); return 0;
	case KEY_KEEP: a->limits.keep = option_count(state, "--keep", arg, 0, SIZE_MAX - 1); break;
	case KEY_LIST: a->list = true; return 0;
	case KEY_MATCH:
		GROW(a->query.match, a->query.matches, a->matches_cap);
		a->query.match[a->query.matches++] = compile(state, "--match", arg);
		break;
	case KEY_MAX_AGE: a->limits.max_age = limit(state, "--max-age", arg); break;
	case KEY_RECORDS: a->records = true; return 0;
	case KEY_RUNS: choose_runs(a, state, arg); return 0;
	case KEY_SPARE:
		a->query.commands = true;
		a->reaper.spare = compile(state, "--spare", arg);
		return 0;
	case KEY_STALE: a->limits.stale = limit(state, "--stale", arg); break;
	case KEY_TIDY: a->tidy = true; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
	a->select = true;
	return 0;
}

/* What the policy is to know of a process. */
static struct reap_process
describe(const struct app *a, const struct fleet_process *p, double now)
{
	const char *agent = p->beat ? p->beat->agent : NULL;
	int by = a->by >= 0 ? a->by : (p->program.len > 0 ? BY_MATCH : BY_AGENT);
	struct reap_process r = {.beat = NAN, .pid = p->process.pid};

	if (p->beat)
		r.beat = fmax(0, now - p->beat->at);
	r.uptime = p->row ? fmax(0, p->row->uptime) : 0;
	r.exempt = p->life != PROCESS_ALIVE || (!p->beat && p->program.len == 0) ||
	           (p->row && reaper_refuses(&a->reaper, &a->fleet.table, p->row, agent));
	if (by == BY_MATCH)
		r.group = p->program;
	else if (agent)
		r.group = str_of(by == BY_AGENT ? agent : p->beat->specialty);
	return r;
}

static int
list(struct app *a)
{
	double now;

	reaper_look(&a->reaper, &a->fleet, &a->query);
	now = clock_wall();
	for (size_t i = 0; i < a->fleet.count; i++) {
		struct reap_process r = describe(a, &a->fleet.process[i], now);

		fleet_describe(&a->fleet, &a->fleet.process[i], now, reap_is_stale(&r, &a->limits),
		               writer_buf(&a->out));
		writer_done(&a->out);
	}
	return a->reaper.status;
}

/* A zombie is nobody to be judged, but one whose beat is stale is worth a word. */
static bool
is_stale_zombie(const struct app *a, const struct fleet_process *p, const struct reap_process *r)
{
	return p->row && p->beat && p->life == PROCESS_GONE && reap_is_stale(r, &a->limits);
}

/* For reaper_run: who of the fleet is to be ended. */
static void
select_jobs(void *arg)
{
	struct app *a = arg;
	size_t count = a->fleet.count;
	struct reap_process *r = xcalloc(count + 1, sizeof(*r));
	double now = clock_wall();

	for (size_t i = 0; i < count; i++)
		r[i] = describe(a, &a->fleet.process[i], now);
	reap_judge(r, count, &a->limits);
	for (size_t i = 0; i < count; i++) {
		if (is_stale_zombie(a, &a->fleet.process[i], &r[i]))
			r[i].verdict = REAP_STALE;
		if (r[i].verdict != REAP_KEEP)
			reap_reason(&r[i], &a->limits,
			            &reaper_choose(&a->reaper, &a->fleet.process[i],
			                           reap_cause[r[i].verdict])
			                     ->reason);
	}
	free(r);
}

static const struct argp_child children[] = {{&filter_argp, 0, "Input, with --records:", 0}, {0}};
static const struct argp argp = {
	options,  parse,
	NULL,     "List the processes of agents, and end those that are stale or too many.",
	children, NULL,
	NULL};

int
main(int argc, char **argv)
{
	struct app a = {.filter = FILTER_INIT,
	                .reaper = REAPER_INIT,
	                .limits = {300, INFINITY, SIZE_MAX},
	                .by = -1};
	char **words = options_parse(&argp, argc, argv, &a);
	int status;

	if (*words)
		die_usage("no operand is taken: '%s'", *words);
	if (a.records && (a.list || a.query.runs || a.tidy || a.select))
		die_usage("--records ends those alone that it is told to");
	if (a.by == BY_MATCH && a.query.matches == 0)
		die_usage("--by match wants --match");
	if (a.query.matches > 0 && a.limits.keep == SIZE_MAX)
		a.limits.keep = 9;
	a.select = a.select || !(a.query.runs || a.tidy);
	signal_watch();
	writer_init(&a.out, STDOUT_FILENO, "stdout");
	a.reaper.out = &a.out;
	if (a.records) {
		status = reaper_records(&a.reaper, &a.filter);
	} else {
		status = a.list ? list(&a)
		                : reaper_run(&a.reaper, &a.fleet, &a.query,
		                             a.select ? select_jobs : NULL, &a, a.tidy);
		writer_close(&a.out);
	}
	if (signal_caught)
		status = EROS_SIGNAL + signal_caught;
	reaper_release(&a.reaper);
	fleet_release(&a.fleet);
	for (size_t i = 0; i < a.query.matches; i++)
		pattern_free(a.query.match[i]);
	free(a.query.match);
	pattern_free(a.reaper.spare);
	return status;
}
