/* What a record tells about its agent. */
#include "policy/watch_pad.h"

#include "base/hash.h"

#include <math.h>

struct taking {
	struct watch *w;
	struct watch_agent *a;
	const struct record *r;
	struct buf *scratch, *out;
	double now;
	bool fresh; /* the agent was not known before */
};

/* No ts from a live agent is older than this. */
#define WATCH_OLD (7 * 86400.0)

static uint32_t
id_hash(const struct taking *t)
{
	struct json id;

	if (!record_get(t->r, STR("id"), &id))
		return 0;
	return (uint32_t)hash_bytes((struct str){id.ptr, id.len}, 0) | 1;
}

static bool
is_known_flight(const struct watch_agent *a, uint32_t id)
{
	for (unsigned i = 0; id != 0 && i < a->flights; i++)
		if (a->flight[i] == id)
			return true;
	return false;
}

static void
flight_begin(struct watch_agent *a, uint32_t id)
{
	if (is_known_flight(a, id))
		return;
	if (a->flights < WATCH_FLIGHTS)
		a->flight[a->flights++] = id;
	else
		a->more_flights++;
}

/* Without an id, or with one that is not known, one of those that are not known has landed, else the latest. */
static void
flight_end(struct watch_agent *a, uint32_t id)
{
	unsigned i = 0;

	while (i < a->flights && a->flight[i] != id)
		i++;
	if (i < a->flights)
		a->flight[i] = a->flight[--a->flights];
	else if (a->more_flights > 0)
		a->more_flights--;
	else if (id == 0 && a->flights > 0)
		a->flights--;
}

/* The agent did something that is what HASH says: progress unless it is one of the last few. */
static void
agent_did(struct watch_agent *a, uint32_t hash)
{
	bool known = false;

	for (int i = 0; i < WATCH_RECENT; i++)
		known |= a->recent[i] == hash;
	if (!known) {
		a->recent[a->next_recent] = hash;
		a->next_recent = (uint8_t)((a->next_recent + 1) % WATCH_RECENT);
		a->advanced = true;
	}
	a->wait = WATCH_IDLE;
}

static uint32_t
hash_member(const struct taking *t, struct str key, uint32_t seed)
{
	struct json v;

	if (!record_get(t->r, key, &v))
		return seed | 1;
	return (uint32_t)hash_bytes((struct str){v.ptr, v.len}, seed) | 1;
}

/* What it gave for its result was not the end: it goes on. */
static void
reopen(const struct taking *t)
{
	struct watch_agent *a = t->a;

	if (!a->has_result)
		return;
	a->has_result = false;
	watch_end(t->w, a, WATCH_OPEN);
}

static void
take_output(const struct taking *t)
{
	static const char *const others[] = {"user", "system", "developer", "tool"};
	struct json role;

	if (record_get(t->r, STR("role"), &role))
		for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
			if (json_is(role, str_of(others[i])))
				return;
	reopen(t);
	agent_did(t->a, hash_member(t, STR("content"), 1));
}

/* A successor has to know it, or the silence until it has landed would be held against the agent. */
static void
flight_start(const struct taking *t, uint32_t id)
{
	flight_begin(t->a, id);
	t->w->changed = true;
}

static void
take_tool(const struct taking *t)
{
	uint32_t id = id_hash(t);
	bool again = is_known_flight(t->a, id);

	reopen(t);
	flight_start(t, id);
	if (!again)
		agent_did(t->a, hash_member(t, STR("input"), hash_member(t, STR("tool"), 2)));
}

static void
take_tool_result(const struct taking *t)
{
	reopen(t);
	flight_end(t->a, id_hash(t));
	agent_did(t->a, hash_member(t, STR("content"), 3));
}

/* Since a delay of 0 means that it goes on at once, it is not waiting. */
static void
take_wait(const struct taking *t)
{
	struct watch_agent *a = t->a;
	struct str reason = record_string(t->r, STR("reason"), t->scratch);
	double delay;

	if (record_number(t->r, STR("delay"), &delay) && delay <= 0) {
		a->wait = WATCH_IDLE;
		return;
	}
	if (str_is(reason, "tool") || str_is(reason, "approval")) {
		flight_start(t, id_hash(t));
		return;
	}
	if (a->wait == WATCH_IDLE) {
		a->waiting = t->now;
		t->w->changed = true;
	}
	a->wait = str_is(reason, "rate_limit") ? WATCH_RATE : WATCH_API;
}

/* A figure of a usage record: TOTAL is what all sessions used, SESSION what this one had when it last told. */
static bool
add_usage(double value, bool cumulative, double *session, double *total, double *team)
{
	double more = value;

	if (cumulative) {
		more = value >= *session ? value - *session : value;
		*session = value;
	}
	*total += more;
	*team += more;
	return more > 0;
}

static void
take_usage(const struct taking *t)
{
	struct watch_agent *a = t->a;
	bool cumulative = record_true(t->r, STR("cumulative"));
	double value, tokens = 0;
	bool counted = false;

	if (record_number(t->r, STR("input_tokens"), &value) && value > 0)
		tokens += value, counted = true;
	if (record_number(t->r, STR("output_tokens"), &value) && value > 0)
		tokens += value, counted = true;
	if (counted)
		a->spent |= add_usage(tokens, cumulative, &a->session_tokens, &a->tokens,
		                      &t->w->tokens);
	if (record_number(t->r, STR("cost_usd"), &value) && value >= 0)
		a->spent |= add_usage(value, cumulative, &a->session_usd, &a->usd, &t->w->usd);
}

/* Of a sub-agent's result nothing follows for the agent. */
static void
take_result(const struct taking *t)
{
	struct watch_agent *a = t->a;
	struct json ok;
	bool failed = record_get(t->r, STR("ok"), &ok) && ok.type == JSON_FALSE;

	if (record_true(t->r, STR("sidechain")))
		return;
	a->has_result = a->advanced = t->w->changed = true;
	a->finished = t->now;
	a->flights = 0;
	a->more_flights = 0;
	a->wait = WATCH_IDLE;
	watch_end(t->w, a, failed ? WATCH_FAILED : WATCH_COMPLETED);
}

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
	{{"output", 6}, take_output, true},
	{{"tool", 4}, take_tool, true},
	{{"tool_result", 11}, take_tool_result, true},
	{{"usage", 5}, take_usage, false},
	{{"wait", 4}, take_wait, true},
	{{"error", 5}, take_nothing, true},
	{{"raw", 3}, take_nothing, true},
	{{"result", 6}, take_result, true},
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
	if (kind->sign || (kind->take == take_usage && a->spent)) {
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
