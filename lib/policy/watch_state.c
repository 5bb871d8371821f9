/*
 * What a successor has to know, as lines of JSON: first
 *
 *   {"type":"watch_state","version":1,"ts":…,"interventions":N,"over":false}
 *
 * then each agent: its attempt and what was asked for in it, what it is busy with, what it has used, and how it ended.
 */
#include "policy/watch.h"

#include "record/emit.h"

#include <math.h>

enum { STATE_VERSION = 1 };

/* One that has no process to be known by is taken up this long only: after that, its name may mean another. */
#define NAME_LASTS 3600.0

/* How one has ended counts for a successor that stood by; later, a team of this name is another one. */
#define END_LASTS(interval) fmax(60, 3 * (interval))

/* The specialty that A's limits are of. */
static struct str
specialty_of(const struct watch *w, const struct watch_agent *a)
{
	struct str specialty;

	for (const void *v = NULL; (v = settings_each(w->options.limits, v, &specialty)) != NULL;)
		if (v == a->limits && specialty.len > 0)
			return specialty;
	for (const void *v = NULL; (v = settings_each(w->options.pad, v, &specialty)) != NULL;)
		if (v == a->pad_limits)
			return specialty;
	return STR_NONE;
}

static const char *const busy_name[] = {
	[WATCH_IDLE] = "idle", [WATCH_TOOL] = "tool", [WATCH_API] = "api", [WATCH_RATE] = "rate"};

static void
save_business(const struct watch_agent *a, struct buf *out)
{
	emit_number(out, "active", a->active);
	if (a->wait != WATCH_IDLE) {
		emit_string(out, "wait", str_of(busy_name[a->wait]));
		emit_number(out, "waiting", a->waiting);
	}
	if (a->flights > 0) {
		emit_begin(out, "tools", '[');
		for (int i = 0; i < a->flights; i++)
			buf_printf(out, "%s%u", i ? "," : "", a->flight[i]);
		emit_end(out, ']');
	}
	if (a->more_flights > 0)
		emit_count(out, "more_tools", a->more_flights);
	if (a->has_result)
		emit_number(out, "finished", a->finished);
}

static void
save_outcome(const struct watch_agent *a, struct buf *out)
{
	if (a->outcome != WATCH_OPEN)
		emit_string(out, "outcome",
		            a->outcome == WATCH_COMPLETED ? STR("completed") : STR("failed"));
	if (a->ended)
		emit_bool(out, "ended", true);
}

/* What is not there is 0 to the reader. */
static void
emit_some(struct buf *out, const char *key, double value)
{
	if (value > 0)
		emit_number(out, key, value);
}

static void
save_told(const struct watch_agent *a, struct buf *out)
{
	if (a->told == 0)
		return;
	emit_begin(out, "told", '[');
	for (int i = 0; i < WATCH_CAUSES; i++)
		if (a->told & 1u << i) {
			if (out->ptr[out->len - 1] != '[')
				buf_byte(out, ',');
			buf_quote(out, str_of(watch_cause_name[i]));
		}
	emit_end(out, ']');
}

static void
save_agent(const struct watch *w, const struct watch_agent *a, struct buf *out)
{
	struct str specialty = specialty_of(w, a);

	emit_open(out, NULL);
	emit_string(out, "agent", watch_name(w, a));
	if (specialty.len > 0)
		emit_string(out, "specialty", specialty);
	if (a->pid > 0) {
		emit_count(out, "pid", (unsigned long long)a->pid);
		emit_count(out, "started", a->started);
	}
	if (a->host)
		emit_string(out, "host", str_of(a->host));
	emit_number(out, "begun", a->begun);
	emit_some(out, "attempt", a->attempt);
	emit_some(out, "respawns", a->respawns);
	if (a->exhausted_told)
		emit_bool(out, "exhausted", true);
	emit_some(out, "usd", a->usd);
	emit_some(out, "tokens", a->tokens);
	emit_some(out, "session_usd", a->session_usd);
	emit_some(out, "session_tokens", a->session_tokens);
	save_business(a, out);
	save_outcome(a, out);
	save_told(a, out);
	emit_close(out);
}

void
watch_save(const struct watch *w, struct buf *out)
{
	emit_open(out, "watch_state");
	emit_count(out, "version", STATE_VERSION);
	emit_number(out, "ts", w->now);
	emit_count(out, "interventions", w->interventions);
	emit_bool(out, "over", w->over);
	emit_close(out);
	for (const struct watch_agent *a = map_oldest(&w->agents); a; a = map_newer(&w->agents, a))
		save_agent(w, a, out);
}

/* A number from 0 to MAX; 0 where there is none. */
static double
number_of(const struct record *r, struct str key, double max)
{
	double value;

	return record_number(r, key, &value) && value >= 0 && value <= max ? value : 0;
}

static uint8_t
told_of(const struct record *r)
{
	struct json list, key, value;
	unsigned told = 0;

	if (!record_get(r, STR("told"), &list) || list.type != JSON_ARRAY)
		return 0;
	for (struct json_iter it = json_iter(list); json_next(&it, &key, &value);)
		for (int i = 0; i < WATCH_CAUSES; i++)
			if (json_is(value, str_of(watch_cause_name[i])))
				told |= 1u << i;
	return (uint8_t)told;
}

static void
load_business(struct watch_agent *a, const struct record *r, double now, struct buf *scratch)
{
	struct str wait = record_string(r, STR("wait"), scratch);
	struct json list, key, value;
	double hash;

	a->active = fmin(now, number_of(r, STR("active"), 1e11));
	for (uint8_t i = WATCH_API; i < WATCH_BUSIES; i++)
		if (str_is(wait, busy_name[i])) {
			a->wait = i;
			a->waiting = fmin(now, number_of(r, STR("waiting"), 1e11));
		}
	if (record_get(r, STR("tools"), &list) && list.type == JSON_ARRAY)
		for (struct json_iter it = json_iter(list); json_next(&it, &key, &value);)
			if (a->flights < WATCH_FLIGHTS && json_number(value, &hash) && hash >= 0 &&
			    hash <= UINT32_MAX)
				a->flight[a->flights++] = (uint32_t)hash;
	a->more_flights = (uint32_t)number_of(r, STR("more_tools"), UINT32_MAX);
	a->finished = fmin(now, number_of(r, STR("finished"), 1e11));
	a->has_result = a->finished > 0;
}

static void
load_outcome(struct watch *w, struct watch_agent *a, const struct record *r, struct buf *scratch)
{
	struct str outcome = record_string(r, STR("outcome"), scratch);

	if (str_is(outcome, "completed"))
		watch_end(w, a, WATCH_COMPLETED);
	else if (str_is(outcome, "failed"))
		watch_end(w, a, WATCH_FAILED);
	if (!record_true(r, STR("ended")))
		return;
	a->ended = true;
	w->running--;
	a->exhausted = a->outcome == WATCH_FAILED && a->respawns >= a->limits->respawn;
}

static bool
load_agent(struct watch *w, const struct record *r, double now, double age, struct buf *scratch)
{
	const struct watch_options *o = &w->options;
	struct str name = record_agent(r, scratch), specialty;
	double pid = number_of(r, STR("pid"), INT32_MAX);
	struct watch_agent *a;

	if (name.len == 0)
		return false;
	if ((pid == 0 && age > NAME_LASTS) ||
	    (record_true(r, STR("ended")) && age > END_LASTS(o->interval)))
		return true;
	a = map_use(&w->agents, name, NULL);
	specialty = record_string(r, STR("specialty"), scratch);
	a->limits = settings_for(o->limits, specialty);
	a->pad_limits = settings_for(o->pad, specialty);
	watch_begin(w, a, now);
	a->begun = fmin(now, number_of(r, STR("begun"), 1e11));
	a->pid = (int32_t)pid;
	a->started = (uint64_t)number_of(r, STR("started"), 1e16);
	a->host = watch_host(w, record_string(r, STR("host"), scratch));
	a->attempt = (uint32_t)number_of(r, STR("attempt"), UINT32_MAX);
	a->respawns = (uint32_t)number_of(r, STR("respawns"), UINT32_MAX);
	a->exhausted_told = record_true(r, STR("exhausted"));
	a->usd = number_of(r, STR("usd"), 1e15);
	a->tokens = number_of(r, STR("tokens"), 1e15);
	a->session_usd = number_of(r, STR("session_usd"), 1e15);
	a->session_tokens = number_of(r, STR("session_tokens"), 1e15);
	a->told = told_of(r);
	load_business(a, r, now, scratch);
	load_outcome(w, a, r, scratch);
	w->usd += a->usd;
	w->tokens += a->tokens;
	return true;
}

bool
watch_load(struct watch *w, struct str text, double now)
{
	struct record r = RECORD_INIT;
	struct buf line = BUF_INIT, scratch = BUF_INIT;
	struct json_error error;
	struct str rest = text, one;
	double age = 0;
	bool sound = true;

	w->now = now;
	for (bool first = true; sound && str_line(&rest, &one); first = false) {
		buf_reset(&line);
		buf_padded(&line, one);
		buf_reset(&scratch);
		buf_room(&scratch, 2 * one.len);
		sound = record_scan(&r, (struct str){line.ptr, one.len}, &error);
		if (sound && first) {
			sound = number_of(&r, STR("version"), 1e9) == STATE_VERSION;
			age = now - number_of(&r, STR("ts"), 1e11);
			w->interventions = (uint64_t)number_of(&r, STR("interventions"), 1e15);
			w->over = record_true(&r, STR("over"));
		} else if (sound) {
			sound = load_agent(w, &r, now, age, &scratch);
		}
	}
	record_release(&r);
	buf_release(&line);
	buf_release(&scratch);
	return sound;
}
