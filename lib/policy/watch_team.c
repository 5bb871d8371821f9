/* The team: who is in it, what a check finds, and when nobody gets on any more. */
#include "policy/watch_pad.h"

void
watch_init(struct watch *w, const struct watch_options *options)
{
	*w = (struct watch){
		.options = *options,
		.agents = MAP_INIT(sizeof(struct watch_agent)),
		.refused = MAP_INIT(0),
		.hosts = MAP_INIT(sizeof(char)),
		.windows = MAP_INIT(sizeof(struct watch_window)),
	};
}

void
watch_release(struct watch *w)
{
	watch_windows_release(w);
	map_release(&w->agents);
	map_release(&w->refused);
	map_release(&w->hosts);
}

struct str
watch_name(const struct watch *w, const struct watch_agent *a)
{
	return map_key(&w->agents, a);
}

/* One copy of each name is kept. */
const char *
watch_host(struct watch *w, struct str name)
{
	enum { HOSTS_MAX = 10000 };

	if (name.len == 0 || name.len >= WATCH_HOST_SIZE ||
	    (w->hosts.count >= HOSTS_MAX && !map_find(&w->hosts, name)))
		return NULL;
	return map_key(&w->hosts, map_use(&w->hosts, name, NULL)).ptr;
}

/* A new attempt: all that is known of the one before is over, but for what was used. */
void
watch_begin(struct watch *w, struct watch_agent *a, double now)
{
	struct watch_agent kept = *a;

	if (a->begun_here && a->outcome != WATCH_OPEN)
		watch_end(w, a, WATCH_OPEN);
	if (!a->begun_here || a->ended)
		w->running++;
	w->changed = true;
	watch_window_drop(w, a);
	*a = (struct watch_agent){
		.limits = kept.limits,
		.pad_limits = kept.pad_limits,
		.begun = now,
		.active = now,
		.usd = kept.usd,
		.tokens = kept.tokens,
		.attempt = kept.attempt,
		.respawns = kept.respawns,
		.exhausted_told = kept.exhausted_told && kept.respawns > 0,
		.begun_here = true,
	};
}

static void
count(struct watch *w, const struct watch_agent *a, size_t by)
{
	w->completed += a->outcome == WATCH_COMPLETED ? by : 0;
	w->failed += a->outcome == WATCH_FAILED ? by : 0;
}

/* How A has ended or finished; WATCH_OPEN: it goes on. */
void
watch_end(struct watch *w, struct watch_agent *a, enum watch_outcome outcome)
{
	count(w, a, (size_t)-1);
	a->outcome = (uint8_t)outcome;
	count(w, a, 1);
}

void
watch_leave(struct watch *w, struct watch_agent *a, bool sound)
{
	a->ended = true;
	w->changed = true;
	w->running--;
	if (!a->has_result)
		watch_end(w, a, sound ? WATCH_COMPLETED : WATCH_FAILED);
	a->exhausted |= a->outcome == WATCH_FAILED && a->respawns >= a->limits->respawn;
	watch_window_drop(w, a);
}

static void
intervene(struct watch *w, struct watch_agent *a, enum watch_cause cause, struct str reason,
          struct buf *out)
{
	a->told |= (uint8_t)(1u << cause);
	a->exhausted |= cause != WATCH_LINGERING && a->respawns >= a->limits->respawn;
	w->interventions++;
	w->dirty = true;
	watch_write_intervene(w, a, cause, reason, out);
}

/* After the last respawn that is allowed has failed: said once. */
static void
tell_exhausted(struct watch *w, struct watch_agent *a, struct buf *out)
{
	struct buf reason = BUF_INIT;

	if (!a->exhausted || a->exhausted_told)
		return;
	a->exhausted_told = true;
	w->dirty = true;
	buf_printf(&reason, "failed after %u respawns", a->respawns);
	watch_write_alert(w, "retries_exhausted", watch_name(w, a), a, buf_view(&reason), out);
	buf_release(&reason);
}

static void
check_agent(struct watch *w, struct watch_agent *a, struct buf *reason, struct buf *out)
{
	enum watch_cause cause = WATCH_CAUSES;

	if (!a->ended) {
		buf_reset(reason);
		cause = watch_judge(w, a, reason);
		if (cause != WATCH_CAUSES && w->gone && w->gone(w->arg, a)) {
			watch_leave(w, a, false);
			cause = WATCH_CAUSES;
		}
	}
	if (cause != WATCH_CAUSES && !(a->told & 1u << cause))
		intervene(w, a, cause, buf_view(reason), out);
	tell_exhausted(w, a, out);
	a->advanced = false;
	a->troubled = a->outcome == WATCH_FAILED || cause != WATCH_CAUSES;
	w->stalled += !a->ended && a->stalled;
	w->troubled += a->troubled;
}

static void
check_budget(struct watch *w, struct buf *out)
{
	const struct watch_options *o = &w->options;
	struct buf reason = BUF_INIT;

	if (w->over || ((o->team_usd == 0 || w->usd <= o->team_usd) &&
	                (o->team_tokens == 0 || w->tokens <= (double)o->team_tokens)))
		return;
	w->over = true;
	buf_printf(&reason, "%.2f USD and %.0f tokens used", w->usd, w->tokens);
	watch_write_alert(w, "over_budget", STR_NONE, NULL, buf_view(&reason), out);
	buf_release(&reason);
}

/* Nobody got on for so long that nobody will: end those that are stalled, and say how things stand. */
static void
stop(struct watch *w, struct buf *out)
{
	struct buf reason = BUF_INIT;

	buf_printf(&reason, "no progress of the team in %llu checks", (unsigned long long)w->turns);
	for (struct watch_agent *a = map_oldest(&w->agents); a; a = map_newer(&w->agents, a))
		if (!a->ended && a->stalled && !(a->told & 1u << WATCH_STALLED))
			intervene(w, a, WATCH_STALLED, buf_view(&reason), out);
	buf_release(&reason);
	watch_write_pulse(w, out);
	watch_write_report(w, out);
	w->stopped = true;
}

void
watch_check(struct watch *w, double now, struct buf *out)
{
	struct buf reason = BUF_INIT;
	bool advanced = false;

	w->now = now;
	w->stalled = w->troubled = 0;
	check_budget(w, out);
	for (struct watch_agent *a = map_oldest(&w->agents); a; a = map_newer(&w->agents, a)) {
		advanced |= a->advanced;
		check_agent(w, a, &reason, out);
	}
	buf_release(&reason);
	w->turns = w->stalled > 0 && !advanced ? w->turns + 1 : 0;
	if (w->options.turns > 0 && w->turns >= w->options.turns)
		stop(w, out);
	else
		watch_write_pulse(w, out);
}

void
watch_finish(struct watch *w, double now, struct buf *out)
{
	w->now = now;
	w->troubled = 0;
	for (struct watch_agent *a = map_oldest(&w->agents); a; a = map_newer(&w->agents, a)) {
		tell_exhausted(w, a, out);
		w->troubled += a->troubled || a->outcome == WATCH_FAILED;
	}
	watch_write_pulse(w, out);
}

bool
watch_waits(struct watch *w)
{
	bool waits = false;

	for (struct watch_agent *a = map_oldest(&w->agents); a; a = map_newer(&w->agents, a)) {
		if (a->ended || a->pid == 0)
			continue;
		if (w->gone && w->gone(w->arg, a))
			watch_leave(w, a, false);
		else
			waits = true;
	}
	return waits;
}
