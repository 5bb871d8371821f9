/*
 * eros-end PID GRACE: end every descendant of PID, which is its parent, but not itself; see proc/helper.h.
 *
 * SIGTERM, and SIGKILL GRACE seconds later, or when SIGTERM, SIGINT or SIGHUP comes. The parent is a child subreaper, so
 * what loses its parent meanwhile becomes a child of PID: it is looked for until nothing is left.
 */
#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/num.h"
#include "base/signals.h"
#include "proc/end.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <sys/prctl.h>
#include <unistd.h>

/* Name the children of PID that live; how many. */
static size_t
find_children(struct end *e, pid_t pid)
{
	struct table t = TABLE_INIT;

	if (!table_read(&t, 0))
		die(EROS_OS, "system_error", strerror(errno), "process table");
	for (size_t i = 0; i < t.count; i++) {
		const struct table_row *row = &t.row[i];
		struct process p = table_process(&t, row);

		if (row->parent == pid && row->pid != getpid() && row->state != 'Z')
			end_add(e, &p, true);
	}
	table_release(&t);
	return e->count;
}

static void
run(struct end *e)
{
	bool hurried = false;

	if (!end_start(e, clock_mono()))
		die(EROS_OS, "system_error", strerror(errno), "ending processes");
	while (!end_step(e, clock_mono())) {
		struct pollfd p[] = {{.fd = e->fd, .events = POLLIN},
		                     {.fd = hurried ? -1 : signal_fd, .events = POLLIN}};

		poll(p, 2, (int)ceil(fmax(0, e->due - clock_mono()) * 1000));
		if (signal_caught && !hurried) {
			hurried = true;
			end_hurry(e);
		}
	}
}

/* True where something could not be ended: there is no use in going on. */
static bool
is_stuck(const struct end *e)
{
	bool stuck = false;

	for (size_t i = 0; i < e->count; i++)
		stuck |= e->target[i].result == END_REFUSED || e->target[i].result == END_STUCK;
	if (stuck)
		diag("not_ended", NULL, "some processes could not be ended");
	return stuck;
}

int
main(int argc, char **argv)
{
	struct end e = END_INIT;
	uint64_t pid;
	double grace;
	bool stuck = false;

	if (argc != 3 || !num_parse_count(str_of(argv[1]), INT32_MAX, &pid) ||
	    !duration_parse(str_of(argv[2]), &grace))
		die_usage("PID and GRACE");
	signal_watch();
	prctl(PR_SET_PDEATHSIG, 0); /* what it has begun it does */
	while (!stuck && getppid() == (pid_t)pid && find_children(&e, (pid_t)pid) > 0) {
		e.grace = signal_caught ? 0 : grace;
		run(&e);
		stuck = is_stuck(&e);
		end_release(&e);
	}
	end_release(&e);
	return EROS_OK;
}
