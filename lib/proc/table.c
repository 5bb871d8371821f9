#include "proc/table.h"

#include "base/clock.h"

#include <errno.h>
#include <libproc2/pids.h>
#include <unistd.h>

/* The order of `items`: first what always is read, then what is read when asked for. */
enum { PID, PARENT, BEGAN, UID, STATE, TICKS, RSS, NAME, ALWAYS };

static const enum pids_item items[] = {
	[PID] = PIDS_ID_PID,  [PARENT] = PIDS_ID_PPID, [BEGAN] = PIDS_TICS_BEGAN,
	[UID] = PIDS_ID_EUID, [STATE] = PIDS_STATE,    [TICKS] = PIDS_TICS_ALL,
	[RSS] = PIDS_RSS,     [NAME] = PIDS_CMD,
};

static const char *
find_run(char *const *environment)
{
	static const char key[] = "EROS_RUN_ID=";

	for (; environment && *environment; environment++)
		if (strncmp(*environment, key, sizeof(key) - 1) == 0)
			return *environment + sizeof(key) - 1;
	return NULL;
}

static void
fill(struct table_row *row, const struct pids_result *v, unsigned what, double boot, double hertz)
{
	row->pid = v[PID].result.s_int;
	row->parent = v[PARENT].result.s_int;
	row->started = v[BEGAN].result.ull_int;
	row->uid = v[UID].result.u_int;
	row->state = (char)v[STATE].result.s_ch;
	row->uptime = boot - (double)row->started / hertz;
	row->cpu = (double)v[TICKS].result.ull_int / hertz;
	row->memory = v[RSS].result.ul_int * (size_t)sysconf(_SC_PAGESIZE);
	row->name = v[NAME].result.str;
	v += ALWAYS;
	row->command = what & TABLE_COMMAND ? (v++)->result.str : NULL;
	row->run = what & TABLE_RUN ? find_run(v->result.strv) : NULL;
}

static int
by_pid(const void *a, const void *b)
{
	const struct table_row *x = a, *y = b;

	return (x->pid > y->pid) - (x->pid < y->pid);
}

bool
table_read(struct table *t, unsigned what)
{
	enum pids_item wanted[ALWAYS + 2];
	struct pids_fetch *fetch;
	double boot, hertz = (double)sysconf(_SC_CLK_TCK);
	int count = ALWAYS, error;

	memcpy(wanted, items, sizeof(items));
	if (what & TABLE_COMMAND)
		wanted[count++] = PIDS_CMDLINE;
	if (what & TABLE_RUN)
		wanted[count++] = PIDS_ENVIRON_V;
	table_release(t);
	if (!process_of(getpid(), &t->here))
		return false;
	error = procps_pids_new(&t->info, wanted, count);
	if (error < 0) {
		errno = -error;
		return false;
	}
	fetch = procps_pids_reap(t->info, PIDS_FETCH_TASKS_ONLY);
	if (!fetch)
		return false;
	boot = clock_boot();
	t->count = (size_t)fetch->counts->total;
	t->row = xcalloc(t->count + 1, sizeof(*t->row));
	for (size_t i = 0; i < t->count; i++)
		fill(&t->row[i], fetch->stacks[i]->head, what, boot, hertz);
	qsort(t->row, t->count, sizeof(*t->row), by_pid);
	return true;
}

void
table_release(struct table *t)
{
	if (t->info)
		procps_pids_unref(&t->info);
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
