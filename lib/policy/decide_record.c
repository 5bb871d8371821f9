/*
 * Decisions as records, and why they are what they are.
 */
#include "policy/decide.h"

#include "record/emit.h"

static const char *const cause_name[] = {"pulse", "report", "lost"};

static void
add_share(struct buf *out, const char *name, uint64_t part, const struct decide_figures *f,
          const char *relation, double limit)
{
	buf_str(out, name);
	buf_byte(out, ' ');
	buf_number(out, decide_share(part, f->total));
	buf_str(out, relation);
	buf_number(out, limit);
}

static void
add_failed(struct buf *out, const struct decide_figures *f, const char *relation, double limit)
{
	add_share(out, "failure_rate", f->failed, f, relation, limit);
}

static void
add_completed(struct buf *out, const struct decide_figures *f, const char *relation, double limit)
{
	add_share(out, "completion_rate", f->completed, f, relation, limit);
}

/* Nothing in it needs escapes. */
static void
add_reason(struct buf *out, const struct decide_limits *l, const struct decide_verdict *v)
{
	const struct decide_figures *f = &v->figures;

	if (v->cause == DECIDE_REPORT && l->on_report != ON_REPORT_SHARE) {
		buf_str(out, "on_report");
	} else if (f->total == 0) {
		buf_str(out, "no agents");
	} else if (v->cause == DECIDE_REPORT) {
		add_completed(out, f, v->decision == DECISION_PARTIAL ? " >= " : " < ", l->partial);
	} else if (v->decision == DECISION_PAUSE) {
		add_failed(out, f, " > ", l->pause);
	} else if (v->decision == DECISION_ADVANCE) {
		add_completed(out, f, " > ", l->advance);
	} else {
		add_failed(out, f, " <= ", l->pause);
		buf_str(out, ", ");
		add_completed(out, f, " <= ", l->advance);
	}
}

static void
emit_lost(struct buf *out, const struct decide *d)
{
	emit_begin(out, "lost_teams", '[');
	for (const struct decide_team *t = map_oldest(&d->teams); t; t = map_newer(&d->teams, t)) {
		if (t->state != TEAM_LOST)
			continue;
		if (out->ptr[out->len - 1] != '[')
			buf_byte(out, ',');
		buf_quote(out, map_key(&d->teams, t));
	}
	emit_end(out, ']');
}

void
decide_record(const struct decide *d, const struct decide_verdict *v, double ts, struct buf *out)
{
	const struct decide_figures *f = &v->figures;

	emit_open(out, "decision");
	if (isfinite(ts))
		emit_number(out, "ts", ts);
	if (v->team.len > 0)
		emit_string(out, "team", v->team);
	emit_string(out, "decision", str_of(decision_name[v->decision]));
	emit_key(out, "reason");
	buf_byte(out, '"');
	add_reason(out, d->limits, v);
	buf_byte(out, '"');
	emit_string(out, "cause", str_of(cause_name[v->cause]));
	emit_count(out, "total", f->total);
	emit_count(out, "active", f->active);
	emit_count(out, "completed", f->completed);
	emit_count(out, "failed", f->failed);
	if (f->total > 0) {
		emit_number(out, "failure_rate", decide_share(f->failed, f->total));
		emit_number(out, "completion_rate", decide_share(f->completed, f->total));
	}
	emit_count(out, "teams", v->teams);
	emit_count(out, "lost", v->lost);
	if (v->lost > 0)
		emit_lost(out, d);
	emit_close(out);
}
