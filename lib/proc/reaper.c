#include "proc/reaper.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/signals.h"
#include "proc/reason.h"
#include "record/emit.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <unistd.h>

/* How long to wait for another reaper beyond its grace, in seconds. */
static const double patience = 120;

/* Every process that is being ended takes a descriptor. */
static void
raise_limit(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_NOFILE, &limit);
	}
}

void
reaper_lock(struct reaper *r)
{
	raise_limit();
	/* A name that no agent's lock can have. */
	if (!lock_open(&r->lock, ".reap"))
		die(EROS_CANTCREATE, "cannot_open", strerror(errno), "lock of the reapers");
	switch (lock_take(&r->lock, false, r->grace + patience)) {
	case LOCK_TAKEN: return;
	case LOCK_BUSY: die(EROS_TEMPFAIL, "lock_timeout", NULL, "another reaper is at work");
	case LOCK_FAILED:
		if (errno == EINTR && signal_caught)
			exit(EROS_SIGNAL + signal_caught);
		die(EROS_OS, "system_error", strerror(errno), "lock of the reapers");
	}
}

void
reaper_unlock(struct reaper *r)
{
	lock_close(&r->lock);
}

/* Whether all of the user ids of a process are the caller's. The table has but one, and not always that. */
static bool
is_own(pid_t pid)
{
	char path[32], line[256];
	unsigned id[4] = {0};
	bool found = false;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)pid);
	f = fopen(path, "re");
	while (f && !found && fgets(line, sizeof(line), f))
		found = sscanf(line, "Uid: %u %u %u %u", &id[0], &id[1], &id[2], &id[3]) == 4;
	if (f)
		fclose(f);
	return !found || (id[0] == geteuid() && id[1] == geteuid());
}

const char *
reaper_refuses(const struct reaper *r, const struct table *t, const struct table_row *row,
               const char *agent)
{
	if (row->pid == 1)
		return "it is pid 1";
	if (table_is_below(t, table_find(t, getpid()), row->pid))
		return "it is this command or runs it";
	if (!(r->any_user && geteuid() == 0) && !is_own(row->pid))
		return "it is another user's";
	if (r->spare &&
	    (pattern_match(r->spare, str_of(row->command ? row->command : row->name)) != 0 ||
	     (agent && pattern_match(r->spare, str_of(agent)) != 0)))
		return "it is spared";
	return NULL;
}

struct reaper_job *
reaper_add(struct reaper *r, const struct process *p)
{
	GROW(r->job, r->count, r->cap);
	r->job[r->count] = (struct reaper_job){.process = *p};
	return &r->job[r->count++];
}

/* A whole number that is there, at most MAX. */
static bool
count_of(const struct record *r, struct str key, uint64_t max, uint64_t *count)
{
	struct json v;

	return record_get(r, key, &v) && json_count(v, count) && *count <= max;
}

/* The identity an intervention gives: pid and started, of this boot and namespace unless it says another. */
static bool
identify(const struct record *r, struct process *p)
{
	uint64_t pid, started;
	struct buf scratch = BUF_INIT;
	struct str boot = record_string(r, STR("boot"), &scratch);
	bool found = count_of(r, STR("pid"), INT32_MAX, &pid) && pid > 0 &&
	             count_of(r, STR("started"), UINT64_MAX, &started) &&
	             process_named((pid_t)pid, started, p);

	if (found && boot.len > 0)
		note_copy(p->boot, sizeof(p->boot), boot);
	if (found && count_of(r, STR("pidns"), UINT64_MAX, &started))
		p->pidns = started;
	buf_release(&scratch);
	return found;
}

static void
add_string(struct buf *out, const struct record *r, struct str key)
{
	struct buf scratch = BUF_INIT;

	buf_span(out, record_string(r, key, &scratch));
	buf_release(&scratch);
}

bool
reaper_ask(struct reaper *r, const struct record *record, const char **why)
{
	struct buf scratch = BUF_INIT;
	struct str agent = record_agent(record, &scratch);
	struct reaper_job *j;
	struct process p;
	bool named = agent.len > 0 && identify(record, &p);

	*why = agent.len > 0 ? "no pid and started" : "no agent";
	if (named) {
		j = reaper_add(r, &p);
		note_copy(j->agent, sizeof(j->agent), agent);
		note_string(record, STR("specialty"), j->specialty, sizeof(j->specialty));
		add_string(&j->cause, record, STR("cause"));
		add_string(&j->reason, record, STR("reason"));
		j->leave = true;
	}
	buf_release(&scratch);
	return named;
}

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

/* A job that comes to nothing: what is the matter instead. */
static void
tell(struct reaper *r, const struct reaper_job *j, const struct table_row *row, const char *action,
     const char *why)
{
	struct buf *b = open_record(r, j, &j->process, row ? row->parent : 0);

	emit_string(b, "action", str_of(action));
	if (why)
		emit_string(b, "refusal", str_of(why));
	close_record(r, j, b);
}

/* A dead process that its parent has not collected: only the parent, or its end, can do away with it. */
static void
tell_zombie(struct reaper *r, const struct reaper_job *j, const struct table *t,
            const struct table_row *row)
{
	const struct table_row *parent = table_find(t, row->parent);
	struct buf *b = open_record(r, j, &j->process, row->parent);

	emit_string(b, "action", STR("zombie"));
	if (parent)
		emit_string(b, "parent_name", str_of(parent->name));
	close_record(r, j, b);
}

static bool
spare(void *arg, const struct table *t, const struct table_row *row)
{
	return reaper_refuses(arg, t, row, NULL) != NULL;
}

static void
tell_target(struct reaper *r, const struct end_target *t)
{
	static const char *const actions[] = {
		[END_WAITING] = "stuck", [END_GONE] = "gone",       [END_TERM] = "ended",
		[END_KILL] = "ended",    [END_REFUSED] = "refused", [END_STUCK] = "stuck"};
	const struct reaper_job *j = t->tag;
	struct buf *b = open_record(r, j, &t->process, t->parent);

	emit_string(b, "action", str_of(actions[t->result]));
	if (t->result == END_TERM || t->result == END_KILL)
		emit_count(b, "signal", t->result == END_TERM ? SIGTERM : SIGKILL);
	if (t->result == END_REFUSED || t->result == END_STUCK) {
		emit_string(b, "refusal", str_of(strerror(t->error)));
		diag("not_ended", strerror(t->error), "pid %d", (int)t->process.pid);
		r->status = exit_worse(r->status, t->error == EPERM ? EROS_NOPERM : EROS_OS);
	}
	if (!t->root)
		emit_count(b, "below", (unsigned long long)j->process.pid);
	close_record(r, j, b);
}

/* Remove the heartbeat files of what has been ended. */
static void
forget(const struct end *e)
{
	struct beat b;
	int dir = beat_dir();
	char **names = dir < 0 ? NULL : note_names(dir);
	const char *why;

	for (char **name = names; name && *name; name++) {
		if (!beat_read(dir, *name, &b, &why))
			continue;
		for (size_t i = 0; i < e->count; i++) {
			const struct end_target *t = &e->target[i];

			if (t->result >= END_GONE && t->result <= END_KILL &&
			    process_eq(&t->process, &b.process))
				beat_remove(&b);
		}
	}
	note_names_free(names);
	if (dir >= 0)
		close(dir);
}

static const struct end_target *
target_of(const struct end *e, pid_t pid)
{
	for (size_t i = 0; i < e->count; i++)
		if (e->target[i].process.pid == pid)
			return &e->target[i];
	return NULL;
}

/* What end_all would tell: each root, and what is below it and not a root itself. */
static void
tell_dry(struct reaper *r, const struct end *e, const struct table *t)
{
	for (size_t i = 0; i < t->count; i++) {
		const struct table_row *row = &t->row[i], *up = row;
		const struct end_target *root = NULL;
		struct process p = table_process(t, row);
		struct buf *b;

		for (size_t steps = 0; up && !root && steps <= t->count; steps++) {
			root = target_of(e, up->pid);
			up = table_find(t, up->parent);
		}
		if (!root || row->state == 'Z' || reaper_refuses(r, t, row, NULL))
			continue;
		b = open_record(r, root->tag, &p, row->parent);
		emit_string(b, "action", STR("would_end"));
		if (root->process.pid != row->pid)
			emit_count(b, "below", (unsigned long long)root->process.pid);
		close_record(r, root->tag, b);
	}
}

static void
end_all(struct reaper *r, struct end *e)
{
	e->grace = r->grace;
	e->spare = spare;
	e->arg = r;
	for (size_t i = 0; i < e->count; i++) {
		const struct reaper_job *j = e->target[i].tag;

		if (j->leave && *j->agent &&
		    !reason_leave(str_of(j->agent), &j->process, buf_view(&j->cause),
		                  buf_view(&j->reason)))
			diag("cannot_create", strerror(errno), "reason for ending %s", j->agent);
	}
	if (!end_run(e))
		die(EROS_OS, "system_error", strerror(errno), "ending processes");
	for (size_t i = 0; i < e->count; i++)
		tell_target(r, &e->target[i]);
	forget(e);
}

void
reaper_act(struct reaper *r)
{
	struct table t = TABLE_INIT;
	struct end e = END_INIT;

	if (r->count > 0 && !table_read(&t, TABLE_COMMAND))
		die(EROS_OS, "system_error", strerror(errno), "process table");
	for (size_t i = 0; i < r->count; i++) {
		struct reaper_job *j = &r->job[i];
		const struct table_row *row = table_find_process(&t, &j->process);
		const char *why = row ? reaper_refuses(r, &t, row, j->agent) : NULL;

		if (!row)
			tell(r, j, row, "gone", NULL);
		else if (row->state == 'Z' && process_life(&j->process) == PROCESS_GONE)
			tell_zombie(r, j, &t, row);
		else if (why)
			tell(r, j, row, "refused", why);
		else if (!target_of(&e, j->process.pid)) /* asked for twice it is ended once */
			end_add(&e, &j->process, true)->tag = j;
	}
	if (e.count > 0 && r->dry_run)
		tell_dry(r, &e, &t);
	else if (e.count > 0)
		end_all(r, &e);
	end_release(&e);
	table_release(&t);
	for (size_t i = 0; i < r->count; i++) {
		buf_release(&r->job[i].cause);
		buf_release(&r->job[i].reason);
	}
	r->count = 0;
	writer_flush(r->out);
}

void
reaper_release(struct reaper *r)
{
	reaper_unlock(r);
	free(r->job);
}
