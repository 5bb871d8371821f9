/* What a watch says, as records; their members are those of eros-record(5). */
#include "policy/watch.h"

#include "record/emit.h"

#include <math.h>

/* More in trouble than this part of a team is critical. */
#define CRITICAL_SHARE 0.3

static void
open_record(const struct watch *w, const char *type, struct buf *out)
{
	emit_open(out, type);
	emit_number(out, "ts", round(w->now * 1e6) / 1e6);
	emit_string(out, "team", str_of(w->options.team));
}

/* In four decimals at most. */
static void
emit_measure(struct buf *out, const char *key, double value)
{
	emit_number(out, key, round(value * 1e4) / 1e4);
}

void
watch_write_intervene(const struct watch *w, const struct watch_agent *a, enum watch_cause cause,
                      struct str reason, struct buf *out)
{
	open_record(w, "intervene", out);
	emit_string(out, "agent", watch_name(w, a));
	if (a->pid > 0) {
		emit_count(out, "pid", (unsigned long long)a->pid);
		if (a->started > 0)
			emit_count(out, "started", a->started);
		if (a->host)
			emit_string(out, "host", str_of(a->host));
	}
	emit_string(out, "cause", str_of(watch_cause_name[cause]));
	emit_string(out, "reason", reason);
	if (a->measured) {
		emit_measure(out, "pleasure", a->pleasure);
		emit_measure(out, "arousal", a->arousal);
		emit_measure(out, "dominance", a->dominance);
	}
	emit_number(out, "duration", round((w->now - a->begun) * 1e3) / 1e3);
	emit_count(out, "attempt", a->attempt);
	emit_close(out);
}

void
watch_write_alert(const struct watch *w, const char *alert, struct str agent,
                  const struct watch_agent *a, struct str reason, struct buf *out)
{
	open_record(w, "alert", out);
	emit_string(out, "alert", str_of(alert));
	if (agent.len > 0)
		emit_string(out, "agent", agent);
	if (a)
		emit_count(out, "attempt", a->attempt);
	emit_string(out, "reason", reason);
	emit_close(out);
}

static void
emit_counts(const struct watch *w, struct buf *out)
{
	size_t total = w->agents.count;
	bool critical = (double)w->troubled > CRITICAL_SHARE * (double)total;

	emit_count(out, "total", total);
	emit_count(out, "active", total - w->completed - w->failed);
	emit_count(out, "completed", w->completed);
	emit_count(out, "failed", w->failed);
	emit_count(out, "interventions", w->interventions);
	emit_string(out, "health",
	            w->troubled == 0 ? STR("healthy")
	            : critical       ? STR("critical")
	                             : STR("degraded"));
}

void
watch_write_pulse(const struct watch *w, struct buf *out)
{
	open_record(w, "pulse", out);
	emit_counts(w, out);
	emit_close(out);
}

static bool
is_stalled(const struct watch_agent *a)
{
	return !a->ended && a->stalled;
}

static bool
is_complete(const struct watch_agent *a)
{
	return a->outcome == WATCH_COMPLETED;
}

static bool
is_incomplete(const struct watch_agent *a)
{
	return !is_complete(a);
}

static void
emit_agents(const struct watch *w, const char *key, bool (*which)(const struct watch_agent *a),
            struct buf *out)
{
	emit_begin(out, key, '[');
	for (const struct watch_agent *a = map_oldest(&w->agents); a; a = map_newer(&w->agents, a))
		if (which(a)) {
			if (out->ptr[out->len - 1] != '[')
				buf_byte(out, ',');
			buf_quote(out, watch_name(w, a));
		}
	emit_end(out, ']');
}

void
watch_write_report(const struct watch *w, struct buf *out)
{
	struct buf reason = BUF_INIT;

	buf_printf(&reason, "no progress in %llu checks", (unsigned long long)w->turns);
	open_record(w, "report", out);
	emit_counts(w, out);
	emit_string(out, "reason", buf_view(&reason));
	emit_agents(w, "stalled", is_stalled, out);
	emit_agents(w, "complete", is_complete, out);
	emit_agents(w, "incomplete", is_incomplete, out);
	emit_close(out);
	buf_release(&reason);
}
