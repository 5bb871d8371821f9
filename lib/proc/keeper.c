#include "proc/keeper.h"

#include "base/clock.h"
#include "proc/end.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

/* What the agent leaves behind gets this long to end by itself: the last program of a pipeline writes its last line. */
static const double LINGER = 0.2;

/* Between two ends, where processes show up that neither the last look saw nor a signal can tell of. */
static const double AGAIN = 0.01;

/* The keeper's own state, from its fork to its exit. */
struct keep {
	const struct keeper_task *task;
	int socket, signals;
	pid_t agent; /* 0: reaped */
	struct spawn_report report;
	struct end end;
	bool ending, killing, orphaned, childless;
	double end_at; /* when to begin to end all; INFINITY: not yet */
	double kill_at;
	size_t left; /* could not be ended */
};

static void
send_news(const struct keep *k, struct keeper_news news)
{
	news.at = clock_mono();
	send(k->socket, &news, sizeof(news), MSG_NOSIGNAL | MSG_DONTWAIT);
}

static void
end_begin(struct keep *k, double grace)
{
	double now = clock_mono();

	k->ending = true;
	k->end_at = INFINITY;
	k->kill_at = now + grace;
	k->end = (struct end)END_INIT;
	k->end.own = true;
	k->end.grace = grace;
	if (!end_start(&k->end, now))
		k->end.due = now + LINGER; /* short of descriptors, perhaps: end_over tries again */
}

static void
kill_now(struct keep *k)
{
	k->killing = true;
	cgroup_kill(&k->task->spawn->cgroup);
	if (k->ending)
		end_hurry(&k->end);
	else
		end_begin(k, 0);
}

/* An end has come to its end. Whoever is still there was forked too late for its last look, or cannot be ended. */
static void
end_over(struct keep *k)
{
	k->left = 0;
	for (size_t i = 0; i < k->end.count; i++)
		k->left += k->end.target[i].result == END_REFUSED ||
		           k->end.target[i].result == END_STUCK;
	end_release(&k->end);
	k->ending = false;
	k->end_at = clock_mono() + AGAIN;
}

static void
reap(struct keep *k)
{
	struct keeper_news news = {.event = KEEPER_ENDED};
	struct signalfd_siginfo info;
	pid_t pid;

	while (read(k->signals, &info, sizeof(info)) > 0)
		;
	while ((pid = wait4(-1, &news.status, WNOHANG, &news.usage)) > 0) {
		if (pid != k->agent)
			continue;
		k->agent = 0;
		if (k->report.fd < 0 && k->report.error == 0)
			send_news(k, news);
		if (!k->ending)
			k->end_at = fmin(k->end_at, clock_mono() + LINGER);
	}
	k->childless = pid < 0 && errno == ECHILD;
}

/* The command runs, or could not be executed. */
static void
report_done(struct keep *k)
{
	struct keeper_news news = {.process = k->report.process, .error = k->report.error};

	news.process.pid = k->agent; /* one that was killed at once could not tell */
	news.event = news.error ? KEEPER_FAILED : KEEPER_STARTED;
	send_news(k, news);
}

static void
take_order(struct keep *k)
{
	char order;
	ssize_t n = recv(k->socket, &order, 1, MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR))
		return;
	if (n <= 0) {
		k->orphaned = true;
		kill_now(k);
	} else if (order == KEEPER_KILL) {
		kill_now(k);
	} else if (!k->ending) {
		end_begin(k, k->task->grace);
	}
}

static double
due(const struct keep *k)
{
	double at = k->ending ? k->end.due : k->end_at;

	return k->ending && !k->killing ? fmin(at, k->kill_at) : at;
}

/* Wait until something happens and deal with it. */
static void
keep_step(struct keep *k)
{
	struct pollfd p[] = {
		{.fd = k->orphaned ? -1 : k->socket, .events = POLLIN},
		{.fd = k->signals, .events = POLLIN},
		{.fd = k->report.fd, .events = POLLIN},
		{.fd = k->ending ? k->end.fd : -1, .events = POLLIN},
	};
	double wait = fmax(0, due(k) - clock_mono());
	struct timespec timeout = {.tv_sec = (time_t)fmin(wait, 1e9)};

	timeout.tv_nsec = (long)((fmin(wait, 1e9) - (double)timeout.tv_sec) * 1e9);
	if (ppoll(p, 4, &timeout, NULL) < 0)
		return;
	if (p[2].revents && spawn_step(&k->report))
		report_done(k);
	if (p[0].revents)
		take_order(k);
	/* An agent that is reported as ended has been reported as started. */
	if (k->report.fd < 0)
		reap(k);
	if (k->ending && !k->killing && clock_mono() >= k->kill_at)
		kill_now(k);
	if (k->ending && end_step(&k->end, clock_mono()))
		end_over(k);
	else if (!k->ending && clock_mono() >= k->end_at)
		end_begin(k, k->killing ? 0 : k->task->grace);
}

/* Until no child is left. That is exact: every descendant is a child, or below one, and falls to us when that dies. */
static void
keep(struct keep *k)
{
	struct keeper_news done = {.event = KEEPER_DONE};

	while (!k->childless && (k->left == 0 || k->ending))
		keep_step(k);
	done.left = k->left;
	send_news(k, done);
	if (k->orphaned && k->task->orphaned)
		k->task->orphaned(k->task->arg, &k->report.process);
}

static int
by_number(const void *a, const void *b)
{
	return *(const int *)a - *(const int *)b;
}

/* Nothing of the caller's stays open, least of all the other end of a pipe that somebody reads to its end. */
static void
close_others(const struct keep *k)
{
	const struct cgroup *group = &k->task->spawn->cgroup;
	int kept[] = {k->socket, k->signals, k->report.fd, group->parent, group->dir};
	int from = 0;

	qsort(kept, sizeof(kept) / sizeof(kept[0]), sizeof(kept[0]), by_number);
	for (size_t i = 0; i < sizeof(kept) / sizeof(kept[0]); i++) {
		if (kept[i] > from)
			close_range((unsigned)from, (unsigned)kept[i] - 1, 0);
		if (kept[i] >= 0)
			from = kept[i] + 1;
	}
	close_range((unsigned)from, ~0U, 0);
	while ((from = open("/dev/null", O_RDWR | O_CLOEXEC)) >= 0 && from < STDERR_FILENO)
		;
}

static _Noreturn void
keeper_main(const struct keeper_task *task, int socket)
{
	struct keep k = {.task = task, .socket = socket, .end_at = INFINITY};
	struct keeper_news news = {.event = KEEPER_FAILED};
	sigset_t all, child;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	sigemptyset(&child);
	sigaddset(&child, SIGCHLD);
	setsid();
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	prctl(PR_SET_NAME, "eros-keeper");
	k.signals = signalfd(-1, &child, SFD_NONBLOCK | SFD_CLOEXEC);
	k.agent = k.signals < 0 ? -1 : spawn_start(task->spawn, &k.report);
	if (k.agent < 0) {
		news.error = errno;
		send_news(&k, news);
		k.childless = true;
	}
	close_others(&k);
	keep(&k);
	_exit(0);
}

bool
keeper_start(struct keeper *k, const struct keeper_task *task)
{
	int ends[2], saved;

	*k = (struct keeper){.socket = -1};
	if (prctl(PR_SET_CHILD_SUBREAPER, 1) != 0 ||
	    socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0)
		return false;
	k->pid = fork();
	if (k->pid == 0) {
		close(ends[0]);
		keeper_main(task, ends[1]);
	}
	saved = errno;
	close(ends[1]);
	if (k->pid < 0)
		close(ends[0]);
	else
		k->socket = ends[0];
	errno = saved;
	return k->pid > 0;
}

void
keeper_tell(const struct keeper *k, enum keeper_order order)
{
	char byte = (char)order;

	if (k->socket >= 0)
		send(k->socket, &byte, 1, MSG_NOSIGNAL | MSG_DONTWAIT);
}

void
keeper_read(struct keeper *k, struct keeper_news *news)
{
	ssize_t n = recv(k->socket, news, sizeof(*news), MSG_DONTWAIT);

	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		news->event = KEEPER_QUIET;
		return;
	}
	if (n != (ssize_t)sizeof(*news))
		*news = (struct keeper_news){.event = KEEPER_LOST, .at = clock_mono()};
	if (news->event != KEEPER_DONE && news->event != KEEPER_LOST)
		return;
	close(k->socket);
	k->socket = -1;
	while (waitpid(k->pid, NULL, 0) < 0 && errno == EINTR)
		;
}
