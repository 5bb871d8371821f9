#include "proc/fleet.h"

#include "base/diag.h"
#include "record/emit.h"

#include <math.h>
#include <unistd.h>

static void
add_beat(void *arg, const char *name, const struct beat *b, const char *why)
{
	struct fleet *f = arg;

	if (why) {
		diag("bad_heartbeat", why, "heartbeat file %s", name);
		f->faults++;
	}
	if (b) {
		GROW(f->beat, f->beats, f->beats_cap);
		f->beat[f->beats++] = *b;
	}
}

static struct fleet_process *
add_process(struct fleet *f, const struct process *p)
{
	GROW(f->process, f->count, f->cap);
	f->process[f->count] = (struct fleet_process){.process = *p, .life = PROCESS_ALIVE};
	return &f->process[f->count++];
}

static int
by_identity(const void *a, const void *b)
{
	const struct fleet_process *x = a, *y = b;

	if (x->process.pid != y->process.pid)
		return x->process.pid < y->process.pid ? -1 : 1;
	if (x->process.started != y->process.started)
		return x->process.started < y->process.started ? -1 : 1;
	if (x->process.pidns != y->process.pidns)
		return x->process.pidns < y->process.pidns ? -1 : 1;
	return strcmp(x->process.boot, y->process.boot);
}

/* B into A, which is the same process. */
static void
merge(struct fleet_process *a, const struct fleet_process *b)
{
	if (b->beat && (!a->beat || b->beat->at > a->beat->at))
		a->beat = b->beat;
	if (b->program.len > 0)
		a->program = b->program;
	a->abandoned = a->abandoned || b->abandoned;
}

static void
merge_all(struct fleet *f)
{
	size_t kept = 0;

	if (f->count > 0)
		qsort(f->process, f->count, sizeof(*f->process), by_identity);
	for (size_t i = 0; i < f->count; i++) {
		if (kept > 0 && by_identity(&f->process[kept - 1], &f->process[i]) == 0)
			merge(&f->process[kept - 1], &f->process[i]);
		else
			f->process[kept++] = f->process[i];
	}
	f->count = kept;
}

/* The table is of this boot and namespace, and was read after the heartbeats: who is not in it has gone. */
static void
find_row(struct fleet *f, struct fleet_process *p)
{
	p->row = table_find_process(&f->table, &p->process);
	if (p->row && p->row->state != 'Z' && p->row->state != 'X')
		p->life = PROCESS_ALIVE;
	else if (p->row) /* a zombie, or a leader whose threads run on */
		p->life = process_life(&p->process);
	else
		p->life = note_life(&p->process, p->beat ? p->beat->host : "");
}

static void
match(struct fleet *f, const struct fleet_query *q, const struct table_row *row)
{
	struct str command = str_of(row->command ? row->command : row->name);

	if (row->pid == getpid())
		return;
	for (size_t i = 0; i < q->matches; i++) {
		if (pattern_match(q->match[i], command) == 1) {
			struct process p = table_process(&f->table, row);
			struct str program = pattern_span(q->match[i], command);

			/* A pattern may match nothing at all, and that is a group as well. */
			add_process(f, &p)->program = program.len ? program : str_of(row->name);
			return;
		}
	}
}

static bool
is_asked_for(const struct fleet_query *q, const char *run)
{
	struct str rest = str_of(q->run_list ? q->run_list : ""), item;
	bool found = !q->run_list;

	while (!found && str_item(&rest, &item))
		found = str_is(item, run);
	return found;
}

/* EROS_RUN_ID is the identity of the eros-run. */
static bool
is_abandoned(const struct fleet_query *q, const struct table_row *row)
{
	struct process run;

	return q->runs && row->run && row->state != 'Z' && is_asked_for(q, row->run) &&
	       process_parse(str_of(row->run), &run) && process_life(&run) == PROCESS_GONE;
}

bool
fleet_read(struct fleet *f, const struct fleet_query *q)
{
	fleet_release(f);
	if (!beat_list(add_beat, f) ||
	    !table_read(&f->table, (q->matches || q->commands ? TABLE_COMMAND : 0) |
	                                   (q->runs ? TABLE_RUN : 0)))
		return false;
	for (size_t i = 0; i < f->beats; i++)
		add_process(f, &f->beat[i].process)->beat = &f->beat[i];
	for (size_t i = 0; i < f->table.count; i++) {
		const struct table_row *row = &f->table.row[i];

		match(f, q, row);
		if (is_abandoned(q, row)) {
			struct process p = table_process(&f->table, row);

			add_process(f, &p)->abandoned = true;
		}
	}
	merge_all(f);
	for (size_t i = 0; i < f->count; i++)
		find_row(f, &f->process[i]);
	return true;
}

void
fleet_release(struct fleet *f)
{
	table_release(&f->table);
	free(f->beat);
	free(f->process);
	*f = (struct fleet)FLEET_INIT;
}

bool
fleet_is_orphan(const struct fleet *f, const struct fleet_process *p)
{
	const struct table_row *parent = p->row ? table_find(&f->table, p->row->parent) : NULL;

	if (!p->row)
		return false;
	/* Whoever started it is at least as old; a user's systemd adopts in place of pid 1. */
	return !parent || parent->pid == 1 || strcmp(parent->name, "systemd") == 0 ||
	       parent->started > p->row->started;
}

static const char *
state_of(const struct fleet_process *p)
{
	if (p->row) {
		switch (p->row->state) {
		case 'R': return "running";
		case 'D': return "waiting";
		case 'T': return "stopped";
		case 't': return "traced";
		case 'Z': return "zombie";
		case 'I': return "idle";
		default: return "sleeping";
		}
	}
	return p->life == PROCESS_UNKNOWN ? "unknown" : "gone";
}

/* To the millisecond. */
static void
add_seconds(struct buf *b, const char *key, double seconds)
{
	emit_number(b, key, round(seconds * 1000) / 1000);
}

static void
add_row(struct buf *b, const struct fleet *f, const struct table_row *row)
{
	const struct table_row *parent = table_find(&f->table, row->parent);

	add_seconds(b, "uptime", fmax(0, row->uptime));
	emit_count(b, "memory", row->memory);
	add_seconds(b, "cpu", row->cpu);
	emit_count(b, "parent", (unsigned long long)row->parent);
	if (parent)
		emit_string(b, "parent_name", str_of(parent->name));
	emit_string(b, "command", str_of(row->command ? row->command : row->name));
}

void
fleet_describe(const struct fleet *f, const struct fleet_process *p, double now, bool stale,
               struct buf *b)
{
	bool zombie = p->row && p->life == PROCESS_GONE;

	emit_open(b, "reap");
	add_seconds(b, "ts", now);
	if (p->beat) {
		emit_string(b, "agent", str_of(p->beat->agent));
		if (*p->beat->specialty)
			emit_string(b, "specialty", str_of(p->beat->specialty));
		if (*p->beat->run)
			emit_string(b, "run", str_of(p->beat->run));
	}
	emit_count(b, "pid", (unsigned long long)p->process.pid);
	emit_count(b, "started", p->process.started);
	emit_string(b, "state", zombie ? STR("zombie") : str_of(state_of(p)));
	if (p->beat)
		add_seconds(b, "age", fmax(0, now - p->beat->at));
	if (p->row)
		add_row(b, f, p->row);
	emit_bool(b, "stale", stale);
	emit_bool(b, "orphan", fleet_is_orphan(f, p));
	emit_bool(b, "zombie", zombie);
	emit_close(b);
}
