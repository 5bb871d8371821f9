/*
 * eros-run: run one agent command, and see to it that nothing of it outlives the run.
 *
 * Each line that the command prints becomes a record on stdout, between a start and an exit record for each attempt.
 * Starts the command again after a failure where it is told to.
 */
#include "agent/import.h"
#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/options.h"
#include "policy/correction.h"
#include "policy/respawn.h"
#include "proc/journal.h"

#include <assert.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/random.h>
#include <unistd.h>

static_assert((int)RELAY_PAD >= (int)JSON_PAD, "lines are scanned as they come");

enum { LINE_MIN = 64, LINE_MAX_BYTES = 128 << 20, LINE_TEXT = 1 << 20, LINE_IMPORT = 16 << 20 };

enum { ATTEMPTS_MAX = 1000000 };

static struct {
	struct supervise supervise;
	struct spool spool;
	struct journal journal;
	struct respawn respawn;
	struct verdict verdict;
	struct yaml_file corrections;
	struct import *import; /* of the attempt's stdout; NULL where its lines are bare text */
	const char *format, *input, *command;
	uint64_t spool_max;
} run = {
	.supervise = {.timeout = 600, .grace = 5, .beat = 10},
	.respawn = {.backoff = {1, 60, BACKOFF_FULL}},
	.verdict = VERDICT_INIT,
	.input = "pass",
	.spool_max = 64 << 20,
};

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
	{"respawn", OPTION_RESPAWN, "N", 0, "Up to N new attempts after a failure (0)", 0},
	{"specialty", OPTION_SPECIALTY, "NAME", 0, "What kind of agent it is", 0},
	{"spool", OPTION_SPOOL, "BYTES", 0, "Keep this much for a slow reader (64M)", 0},
	{"stdin", OPTION_STDIN, "pass|null|FILE", 0, "The agent's standard input (pass)", 0},
	{"timeout", OPTION_TIMEOUT, "SECS", 0, "End an attempt after this long; 0: never (600)", 0},
	{0},
};

static void
load_corrections(const char *path)
{
	yaml_load(&run.corrections, path);
	correction_check(&run.corrections);
}

static void
parse_permanent(struct argp_state *state, const char *arg)
{
	struct str wrong;

	if (!respawn_permanent(&run.respawn, arg, &wrong))
		argp_error(state, "--permanent: neither a status nor a word: '" STR_FMT "'",
		           STR_ARG(wrong));
}

static error_t
parse(int key, char *arg, struct argp_state *state)
{
	struct supervise *s = &run.supervise;

	switch (key) {
	case OPTION_AGENT: s->agent = option_name(state, "--agent", arg); break;
	case OPTION_BEAT: s->beat = option_duration(state, "--beat", arg); break;
	case OPTION_CORRECTIONS: load_corrections(arg); break;
	case OPTION_GOAL: run.journal.goal = arg; break;
	case OPTION_GRACE: s->grace = option_duration(state, "--grace", arg); break;
	case OPTION_IDLE: s->idle = option_duration(state, "--idle", arg); break;
	case OPTION_IMPORT:
		run.format = import_formats[option_word(state, "--import", arg, import_formats)];
		break;
	case OPTION_JITTER:
		run.respawn.backoff.jitter =
			(enum backoff_jitter)option_word(state, "--jitter", arg, backoff_words);
		break;
	case OPTION_MAX_DELAY:
		run.respawn.backoff.max = option_duration(state, "--max-delay", arg);
		break;
	case OPTION_MAX_LINE:
		s->max_line = option_size(state, "--max-line", arg, LINE_MIN, LINE_MAX_BYTES);
		break;
	case OPTION_PERMANENT: parse_permanent(state, arg); break;
	case OPTION_PTY: s->pty = true; break;
	case OPTION_RESPAWN:
		run.respawn.limit =
			(unsigned)option_count(state, "--respawn", arg, 0, ATTEMPTS_MAX);
		break;
	case OPTION_SPECIALTY: s->specialty = option_name(state, "--specialty", arg); break;
	case OPTION_SPOOL:
		run.spool_max = option_size(state, "--spool", arg, 0, SIZE_MAX >> 2);
		break;
	case OPTION_STDIN: run.input = arg; break;
	case OPTION_TIMEOUT: s->timeout = option_duration(state, "--timeout", arg); break;
	default: return ARGP_ERR_UNKNOWN;
	}
	return 0;
}

static const struct argp argp = {
	.options = options,
	.parser = parse,
	.args_doc = "COMMAND [ARG...]",
	.doc = "Run an agent: its lines become records, limits are enforced, nothing outlives it.",
};

static void
on_started(void *arg, const struct process *p)
{
	(void)arg;
	journal_start(&run.journal, p);
}

/* What an adapter refuses is still what the agent said. */
static void
import_refuse(const char *reason)
{
	struct relay_line line = {.text = import_refused(run.import), .terminated = true};

	diag("bad_record", reason, "%s: bad line", run.supervise.agent);
	journal_output(&run.journal, SUPERVISE_OUT, &line);
}

static void
on_line(void *arg, unsigned stream, const struct relay_line *line)
{
	const char *reason;

	(void)arg;
	if (!run.import || stream != SUPERVISE_OUT || line->piece > 0) {
		journal_output(&run.journal, stream, line);
		return;
	}
	reason = import_line(run.import, line->text, clock_wall(), spool_buf(&run.spool));
	spool_done(&run.spool, false);
	if (reason)
		import_refuse(reason);
}

static void
on_beat(void *arg, const struct process *p, double output_age, double beat_age)
{
	(void)arg;
	journal_beat(&run.journal, p, output_age, beat_age);
}

/* The end of the stream for the adapter; whatever a helper still writes is bare text. */
static void
import_finish(void)
{
	const char *reason;

	if (!run.import)
		return;
	reason = import_end(run.import, clock_wall(), spool_buf(&run.spool));
	spool_done(&run.spool, false);
	if (reason)
		import_refuse(reason);
	import_free(run.import);
	run.import = NULL;
}

static void
on_ended(void *arg, const struct supervise_outcome *o)
{
	struct reason reason = REASON_INIT;
	bool left = o->process.pid > 0 &&
	            reason_take(str_of(run.supervise.agent), &o->process, &reason);

	(void)arg;
	import_finish();
	verdict_set(&run.verdict, o, left ? &reason : NULL);
	journal_exit(&run.journal, o, &run.verdict);
	reason_release(&reason);
	if (o->error)
		diag("cannot_execute", strerror(o->error), "cannot execute '%s'", run.command);
}

static void
import_begin(unsigned attempt)
{
	static struct import_options options_for;
	static struct edit extra;
	static char number[16];

	if (!run.format)
		return;
	snprintf(number, sizeof(number), "%u", attempt);
	extra = (struct edit){STR("attempt"), str_of(number)};
	options_for = (struct import_options){
		.format = run.format,
		.agent = run.supervise.agent,
		.specialty = run.supervise.specialty,
		.goal = run.journal.goal,
		.max = run.supervise.max_line,
		.extra = &extra,
		.extra_count = 1,
	};
	run.import = import_new(&options_for);
}

/* What the agent is to read: a file anew for each attempt, what we were given only for the first. */
static int
open_input(unsigned attempt)
{
	bool pass = strcmp(run.input, "pass") == 0, null = pass || strcmp(run.input, "null") == 0;
	int fd;

	if (pass && attempt == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	fd = open(null ? "/dev/null" : run.input, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		diag("cannot_open", strerror(errno), "%s", run.input);
	return fd;
}

/* One attempt; what is told to it of the one before stands in the verdict. */
static void
attempt(char **argv, unsigned number)
{
	const struct verdict *v = &run.verdict;
	struct buf previous = BUF_INIT;
	char count[16];
	int in = open_input(number);

	if (in < 0)
		exit(EROS_NOINPUT);
	snprintf(count, sizeof(count), "%u", number);
	buf_span(&previous, buf_view(&v->exact));
	if (v->reason.len > 0)
		buf_printf(&previous, ": %s", v->reason.ptr);
	const struct spawn_env env[] = {
		{"EROS_RUN_ID", run.supervise.run},
		{"EROS_ATTEMPT", count},
		{"EROS_PREVIOUS", number > 0 ? buf_cstr(&previous) : NULL},
		{"EROS_CORRECTION",
	         number > 0 ? correction_choose(&run.corrections, v->exact.ptr, v->diagnosis.ptr)
	                    : NULL},
	};
	run.journal.attempt = number;
	import_begin(number);
	if (!supervise_attempt(&run.supervise, argv, in, env, sizeof(env) / sizeof(env[0])))
		die(EROS_OS, "system_error", strerror(errno), "cannot start the agent %s",
		    run.supervise.agent);
	if (run.supervise.outcome.left > 0)
		diag("not_ended", NULL, "%zu processes of the agent %s could not be ended",
		     run.supervise.outcome.left, run.supervise.agent);
	close(in);
	buf_release(&previous);
}

static double
random_number(void)
{
	uint32_t bits = 0;

	if (getrandom(&bits, sizeof(bits), 0) < 0)
		diag("system_error", strerror(errno), "no random numbers: the delay has no jitter");
	return (double)bits / 4294967296.0;
}

/* All attempts; the status that they end with. */
static int
run_attempts(char **argv)
{
	for (unsigned number = 0;; number++) {
		enum respawn_verdict next;

		attempt(argv, number);
		if (run.supervise.stop || run.spool.error)
			return run.verdict.status;
		next = respawn_decide(&run.respawn, number, run.verdict.status,
		                      run.verdict.diagnosis.ptr);
		if (next == RESPAWN_EXHAUSTED)
			journal_exhausted(&run.journal, run.verdict.status);
		if (next != RESPAWN_AGAIN)
			return run.verdict.status;
		if (!supervise_pause(&run.supervise,
		                     backoff_delay(&run.respawn.backoff, number, random_number())))
			return EROS_SIGNAL + run.supervise.stop;
	}
}

/* What the records themselves came to: it outranks what the agent came to only where they could not be written. */
static int
close_output(int status)
{
	int error;

	supervise_finish(&run.supervise);
	error = run.spool.error;
	if (run.spool.lost_records > 0 && error != EPIPE)
		diag("records_lost", run.spool.file_error ? strerror(run.spool.file_error) : NULL,
		     "%ju records of %ju bytes were lost: stdout was not read",
		     (uintmax_t)run.spool.lost_records, (uintmax_t)run.spool.lost_bytes);
	if (!spool_release(&run.spool) && !error)
		error = errno;
	if (error == EPIPE)
		return EROS_SIGNAL + SIGPIPE;
	if (error)
		diag("io_error", strerror(error), "cannot write stdout");
	return error ? EROS_IO : status;
}

/* What is opened later must not become one of these by chance. */
static void
check_standard(void)
{
	if (fcntl(STDIN_FILENO, F_GETFD) < 0)
		open("/dev/null", O_RDONLY);
	if (fcntl(STDOUT_FILENO, F_GETFD) < 0)
		die(EROS_IO, "io_error", strerror(errno), "cannot write stdout");
	if (fcntl(STDERR_FILENO, F_GETFD) < 0)
		open("/dev/null", O_WRONLY);
}

static void
set_up(void)
{
	struct supervise *s = &run.supervise;
	struct process self;
	struct buf id = BUF_INIT;

	if (!process_of(getpid(), &self))
		die(EROS_OS, "system_error", strerror(errno), "cannot tell who we are");
	process_format(&id, &self);
	if (s->max_line == 0)
		s->max_line = run.format ? LINE_IMPORT : LINE_TEXT;
	s->run = run.journal.run = buf_cstr(&id);
	s->spool = run.journal.spool = &run.spool;
	s->started = on_started;
	s->line = on_line;
	s->beating = on_beat;
	s->ended = on_ended;
	run.journal.agent = s->agent;
	run.journal.specialty = s->specialty;
	journal_init(&run.journal);
	run.spool.gap = journal_gap;
	run.spool.arg = &run.journal;
	spool_init(&run.spool, STDOUT_FILENO, run.spool_max);
	supervise_init(s);
}

int
main(int argc, char **argv)
{
	char **command = options_parse(&argp, argc, argv, NULL);
	int status;

	if (!run.supervise.agent)
		die_usage("--agent is missing");
	if (!*command)
		die_usage("the command is missing");
	run.command = *command;
	check_standard();
	set_up();
	status = close_output(run_attempts(command));
	supervise_release(&run.supervise);
	verdict_release(&run.verdict);
	yaml_release(&run.corrections);
	free((char *)run.supervise.run);
	return status;
}
