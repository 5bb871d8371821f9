#include "proc/trial.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "proc/helper.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/wait.h>
#include <unistd.h>

/* After success, how long to wait for the last words of what was left behind. In seconds. */
static const double LINGER = 0.2;

bool
trial_init(struct trial *t, uint64_t max)
{
	sigset_t set;

	guard_init(&t->guard);
	t->helper = t->guard;
	guard_signals(&set);
	t->signals = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC);
	sigemptyset(&set);
	sigaddset(&set, SIGPIPE); /* blocked, not ignored: so the command need not know of it */
	sigprocmask(SIG_BLOCK, &set, NULL);
	t->from = -1;
	t->output = (struct tape)TAPE_INIT;
	replay_init(&t->input, max);
	return t->signals >= 0 && prctl(PR_SET_CHILD_SUBREAPER, 1) == 0;
}

/* Ending. */

/* Where there is no helper, the command itself can be killed in any case. */
static void
end_alone(struct trial *t)
{
	t->ending = false;
	if (t->running)
		kill(t->guard.pid, SIGKILL); /* our child, not waited for yet */
}

/* Begin to end all that there is; with HURRY without grace. */
static void
end_all(struct trial *t, bool hurry)
{
	char *path, pid[16], grace[32];

	if (t->ending && hurry && !t->hurried) {
		t->hurried = true;
		kill(t->helper.pid, SIGTERM);
	}
	if (t->ending)
		return;
	path = helper_path("eros-end");
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	snprintf(grace, sizeof(grace), "%.3f", hurry || t->hurried ? 0 : t->grace);
	t->ending = true;
	if (!guard_start(&t->helper, (char *[]){path, pid, grace, NULL})) {
		diag("system_error", strerror(errno), "cannot start %s", path);
		end_alone(t);
	}
	free(path);
}

static void
fail(struct trial *t, int error)
{
	if (!t->error)
		t->error = error;
	replay_end(&t->input);
	end_all(t, false);
}

static void
take_signals(struct trial *t)
{
	struct signalfd_siginfo info;

	while (read(t->signals, &info, sizeof(info)) == (ssize_t)sizeof(info)) {
		bool again = t->stop != 0;

		if (info.ssi_signo == SIGCHLD)
			continue;
		t->stop = (int)info.ssi_signo;
		if (t->asking)
			kill(t->helper.pid, SIGTERM);
		else if (t->running || t->ending)
			end_all(t, again);
	}
}

/* Collect who has ended, orphans included. False where no child is left. */
static bool
reap(struct trial *t)
{
	pid_t pid;
	int status;

	while ((pid = waitpid(-1, &status, WNOHANG)) > 0) {
		if (t->running && pid == t->guard.pid) {
			t->running = false;
			t->status = guard_status(status);
		} else if (t->asking && pid == t->helper.pid) {
			t->asking = false;
			t->answer = guard_status(status);
		} else if (t->ending && pid == t->helper.pid) {
			t->ending = false;
			if (status != 0)
				end_alone(t);
		}
	}
	return pid == 0;
}

/* The loop. */

/* Read once what the command has printed; false where nothing is there for now. */
static bool
read_output(struct trial *t)
{
	char data[64 << 10];
	ssize_t n = read(t->from, data, sizeof(data));

	if (n > 0 && !t->error && !tape_add(&t->output, data, (size_t)n))
		fail(t, errno);
	if (n > 0 || (n < 0 && (errno == EAGAIN || errno == EINTR)))
		return n > 0;
	close(t->from);
	t->from = -1;
	return false;
}

/* Wait until something happens, at most until UNTIL, and deal with it. */
static void
step(struct trial *t, double until)
{
	enum { SIGNALS, OUTPUT, INPUT };
	double wait = fmin(fmax(0, until - clock_mono()), 1e6);
	struct timespec timeout = {.tv_sec = (time_t)wait};
	struct pollfd p[INPUT + 2] = {
		[SIGNALS] = {.fd = t->signals, .events = POLLIN},
		[OUTPUT] = {.fd = t->from, .events = POLLIN},
	};

	timeout.tv_nsec = (long)((wait - (double)timeout.tv_sec) * 1e9);
	replay_poll(&t->input, p + INPUT);
	if (ppoll(p, INPUT + 2, &timeout, NULL) < 0)
		return;
	if (p[SIGNALS].revents)
		take_signals(t);
	if (p[OUTPUT].revents)
		read_output(t);
	if (!replay_step(&t->input, p + INPUT))
		fail(t, errno);
}

static void
check_limit(struct trial *t)
{
	if (!t->running || clock_mono() < t->until)
		return;
	t->timed_out = true;
	end_all(t, false);
}

static void
run_to_end(struct trial *t)
{
	while (reap(t), t->running || t->ending) {
		bool limited = !t->ending && !t->timed_out && !t->stop && !t->error;

		step(t, limited ? t->until : INFINITY);
		if (limited)
			check_limit(t);
	}
}

/* After the end of the command: its last words, and an end to what it left, unless it succeeded. */
static void
settle(struct trial *t)
{
	double until = clock_mono() + LINGER;

	replay_end(&t->input);
	if (t->timed_out)
		t->status = EROS_TIMEOUT;
	while (t->from >= 0 && read_output(t))
		;
	if (t->status != EROS_OK || t->stop || t->error) {
		if (reap(t)) {
			end_all(t, false);
			run_to_end(t);
		}
	} else {
		while (t->from >= 0 && !t->stop && clock_mono() < until)
			step(t, until);
	}
	if (t->from >= 0)
		close(t->from);
	t->from = -1;
}

static bool
open_output(struct trial *t)
{
	int ends[2];

	t->guard.out = -1;
	if (t->stream)
		return true;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	fcntl(ends[0], F_SETFL, O_NONBLOCK);
	t->from = ends[0];
	t->guard.out = ends[1];
	return true;
}

bool
trial_run(struct trial *t, char **argv)
{
	int saved;

	tape_reset(&t->output);
	t->timed_out = false;
	t->error = 0;
	if (!replay_begin(&t->input, &t->guard.in))
		return false;
	if (!open_output(t)) {
		close(t->guard.in);
		return false;
	}
	t->running = guard_start(&t->guard, argv);
	saved = errno;
	if (t->guard.in >= 0)
		close(t->guard.in);
	if (t->guard.out >= 0)
		close(t->guard.out);
	if (t->running) {
		run_to_end(t);
		settle(t);
		return true;
	}
	errno = saved;
	return false;
}

bool
trial_ask(struct trial *t, char **argv, int *status)
{
	t->asking = guard_start(&t->helper, argv);
	if (!t->asking)
		return false;
	while (reap(t), t->asking)
		step(t, INFINITY);
	*status = t->answer;
	return true;
}

bool
trial_pause(struct trial *t, double seconds)
{
	double until = clock_mono() + seconds;

	while (!t->stop && clock_mono() < until) {
		step(t, until);
		reap(t);
	}
	return !t->stop;
}

void
trial_release(struct trial *t)
{
	replay_release(&t->input);
	tape_release(&t->output);
	close(t->signals);
}
