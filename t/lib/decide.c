#include "policy/decide.h"
#include "tap.h"

#include <stdlib.h>

static struct decide_limits limits;
static struct decide d;

static void
begin(void)
{
	decide_release(&d);
	limits = (struct decide_limits)DECIDE_LIMITS_INIT;
	d = (struct decide)DECIDE_INIT(&limits, 10);
}

/* The decision upon a pulse or report of TEAM, whose figures are all there, at the time NOW. */
static const char *
upon(enum decide_cause cause, const char *team, uint64_t total, uint64_t completed, uint64_t failed,
     double now)
{
	struct decide_event e = {.cause = cause,
	                         .team = str_of(team),
	                         .figures = {total, 0, completed, failed},
	                         .given = 13};
	struct decide_verdict v;

	decide_take(&d, &e, now);
	decide_judge(&d, &e, &v);
	return decision_name[v.decision];
}

/* The decision for one team alone. */
static const char *
alone(enum decide_cause cause, uint64_t total, uint64_t completed, uint64_t failed)
{
	decide_release(&d);
	d = (struct decide)DECIDE_INIT(&limits, 10);
	return upon(cause, "a", total, completed, failed, 0);
}

static void
is_word(const char *got, const char *want, const char *name)
{
	is_str(str_of(got), want, name);
}

static void
test_thresholds(void)
{
	begin();
	is_word(alone(DECIDE_PULSE, 0, 0, 0), "continue", "no agents");
	is_word(alone(DECIDE_PULSE, 10, 0, 3), "continue", "30 % failed is not above");
	is_word(alone(DECIDE_PULSE, 1000, 0, 301), "pause_and_recalibrate", "30.1 % failed is");
	is_word(alone(DECIDE_PULSE, 10, 8, 0), "continue", "80 % completed is not above");
	is_word(alone(DECIDE_PULSE, 1000, 801, 0), "advance_phase", "80.1 % completed is");
	is_word(alone(DECIDE_PULSE, 10, 9, 4), "pause_and_recalibrate", "failure goes first");
	is_word(alone(DECIDE_PULSE, 1, 0, 1), "pause_and_recalibrate", "one of one failed");
	is_word(alone(DECIDE_REPORT, 10, 5, 5), "continue_partial", "a report goes before failure");
	is_word(alone(DECIDE_REPORT, 10, 9, 0), "continue_partial", "and before completion");
	is_word(alone(DECIDE_REPORT, 1000, 499, 0), "abort", "49.9 % completed do not do");
	is_word(alone(DECIDE_REPORT, 0, 0, 0), "continue", "a report of no agents");
	limits.on_report = ON_REPORT_ABORT;
	is_word(alone(DECIDE_REPORT, 10, 10, 0), "abort", "on_report abort");
	limits.on_report = ON_REPORT_PARTIAL;
	is_word(alone(DECIDE_REPORT, 10, 0, 10), "continue_partial", "on_report continue_partial");
}

/* A limit of n/100 is not passed by n of 100, whatever n: the quotient is rounded as the limit is. */
static void
test_rounding(void)
{
	int wrong = 0;

	begin();
	for (unsigned n = 0; n <= 100; n++) {
		char text[8];

		snprintf(text, sizeof(text), "%u.%02u", n / 100, n % 100);
		limits.pause = limits.advance = limits.partial = strtod(text, NULL);
		for (unsigned k = 1; k <= 7; k++) {
			wrong += !str_is(str_of(alone(DECIDE_PULSE, 100 * k, n * k, n * k)),
			                 "continue");
			wrong += !str_is(str_of(alone(DECIDE_REPORT, 100 * k, n * k, 0)),
			                 "continue_partial");
		}
	}
	is_int(wrong, 0, "no share that equals its limit is above or below it");
}

static void
test_teams(void)
{
	begin();
	upon(DECIDE_PULSE, "a", 10, 0, 4, 0);
	is_word(upon(DECIDE_PULSE, "b", 10, 0, 0, 0), "continue", "shares are of all teams");
	is_word(upon(DECIDE_PULSE, "b", 10, 0, 3, 1), "pause_and_recalibrate", "added up");
	is_word(upon(DECIDE_PULSE, "a", 10, 0, 0, 2), "continue", "the latest pulse counts alone");
	is_word(upon(DECIDE_PULSE, "", 80, 80, 0, 3), "continue", "a team without a name is one");
	is_word(upon(DECIDE_PULSE, "a", 10, 10, 0, 4), "advance_phase", "100 agents, 90 completed");
	is_word(upon(DECIDE_REPORT, "b", 10, 4, 3, 5), "abort", "a report is judged by its team");
	is_int((long long)d.sum.completed, 94, "its figures count on");
}

static bool
lost(double now, const char *team)
{
	struct decide_verdict v;

	return decide_lost(&d, now, &v) && v.cause == DECIDE_LOST && str_is(v.team, team);
}

static bool
none_lost(double now)
{
	struct decide_verdict v;

	return !decide_lost(&d, now, &v);
}

static void
test_lost(void)
{
	begin();
	upon(DECIDE_PULSE, "a", 2, 0, 0, 0);
	upon(DECIDE_PULSE, "b", 2, 0, 0, 1);
	upon(DECIDE_PULSE, "c", 2, 0, 0, 50);
	upon(DECIDE_PULSE, "done", 2, 1, 1, 0);
	upon(DECIDE_REPORT, "reported", 2, 1, 0, 0);
	upon(DECIDE_PULSE, "empty", 0, 0, 0, 50);
	ok(none_lost(60), "not after exactly as long");
	ok(lost(100, "a") && lost(100, "b"), "two whose pulses stopped are lost");
	ok(none_lost(100), "each is told once");
	is_int((long long)d.sum.total, 10, "what they said counts on");
	upon(DECIDE_PULSE, "a", 2, 0, 0, 100);
	is_int((long long)d.lost, 1, "one that pulses again is lost no more");
	ok(lost(111, "c") && lost(111, "empty"), "the next, one that had no agents too");
	ok(lost(161, "a") && none_lost(1e9), "and again; who is done never is");
	begin();
	limits.lost = 0;
	upon(DECIDE_PULSE, "a", 2, 0, 0, 0);
	ok(none_lost(1e9), "0: never");
	begin();
	upon(DECIDE_PULSE, "a", 2, 0, 0, -INFINITY);
	ok(none_lost(-INFINITY), "without any time nobody is lost");
}

static void
test_bound(void)
{
	begin();
	d.max_teams = 2;
	upon(DECIDE_PULSE, "a", 1, 0, 0, 0);
	upon(DECIDE_PULSE, "b", 10, 0, 9, 0);
	ok(lost(100, "a") && lost(100, "b"), "of two teams both are lost");
	upon(DECIDE_PULSE, "a", 2, 0, 0, 100);
	upon(DECIDE_PULSE, "c", 4, 0, 0, 100);
	ok(!map_find(&d.teams, STR("b")), "the one longest not heard of makes room for a third");
	is_int((long long)d.sum.total, 6, "its agents are counted no more");
	is_int((long long)d.sum.failed, 0, "nor those of them that failed");
	is_int((long long)d.lost, 0, "nor is it lost any more");
	is_int((long long)d.forgotten, 1, "and that is known");
}

/* What decide_event makes of TEXT: its figures, the reason why it is bad, or "other". */
static struct str
read_text(const char *text, struct buf *out)
{
	struct buf padded = BUF_INIT, scratch = BUF_INIT;
	struct record r = RECORD_INIT;
	struct json_error error;
	struct decide_event e;
	const char *reason;

	buf_reset(out);
	buf_padded(&padded, str_of(text));
	if (!record_scan(&r, (struct str){padded.ptr, strlen(text)}, &error)) {
		buf_str(out, error.reason);
	} else {
		switch (decide_event(&r, &scratch, &e, &reason)) {
		case DECIDE_OTHER: buf_str(out, "other"); break;
		case DECIDE_BAD: buf_str(out, reason); break;
		case DECIDE_EVENT:
			buf_printf(out, "%s " STR_FMT " %llu %llu %llu %x",
			           e.cause == DECIDE_PULSE ? "pulse" : "report", STR_ARG(e.team),
			           (unsigned long long)e.figures.total,
			           (unsigned long long)e.figures.completed,
			           (unsigned long long)e.figures.failed, e.given);
		}
	}
	record_release(&r);
	buf_release(&padded);
	buf_release(&scratch);
	return buf_view(out);
}

static void
test_reading(void)
{
	static const char *const cases[][2] = {
		{"{\"type\":\"output\",\"total\":1}", "other"},
		{"{\"total\":1}", "other"},
		{"{\"type\":7}", "other"},
		{"{\"type\":\"pulse\",\"team\":\"\\u0061b\",\"failed\":1,\"total\":3}",
	         "pulse ab 3 0 1 9"},
		{"{\"type\":\"pulse\",\"total\":3.0,\"completed\":null,\"team\":null}",
	         "pulse  3 0 0 1"},
		{"{\"type\":\"report\",\"team\":\"a\",\"failed\":4}", "report a 0 0 4 8"},
		{"{\"type\":\"pulse\"}", "a pulse without total"},
		{"{\"type\":\"pulse\",\"total\":-1}", "total is no count"},
		{"{\"type\":\"pulse\",\"total\":4294967296}", "total is no count"},
		{"{\"type\":\"pulse\",\"total\":\"3\"}", "total is no count"},
		{"{\"type\":\"pulse\",\"total\":3,\"active\":1.5}", "active is no count"},
		{"{\"type\":\"pulse\",\"total\":3,\"completed\":true}", "completed is no count"},
		{"{\"type\":\"pulse\",\"failed\":4,\"total\":3}", "failed is above total"},
		{"{\"type\":\"report\",\"completed\":4,\"total\":3}", "completed is above total"},
		{"{\"type\":\"pulse\",\"total\":3,\"team\":1}", "team is no string"},
	};
	struct buf out = BUF_INIT;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		is_str(read_text(cases[i][0], &out), cases[i][1], cases[i][0]);
	buf_release(&out);
}

/* What a report leaves out. */
static void
test_merge(void)
{
	struct decide_event e = {.cause = DECIDE_REPORT, .team = STR("a")};
	struct decide_verdict v;

	begin();
	upon(DECIDE_PULSE, "a", 10, 6, 1, 0);
	decide_take(&d, &e, 1);
	decide_judge(&d, &e, &v);
	ok(v.decision == DECISION_PARTIAL && v.figures.total == 10 && v.figures.completed == 6 &&
	           v.figures.failed == 1 && v.figures.active == 3,
	   "the last pulse tells");
	e.cause = DECIDE_PULSE;
	e.figures.total = 10;
	e.given = 1;
	decide_take(&d, &e, 2);
	is_int((long long)(d.sum.completed + d.sum.failed), 0, "but a pulse tells all");
}

int
main(void)
{
	test_thresholds();
	test_rounding();
	test_teams();
	test_lost();
	test_bound();
	test_reading();
	test_merge();
	decide_release(&d);
	return done_testing();
}
