/*
 * eros-alert: what in these records needs somebody's attention?
 *
 * Reads records and rules; writes an alert record when an alert begins to fire, again every --repeat while it
 * does, and when it is resolved. With --state a run goes on where the last one ended.
 */
#include "base/clock.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/options.h"
#include "policy/alert.h"
#include "record/emit.h"
#include "record/filter.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

enum mode { RUN, CHECK, TEST };

/* A state is saved this often, in seconds, while records keep coming. */
enum { SAVE_INTERVAL = 10, STATE_MAX = 1 << 30, ARRAY_MAX = 4 << 20 };

struct condition {
	struct str name, expr;
};

struct app {
	struct filter filter;
	struct alert_rules rules;
	struct alert_options options;
	struct alert_defaults defaults;
	struct alert alert;
	enum mode mode;
	const char **file; /* --rules */
	struct condition *condition;
	size_t files, file_cap, conditions, condition_cap;
	const char *state, *generator;
	bool wall, alertmanager, fail_on_firing;

	bool fired, dirty, printed;
	double saved; /* when, by clock_mono */
	struct buf array, text;
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
parse_by(struct app *a, struct argp_state *state, const char *arg)
{
	struct alert_by *by = &a->defaults.by;
	struct str rest = str_of(arg);

	by->count = 0;
	while (rest.len > 0) {
		const char *comma = memchr(rest.ptr, ',', rest.len);
		struct str path = {rest.ptr, comma ? (size_t)(comma - rest.ptr) : rest.len};

		if (path.len == 0 || by->count == ALERT_BY_MAX)
			argp_error(state, "--by: '%s': expected at most %d members", arg,
			           ALERT_BY_MAX);
		by->path[by->count++] = path;
		rest = str_from(rest, path.len + (comma != NULL));
	}
}

static void
parse_name(struct app *a, struct argp_state *state, const char *arg)
{
	if (a->conditions == 0)
		argp_error(state, "--name: '%s': goes after the -e that it names", arg);
	else if (!*arg)
		argp_error(state, "--name: an empty name");
	else
		a->condition[a->conditions - 1].name = str_of(arg);
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	static const char *const clocks[] = {"record", "wall", NULL};
	static const char *const formats[] = {"record", "alertmanager", NULL};
	static const char *const fails[] = {"firing", NULL};
	struct app *a = state->input;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &a->filter; return 0;
	case 'e':
		GROW(a->condition, a->conditions, a->condition_cap);
		a->condition[a->conditions++] = (struct condition){str_of(arg), str_of(arg)};
		return 0;
	case KEY_RULES:
		GROW(a->file, a->files, a->file_cap);
		a->file[a->files++] = arg;
		return 0;
	case KEY_BY: parse_by(a, state, arg); return 0;
	case KEY_NAME: parse_name(a, state, arg); return 0;
	case KEY_CHECK: a->mode = CHECK; return 0;
	case KEY_TEST: a->mode = TEST; return 0;
	case KEY_CLOCK: a->wall = option_word(state, "--clock", arg, clocks) == 1; return 0;
	case KEY_FORMAT:
		a->alertmanager = option_word(state, "--format", arg, formats) == 1;
		return 0;
	case KEY_FAIL_ON:
		a->fail_on_firing = option_word(state, "--fail-on", arg, fails) == 0;
		return 0;
	case KEY_FOR: a->defaults.hold = option_duration(state, "--for", arg); return 0;
	case KEY_KEEP:
		a->defaults.keep = option_duration(state, "--keep-firing-for", arg);
		return 0;
	case KEY_GENERATOR: a->generator = arg; return 0;
	case KEY_GROUP_WAIT:
		a->options.group_wait = option_duration(state, "--group-wait", arg);
		return 0;
	case KEY_MAX_GROUPS:
		a->options.max_groups =
			(size_t)option_count(state, "--max-groups", arg, 1, UINT32_MAX);
		return 0;
	case KEY_MAX_JUMP:
		a->options.max_jump = option_duration(state, "--max-jump", arg);
		return 0;
	case KEY_PENDING: a->options.pending = true; return 0;
	case KEY_REPEAT: a->options.repeat = option_duration(state, "--repeat", arg); return 0;
	case KEY_STALE: a->options.stale = option_duration(state, "--stale", arg); return 0;
	case KEY_STATE: a->state = arg; return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* Writing. */

static void
end_array(struct app *a)
{
	struct buf *out = writer_buf(&a->filter.out);

	if (a->array.len == 0)
		return;
	buf_byte(out, '[');
	buf_span(out, buf_view(&a->array));
	buf_str(out, "]\n");
	writer_done(&a->filter.out);
	buf_reset(&a->array);
	a->printed = true;
}

static void
on_note(void *arg, const struct alert_note *note)
{
	struct app *a = arg;

	a->fired |= strcmp(note->state, "firing") == 0;
	if (!a->alertmanager) {
		alert_note_record(note, writer_buf(&a->filter.out));
		writer_done(&a->filter.out);
		return;
	}
	if (strcmp(note->state, "pending") == 0)
		return; /* its API knows no such state */
	if (a->array.len > 0)
		buf_byte(&a->array, ',');
	alert_note_alertmanager(note, &a->options, a->generator, &a->array);
	if (a->array.len > ARRAY_MAX)
		end_array(a);
}

/* State. */

static void
lock_state(const char *path)
{
	struct buf name = BUF_INIT;
	int fd;

	buf_printf(&name, "%s.lock", path);
	fd = open(buf_cstr(&name), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "cannot create %s",
		    name.ptr);
	if (flock(fd, LOCK_EX | LOCK_NB) != 0)
		die(EROS_TEMPFAIL, "lock_held", strerror(errno), "%s is in use by another run",
		    path);
	buf_release(&name); /* the lock is held until the end */
}

static void
load_state(struct app *a)
{
	struct buf text = BUF_INIT;
	const char *reason;
	uint64_t version;
	size_t line;

	if (!file_read(a->state, STATE_MAX, &text) && errno != ENOENT)
		die(EROS_NOINPUT, "cannot_open", strerror(errno), "cannot read %s", a->state);
	if (text.len > 0 && !alert_load(&a->alert, buf_view(&text), &line, &reason, &version))
		die(EROS_DATA, "bad_state", reason, "%s:%zu: bad state", a->state, line);
	buf_release(&text);
}

/* What was told must be out before the state says so: killed in between, the next run tells it again. */
static void
save_state(struct app *a)
{
	struct stat st;

	end_array(a);
	writer_flush(&a->filter.out);
	if (fstat(STDOUT_FILENO, &st) == 0 && S_ISREG(st.st_mode) && fsync(STDOUT_FILENO) != 0)
		die(EROS_IO, "io_error", strerror(errno), "cannot write stdout");
	buf_reset(&a->text);
	alert_save(&a->alert, &a->text);
	if (!file_replace(a->state, buf_view(&a->text)))
		die(EROS_CANTCREATE, "cannot_create", strerror(errno), "cannot replace %s",
		    a->state);
	a->dirty = false;
	a->saved = clock_mono();
}

/* Running. */

static void
on_start(struct filter *f)
{
	struct app *a = f->arg;

	if (a->state) {
		if (fd_is_torn(STDOUT_FILENO))
			buf_byte(writer_buf(&f->out), '\n');
		alert_track(&a->alert);
		load_state(a);
	}
	if (a->wall)
		alert_time(&a->alert, clock_wall());
}

static void
on_record(struct filter *f, const struct record *r)
{
	struct app *a = f->arg;

	alert_record(&a->alert, r, a->wall ? clock_wall() : -1);
	a->dirty = true;
	if (a->state && f->in.line_no % 4096 == 0 && clock_mono() > a->saved + SAVE_INTERVAL)
		save_state(a);
}

static void
on_tick(struct filter *f)
{
	struct app *a = f->arg;

	if (a->wall)
		alert_time(&a->alert, clock_wall());
	alert_settle(&a->alert);
	end_array(a);
	if (a->state && a->dirty && clock_mono() > a->saved + SAVE_INTERVAL)
		save_state(a);
	writer_flush(&f->out);
}

static void
report(const struct alert *a)
{
	if (a->dropped > 0)
		diag("groups_dropped", NULL, "%zu groups were dropped to keep to --max-groups",
		     a->dropped);
	if (a->jumped > 0)
		diag("bad_time", NULL,
		     "%zu records were taken at the time as it stood: "
		     "their ts is out of range, or further ahead than --max-jump",
		     a->jumped);
	if (cond_given_up > 0)
		diag("match_limit", NULL, "%zu searches for a pattern were given up",
		     cond_given_up);
}

static void
on_finish(struct filter *f)
{
	struct app *a = f->arg;

	if (a->wall)
		alert_time(&a->alert, clock_wall());
	alert_settle(&a->alert);
	if (a->state)
		save_state(a);
	else
		alert_finish(&a->alert);
	end_array(a);
	if (a->alertmanager && !a->printed)
		buf_str(writer_buf(&f->out), "[]\n");
	report(&a->alert);
	if (a->fail_on_firing && (a->fired || a->alert.firing > 0))
		filter_status(f, EROS_NO);
}

static void
load_rules(struct app *a)
{
	for (size_t i = 0; i < a->files; i++)
		alert_rules_load(&a->rules, a->file[i]);
	for (size_t i = 0; i < a->conditions; i++) {
		const struct condition *c = &a->condition[i];
		struct cond_error error;

		if (!alert_rules_condition(&a->rules, c->name, c->expr, &a->defaults, &error)) {
			cond_error_text(&error, &a->text);
			die(EROS_CONFIG, "bad_config", NULL, "-e: '" STR_FMT "': %s",
			    STR_ARG(c->expr), buf_cstr(&a->text));
		}
	}
}

static int
run(struct app *a, char **files)
{
	struct filter *f = &a->filter;
	int status;

	if (a->state)
		lock_state(a->state);
	f->arg = a;
	f->start = on_start;
	f->record = on_record;
	f->finish = on_finish;
	f->tick = on_tick;
	f->tick_ms = a->wall ? 100 : 1000;
	alert_init(&a->alert, &a->rules, &a->options);
	a->alert.notify = on_note;
	a->alert.arg = a;
	a->saved = clock_mono();
	status = filter_run(f, files);
	alert_release(&a->alert);
	return status;
}

static int
check(struct app *a)
{
	struct writer *w = &a->filter.out;
	struct buf *out = writer_buf(w);

	emit_open(out, "check");
	emit_count(out, "rules", a->rules.count);
	emit_count(out, "hints", alert_rules_hints(&a->rules));
	emit_close(out);
	writer_done(w);
	writer_close(w);
	return EROS_OK;
}

static int
test(struct app *a)
{
	struct writer *w = &a->filter.out;
	size_t total = 0, failed = 0;

	for (size_t i = 0; i < a->files; i++) {
		size_t cases;

		failed += alert_rules_test(a->file[i], &cases, &a->text);
		total += cases;
	}
	if (!fd_write(STDERR_FILENO, a->text.ptr, a->text.len))
		return EROS_IO;
	emit_open(writer_buf(w), "test");
	emit_count(writer_buf(w), "tests", total);
	emit_count(writer_buf(w), "failed", failed);
	emit_close(writer_buf(w));
	writer_done(w);
	writer_close(w);
	return failed > 0 ? EROS_NO : EROS_OK;
}

static int
perform(struct app *a, char **operands)
{
	if (a->mode == RUN && a->files + a->conditions == 0)
		die_usage("no rules: give --rules FILE or -e CONDITION");
	if (a->mode == RUN) {
		load_rules(a);
		return run(a, operands);
	}
	for (; *operands; operands++) {
		GROW(a->file, a->files, a->file_cap);
		a->file[a->files++] = *operands;
	}
	if (a->files + a->conditions == 0)
		die_usage("no rules to %s", a->mode == CHECK ? "check" : "test");
	writer_init(&a->filter.out, STDOUT_FILENO, "stdout");
	if (a->mode == TEST)
		return test(a);
	load_rules(a);
	return check(a);
}

int
main(int argc, char **argv)
{
	static struct app a = {.filter = FILTER_INIT,
	                       .options = ALERT_OPTIONS_INIT,
	                       .rules = ALERT_RULES_INIT,
	                       .generator = "urn:eros:alert"};
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
	buf_release(&a.array);
	buf_release(&a.text);
	free(a.condition);
	free(a.file);
	return status;
}
