#include "proc/reaper_tell.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "record/emit.h"

#include <errno.h>
#include <signal.h>

static struct buf *
open_record(struct reaper *r, const struct reaper_job *j, const struct process *p, pid_t parent)
{
	struct buf *b = writer_buf(r->out);

	emit_open(b, "reap");
	emit_number(b, "ts", clock_wall());
	if (*j->agent)
		emit_string(b, "agent", str_of(j->agent));
	if (*j->specialty)
		emit_string(b, "specialty", str_of(j->specialty));
	emit_count(b, "pid", (unsigned long long)p->pid);
	emit_count(b, "started", p->started);
	if (parent > 0)
		emit_count(b, "parent", (unsigned long long)parent);
	return b;
}

static void
close_record(struct reaper *r, const struct reaper_job *j, struct buf *b)
{
	if (j->cause.len > 0)
		emit_string(b, "cause", buf_view(&j->cause));
	emit_string(b, "reason", buf_view(&j->reason));
	emit_close(b);
	writer_done(r->out);
}

void
reaper_tell(struct reaper *r, const struct reaper_job *j, const struct table_row *row,
            const char *action, const char *why)
{
	struct buf *b = open_record(r, j, &j->process, row ? row->parent : 0);

	emit_string(b, "action", str_of(action));
	if (why)
		emit_string(b, "refusal", str_of(why));
	if (j->below > 0)
		emit_count(b, "below", (unsigned long long)j->below);
	close_record(r, j, b);
}

void
reaper_tell_zombie(struct reaper *r, const struct reaper_job *j, const struct table *t,
                   const struct table_row *row)
{
	const struct table_row *parent = table_find(t, row->parent);
	struct buf *b = open_record(r, j, &j->process, row->parent);

	emit_string(b, "action", STR("zombie"));
	if (parent)
		emit_string(b, "parent_name", str_of(parent->name));
	close_record(r, j, b);
}

void
reaper_tell_target(struct reaper *r, const struct end_target *t)
{
	static const char *const actions[] = {
		[END_WAITING] = "stuck", [END_GONE] = "gone",       [END_TERM] = "ended",
		[END_KILL] = "ended",    [END_REFUSED] = "refused", [END_STUCK] = "stuck"};
	const struct reaper_job *j = t->tag;
	pid_t below = t->root ? j->below : j->process.pid;
	struct buf *b = open_record(r, j, &t->process, t->parent);

	emit_string(b, "action", str_of(actions[t->result]));
	if (t->result == END_TERM || t->result == END_KILL)
		emit_count(b, "signal", t->result == END_TERM ? SIGTERM : SIGKILL);
	if (t->result == END_REFUSED || t->result == END_STUCK) {
		emit_string(b, "refusal", str_of(strerror(t->error)));
		diag("not_ended", strerror(t->error), "pid %d", (int)t->process.pid);
		r->status = exit_worse(r->status, t->error == EPERM ? EROS_NOPERM : EROS_OS);
	}
	if (below > 0)
		emit_count(b, "below", (unsigned long long)below);
	close_record(r, j, b);
}

void
reaper_tell_dry(struct reaper *r, const struct end *e, const struct table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct table_row *row = &t->row[i], *up = row;
		const struct end_target *root = NULL;
		struct process p = table_process(t, row);
		struct buf *b;

		for (size_t steps = 0; up && !root && steps <= t->count; steps++) {
			root = end_find(e, up->pid);
			up = table_find(t, up->parent);
		}
		if (!root || row->state == 'Z' || reaper_spares(r, t, row))
			continue;
		b = open_record(r, root->tag, &p, row->parent);
		emit_string(b, "action", STR("would_end"));
		if (root->process.pid != row->pid)
			emit_count(b, "below", (unsigned long long)root->process.pid);
		close_record(r, root->tag, b);
	}
}
