/* The attempts of eros-run: each is supervised, judged and recorded, and followed by another where the policy says so. */
#include "run.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/random.h"
#include "policy/correction.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static void
on_started(void *arg, const struct process *p)
{
	struct run *run = arg;

	journal_start(&run->journal, p);
}

static void
on_beat(void *arg, const struct process *p, double output_age, double beat_age)
{
	struct run *run = arg;

	journal_beat(&run->journal, p, output_age, beat_age);
}

/* Why the attempt ended: what was done to it, else what the agent said. */
static void
judge(struct run *run, const struct supervise_outcome *o)
{
	struct reason reason = REASON_INIT;
	bool left = o->process.pid > 0 &&
	            reason_take(str_of(run->supervise.agent), &o->process, &reason);
	enum refusal_kind kind;
	struct str said;

	verdict_set(&run->verdict, o, left ? &reason : NULL);
	kind = refusal_kind(&run->refusal, &said);
	if (kind)
		verdict_explain(&run->verdict, refusal_words[kind], said);
	reason_release(&reason);
}

static void
on_ended(void *arg, const struct supervise_outcome *o)
{
	struct run *run = arg;

	run_lines_end(run);
	judge(run, o);
	journal_exit(&run->journal, o, &run->verdict);
	if (o->error)
		diag("cannot_execute", strerror(o->error), "cannot execute '%s'", run->command);
}

/* What the agent is to read: a file anew for each attempt, what we were given only for the first. */
static int
open_input(const struct run *run, unsigned attempt)
{
	bool pass = strcmp(run->input, "pass") == 0, null = pass || strcmp(run->input, "null") == 0;
	int fd;

	if (pass && attempt == 0)
		return fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
	fd = open(null ? "/dev/null" : run->input, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		diag("cannot_open", strerror(errno), "%s", run->input);
	return fd;
}

/* One attempt; what is told to it of the one before stands in the verdict. */
static void
attempt(struct run *run, char **argv, unsigned number)
{
	const struct verdict *v = &run->verdict;
	struct buf previous = BUF_INIT;
	char count[16];
	int in = open_input(run, number);

	if (in < 0)
		exit(EROS_NOINPUT);
	snprintf(count, sizeof(count), "%u", number);
	buf_span(&previous, buf_view(&v->exact));
	if (v->reason.len > 0)
		buf_printf(&previous, ": %s", v->reason.ptr);
	const struct spawn_env env[] = {
		{"EROS_AGENT", run->supervise.agent},
		{"EROS_RUN_ID", run->supervise.run},
		{"EROS_ATTEMPT", count},
		{"EROS_PREVIOUS", number > 0 ? buf_cstr(&previous) : NULL},
		{"EROS_CORRECTION",
	         number > 0 ? correction_choose(&run->corrections, v->exact.ptr, v->diagnosis.ptr)
	                    : NULL},
		{"EROS_BELIEF",
	         run->belief}, /* the last: what is there stays where there is none */
	};
	size_t changes = sizeof(env) / sizeof(env[0]) - !run->registry;

	run->journal.attempt = number;
	run_lines_begin(run, number);
	if (!supervise_attempt(&run->supervise, argv, in, env, changes))
		die(EROS_OS, "system_error", strerror(errno), "cannot start the agent %s",
		    run->supervise.agent);
	if (run->supervise.outcome.left > 0)
		diag("not_ended", NULL, "%zu processes of the agent %s could not be ended",
		     run->supervise.outcome.left, run->supervise.agent);
	close(in);
	buf_release(&previous);
}

/* All attempts; the status that they end with. */
static int
run_all(struct run *run, char **argv)
{
	for (unsigned number = 0;; number++) {
		enum respawn_verdict next;

		if (run->registry && !run_belief_refresh(run))
			return EROS_UNAVAILABLE;
		attempt(run, argv, number);
		if (run->supervise.stop || run->spool.error)
			return run->verdict.status;
		next = respawn_decide(&run->respawn, number, run->verdict.status,
		                      run->verdict.diagnosis.ptr);
		if (next == RESPAWN_EXHAUSTED)
			journal_exhausted(&run->journal, run->verdict.status);
		if (next != RESPAWN_AGAIN)
			return run->verdict.status;
		if (!supervise_pause(&run->supervise,
		                     backoff_delay(&run->respawn.backoff, number, random_unit())))
			return EROS_SIGNAL + run->supervise.stop;
	}
}

/* What the records themselves came to: it outranks what the agent came to only where they could not be written. */
static int
close_output(struct run *run, int status)
{
	int error;

	supervise_finish(&run->supervise);
	error = run->spool.error;
	if (run->spool.lost_records > 0 && error != EPIPE)
		diag("records_lost", run->spool.file_error ? strerror(run->spool.file_error) : NULL,
		     "%ju records of %ju bytes were lost: stdout was not read",
		     (uintmax_t)run->spool.lost_records, (uintmax_t)run->spool.lost_bytes);
	if (!spool_release(&run->spool) && !error)
		error = errno;
	if (error == EPIPE)
		return EROS_SIGNAL + SIGPIPE;
	if (error)
		diag("io_error", strerror(error), "cannot write stdout");
	return error ? EROS_IO : status;
}

static void
set_up(struct run *run, struct buf *id)
{
	struct supervise *s = &run->supervise;
	struct process self;

	if (!process_of(getpid(), &self))
		die(EROS_OS, "system_error", strerror(errno), "cannot tell who we are");
	process_format(id, &self);
	s->run = run->journal.run = buf_cstr(id);
	s->spool = run->journal.spool = &run->spool;
	s->started = on_started;
	s->line = run_line;
	s->beating = on_beat;
	s->ended = on_ended;
	s->arg = run;
	run->journal.agent = s->agent;
	run->journal.specialty = s->specialty;
	journal_init(&run->journal);
	run->spool.gap = journal_gap;
	run->spool.arg = &run->journal;
	spool_init(&run->spool, STDOUT_FILENO, run->spool_max);
	supervise_init(s);
}

int
run_attempts(struct run *run, char **argv)
{
	struct buf id = BUF_INIT;
	int status;

	run->command = *argv;
	if (run->registry)
		run_belief_open(run); /* before there are children, and one that collects them */
	set_up(run, &id);
	status = run_all(run, argv);
	if (run->registry)
		run_belief_close(run);
	status = close_output(run, status);
	supervise_release(&run->supervise);
	verdict_release(&run->verdict);
	run_lines_release(run);
	buf_release(&id);
	return status;
}
