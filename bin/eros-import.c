/*
 * eros-import: what did the agent do? Reads what an agent program prints, or has saved, or a table
 * of measurements; writes records.
 */
#include "agent/import.h"
#include "base/clock.h"
#include "base/exit.h"
#include "base/options.h"
#include "record/filter.h"

#include <math.h>

enum { KEY_AGENT = OPTION_LONG, KEY_SPECIALTY, KEY_GOAL, KEY_MAP, KEY_TS, KEY_CLOCK };

static const struct argp_option options[] = {
	{"format", 'f', "NAME", 0,
         "What the input is: auto, claude, codex, gemini, opencode, openai, csv, text or records",
         0},
	{"agent", KEY_AGENT, "ID", 0, "Name the agent; without it the session's id does", 0},
	{"specialty", KEY_SPECIALTY, "NAME", 0, "Say what kind of agent it is", 0},
	{"goal", KEY_GOAL, "TEXT", 0, "Say what it is to do; without it the first prompt does", 0},
	{"map", KEY_MAP, "NEW=OLD", 0, "Take the member OLD of the input as NEW", 0},
	{"ts", KEY_TS, "SECONDS", 0, "The time of arrival, in place of the clock's", 0},
	{"clock", KEY_CLOCK, "record|wall", 0,
         "Take the time from the lines only, and refuse those without; or from arrival only", 0},
	{0},
};

struct settings {
	struct filter filter;
	struct import_options import;
	struct import_rename *renames;
	size_t room;
	double ts; /* NAN: the clock's */
};

static void
map_add(struct argp_state *state, struct settings *s, const char *arg)
{
	const char *equals = strchr(arg, '=');
	struct import_options *o = &s->import;

	if (!equals || equals == arg || !equals[1])
		argp_error(state, "--map: not NEW=OLD: '%s'", arg);
	GROW(s->renames, o->rename_count, s->room);
	s->renames[o->rename_count++] = (struct import_rename){
		.to = {arg, (size_t)(equals - arg)},
		.from = str_of(equals + 1),
	};
	o->renames = s->renames;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	static const char *const clocks[] = {"record", "wall", NULL};
	struct settings *s = state->input;
	struct import_options *o = &s->import;

	switch (key) {
	case ARGP_KEY_INIT: state->child_inputs[0] = &s->filter; return 0;
	case 'f':
		o->format = import_formats[option_word(state, "--format", arg, import_formats)];
		return 0;
	case KEY_AGENT: o->agent = option_name(state, "--agent", arg); return 0;
	case KEY_SPECIALTY: o->specialty = arg; return 0;
	case KEY_GOAL: o->goal = arg; return 0;
	case KEY_MAP: map_add(state, s, arg); return 0;
	case KEY_TS: s->ts = option_number(state, "--ts", arg, 0, 1e11); return 0;
	case KEY_CLOCK:
		o->clock = option_word(state, "--clock", arg, clocks) ? IMPORT_CLOCK_WALL
		                                                      : IMPORT_CLOCK_RECORD;
		return 0;
	case ARGP_KEY_END:
		if (!isnan(s->ts) && o->clock == IMPORT_CLOCK_RECORD)
			argp_error(state, "--ts and --clock record exclude each other");
		return 0;
	default: return ARGP_ERR_UNKNOWN;
	}
}

/* The import of the file being read: each file is a stream of its own. */
static struct import *import;

static void
take(struct filter *f, const char *reason)
{
	if (reason)
		filter_refuse(f, import_refused(import), reason);
	writer_done(&f->out);
}

static double
now(const struct settings *s)
{
	return isnan(s->ts) ? clock_wall() : s->ts;
}

static void
on_line(struct filter *f, struct str line)
{
	const struct settings *s = f->arg;

	if (!import)
		import = import_new(&s->import);
	take(f, import_line(import, line, now(s), writer_buf(&f->out)));
}

static void
on_file_end(struct filter *f)
{
	bool stopped = f->strict && f->status == EROS_DATA;

	if (import && !stopped)
		take(f, import_end(import, now(f->arg), writer_buf(&f->out)));
	import_free(import);
	import = NULL;
}

int
main(int argc, char **argv)
{
	static const struct argp_child children[] = {{&filter_argp, 0, "Input:", 0}, {0}};
	static const struct argp argp = {
		options,  parse, "[FILE...]", "Turn what an agent program prints into records.",
		children, NULL,  NULL};
	static struct settings settings = {.filter = FILTER_INIT, .ts = NAN};
	struct filter *f = &settings.filter;
	char **files = options_parse(&argp, argc, argv, &settings);
	int status;

	settings.import.max = f->max_record;
	settings.import.arrival_given = !isnan(settings.ts);
	f->line = on_line;
	f->file_end = on_file_end;
	f->arg = &settings;
	status = filter_run(f, files);
	free(settings.renames);
	return status;
}
