/* What a record tells about its agent. */
#include "policy/watch_pad.h"
#include "policy/watch_taking.h"

#include <math.h>

/* No ts from a live agent is older than this. */
#define WATCH_OLD (7 * 86400.0)

static void
take_process(const struct taking *t)
{
	struct watch_agent *a = t->a;
	double pid, started;

	if (!record_number(t->r, STR("pid"), &pid) || pid < 1 || pid > INT32_MAX)
		return;
	a->pid = (int32_t)pid;
	a->started = 0;
	if (record_number(t->r, STR("started"), &started) && started >= 0 && started < 1e16)
		a->started = (uint64_t)started;
	a->host = watch_host(t->w, record_string(t->r, STR("host"), t->scratch));
}

/* Whether R speaks of another process of the agent than the one that is watched. */
static bool
is_other_process(const struct taking *t)
{
	double pid, started;

	if (t->a->pid == 0 || !record_number(t->r, STR("pid"), &pid))
		return false;
	return pid != t->a->pid || (record_number(t->r, STR("started"), &started) &&
	                            t->a->started != 0 && started != (double)t->a->started);
}

/*
 * A start begins an attempt where it is that of another process, or where the one before has ended. A session
 * that begins within a process that eros-run has started is none: its start names no process.
 */
static bool
is_new_attempt(const struct taking *t)
{
	const struct watch_agent *a = t->a;
	double attempt;

	if (t->fresh || a->ended || is_other_process(t))
		return true;
	if (record_number(t->r, STR("attempt"), &attempt) && attempt != a->attempt)
		return true;
	return a->pid == 0 && a->has_result;
}

static void
take_start(const struct taking *t)
{
	struct watch_agent *a = t->a;
	double ts, attempt;
	uint32_t number = t->fresh ? 0 : a->attempt + 1;

	if (is_new_attempt(t)) {
		if (!t->fresh)
			a->respawns = a->outcome == WATCH_COMPLETED ? 0 : a->respawns + 1;
		if (record_number(t->r, STR("attempt"), &attempt) && attempt >= 0 &&
		    attempt < UINT32_MAX)
			a->respawns = number = (uint32_t)attempt;
		watch_begin(t->w, a, t->now);
		a->attempt = number;
		if (record_ts(t->r, &ts) && ts < t->now && ts > t->now - WATCH_OLD)
			a->begun = ts;
		take_process(t);
	} else if (a->pid == 0) {
		take_process(t);
	}
}

/* How a process ended tells how its agent did where there is no result, and it was not made to end. */
static void
take_exit(const struct taking *t)
{
	struct watch_agent *a = t->a;
	double status, attempt;
	bool sound = record_number(t->r, STR("status"), &status) && status == 0 && a->told == 0;

	if (is_other_process(t) ||
	    (record_number(t->r, STR("attempt"), &attempt) && attempt < a->attempt))
		return;
	watch_leave(t->w, a, sound);
}

static void
take_beat(const struct taking *t)
{
	if (t->a->pid == 0)
		take_process(t);
}

static void
take_nothing(const struct taking *t)
{
	(void)t;
}

/* What agents do, by the type of the record. Of these a beat alone is no sign of the agent: a helper may send it. */
static const struct kind {
	struct str type;
	void (*take)(const struct taking *t);
	bool sign;
} kinds[] = {
	{{"output", 6}, watch_take_output, true},
	{{"tool", 4}, watch_take_tool, true},
	{{"tool_result", 11}, watch_take_tool_result, true},
	{{"usage", 5}, watch_take_usage, false},
	{{"wait", 4}, watch_take_wait, true},
	{{"error", 5}, take_nothing, true},
	{{"raw", 3}, take_nothing, true},
	{{"result", 6}, watch_take_result, true},
	{{"start", 5}, take_start, true},
	{{"exit", 4}, take_exit, false},
	{{"beat", 4}, take_beat, false},
};

/* A record without a type that has content is an output, made by hand. */
static const struct kind *
kind_of(const struct record *r)
{
	struct json type;

	if (!record_get(r, STR("type"), &type))
		return record_find(r, STR("content")) ? &kinds[0] : NULL;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (json_is(type, kinds[i].type))
			return &kinds[i];
	return NULL;
}

static void
refuse(struct watch *w, struct str name, struct buf *out)
{
	enum { REFUSED_MAX = 10000 };
	struct buf reason = BUF_INIT;
	bool fresh;

	map_use(&w->refused, name, &fresh);
	if (w->refused.count > REFUSED_MAX)
		map_delete(&w->refused, map_oldest(&w->refused));
	if (!fresh)
		return;
	buf_printf(&reason, "%llu agents are running: this one is not watched",
	           (unsigned long long)w->options.max_agents);
	watch_write_alert(w, "too_many_agents", name, NULL, buf_view(&reason), out);
	buf_release(&reason);
}

/* The agent NAME; NULL where the team has as many as it may. One that has ended comes back as if it were new. */
static struct watch_agent *
agent_of(struct watch *w, struct str name, const struct kind *kind, bool *fresh, struct buf *out)
{
	struct watch_agent *a = map_find(&w->agents, name);
	bool begins = !a || (a->ended && kind->take == take_start);

	if (begins && w->options.max_agents > 0 && w->running >= w->options.max_agents) {
		refuse(w, name, out);
		return NULL;
	}
	return map_use(&w->agents, name, fresh);
}

static void
take(struct taking *t, const struct kind *kind)
{
	struct watch *w = t->w;
	struct watch_agent *a = t->a;
	const struct watch_options *o = &w->options;

	if (a->ended && kind->take != take_start)
		return; /* what was on its way when the process ended */
	if (t->fresh || settings_vary(o->limits) || settings_vary(o->pad)) {
		struct str specialty = record_string(t->r, STR("specialty"), t->scratch);

		if (t->fresh || specialty.len > 0) {
			a->limits = settings_for(o->limits, specialty);
			a->pad_limits = settings_for(o->pad, specialty);
		}
	}
	if (t->fresh && kind->take != take_start)
		watch_begin(w, a, t->now);
	kind->take(t);
	if (a->ended)
		return;
	if (kind->sign || (kind->take == watch_take_usage && a->spent)) {
		a->active = t->now;
		a->acted = true;
	}
	watch_measure(w, a, t->r, t->scratch, t->now);
}

bool
watch_record(struct watch *w, const struct record *r, struct buf *scratch, double now,
             struct buf *out)
{
	struct taking t = {.w = w, .r = r, .scratch = scratch, .out = out, .now = now};
	const struct kind *kind = kind_of(r);
	struct json agent, team;
	struct str name;

	w->now = now;
	if (!kind || (record_get(r, STR("team"), &team) && !json_is(team, str_of(w->options.team))))
		return true;
	if (!record_get(r, STR("agent"), &agent)) {
		w->nameless++;
		return true;
	}
	name = record_agent(r, scratch);
	if (name.len == 0)
		return false;
	t.a = agent_of(w, name, kind, &t.fresh, out);
	if (t.a)
		take(&t, kind);
	return true;
}
