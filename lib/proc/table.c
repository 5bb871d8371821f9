#include "proc/table.h"

#include "base/clock.h"

#include <errno.h>
#include <libproc2/pids.h>
#include <unistd.h>

/* The order of `items`: first what always is read, then what is read when asked for. */
enum { PID, PARENT, BEGAN, UID, STATE, TICKS, RSS, NAME, FLAGS, CODE, STACK, ALWAYS };

static const enum pids_item items[] = {
	[PID] = PIDS_ID_PID,  [PARENT] = PIDS_ID_PPID, [BEGAN] = PIDS_TICS_BEGAN,
	[UID] = PIDS_ID_EUID, [STATE] = PIDS_STATE,    [TICKS] = PIDS_TICS_ALL,
	[RSS] = PIDS_RSS,     [NAME] = PIDS_CMD,     [FLAGS] = PIDS_FLAGS,
	[CODE] = PIDS_ADDR_CODE_START, [STACK] = PIDS_ADDR_STACK_START,
};

/* Of the flags: a thread of the kernel, which has no memory of its own. */
static const unsigned long kernel_thread = 0x200000;

/* How long it is waited, in seconds, for processes in the midst of execve(2). */
static const double settling = 0.5;

/* So many processes can be asked for at once. */
enum { AT_ONCE = 200 };

static const char *
find_run(char *const *environment)
{
	static const char key[] = "EROS_RUN_ID=";

	for (; environment && *environment; environment++)
		if (strncmp(*environment, key, sizeof(key) - 1) == 0)
			return *environment + sizeof(key) - 1;
	return NULL;
}

/*
 * Whether what was asked for is empty. libproc2 has then the name in brackets for a command line and "-" for an
 * environment.
 */
static bool
is_bare(const struct table_row *row, const struct pids_result *asked, unsigned what)
{
	char *const *environment;

	if (what & TABLE_COMMAND && *(asked++)->result.str == '[')
		return true;
	if (!(what & TABLE_RUN) || row->run)
		return false;
	environment = asked->result.strv;
	return !environment || !environment[0] || (strcmp(environment[0], "-") == 0 && !environment[1]);
}

/* Not a thread of the kernel, not a zombie, and not another user's who hides it, which the kernel shows as a 1. */
static bool
has_image(const struct table_row *row, const struct pids_result *v)
{
	return !(v[FLAGS].result.ul_int & kernel_thread) && row->state != 'Z' && row->state != 'X' &&
	       v[CODE].result.ul_int != 1;
}

static void
fill(struct table_row *row, const struct pids_result *v, unsigned what, double boot, double hertz)
{
	const struct pids_result *asked = v + ALWAYS;

	row->pid = v[PID].result.s_int;
	row->parent = v[PARENT].result.s_int;
	row->started = v[BEGAN].result.ull_int;
	row->uid = v[UID].result.u_int;
	row->state = (char)v[STATE].result.s_ch;
	row->uptime = boot - (double)row->started / hertz;
	row->cpu = (double)v[TICKS].result.ull_int / hertz;
	row->memory = v[RSS].result.ul_int * (size_t)sysconf(_SC_PAGESIZE);
	row->name = v[NAME].result.str;
	row->command = what & TABLE_COMMAND ? (asked++)->result.str : NULL;
	row->run = what & TABLE_RUN ? find_run(asked->result.strv) : NULL;
	row->stack = v[STACK].result.ul_int;
	row->unsettled = has_image(row, v) && is_bare(row, v + ALWAYS, what);
}

static int
by_pid(const void *a, const void *b)
{
	const struct table_row *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

static bool
open_info(struct pids_info **info, unsigned what)
{
	enum pids_item wanted[ALWAYS + 2];
	int count = ALWAYS, error;

	memcpy(wanted, items, sizeof(items));
	if (what & TABLE_COMMAND)
		wanted[count++] = PIDS_CMDLINE;
	if (what & TABLE_RUN)
		wanted[count++] = PIDS_ENVIRON_V;
	error = procps_pids_new(info, wanted, count);
	if (error < 0)
		errno = -error;
	return error >= 0;
}

/* A copy of S that lives as long as T. */
static const char *
keep(struct table *t, const char *s)
{
	if (!s)
		return NULL;
	GROW(t->kept, t->keeps, t->keeps_cap);
	t->kept[t->keeps] = xstrdup(s);
	return t->kept[t->keeps++];
}

/* ROW as it is a moment later, in V. */
static void
look_again(struct table *t, struct table_row *row, const struct pids_result *v, unsigned what)
{
	struct table_row later = *row;

	fill(&later, v, what, 0, 1);
	if (later.started != row->started)
		later.unsettled = false; /* it has gone */
	else if (later.unsettled && later.stack == row->stack && row->stack != 0)
		later.unsettled = false; /* it has none */
	else if (!later.unsettled) {
		row->name = keep(t, later.name);
		row->command = keep(t, later.command);
		row->run = keep(t, later.run);
	}
	row->stack = later.stack;
	row->unsettled = later.unsettled;
}

static const struct pids_result *
find_result(const struct pids_fetch *fetch, pid_t pid)
{
	for (int i = 0; i < fetch->counts->total; i++)
		if (fetch->stacks[i]->head[PID].result.s_int == pid)
			return fetch->stacks[i]->head;
	return NULL;
}

/* Look again at the next unsettled ones; how many there were. */
static size_t
look_at_unsettled(struct table *t, struct pids_info *info, unsigned what)
{
	unsigned pid[AT_ONCE], count = 0;
	struct pids_fetch *fetch;

	for (size_t i = 0; i < t->count && count < AT_ONCE; i++)
		if (t->row[i].unsettled)
			pid[count++] = (unsigned)t->row[i].pid;
	fetch = count > 0 ? procps_pids_select(info, pid, (int)count, PIDS_SELECT_PID) : NULL;
	for (unsigned i = 0; i < count; i++) {
		struct table_row *row = (struct table_row *)table_find(t, (pid_t)pid[i]);
		const struct pids_result *v = fetch ? find_result(fetch, row->pid) : NULL;

		if (v)
			look_again(t, row, v, what);
		else
			row->unsettled = false; /* it has gone */
	}
	return count;
}

/*
 * In the midst of execve(2) a process shows neither command line nor environment, since its new image has none yet. The
 * kernel says where the stack begins only when both are there, and puts it elsewhere in each image: where they are
 * empty, and it was in one place before and after, they are empty indeed.
 */
static void
settle(struct table *t, unsigned what)
{
	struct pids_info *info = NULL;
	double limit = clock_mono() + settling;

	if (open_info(&info, what))
		while (look_at_unsettled(t, info, what) > 0 && clock_mono() < limit)
			usleep(100);
	if (info)
		procps_pids_unref(&info);
}

bool
table_read(struct table *t, unsigned what)
{
	struct pids_fetch *fetch;
	double boot, hertz = (double)sysconf(_SC_CLK_TCK);
	bool unsettled = false;

	table_release(t);
	if (!process_of(getpid(), &t->here) || !open_info(&t->info, what))
		return false;
	fetch = procps_pids_reap(t->info, PIDS_FETCH_TASKS_ONLY);
	if (!fetch)
		return false;
	boot = clock_boot();
	t->count = (size_t)fetch->counts->total;
	t->row = xcalloc(t->count + 1, sizeof(*t->row));
	for (size_t i = 0; i < t->count; i++) {
		fill(&t->row[i], fetch->stacks[i]->head, what, boot, hertz);
		unsettled = unsettled || t->row[i].unsettled;
	}
	qsort(t->row, t->count, sizeof(*t->row), by_pid);
	if (unsettled)
		settle(t, what);
	return true;
}

void
table_release(struct table *t)
{
	if (t->info)
		procps_pids_unref(&t->info);
	for (size_t i = 0; i < t->keeps; i++)
		free(t->kept[i]);
	free(t->kept);
	free(t->row);
	*t = (struct table)TABLE_INIT;
}

const struct table_row *
table_find(const struct table *t, pid_t pid)
{
	struct table_row key = {.pid = pid};

	return t->count ? bsearch(&key, t->row, t->count, sizeof(key), by_pid) : NULL;
}

struct process
table_process(const struct table *t, const struct table_row *row)
{
	struct process p = t->here;

	p.pid = row->pid;
	p.started = row->started;
	return p;
}

const struct table_row *
table_find_process(const struct table *t, const struct process *p)
{
	const struct table_row *row = table_find(t, p->pid);
	struct process there;

	if (!row)
		return NULL;
	there = table_process(t, row);
	return process_eq(&there, p) ? row : NULL;
}

bool
table_is_below(const struct table *t, const struct table_row *row, pid_t pid)
{
	/* The parents were read one after the other, so a ring is possible in theory. */
	for (size_t steps = 0; row && steps <= t->count; steps++) {
		if (row->pid == pid)
			return true;
		row = row->parent > 0 ? table_find(t, row->parent) : NULL;
	}
	return false;
}
