/* What an agent did, by its records: what it said, its tools in flight, its waits, what it used, its results. */
#include "policy/watch_taking.h"

#include "base/hash.h"

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

void
watch_take_output(const struct taking *t)
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

void
watch_take_tool(const struct taking *t)
{
	uint32_t id = id_hash(t);
	bool again = is_known_flight(t->a, id);

	reopen(t);
	flight_start(t, id);
	if (!again)
		agent_did(t->a, hash_member(t, STR("input"), hash_member(t, STR("tool"), 2)));
}

void
watch_take_tool_result(const struct taking *t)
{
	reopen(t);
	flight_end(t->a, id_hash(t));
	agent_did(t->a, hash_member(t, STR("content"), 3));
}

/* Since a delay of 0 means that it goes on at once, it is not waiting. */
void
watch_take_wait(const struct taking *t)
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

void
watch_take_usage(const struct taking *t)
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
void
watch_take_result(const struct taking *t)
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
