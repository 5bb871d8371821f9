#include "proc/end_look.h"

#include "base/clock.h"
#include "proc/note.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <signal.h>
#include <sys/epoll.h>
#include <unistd.h>

/*
 * How often the table is looked at again for children that were forked meanwhile, in seconds: soon at first, then less
 * and less often. And how long a killed process may take to go before it is called stuck.
 */
static const double pause_first = 0.02, pause_last = 0.5, patience = 30;

/* How long it is waited, in seconds, for those that were stopped to stand still. */
static const double settling = 0.05;

struct end_target *
end_add(struct end *e, const struct process *p, bool deep)
{
	GROW(e->target, e->count, e->cap);
	e->target[e->count] =
		(struct end_target){.process = *p, .root = true, .deep = deep, .fd = -1};
	return &e->target[e->count++];
}

const struct end_target *
end_find(const struct end *e, pid_t pid)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->target[i].process.pid == pid)
			return &e->target[i];
	return NULL;
}

static void
finish(struct end *e, struct end_target *t, enum end_result result, int error)
{
	if (t->fd >= 0)
		close(t->fd); /* leaves the epoll set with it */
	if (t->fd >= 0 && t->result == END_WAITING)
		e->waiting--;
	t->fd = -1;
	t->result = result;
	t->error = error;
}

static void
signal_target(struct end *e, struct end_target *t, int number)
{
	if (!process_signal(t->fd, number) && errno != ESRCH)
		finish(e, t, END_REFUSED, errno);
}

static void
signal_term(struct end *e, struct end_target *t)
{
	signal_target(e, t, SIGTERM);
	if (t->fd >= 0)
		process_signal(t->fd, SIGCONT); /* a stopped process could not act on it */
}

/* Signal the targets from FIRST on that are not gone. */
static void
signal_from(struct end *e, size_t first, int number)
{
	for (size_t i = first; i < e->count; i++) {
		struct end_target *t = &e->target[i];

		if (t->fd >= 0 && number == SIGTERM)
			signal_term(e, t);
		else if (t->fd >= 0)
			signal_target(e, t, number);
	}
}

bool
end_open(struct end *e, struct end_target *t)
{
	struct epoll_event event = {.events = EPOLLIN};

	t->fd = process_open(&t->process);
	if (t->fd < 0 && (errno == EMFILE || errno == ENFILE))
		return false;
	if (t->fd < 0) {
		finish(e, t, errno == ESRCH ? END_GONE : END_REFUSED, errno == ESRCH ? 0 : errno);
		return true;
	}
	e->waiting++;
	event.data.u64 = (uint64_t)(t - e->target);
	if (epoll_ctl(e->fd, EPOLL_CTL_ADD, t->fd, &event) != 0 ||
	    (!process_signal(t->fd, 0) && errno != ESRCH))
		finish(e, t, END_REFUSED, errno);
	return true;
}

/* Check a root against the table and open it. What is below a root that is refused is left alone. */
static void
start_root(struct end *e, struct end_target *t)
{
	const struct table_row *row = table_find_process(&e->table, &t->process);

	if (row) {
		t->parent = row->parent;
		note_copy(t->name, sizeof(t->name), str_of(row->name));
	}
	if (row && (*end_mark(e, row) == END_MARK_NEVER || end_spares(e, row)))
		finish(e, t, END_REFUSED, EPERM);
	else if (!end_open(e, t))
		finish(e, t, END_REFUSED, EMFILE);
	if (t->result != END_REFUSED)
		return;
	t->deep = false;
	if (row && *end_mark(e, row) != END_MARK_NEVER)
		*end_mark(e, row) = END_MARK_TARGET;
}

/* Note who has gone; how many that were. */
static size_t
drain(struct end *e)
{
	struct epoll_event events[64];
	size_t gone = 0;
	int n;

	while ((n = epoll_wait(e->fd, events, 64, 0)) > 0) {
		for (int i = 0; i < n; i++)
			finish(e, &e->target[events[i].data.u64], e->killing ? END_KILL : END_TERM,
			       0);
		gone += (size_t)n;
	}
	return gone;
}

/* A process that is in the middle of fork(2) stops only when that is done: until then a look may miss its child. */
static void
wait_still(const struct end *e, size_t first)
{
	double limit = clock_mono() + settling;

	for (size_t i = first; i < e->count; i++)
		while (e->target[i].fd >= 0 && !process_is_still(&e->target[i].process) &&
		       clock_mono() < limit)
			usleep(100);
}

/* Stop all, so that none can fork any more, and look until no new ones show; then kill. */
static void
kill_all(struct end *e)
{
	size_t first = 0;

	do {
		signal_from(e, first, SIGSTOP);
		wait_still(e, first);
		first = e->count;
	} while (end_look(e) && end_collect(e) > 0);
	e->killing = true;
	signal_from(e, 0, SIGKILL);
}

bool
end_start(struct end *e, double now)
{
	size_t roots = e->count;

	e->fd = epoll_create1(EPOLL_CLOEXEC);
	if (e->fd < 0 || !end_look(e))
		return false;
	for (size_t i = 0; i < roots; i++)
		start_root(e, &e->target[i]);
	end_collect(e);
	e->kill_at = now + e->grace;
	if (e->grace > 0)
		signal_from(e, 0, SIGTERM);
	else
		kill_all(e);
	e->pause = pause_first;
	e->look_at = e->due = now + (e->waiting > 0 ? e->pause : 0);
	return true;
}

/* Look for new ones and signal them; true where there were none and nobody is waited for. */
static bool
look_again(struct end *e, double now)
{
	size_t first = e->count;

	if (!end_look(e))
		return false;
	if (end_collect(e) > 0)
		signal_from(e, first, e->killing ? SIGKILL : SIGTERM);
	e->pause = e->more ? 0 : fmin(fmax(e->pause * 2, pause_first), pause_last);
	e->look_at = now + e->pause;
	return e->count == first && e->waiting == 0 && !e->more;
}

static void
give_up(struct end *e)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->target[i].fd >= 0)
			finish(e, &e->target[i], END_STUCK, ETIME);
}

bool
end_step(struct end *e, double now)
{
	bool gone = drain(e) > 0, done = false;

	if (!e->killing && now >= e->kill_at) {
		kill_all(e);
		e->kill_at = now; /* patience begins here, also where end_hurry has set it to 0 */
	}
	if (gone || e->waiting == 0 || now >= e->look_at)
		done = look_again(e, now);
	if (!done && now >= e->kill_at + patience) {
		give_up(e);
		done = true;
	}
	e->due = e->killing ? e->look_at : fmin(e->look_at, e->kill_at);
	return done;
}

void
end_hurry(struct end *e)
{
	e->kill_at = e->due = 0;
}

bool
end_run(struct end *e)
{
	double now = clock_mono();

	if (!end_start(e, now))
		return false;
	while (!end_step(e, now)) {
		struct pollfd p = {.fd = e->fd, .events = POLLIN};

		poll(&p, 1, (int)ceil(fmax(0, e->due - clock_mono()) * 1000));
		now = clock_mono();
	}
	return true;
}

void
end_release(struct end *e)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->target[i].fd >= 0)
			close(e->target[i].fd);
	if (e->fd >= 0)
		close(e->fd);
	free(e->target);
	free(e->mark);
	table_release(&e->table);
	*e = (struct end)END_INIT;
}
