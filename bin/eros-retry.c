/*
 * eros-retry: run a command until it succeeds, or until there is no use in trying again.
 *
 * Each try reads the same standard input; what a failed one prints is not shown. With --report records of the tries.
 */
#include "base/diag.h"
#include "base/exit.h"
#include "base/options.h"
#include "retry.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum {
	KEY_AFTER = OPTION_LONG,
	KEY_BASE,
	KEY_BUDGET,
	KEY_BUDGET_FLOOR,
	KEY_BUDGET_SHARE,
	KEY_BUDGET_WINDOW,
	KEY_DEADLINE,
	KEY_FAIL_OPEN,
	KEY_GRACE,
	KEY_JITTER,
	KEY_LIMIT,
	KEY_MAX,
	KEY_ON,
	KEY_REPORT,
	KEY_SPOOL,
	KEY_STOP,
	KEY_STORE,
	KEY_STREAM
};

static const struct argp_option options[] = {
	{"attempt-timeout", KEY_LIMIT, "SECS", 0, "End a try after this long; 0: never (0)", 0},
	{"base", KEY_BASE, "SECS", 0, "The delay after the first try (1)", 0},
	{"budget", KEY_BUDGET, "NAME", 0, "Share a budget of retries with all who name it", 0},
	{"budget-floor", KEY_BUDGET_FLOOR, "N", 0,
         "Retries that the budget has in any case, in a window (10)", 0},
	{"budget-share", KEY_BUDGET_SHARE, "N", 0, "Retries for each first try (0.2)", 0},
	{"budget-window", KEY_BUDGET_WINDOW, "SECS", 0, "How long a try counts (60)", 0},
	{"deadline", KEY_DEADLINE, "SECS", 0, "Have done after this long; 0: never (0)", 0},
	{"fail-open", KEY_FAIL_OPEN, NULL, 0, "Go on where the budget's store cannot be asked", 0},
	{"grace", KEY_GRACE, "SECS", 0, "From SIGTERM to SIGKILL (5)", 0},
	{"jitter", KEY_JITTER, "full|none", 0, "Spread the delays (full)", 0},
	{"max", KEY_MAX, "SECS", 0, "The longest delay (60)", 0},
	{"on", KEY_ON, "LIST", 0, "Try again after these statuses and signals alone", 0},
	{"quiet", 'q', NULL, 0, "Do not say on stderr that a try failed", 0},
	{"report", KEY_REPORT, "FD", 0, "Write a record of each try to this descriptor", 0},
	{"retry-after-file", KEY_AFTER, "FILE", 0,
         "Where the command may say when to try again; named by EROS_RETRY_AFTER_FILE", 0},
	{"spool", KEY_SPOOL, "BYTES", 0, "Keep this much of stdin where it is a pipe (64M)", 0},
	{"stop", KEY_STOP, "LIST", 0, "Never try again after these statuses and signals", 0},
	{"store", KEY_STORE, "URL", 0, "Where the budget is kept ($EROS_STORE)", 0},
	{"stream", KEY_STREAM, NULL, 0, "Show what each try prints, as it comes", 0},
	{"tries", 'n', "N", 0, "How many tries at most; 0: no limit (5)", 0},
	{0},
};

static void
add_statuses(struct argp_state *state, struct status_set *set, const char *option, const char *arg)
{
	struct str wrong;

	if (!status_set_add(set, arg, &wrong))
		argp_error(state,
		           "%s: no status from 1 to 255, range of them or signal: '" STR_FMT "'",
		           option, STR_ARG(wrong));
}

/* A limit in seconds, of which 0 is none. */
static double
limit(struct argp_state *state, const char *option, const char *arg)
{
	double seconds = option_duration(state, option, arg);

	return seconds > 0 ? seconds : INFINITY;
}

static error_t
parse_budget(struct retry_run *run, int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case KEY_BUDGET: run->budget_name = option_name(state, "--budget", arg); return 0;
	case KEY_BUDGET_FLOOR:
		run->budget.floor = option_number(state, "--budget-floor", arg, 0, 1e9);
		return 0;
	case KEY_BUDGET_SHARE:
		run->budget.share = option_number(state, "--budget-share", arg, 0, 1e9);
		return 0;
	case KEY_BUDGET_WINDOW:
		run->budget.window = option_duration(state, "--budget-window", arg);
		if (run->budget.window <= 0)
			argp_error(state, "--budget-window: not above 0: '%s'", arg);
		return 0;
	case KEY_FAIL_OPEN: run->fail_open = true; return 0;
	case KEY_STORE: setenv("EROS_STORE", arg, 1); return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct retry_run *run = state->input;
	struct retry *r = &run->retry;

	switch (key) {
	case KEY_AFTER: run->after = arg; return 0;
	case KEY_BASE: r->backoff.base = option_duration(state, "--base", arg); return 0;
	case KEY_DEADLINE: r->deadline = limit(state, "--deadline", arg); return 0;
	case KEY_GRACE: run->trial.grace = option_duration(state, "--grace", arg); return 0;
	case KEY_JITTER:
		r->backoff.jitter =
			(enum backoff_jitter)option_word(state, "--jitter", arg, backoff_words);
		return 0;
	case KEY_LIMIT: run->limit = limit(state, "--attempt-timeout", arg); return 0;
	case KEY_MAX: r->backoff.max = option_duration(state, "--max", arg); return 0;
	case KEY_ON: add_statuses(state, &r->on, "--on", arg); return 0;
	case KEY_REPORT:
		run->report = (int)option_count(state, "--report", arg, 0, 1 << 20);
		return 0;
	case KEY_SPOOL: run->spool = option_size(state, "--spool", arg, 0, SIZE_MAX >> 2); return 0;
	case KEY_STOP: add_statuses(state, &r->stop, "--stop", arg); return 0;
	case KEY_STREAM: run->trial.stream = true; return 0;
	case 'n': r->tries = (unsigned)option_count(state, "--tries", arg, 0, UINT32_MAX); return 0;
	case 'q': run->quiet = true; return 0;
	default: return parse_budget(run, key, arg, state);
	}
}

static const struct argp argp = {.options = options,
                                 .parser = parse,
                                 .args_doc = "COMMAND [ARG...]",
                                 .doc = "Run a command until it succeeds."};

int
main(int argc, char **argv)
{
	struct retry_run run = {
		.retry = {.tries = 5, .backoff = {1, 60, BACKOFF_FULL}, .deadline = INFINITY},
		.trial = {.grace = 5},
		.limit = INFINITY,
		.spool = 64 << 20,
		.report = -1,
		.budget = {0.2, 10, 60},
	};
	char **command = options_parse(&argp, argc, argv, &run);
	int status;

	if (!*command)
		die_usage("the command is missing");
	if (run.report >= 0 && fcntl(run.report, F_GETFD) < 0)
		die_usage("--report: '%d' is not open", run.report);
	if (run.report > STDERR_FILENO)
		fcntl(run.report, F_SETFD, FD_CLOEXEC);
	if (run.after)
		setenv("EROS_RETRY_AFTER_FILE", run.after, 1);
	if (!trial_init(&run.trial, run.spool))
		die(EROS_OS, "system_error", strerror(errno), "signals");
	status = retry_run(&run, command);
	trial_release(&run.trial);
	return status;
}
