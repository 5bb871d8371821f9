/*
 * eros-alert: what in these records needs somebody's attention?
 *
 * Reads records and rules; writes an alert record when an alert begins to fire, again every --repeat while it
 * does, and when it is resolved. With --state a run goes on where the last one ended.
 */
#include "alert_run.h"

#include "base/exit.h"
#include "base/file.h"
#include "base/options.h"

#include <unistd.h>

struct condition {
	struct str name, expr;
};

struct app {
	struct filter filter;
	struct alert_run run;
	struct alert_rules rules;
	struct alert_defaults defaults;
	enum { RUN, CHECK, TEST } mode;
	const char **file; /* --rules */
	struct condition *condition;
	size_t files, file_cap, conditions, condition_cap;
};

enum {
	KEY_BY = OPTION_LONG,
	KEY_CHECK,
	KEY_CLOCK,
	KEY_FAIL_ON,
	KEY_FOR,
	KEY_FORMAT,
	KEY_GENERATOR,
	KEY_GROUP_WAIT,
	KEY_KEEP,
	KEY_MAX_GROUPS,
	KEY_MAX_JUMP,
	KEY_NAME,
	KEY_PENDING,
	KEY_REPEAT,
	KEY_RULES,
	KEY_STALE,
	KEY_STATE,
	KEY_TEST
};

static const struct argp_option options[] = {
	{"expr", 'e', "CONDITION", 0, "Alert when CONDITION holds; may be repeated", 1},
	{"name", KEY_NAME, "NAME", 0, "Call the alert of the -e before so (its condition)", 1},
	{"for", KEY_FOR, "DURATION", 0, "With -e: fire when it has held for so long (0)", 1},
	{"keep-firing-for", KEY_KEEP, "DURATION", 0,
         "With -e: resolve when it has not held for so long (0)", 1},
	{"by", KEY_BY, "MEMBERS", 0,
         "With -e: an alert for each value of these, comma-separated (agent)", 1},
	{"rules", KEY_RULES, "FILE", 0, "Read rules from this YAML file; may be repeated", 1},
	{"check", KEY_CHECK, NULL, 0, "Only check the rules, which may be operands then", 2},
	{"test", KEY_TEST, NULL, 0, "Only run the tests in the rules, which may be operands then",
         2},
	{"clock", KEY_CLOCK, "record|wall", 0, "Where time comes from (record)", 3},
	{"stale", KEY_STALE, "DURATION", 0,
         "A condition ends after so long without records; 0 never (5m)", 3},
	{"max-jump", KEY_MAX_JUMP, "DURATION", 0,
         "A record further ahead does not move the time alone (7d)", 3},
	{"max-groups", KEY_MAX_GROUPS, "N", 0, "Most groups known at a time (100000)", 3},
	{"group-wait", KEY_GROUP_WAIT, "DURATION", 0,
         "Hold a rule's first alert for so long, to tell others with it (0)", 4},
	{"repeat", KEY_REPEAT, "DURATION", 0, "Tell again while it fires; 0 never (4h)", 4},
	{"pending", KEY_PENDING, NULL, 0, "Tell when an alert becomes pending, too", 4},
	{"format", KEY_FORMAT, "record|alertmanager", 0, "What to write (record)", 4},
	{"generator-url", KEY_GENERATOR, "URL", 0, "The generatorURL for Alertmanager", 4},
	{"fail-on", KEY_FAIL_ON, "firing", 0, "Exit with 1 if an alert fired or still fires", 4},
	{"state", KEY_STATE, "FILE", 0, "Go on from FILE, and leave there what is known at the end",
         4},
	{0},
};

static void
add_file(struct app *a, const char *path)
{
	GROW(a->file, a->files, a->file_cap);
	a->file[a->files++] = path;
}

static void
add_condition(struct app *a, const char *expr)
{
	GROW(a->condition, a->conditions, a->condition_cap);
	a->condition[a->conditions++] = (struct condition){str_of(expr), str_of(expr)};
}

static void
name_condition(struct app *a, struct argp_state *state, const char *name)
{
	if (a->conditions == 0)
		argp_error(state, "--name: '%s': goes after the -e that it names", name);
	else if (!*name)
		argp_error(state, "--name: an empty name");
	else
		a->condition[a->conditions - 1].name = str_of(name);
}

static void
set_by(struct app *a, struct argp_state *state, const char *members)
{
	if (!alert_by_parse(&a->defaults.by, str_of(members)))
		argp_error(state, "--by: '%s': expected at most %d members, no two the same",
		           members, ALERT_BY_MAX);
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	static const char *const clocks[] = {"record", "wall", NULL};
	static const char *const formats[] = {"record", "alertmanager", NULL};
	static const char *const fails[] = {"firing", NULL};
	struct app *a = state->input;
	struct alert_options *o = &a->run.options;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &a->filter; break;
	case 'e': add_condition(a, arg); break;
	case KEY_BY: set_by(a, state, arg); break;
	case KEY_CHECK: a->mode = CHECK; break;
	case KEY_CLOCK: a->run.wall = option_word(state, "--clock", arg, clocks) == 1; break;
	case KEY_FAIL_ON:
		a->run.fail_on_firing = option_word(state, "--fail-on", arg, fails) == 0;
		break;
	case KEY_FOR: a->defaults.hold = option_duration(state, "--for", arg); break;
	case KEY_FORMAT:
		a->run.alertmanager = option_word(state, "--format", arg, formats) == 1;
		break;
	case KEY_GENERATOR: a->run.generator = arg; break;
	case KEY_GROUP_WAIT: o->group_wait = option_duration(state, "--group-wait", arg); break;
	case KEY_KEEP: a->defaults.keep = option_duration(state, "--keep-firing-for", arg); break;
	case KEY_MAX_GROUPS:
		o->max_groups = (size_t)option_count(state, "--max-groups", arg, 1, UINT32_MAX);
		break;
	case KEY_MAX_JUMP: o->max_jump = option_duration(state, "--max-jump", arg); break;
	case KEY_NAME: name_condition(a, state, arg); break;
	case KEY_PENDING: o->pending = true; break;
	case KEY_REPEAT: o->repeat = option_duration(state, "--repeat", arg); break;
	case KEY_RULES: add_file(a, arg); break;
	case KEY_STALE: o->stale = option_duration(state, "--stale", arg); break;
	case KEY_STATE: a->run.state = arg; break;
	case KEY_TEST: a->mode = TEST; break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static void
load_rules(struct app *a)
{
	for (size_t i = 0; i < a->files; i++)
		alert_rules_load(&a->rules, a->file[i]);
	for (size_t i = 0; i < a->conditions; i++) {
		const struct condition *c = &a->condition[i];
		struct buf text = BUF_INIT;
		struct cond_error error;

		if (alert_rules_condition(&a->rules, c->name, c->expr, &a->defaults, &error))
			continue;
		cond_error_text(&error, &text);
		die(EROS_CONFIG, "bad_config", NULL, "-e: '" STR_FMT "': %s", STR_ARG(c->expr),
		    buf_cstr(&text));
	}
}

/* Write what --check or --test found: one record, and on standard error what failed. */
static int
examine(struct app *a)
{
	struct writer *w = &a->filter.out;
	struct buf failures = BUF_INIT;
	size_t failed = 0;

	writer_init(w, STDOUT_FILENO, "stdout");
	if (a->mode == CHECK) {
		load_rules(a);
		alert_rules_check(&a->rules, writer_buf(w));
	} else {
		failed = alert_rules_test(a->file, a->files, writer_buf(w), &failures);
	}
	writer_done(w);
	if (!fd_write(STDERR_FILENO, failures.ptr, failures.len))
		return EROS_IO;
	buf_release(&failures);
	writer_close(w);
	return failed > 0 ? EROS_NO : EROS_OK;
}

static int
perform(struct app *a, char **operands)
{
	static const char *const verbs[] = {"follow", "check", "test"};

	for (; a->mode != RUN && *operands; operands++)
		add_file(a, *operands);
	if (a->files == 0 && (a->conditions == 0 || a->mode == TEST))
		die_usage("no rules to %s: give --rules FILE or -e CONDITION", verbs[a->mode]);
	if (a->mode != RUN)
		return examine(a);
	load_rules(a);
	a->run.filter = &a->filter;
	a->run.rules = &a->rules;
	return alert_run(&a->run, operands);
}

int
main(int argc, char **argv)
{
	static struct app a = {
		.filter = FILTER_INIT,
		.run = {.options = ALERT_OPTIONS_INIT, .generator = "urn:eros:alert"},
		.rules = ALERT_RULES_INIT};
	static const struct argp_child children[] = {{&filter_argp, 0, "Input:", 0}, {0}};
	static const struct argp argp = {
		options,
		parse,
		"[FILE...]\n--check RULES...\n--test RULES...",
		"Write alerts about the records in FILEs, or stdin, that fulfil rules.",
		children,
		NULL,
		NULL};
	char **operands;
	int status;

	a.defaults.by = alert_by_agent;
	operands = options_parse(&argp, argc, argv, &a);
	status = perform(&a, operands);
	alert_rules_release(&a.rules);
	free(a.condition);
	free(a.file);
	return status;
}
