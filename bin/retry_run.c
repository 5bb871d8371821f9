/* The tries: each is run, judged and told of, and followed by another where the policy says so. */
#include "retry.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/random.h"
#include "policy/retry_after.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* The file, opened in MODE where it is there and a regular one; -1. */
static int
open_after(const struct retry_run *run, int mode)
{
	int fd = open(run->after, mode | O_NONBLOCK | O_CLOEXEC);
	struct stat st;

	if (fd < 0 && errno == ENOENT)
		return -1;
	if (fd < 0 || fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		diag("cannot_open", fd < 0 ? strerror(errno) : "not a regular file", "%s",
		     run->after);
		exit(EROS_NOINPUT);
	}
	return fd;
}

/* What an earlier try left there does not count. */
static void
empty_after(const struct retry_run *run)
{
	int fd = run->after ? open_after(run, O_RDWR | O_TRUNC) : -1;

	if (fd >= 0)
		close(fd);
}

/* How long the command asked to wait; NAN where it did not. */
static double
read_after(const struct retry_run *run)
{
	int fd = run->after ? open_after(run, O_RDONLY) : -1;
	struct buf text = BUF_INIT;
	double seconds = NAN;

	if (fd < 0)
		return NAN;
	if (!fd_read(fd, RETRY_AFTER_MAX, &text) ||
	    (text.len > 0 && !retry_after(buf_view(&text), clock_wall(), &seconds))) {
		diag("bad_record", NULL, "%s: neither seconds nor a date", run->after);
		seconds = NAN;
	}
	close(fd);
	buf_release(&text);
	return seconds;
}

/* Why no other try follows, in a word, and *WHY in words where that is not the command's own fault; NULL where one does. */
static const char *
obstacle(struct retry_run *run, const struct retry_verdict *v, const char **why)
{
	static const char *const words[] = {"success", NULL, "permanent", "exhausted", "deadline"};
	static const char *const texts[] = {
		[RETRY_EXHAUSTED] = "it was the last one",
		[RETRY_LATE] = "the deadline leaves no time for another",
	};
	bool again = v->what == RETRY_AGAIN && !run->trial.stop;

	if (again && run->trial.input.lost) {
		*why = "standard input is longer than --spool";
		return "input";
	}
	if (again && retry_ask(run, "retry") != EROS_OK && !run->trial.stop) {
		*why = "there is no retry budget";
		return "budget";
	}
	if (v->what != RETRY_DONE && run->trial.stop)
		return "interrupted";
	*why = texts[v->what];
	return words[v->what];
}

/* Judge a try that ended. True where another is to follow, after *DELAY. */
static bool
goes_on(struct retry_run *run, const struct retry_try *t, double duration, double *delay)
{
	struct retry_verdict v = retry_decide(&run->retry, t);
	const char *why = NULL, *reason = obstacle(run, &v, &why);

	retry_report(run, t, duration, reason, v.delay);
	if (why)
		retry_report_exhausted(run, t, why);
	if (!reason && !run->quiet)
		diag("task_failed", NULL, "attempt %u ended with status %d, again in %.3f s",
		     t->attempt, t->status, v.delay);
	*delay = v.delay;
	return !reason;
}

/* One try; false where its input or output could not be kept. */
static bool
try_once(struct retry_run *run, char **argv, struct retry_try *t)
{
	double began = clock_mono();
	char number[16];

	snprintf(number, sizeof(number), "%u", t->attempt);
	setenv("EROS_ATTEMPT", number, 1);
	empty_after(run);
	run->trial.until = fmin(began + run->limit, run->began + run->retry.deadline);
	if (!trial_run(&run->trial, argv))
		die(EROS_OS, "system_error", strerror(errno), "cannot start %s", argv[0]);
	if (run->trial.error)
		diag("io_error", strerror(run->trial.error), "cannot keep what it reads or prints");
	t->status = run->trial.status;
	t->elapsed = clock_mono() - run->began;
	t->after = t->status == EROS_OK ? NAN : read_after(run);
	t->random = random_unit();
	return run->trial.error == 0;
}

/* What the try that succeeded has printed. */
static int
show_output(const struct retry_run *run)
{
	if (tape_copy(&run->trial.output, STDOUT_FILENO) && close(STDOUT_FILENO) == 0)
		return EROS_OK;
	if (errno == EPIPE)
		return EROS_SIGNAL + SIGPIPE;
	diag("io_error", strerror(errno), "cannot write stdout");
	return EROS_IO;
}

int
retry_run(struct retry_run *run, char **argv)
{
	struct retry_try t = {.attempt = 0};
	double delay, before = 0;
	int status = retry_ask(run, "first");

	if (status != EROS_OK)
		return status;
	for (run->began = clock_mono();; t.attempt++) {
		if (!try_once(run, argv, &t))
			return EROS_IO;
		if (!goes_on(run, &t, t.elapsed - before, &delay))
			break;
		if (!trial_pause(&run->trial, delay))
			return EROS_SIGNAL + run->trial.stop;
		before = clock_mono() - run->began;
	}
	return t.status == EROS_OK ? show_output(run) : t.status;
}
