#include "policy/health.h"

const char *const health_name[] = {"healthy", "degraded", "critical", NULL};
const char *const metric_member[] = {"void_active", "risk_score", "coherence", NULL};

#define LIMIT(member) SETTING_NUMBER, offsetof(struct health_limits, member), 0, 1, NULL

const struct setting health_settings[] = {
	{"risk.degraded", LIMIT(risk_degraded)},
	{"risk.critical", LIMIT(risk_critical)},
	{"coherence.degraded", LIMIT(coherence_degraded)},
	{"coherence.critical", LIMIT(coherence_critical)},
	{"worst", SETTING_FLAG, offsetof(struct health_limits, worst), 0, 0, NULL},
	{0},
};

/* This much of a broken value is shown, in bytes. */
enum { SHOWN = 60 };

static void
set_bound(struct health_limits *l, enum metric m, enum health h, const char *relation, double limit)
{
	char *out = l->bound[m][h];
	char number[NUM_SIZE];
	size_t len = strlen(relation), digits = num_format(number, limit);

	memcpy(out, relation, len);
	memcpy(out + len, number, digits);
	out[len + digits] = '\0';
}

bool
health_limits_ready(void *limits, struct buf *reason)
{
	struct health_limits *l = limits;

	if (l->risk_degraded > l->risk_critical) {
		buf_printf(reason,
		           "risk is critical from %.15g, so it cannot be degraded from %.15g",
		           l->risk_critical, l->risk_degraded);
		return false;
	}
	if (l->coherence_degraded < l->coherence_critical) {
		buf_printf(
			reason,
			"coherence is critical below %.15g, so it cannot be degraded below %.15g",
			l->coherence_critical, l->coherence_degraded);
		return false;
	}
	set_bound(l, METRIC_RISK, HEALTHY, " < ", l->risk_degraded);
	set_bound(l, METRIC_RISK, DEGRADED, " >= ", l->risk_degraded);
	set_bound(l, METRIC_RISK, CRITICAL, " >= ", l->risk_critical);
	set_bound(l, METRIC_COHERENCE, HEALTHY, " >= ", l->coherence_degraded);
	set_bound(l, METRIC_COHERENCE, DEGRADED, " < ", l->coherence_degraded);
	set_bound(l, METRIC_COHERENCE, CRITICAL, " < ", l->coherence_critical);
	return true;
}

/* Which metric a member is; METRIC_COUNT for any other. */
static enum metric
metric_of(const struct record *r, const struct member *m)
{
	const char *key = r->text + m->key;
	int i = 0;

	if (m->key_escaped) {
		while (i < METRIC_COUNT && !json_is(member_key(r, m), str_of(metric_member[i])))
			i++;
		return (enum metric)i;
	}
	if (m->key_len == 10 && memcmp(key, "risk_score", 10) == 0)
		return METRIC_RISK;
	if (m->key_len == 9 && memcmp(key, "coherence", 9) == 0)
		return METRIC_COHERENCE;
	if (m->key_len == 11 && memcmp(key, "void_active", 11) == 0)
		return METRIC_VOID;
	return METRIC_COUNT;
}

static void
take(struct health_sample *s, enum metric m, struct json v)
{
	double value = 0;
	bool sound;

	if (m == METRIC_VOID && json_is_bool(v)) {
		value = v.type == JSON_TRUE;
		sound = true;
	} else {
		sound = json_number(v, &value) && value >= 0 && value <= 1 &&
		        (m != METRIC_VOID || value == 0 || value == 1);
	}
	s->metric[m].json = v;
	s->metric[m].value = value;
	s->metric[m].state = v.type == JSON_NULL ? ABSENT : sound ? SOUND : BROKEN;
}

bool
health_sample(const struct record *r, struct health_sample *s)
{
	struct json type;
	bool any = false;

	for (int i = 0; i < METRIC_COUNT; i++)
		s->metric[i].state = ABSENT;
	for (size_t i = 0; i < r->count; i++) {
		enum metric m = metric_of(r, &r->member[i]);

		if (m != METRIC_COUNT)
			take(s, m, member_value(r, &r->member[i]));
	}
	for (int i = 0; i < METRIC_COUNT; i++)
		any |= s->metric[i].state != ABSENT;
	return any || !record_get(r, STR("type"), &type) || type.type != JSON_STRING ||
	       json_is(type, STR("sample"));
}

static enum health
judge_metric(enum metric m, double value, const struct health_limits *l)
{
	if (m == METRIC_VOID)
		return value != 0 ? CRITICAL : HEALTHY;
	if (m == METRIC_RISK) {
		if (value < l->risk_degraded)
			return HEALTHY;
		return value < l->risk_critical ? DEGRADED : CRITICAL;
	}
	if (value >= l->coherence_degraded)
		return HEALTHY;
	return value >= l->coherence_critical ? DEGRADED : CRITICAL;
}

struct health_verdict
health_judge(const struct health_sample *s, const struct health_limits *l)
{
	struct health_verdict v = {DEGRADED, METRIC_COUNT, false};

	for (int i = 0; i < METRIC_COUNT; i++)
		if (s->metric[i].state == BROKEN)
			return (struct health_verdict){CRITICAL, (enum metric)i, true};
	for (int i = 0; i < METRIC_COUNT; i++) {
		enum health h;

		if (s->metric[i].state == ABSENT)
			continue;
		h = judge_metric((enum metric)i, s->metric[i].value, l);
		if (i == METRIC_VOID && h == HEALTHY)
			continue;
		if (v.metric == METRIC_COUNT || (l->worst && h > v.health))
			v = (struct health_verdict){h, (enum metric)i, false};
	}
	return v;
}

/* A value as it was written, cut short between two characters where it is long. */
static void
add_shown(struct buf *out, struct json v)
{
	size_t len = v.len;

	if (len > SHOWN)
		for (len = SHOWN; (v.ptr[len] & 0xc0) == 0x80;)
			len--;
	buf_add(out, v.ptr, len);
	if (len < v.len)
		buf_add(out, "...", 3);
}

static void
add_broken(const struct health_sample *s, struct buf *out)
{
	const char *separator = "";

	for (int i = 0; i < METRIC_COUNT; i++) {
		if (s->metric[i].state != BROKEN)
			continue;
		buf_str(out, separator);
		buf_str(out, metric_member[i]);
		buf_byte(out, ' ');
		add_shown(out, s->metric[i].json);
		buf_str(out, i == METRIC_VOID ? " is not true or false"
		                              : " is not a number from 0 to 1");
		separator = ", ";
	}
}

void
health_reason(const struct health_sample *s, const struct health_limits *l, struct health_verdict v,
              struct buf *out)
{
	if (v.broken) {
		add_broken(s, out);
	} else if (v.metric == METRIC_COUNT) {
		buf_str(out, "no metrics");
	} else if (v.metric == METRIC_VOID) {
		buf_str(out, "void_active");
	} else {
		buf_str(out, metric_member[v.metric]);
		buf_byte(out, ' ');
		add_shown(out, s->metric[v.metric].json);
		buf_str(out, l->bound[v.metric][v.health]);
	}
}
