#include "policy/decide.h"

const char *const decision_name[] = {
	"continue", "advance_phase", "continue_partial", "pause_and_recalibrate", "abort", NULL,
};

static const char *const on_report_name[] = {"share", "continue_partial", "abort", NULL};

#define LIMIT(member) offsetof(struct decide_limits, member)

const struct setting decide_settings[] = {
	{"pause", SETTING_NUMBER, LIMIT(pause), 0, 1, NULL,
         "Pause above this share of agents failed (0.3)"},
	{"advance", SETTING_NUMBER, LIMIT(advance), 0, 1, NULL,
         "Advance above this share completed (0.8)"},
	{"partial", SETTING_NUMBER, LIMIT(partial), 0, 1, NULL,
         "Upon a report, continue from this share of its team completed (0.5)"},
	{"lost", SETTING_DURATION, LIMIT(lost), 0, 1e9, NULL,
         "A team without a pulse for longer is lost; 0 never (60)"},
	{"on_report", SETTING_WORD, LIMIT(on_report), 0, 0, on_report_name,
         "Upon a report, go by the share or decide so (share)"},
	{0},
};

/* More agents than that are no count, so that sums cannot overflow. */
#define AGENTS_MAX UINT32_MAX

enum { TOTAL = 1, ACTIVE = 2, COMPLETED = 4, FAILED = 8 };

/* Reading. */

static const char *
read_figures(const struct record *r, struct decide_event *e)
{
	const struct {
		struct str key;
		uint64_t *figure;
		const char *wrong, *more;
	} table[] = {
		{STR("total"), &e->figures.total, "total is no count", NULL},
		{STR("active"), &e->figures.active, "active is no count", NULL},
		{STR("completed"), &e->figures.completed, "completed is no count",
	         "completed is above total"},
		{STR("failed"), &e->figures.failed, "failed is no count", "failed is above total"},
	};
	struct json value;

	for (unsigned i = 0; i < 4; i++) {
		if (!record_get(r, table[i].key, &value) || value.type == JSON_NULL)
			continue;
		if (!json_count(value, table[i].figure) || *table[i].figure > AGENTS_MAX)
			return table[i].wrong;
		if (table[i].more && (e->given & TOTAL) && *table[i].figure > e->figures.total)
			return table[i].more;
		e->given |= 1U << i;
	}
	return NULL;
}

static const char *
read_team(const struct record *r, struct buf *scratch, struct str *team)
{
	struct json value;

	*team = STR("");
	if (!record_get(r, STR("team"), &value) || value.type == JSON_NULL)
		return NULL;
	if (value.type != JSON_STRING)
		return "team is no string";
	*team = json_string(value, scratch);
	return team->len > DECIDE_TEAM_MAX ? "the name of the team is too long" : NULL;
}

static uint64_t
rest_active(const struct decide_figures *f)
{
	return f->completed + f->failed < f->total ? f->total - f->completed - f->failed : 0;
}

enum decide_reading
decide_event(const struct record *r, struct buf *scratch, struct decide_event *e,
             const char **reason)
{
	struct json type;

	*e = (struct decide_event){.cause = DECIDE_PULSE};
	if (!record_get(r, STR("type"), &type))
		return DECIDE_OTHER;
	if (json_is(type, STR("report")))
		e->cause = DECIDE_REPORT;
	else if (!json_is(type, STR("pulse")))
		return DECIDE_OTHER;
	*reason = read_figures(r, e);
	if (*reason)
		return DECIDE_BAD;
	*reason = read_team(r, scratch, &e->team);
	if (*reason)
		return DECIDE_BAD;
	*reason = "a pulse without total";
	if (e->cause == DECIDE_PULSE && !(e->given & TOTAL))
		return DECIDE_BAD;
	return DECIDE_EVENT;
}

/* Keeping. */

void
decide_release(struct decide *d)
{
	map_release(&d->teams);
}

static void
add(struct decide_figures *to, const struct decide_figures *f)
{
	to->total += f->total;
	to->active += f->active;
	to->completed += f->completed;
	to->failed += f->failed;
}

static void
subtract(struct decide_figures *from, const struct decide_figures *f)
{
	from->total -= f->total;
	from->active -= f->active;
	from->completed -= f->completed;
	from->failed -= f->failed;
}

/* A pulse tells all; of what a report leaves out, the last pulse counts. */
static struct decide_figures
merge(const struct decide_figures *old, const struct decide_event *e)
{
	struct decide_figures f = e->figures;

	if (e->cause == DECIDE_REPORT) {
		f.total = e->given & TOTAL ? f.total : old->total;
		f.completed = e->given & COMPLETED ? f.completed : old->completed;
		f.failed = e->given & FAILED ? f.failed : old->failed;
	}
	if (!(e->given & ACTIVE))
		f.active = rest_active(&f);
	return f;
}

/* What T said counts no more. */
static void
discount(struct decide *d, const struct decide_team *t)
{
	subtract(&d->sum, &t->figures);
	d->lost -= t->state == TEAM_LOST;
}

static void
forget_oldest(struct decide *d)
{
	struct decide_team *t = map_oldest(&d->teams);

	discount(d, t);
	map_delete(&d->teams, t);
	d->forgotten++;
}

void
decide_take(struct decide *d, const struct decide_event *e, double seen)
{
	struct decide_team *t = map_use(&d->teams, e->team, NULL);
	struct decide_figures figures = merge(&t->figures, e);
	bool over = figures.total > 0 && figures.active == 0;

	discount(d, t);
	add(&d->sum, &figures);
	t->figures = figures;
	t->seen = seen;
	t->state = e->cause == DECIDE_REPORT || over ? TEAM_DONE : TEAM_RUNNING;
	if (t->state == TEAM_RUNNING)
		d->due = fmin(d->due, seen + d->limits->lost);
	if (d->teams.count > d->max_teams)
		forget_oldest(d);
}

/* Deciding. */

static enum decision
decide_report(const struct decide_limits *l, const struct decide_figures *f)
{
	if (l->on_report != ON_REPORT_SHARE)
		return l->on_report == ON_REPORT_PARTIAL ? DECISION_PARTIAL : DECISION_ABORT;
	if (f->total == 0)
		return DECISION_CONTINUE;
	return decide_share(f->completed, f->total) >= l->partial ? DECISION_PARTIAL
	                                                          : DECISION_ABORT;
}

static enum decision
decide_all(const struct decide_limits *l, const struct decide_figures *f)
{
	if (f->total == 0)
		return DECISION_CONTINUE;
	if (decide_share(f->failed, f->total) > l->pause)
		return DECISION_PAUSE;
	return decide_share(f->completed, f->total) > l->advance ? DECISION_ADVANCE
	                                                         : DECISION_CONTINUE;
}

static void
judge(const struct decide *d, enum decide_cause cause, struct str team, struct decide_verdict *v)
{
	const struct decide_team *t = map_find(&d->teams, team);

	*v = (struct decide_verdict){
		.cause = cause, .team = team, .teams = d->teams.count, .lost = d->lost};
	v->figures = cause == DECIDE_REPORT && t ? t->figures : d->sum;
	v->decision = cause == DECIDE_REPORT ? decide_report(d->limits, &v->figures)
	                                     : decide_all(d->limits, &v->figures);
}

void
decide_judge(const struct decide *d, const struct decide_event *e, struct decide_verdict *v)
{
	judge(d, e->cause, e->team, v);
}

bool
decide_lost(struct decide *d, double now, struct decide_verdict *v)
{
	double lost = d->limits->lost;

	if (lost <= 0 || now <= d->due)
		return false;
	d->due = INFINITY;
	for (struct decide_team *t = map_oldest(&d->teams); t; t = map_newer(&d->teams, t)) {
		if (t->state != TEAM_RUNNING)
			continue;
		if (now > t->seen + lost) {
			t->state = TEAM_LOST;
			d->lost++;
			d->due = -INFINITY; /* there may be more */
			judge(d, DECIDE_LOST, map_key(&d->teams, t), v);
			return true;
		}
		d->due = fmin(d->due, t->seen + lost);
	}
	return false;
}
