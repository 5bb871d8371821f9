/*
 * eros-verify-report: what of audit reports is true of a source tree?
 *
 * Reads reports, looks in the tree for the code that each finding cites, and writes one report of all of them: what is
 * confirmed, what has changed, and what is not so, each with its evidence.
 */
#include "verify.h"

#include "base/diag.h"
#include "base/options.h"

#include <unistd.h>

enum {
	KEY_BASELINE = OPTION_LONG,
	KEY_BLAME,
	KEY_CHECKS,
	KEY_EXPLAIN,
	KEY_FAIL_ON,
	KEY_FORMAT,
	KEY_HISTORY,
	KEY_INPUT,
	KEY_JUDGEMENTS,
	KEY_ROOT
};

static const struct argp_option options[] = {
	{"baseline", KEY_BASELINE, "FILE", 0,
         "Mark what is new, unchanged, fixed or reopened since FILE, records of an earlier run", 0},
	{"blame", KEY_BLAME, NULL, 0, "Tell who wrote the lines of what is confirmed, by git", 0},
	{"checks", KEY_CHECKS, "RULES", 0,
         "Also ask the rules in this file or directory, see eros-scan(1)", 0},
	{"explain", KEY_EXPLAIN, "ID", 0, "Write the steps that were taken for one finding", 0},
	{"fail-on", KEY_FAIL_ON, "critical|high|medium|low|info|any", 0,
         "Exit with 1 if a finding that severe or more is still there", 0},
	{"format", KEY_FORMAT, "markdown|jsonl|sarif", 0, "How to write the findings (markdown)",
         0},
	{"history", KEY_HISTORY, NULL, 0,
         "Look for what is not there any more in earlier commits, by git", 0},
	{"input", KEY_INPUT, "auto|markdown|jsonl|sarif", 0, "What the reports are (auto)", 0},
	{"judgements", KEY_JUDGEMENTS, "FILE", 0,
         "Show what people or models say of findings, records of it", 0},
	{"root", KEY_ROOT, "DIR", 0, "The source tree (.)", 0},
	{0},
};

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	static const char *const formats[] = {"markdown", "jsonl", "sarif", NULL};
	static const char *const inputs[] = {"auto", "markdown", "jsonl", "sarif", NULL};
	struct verify *v = state->input;

	switch (key) {
	case KEY_BASELINE: v->baseline = arg; return 0;
	case KEY_BLAME: v->blame = true; return 0;
	case KEY_HISTORY: v->history = true; return 0;
	case KEY_CHECKS:
		GROW(v->checks, v->check_count, v->check_cap);
		v->checks[v->check_count++] = arg;
		return 0;
	case KEY_EXPLAIN: v->explain = arg; return 0;
	case KEY_FAIL_ON:
		v->fails = true;
		v->least = fail_on_option(state, arg);
		return 0;
	case KEY_FORMAT:
		v->format = (enum verify_format)option_word(state, "--format", arg, formats);
		return 0;
	case KEY_INPUT:
		v->input = (enum report_form)option_word(state, "--input", arg, inputs);
		return 0;
	case KEY_JUDGEMENTS: v->judgements = arg; return 0;
	case KEY_ROOT: v->root = arg; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

int
main(int argc, char **argv)
{
	static const struct argp argp = {
		options,     parse,
		"REPORT...", "Check audit reports against the source tree that they are about.",
		NULL,        NULL,
		NULL};
	struct verify v = {.root = ".", .claims = CLAIMS_INIT, .arena = ARENA_INIT};
	struct writer out;
	char **reports = options_parse_mixed(&argp, argc, argv, &v);

	if (!*reports)
		die_usage("no report was named");
	v.shows = isatty(STDERR_FILENO);
	writer_init(&out, STDOUT_FILENO, "stdout");
	verify_read(&v, reports);
	verify_judge(&v);
	verify_judgements(&v);
	verify_baseline(&v);
	if (!v.explain)
		verify_write(&v, &out);
	else if (!verify_explain(&v, &out)) {
		diag("not_found", NULL, "no finding %s", v.explain);
		v.status = exit_worse(v.status, EROS_NOINPUT);
	}
	writer_close(&out);
	verify_release(&v);
	return v.status;
}
