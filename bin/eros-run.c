/*
 * eros-run: run one agent command, and see to it that nothing of it outlives the run.
 *
 * Each line that the command prints becomes a record on stdout, between a start and an exit record for each attempt.
 * Starts the command again after a failure where it is told to.
 */
#include "base/diag.h"
#include "base/options.h"
#include "policy/correction.h"
#include "run.h"

enum { LINE_MIN = 64, LINE_MAX_BYTES = 128 << 20, LINE_TEXT = 1 << 20, LINE_IMPORT = 16 << 20 };

enum { ATTEMPTS_MAX = 1000000 };

enum {
	OPTION_AGENT = OPTION_LONG,
	OPTION_BEAT,
	OPTION_CORRECTIONS,
	OPTION_GOAL,
	OPTION_GRACE,
	OPTION_IDLE,
	OPTION_IMPORT,
	OPTION_JITTER,
	OPTION_MAX_DELAY,
	OPTION_MAX_LINE,
	OPTION_PERMANENT,
	OPTION_PTY,
	OPTION_REGISTRY,
	OPTION_RESPAWN,
	OPTION_SPECIALTY,
	OPTION_SPOOL,
	OPTION_STDIN,
	OPTION_TIMEOUT,
};

static const struct argp_option options[] = {
	{"agent", OPTION_AGENT, "ID", 0, "The agent's name (required)", 0},
	{"beat", OPTION_BEAT, "SECS", 0, "A beat record this often; 0: none (10)", 0},
	{"corrections", OPTION_CORRECTIONS, "FILE", 0,
         "What a new attempt is told, by why the last one ended", 0},
	{"goal", OPTION_GOAL, "TEXT", 0, "What the agent is to do", 0},
	{"grace", OPTION_GRACE, "SECS", 0, "From SIGTERM to SIGKILL (5)", 0},
	{"idle", OPTION_IDLE, "SECS", 0, "End the agent after this long without output", 0},
	{"import", OPTION_IMPORT, "FORMAT", 0, "What the agent prints, as eros-import knows it", 0},
	{"jitter", OPTION_JITTER, "full|none", 0, "Spread the delays before new attempts (full)",
         0},
	{"max-delay", OPTION_MAX_DELAY, "SECS", 0, "The longest delay before a new attempt (60)",
         0},
	{"max-line", OPTION_MAX_LINE, "BYTES", 0,
         "Split lines longer than this (1M; 16M with --import)", 0},
	{"permanent", OPTION_PERMANENT, "LIST", 0,
         "Statuses and diagnoses after which there is no new attempt", 0},
	{"pty", OPTION_PTY, NULL, 0, "Give the agent a terminal to write to", 0},
	{"registry", OPTION_REGISTRY, "PROJECT", 0, "Take part in a project (eros-registry)", 0},
	{"respawn", OPTION_RESPAWN, "N", 0, "Up to N new attempts after a failure (0)", 0},
	{"specialty", OPTION_SPECIALTY, "NAME", 0, "What kind of agent it is", 0},
	{"spool", OPTION_SPOOL, "BYTES", 0, "Keep this much for a slow reader (64M)", 0},
	{"stdin", OPTION_STDIN, "pass|null|FILE", 0, "The agent's standard input (pass)", 0},
	{"timeout", OPTION_TIMEOUT, "SECS", 0, "End an attempt after this long; 0: never (600)", 0},
	{0},
};

static void
load_corrections(struct yaml_file *file, const char *path)
{
	yaml_load(file, path);
	correction_check(file);
}

static void
parse_permanent(struct respawn *r, struct argp_state *state, const char *arg)
{
	struct str wrong;

	if (!respawn_permanent(r, arg, &wrong))
		argp_error(state, "--permanent: neither a status nor a word: '" STR_FMT "'",
		           STR_ARG(wrong));
}

/* What has to do with further attempts. */
static error_t
parse_respawn(struct run *run, int key, char *arg, struct argp_state *state)
{
	switch (key) {
	case OPTION_CORRECTIONS: load_corrections(&run->corrections, arg); break;
	case OPTION_JITTER:
		run->respawn.backoff.jitter =
			(enum backoff_jitter)option_word(state, "--jitter", arg, backoff_words);
		break;
	case OPTION_MAX_DELAY:
		run->respawn.backoff.max = option_duration(state, "--max-delay", arg);
		break;
	case OPTION_PERMANENT: parse_permanent(&run->respawn, state, arg); break;
	case OPTION_RESPAWN:
		run->respawn.limit =
			(unsigned)option_count(state, "--respawn", arg, 0, ATTEMPTS_MAX);
		break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct run *run = state->input;
	struct supervise *s = &run->supervise;

	switch (key) {
	case OPTION_AGENT: s->agent = option_name(state, "--agent", arg); break;
	case OPTION_BEAT: s->beat = option_duration(state, "--beat", arg); break;
	case OPTION_GOAL: run->journal.goal = arg; break;
	case OPTION_GRACE: s->grace = option_duration(state, "--grace", arg); break;
	case OPTION_IDLE: s->idle = option_duration(state, "--idle", arg); break;
	case OPTION_IMPORT:
		run->import_options.format =
			import_formats[option_word(state, "--import", arg, import_formats)];
		break;
	case OPTION_MAX_LINE:
		s->max_line = option_size(state, "--max-line", arg, LINE_MIN, LINE_MAX_BYTES);
		break;
	case OPTION_PTY: s->pty = true; break;
	case OPTION_REGISTRY: run->registry = option_name(state, "--registry", arg); break;
	case OPTION_SPECIALTY: s->specialty = option_name(state, "--specialty", arg); break;
	case OPTION_SPOOL:
		run->spool_max = option_size(state, "--spool", arg, 0, SIZE_MAX >> 2);
		break;
	case OPTION_STDIN: run->input = arg; break;
	case OPTION_TIMEOUT: s->timeout = option_duration(state, "--timeout", arg); break;
	default: return parse_respawn(run, key, arg, state);
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "COMMAND [ARG...]",
	.doc = "Run an agent: its lines become records, limits are enforced, nothing outlives it.",
};

int
main(int argc, char **argv)
{
	struct run run = {
		.supervise = {.timeout = 600, .grace = 5, .beat = 10},
		.respawn = {.backoff = {1, 60, BACKOFF_FULL}},
		.verdict = VERDICT_INIT,
		.record = RECORD_INIT,
		.input = "pass",
		.spool_max = 64 << 20,
	};
	char **command = options_parse(&argp, argc, argv, &run);
	int status;

	if (!run.supervise.agent)
		die_usage("--agent is missing");
	if (!*command)
		die_usage("the command is missing");
	if (run.supervise.max_line == 0)
		run.supervise.max_line = run.import_options.format ? LINE_IMPORT : LINE_TEXT;
	status = run_attempts(&run, command);
	yaml_release(&run.corrections);
	return status;
}
