/* Ending what was chosen, without what is spared, and telling of it; see reaper.h. */
#include "proc/reaper_tell.h"

#include "base/diag.h"
#include "base/exit.h"
#include "proc/reaper_begun.h"
#include "proc/reason.h"

#include <errno.h>
#include <unistd.h>

bool
reaper_spares(void *arg, const struct table *t, const struct table_row *row)
{
	const struct reaper *r = arg;
	struct process p = table_process(t, row);

	for (size_t i = 0; i < r->spares; i++)
		if (process_eq(&r->spared[i], &p))
			return true;
	return reaper_refuses(r, t, row, NULL) != NULL;
}

static void
note_spared(void *arg, const char *name, const struct beat *b, const char *why)
{
	struct reaper *r = arg;

	(void)name, (void)why;
	if (!b || pattern_match(r->spare, str_of(b->agent)) == 0)
		return;
	GROW(r->spared, r->spares, r->spares_cap);
	r->spared[r->spares++] = b->process;
}

/* The spared agents, which may be below others; what cannot be read names nobody. */
static void
list_spared(struct reaper *r)
{
	r->spares = 0;
	if (r->spare && !beat_list(note_spared, r))
		die(EROS_OS, "system_error", strerror(errno), "heartbeats");
}

/* For end.run: the job that asks for all of run ID. */
static void *
run_job(void *arg, const char *id)
{
	struct reaper *r = arg;

	for (size_t i = 0; i < r->count; i++)
		if (r->job[i].run && strcmp(r->job[i].run, id) == 0)
			return &r->job[i];
	return NULL;
}

static bool
has_runs(const struct reaper *r)
{
	for (size_t i = 0; i < r->count; i++)
		if (r->job[i].run)
			return true;
	return false;
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

static void
end_all(struct reaper *r, struct end *e)
{
	e->grace = r->grace;
	e->spare = reaper_spares;
	e->run = has_runs(r) ? run_job : NULL;
	e->arg = r;
	e->before = reaper_begun_keep;
	reaper_begun_keep(r, e);
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
		reaper_tell_target(r, &e->target[i]);
	forget(e);
}

/* It had ended before; its heartbeat lies about that. */
static void
tell_gone(struct reaper *r, const struct reaper_job *j)
{
	struct beat b;

	reaper_tell(r, j, NULL, "gone", NULL);
	beat_set(&b, &j->process, str_of(j->agent), STR_NONE, STR_NONE);
	if (*j->agent && !r->dry_run && process_life(&j->process) != PROCESS_UNKNOWN)
		beat_remove(&b);
}

void
reaper_act(struct reaper *r)
{
	struct table t = TABLE_INIT;
	struct end e = END_INIT;

	if (r->count == 0) {
		reaper_begun_clear(r);
		return;
	}
	list_spared(r);
	if (!table_read(&t, TABLE_COMMAND))
		die(EROS_OS, "system_error", strerror(errno), "process table");
	for (size_t i = 0; i < r->count; i++) {
		struct reaper_job *j = &r->job[i];
		const struct table_row *row = table_find_process(&t, &j->process);
		const char *why = row ? reaper_refuses(r, &t, row, j->agent) : NULL;

		if (!row)
			tell_gone(r, j);
		else if (row->state == 'Z' && process_life(&j->process) == PROCESS_GONE)
			reaper_tell_zombie(r, j, &t, row);
		else if (why)
			reaper_tell(r, j, row, "refused", why);
		else if (!end_find(&e, j->process.pid)) /* asked for twice it is ended once */
			end_add(&e, &j->process, true)->tag = j;
	}
	if (e.count > 0 && r->dry_run)
		reaper_tell_dry(r, &e, &t);
	else if (e.count > 0 || has_runs(r))
		end_all(r, &e);
	end_release(&e);
	table_release(&t);
	for (size_t i = 0; i < r->count; i++) {
		buf_release(&r->job[i].cause);
		buf_release(&r->job[i].reason);
		free(r->job[i].run);
	}
	r->count = 0;
	writer_flush(r->out);
	reaper_begun_clear(r);
}
