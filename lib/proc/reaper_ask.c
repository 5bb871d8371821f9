/* Interventions: who is to be ended, as a record says it; see reaper.h. */
#include "proc/reaper.h"

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
		note_text(&j->cause, record, STR("cause"));
		note_text(&j->reason, record, STR("reason"));
		j->leave = true;
	}
	buf_release(&scratch);
	return named;
}

static void
act(struct filter *f)
{
	struct reaper *r = f->arg;

	if (r->count == 0)
		return;
	reaper_lock(r);
	reaper_act(r);
	reaper_unlock(r);
	filter_status(f, r->status);
}

/* What a killed reaper has left comes before all else. */
static void
on_start(struct filter *f)
{
	struct reaper *r = f->arg;

	reaper_lock(r);
	reaper_act(r);
	reaper_unlock(r);
	filter_status(f, r->status);
}

/* None waits for a line that is not there, whatever came after it. */
static int
before_line(struct filter *f)
{
	if (!reader_ready(&f->in))
		act(f);
	return -1;
}

static void
on_record(struct filter *f, const struct record *record)
{
	struct str type = record_string(record, STR("type"), &f->scratch);
	const char *why = NULL;

	if (type.len > 0 && !str_is(type, "intervene"))
		return;
	if (!reaper_ask(f->arg, record, &why))
		filter_reject(f, why);
}

int
reaper_records(struct reaper *r, struct filter *f)
{
	f->start = on_start;
	f->record = on_record;
	f->pace = before_line;
	f->finish = act;
	f->arg = r;
	r->out = &f->out;
	return filter_run(f, (char *[]){NULL});
}
