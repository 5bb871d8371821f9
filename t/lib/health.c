#include "policy/health.h"
#include "record/nonfinite.h"
#include "tap.h"

static struct health_limits limits;

/* Judge TEXT; its health and reason go to OUT, "not a sample" for a record that is none. */
static struct str
judge(const char *text, struct buf *out)
{
	struct buf padded = BUF_INIT;
	struct record r = RECORD_INIT;
	struct json_error error;
	struct health_sample s;

	buf_reset(out);
	buf_padded(&padded, str_of(text));
	if (!record_scan(&r, (struct str){padded.ptr, strlen(text)}, &error)) {
		buf_printf(out, "bad record: %s", error.reason);
	} else if (!health_sample(&r, &s)) {
		buf_str(out, "not a sample");
	} else {
		struct health_verdict v = health_judge(&s, &limits);

		buf_printf(out, "%s: ", health_name[v.health]);
		health_reason(&s, &limits, v, out);
	}
	record_release(&r);
	buf_release(&padded);
	return buf_view(out);
}

static void
set_limits(double risk_degraded, double risk_critical, double coherence_degraded,
           double coherence_critical, bool worst)
{
	struct buf reason = BUF_INIT;

	limits = (struct health_limits){.risk_degraded = risk_degraded,
	                                .risk_critical = risk_critical,
	                                .coherence_degraded = coherence_degraded,
	                                .coherence_critical = coherence_critical,
	                                .worst = worst};
	if (!health_limits_ready(&limits, &reason))
		ok(false, "limits are in order: %s", buf_cstr(&reason));
	buf_release(&reason);
}

struct judged {
	const char *text, *want;
};

static void
check(const struct judged *cases)
{
	struct buf out = BUF_INIT;

	for (; cases->text; cases++)
		is_str(judge(cases->text, &out), cases->want, cases->text);
	buf_release(&out);
}

static void
test_priority(void)
{
	static const struct judged cases[] = {
		{"{\"risk_score\":0}", "healthy: risk_score 0 < 0.15"},
		{"{\"risk_score\":-0.0}", "healthy: risk_score -0.0 < 0.15"},
		{"{\"risk_score\":0.1499999}", "healthy: risk_score 0.1499999 < 0.15"},
		{"{\"risk_score\":0.15}", "degraded: risk_score 0.15 >= 0.15"},
		{"{\"risk_score\":2.9e-1}", "degraded: risk_score 2.9e-1 >= 0.15"},
		{"{\"risk_score\":0.3}", "critical: risk_score 0.3 >= 0.3"},
		{"{\"risk_score\":1.0}", "critical: risk_score 1.0 >= 0.3"},
		{"{\"coherence\":1}", "healthy: coherence 1 >= 0.85"},
		{"{\"coherence\":0.85}", "healthy: coherence 0.85 >= 0.85"},
		{"{\"coherence\":0.8499}", "degraded: coherence 0.8499 < 0.85"},
		{"{\"coherence\":0.60}", "degraded: coherence 0.60 < 0.85"},
		{"{\"coherence\":0.59}", "critical: coherence 0.59 < 0.6"},
		{"{\"risk_score\":0.1,\"coherence\":0.1}", "healthy: risk_score 0.1 < 0.15"},
		{"{\"coherence\":1,\"risk_score\":0.9}", "critical: risk_score 0.9 >= 0.3"},
		{"{\"void_active\":true,\"risk_score\":0.1,\"coherence\":1}",
	         "critical: void_active"},
		{"{\"void_active\":false,\"risk_score\":0.1}", "healthy: risk_score 0.1 < 0.15"},
		{"{\"void_active\":false,\"coherence\":0.7}", "degraded: coherence 0.7 < 0.85"},
		{"{\"void_active\":1,\"risk_score\":0.1}", "critical: void_active"},
		{"{\"void_active\":0,\"risk_score\":0.1}", "healthy: risk_score 0.1 < 0.15"},
		{"{\"void_active\":1.0}", "critical: void_active"},
		{"{\"risk_score\":0.9,\"risk_score\":0.1}", "healthy: risk_score 0.1 < 0.15"},
		{"{\"risk\\u005fscore\":0.2}", "degraded: risk_score 0.2 >= 0.15"},
		{"{\"\\u0063oherence\":0.2}", "critical: coherence 0.2 < 0.6"},
		{NULL, NULL},
	};

	check(cases);
}

static void
test_samples(void)
{
	static const struct judged cases[] = {
		{"{}", "degraded: no metrics"},
		{"{\"ts\":1}", "degraded: no metrics"},
		{"{\"type\":\"sample\"}", "degraded: no metrics"},
		{"{\"type\":\"s\\u0061mple\"}", "degraded: no metrics"},
		{"{\"type\":7}", "degraded: no metrics"},
		{"{\"void_active\":false}", "degraded: no metrics"},
		{"{\"risk_score\":null,\"coherence\":null,\"void_active\":null}",
	         "degraded: no metrics"},
		{"{\"risk_score\":null,\"coherence\":0.9}", "healthy: coherence 0.9 >= 0.85"},
		{"{\"risk_score\":0.9,\"risk_score\":null}", "degraded: no metrics"},
		{"{\"m\":{\"risk_score\":0.9}}", "degraded: no metrics"},
		{"{\"type\":\"output\"}", "not a sample"},
		{"{\"type\":\"pulse\",\"health\":\"healthy\"}", "not a sample"},
		{"{\"type\":\"output\",\"risk_score\":null}", "not a sample"},
		{"{\"type\":\"output\",\"risk_score\":0.2}", "degraded: risk_score 0.2 >= 0.15"},
		{"{\"type\":\"output\",\"void_active\":true}", "critical: void_active"},
		{NULL, NULL},
	};

	check(cases);
}

static void
test_broken(void)
{
	static const struct judged cases[] = {
		{"{\"risk_score\":\"0.1\"}",
	         "critical: risk_score \"0.1\" is not a number from 0 to 1"},
		{"{\"risk_score\":-0.1}", "critical: risk_score -0.1 is not a number from 0 to 1"},
		{"{\"risk_score\":1.01}", "critical: risk_score 1.01 is not a number from 0 to 1"},
		{"{\"risk_score\":1e999}",
	         "critical: risk_score 1e999 is not a number from 0 to 1"},
		{"{\"risk_score\":-1e999}",
	         "critical: risk_score -1e999 is not a number from 0 to 1"},
		{"{\"risk_score\":true}", "critical: risk_score true is not a number from 0 to 1"},
		{"{\"risk_score\":{}}", "critical: risk_score {} is not a number from 0 to 1"},
		{"{\"coherence\":[0.9]}", "critical: coherence [0.9] is not a number from 0 to 1"},
		{"{\"risk_score\":0.1,\"coherence\":2}",
	         "critical: coherence 2 is not a number from 0 to 1"},
		{"{\"void_active\":\"no\",\"risk_score\":0.1}",
	         "critical: void_active \"no\" is not true or false"},
		{"{\"void_active\":0.5}", "critical: void_active 0.5 is not true or false"},
		{"{\"void_active\":2}", "critical: void_active 2 is not true or false"},
		{"{\"void_active\":1e999}", "critical: void_active 1e999 is not true or false"},
		{"{\"void_active\":true,\"coherence\":-1,\"risk_score\":3}",
	         "critical: risk_score 3 is not a number from 0 to 1, coherence -1 is not a number "
	         "from 0 to 1"},
		{"{\"risk_score\":\"0123456789012345678901234567890123456789012345678901234567\xc3"
	         "\xa9xxxxxxxx\"}",
	         "critical: risk_score "
	         "\"0123456789012345678901234567890123456789012345678901234567"
	         "... is not a number from 0 to 1"},
		{NULL, NULL},
	};

	check(cases);
}

static void
test_worst(void)
{
	static const struct judged cases[] = {
		{"{\"risk_score\":0.1,\"coherence\":0.7}", "degraded: coherence 0.7 < 0.85"},
		{"{\"risk_score\":0.2,\"coherence\":0.7}", "degraded: risk_score 0.2 >= 0.15"},
		{"{\"risk_score\":0.2,\"coherence\":0.5}", "critical: coherence 0.5 < 0.6"},
		{"{\"risk_score\":0.9,\"coherence\":0.5}", "critical: risk_score 0.9 >= 0.3"},
		{"{\"risk_score\":0.1,\"coherence\":1,\"void_active\":true}",
	         "critical: void_active"},
		{"{\"risk_score\":0.1,\"coherence\":1,\"void_active\":false}",
	         "healthy: risk_score 0.1 < 0.15"},
		{"{\"coherence\":0.7}", "degraded: coherence 0.7 < 0.85"},
		{"{}", "degraded: no metrics"},
		{NULL, NULL},
	};

	set_limits(0.15, 0.30, 0.85, 0.60, true);
	check(cases);
}

static void
test_limits(void)
{
	static const struct judged narrow[] = {
		{"{\"risk_score\":0.49}", "healthy: risk_score 0.49 < 0.5"},
		{"{\"risk_score\":0.5}", "critical: risk_score 0.5 >= 0.5"},
		{"{\"coherence\":0.25}", "healthy: coherence 0.25 >= 0.25"},
		{"{\"coherence\":0.1}", "critical: coherence 0.1 < 0.25"},
		{NULL, NULL},
	};
	struct buf reason = BUF_INIT;

	set_limits(0.5, 0.5, 0.25, 0.25, false);
	check(narrow);
	limits.risk_critical = 0.4;
	ok(!health_limits_ready(&limits, &reason), "risk limits out of order are refused");
	is_str(buf_view(&reason), "risk is critical from 0.4, so it cannot be degraded from 0.5",
	       "and named");
	limits.risk_critical = 0.5;
	limits.coherence_critical = 0.3;
	buf_reset(&reason);
	ok(!health_limits_ready(&limits, &reason), "coherence limits out of order are refused");
	is_str(buf_view(&reason),
	       "coherence is critical below 0.3, so it cannot be degraded below 0.25", "and named");
	buf_release(&reason);
}

static void
test_nonfinite(void)
{
	static const struct judged cases[] = {
		{"{\"risk_score\":NaN}", "{\"risk_score\":\"NaN\"}"},
		{"{\"coherence\" : -Infinity , \"x\":1}",
	         "{\"coherence\" : \"-Infinity\" , \"x\":1}"},
		{"{\"void_active\":Infinity\t}", "{\"void_active\":\"Infinity\"\t}"},
		{"{\"risk_score\":NaN,\"coherence\":NaN}",
	         "{\"risk_score\":\"NaN\",\"coherence\":\"NaN\"}"},
		{"{\"a\":{\"b\":[1,{}]},\"risk_score\":NaN}",
	         "{\"a\":{\"b\":[1,{}]},\"risk_score\":\"NaN\"}"},
		{"{\"risk\\u005fscore\":NaN}", "{\"risk\\u005fscore\":\"NaN\"}"},
		{"{\"s\":\"\\\"risk_score\\\":NaN\",\"coherence\":NaN}",
	         "{\"s\":\"\\\"risk_score\\\":NaN\",\"coherence\":\"NaN\"}"},
		{"{\"x\":NaN,\"risk_score\":NaN}", "{\"x\":NaN,\"risk_score\":\"NaN\"}"},
		{"{\"x\":NaN}", "unchanged"},
		{"{\"a\":{\"risk_score\":NaN}}", "unchanged"},
		{"{\"a\":[\"risk_score\",NaN]}", "unchanged"},
		{"{\"a\":\"risk_score\",\"b\":NaN}", "unchanged"},
		{"[{\"risk_score\":NaN}]", "unchanged"},
		{"{\"risk_score\":NaNs}", "unchanged"},
		{"{\"risk_score\":-NaN}", "unchanged"},
		{"{\"risk_score\":nan}", "unchanged"},
		{"{\"risk_score\":+Infinity}", "unchanged"},
		{"{\"risk_score\":Infinit", "unchanged"},
		{"{\"risk_score\":1 NaN}", "unchanged"},
		{"{\"risk_score\":[NaN]}", "unchanged"},
		{"{\"risk_score\\\":NaN}", "unchanged"},
		{"{\"risk_scor\\u00\":NaN}", "unchanged"},
		{"\"risk_score\":NaN", "unchanged"},
		{"}}\"risk_score\":NaN", "unchanged"},
		{"\"\\", "unchanged"},
		{"", "unchanged"},
		{NULL, NULL},
	};
	struct buf out = BUF_INIT;

	for (const struct judged *c = cases; c->text; c++) {
		buf_reset(&out);
		if (nonfinite_quote(str_of(c->text), metric_member, &out))
			is_str(buf_view(&out), c->want, c->text);
		else
			is_str(STR("unchanged"), c->want, c->text);
	}
	buf_release(&out);
}

int
main(void)
{
	set_limits(0.15, 0.30, 0.85, 0.60, false);
	test_priority();
	test_samples();
	test_broken();
	test_worst();
	test_limits();
	test_nonfinite();
	return done_testing();
}
