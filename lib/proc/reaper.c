#include "proc/reaper_begun.h"

#include "base/diag.h"
#include "base/exit.h"
#include "base/signals.h"

#include <errno.h>
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
	if (r->dry_run)
		return;
	raise_limit();
	/* A name that no agent's lock can have. */
	if (!lock_open(&r->lock, ".reap"))
		die(EROS_CANTCREATE, "cannot_open", strerror(errno), "lock of the reapers");
	switch (lock_take(&r->lock, false, r->grace + patience)) {
	case LOCK_TAKEN: reaper_begun_take(r); return;
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

void
reaper_look(struct reaper *r, struct fleet *f, const struct fleet_query *q)
{
	if (!fleet_read(f, q))
		die(EROS_OS, "system_error", strerror(errno), "heartbeats and process table");
	if (f->faults > 0)
		r->status = exit_worse(r->status, EROS_DATA);
}

struct reaper_job *
reaper_choose(struct reaper *r, const struct fleet_process *p, const char *cause)
{
	struct reaper_job *j = reaper_add(r, &p->process);

	if (p->beat) {
		memcpy(j->agent, p->beat->agent, sizeof(j->agent));
		memcpy(j->specialty, p->beat->specialty, sizeof(j->specialty));
		j->leave = *p->beat->run != '\0';
	}
	buf_str(&j->cause, cause);
	return j;
}

void
reaper_abandoned(struct reaper *r, const struct fleet *f)
{
	for (size_t i = 0; i < f->count; i++) {
		const struct fleet_process *p = &f->process[i];
		struct reaper_job *j = p->abandoned ? reaper_choose(r, p, "abandoned") : NULL;

		if (!j)
			continue;
		j->leave = false; /* there is nobody to take it */
		j->run = xstrdup(p->row->run);
		buf_printf(&j->reason, "its eros-run has died: %s", j->run);
	}
}

int
reaper_run(struct reaper *r, struct fleet *f, const struct fleet_query *q,
           void (*select)(void *arg), void *arg, bool tidy)
{
	reaper_lock(r);
	reaper_look(r, f, q);
	if (q->runs)
		reaper_abandoned(r, f);
	if (select)
		select(arg);
	reaper_act(r);
	if (tidy && !reaper_tidy(r))
		die(EROS_OS, "system_error", strerror(errno), "state directory");
	return r->status;
}

void
reaper_release(struct reaper *r)
{
	reaper_unlock(r);
	free(r->job);
	free(r->spared);
}
