#include "policy/health.h"

const char *const health_name[] = {"healthy", "degraded", "critical", NULL};
const char *const metric_member[] = {"void_active", "risk_score", "coherence", NULL};

#define LIMIT(member) SETTING_NUMBER, offsetof(struct health_limits, member), 0, 1, NULL

const struct setting health_settings[] = {
	{"risk.degraded", LIMIT(risk_degraded), "Degraded from this risk_score up (0.15)"},
	{"risk.critical", LIMIT(risk_critical), "Critical from this risk_score up (0.30)"},
	{"coherence.degraded", LIMIT(coherence_degraded), "Degraded below this coherence (0.85)"},
	{"coherence.critical", LIMIT(coherence_critical), "Critical below this coherence (0.60)"},
	{"worst", SETTING_FLAG, offsetof(struct health_limits, worst), 0, 0, NULL,
         "The worst metric decides, not the first"},
	{0},
};

/* This much of a broken value is shown, in bytes. */
enum { SHOWN = 60 };

static void
set_bound(struct health_limits *l, enum metric m, enum health h, const char *relation, double limit)
{
	struct bound *b = &l->bound[m][h];
	char number[NUM_SIZE];
	size_t digits = num_format(number, limit);

	b->len = strlen(relation);
	memcpy(b->text, relation, b->len);
	memcpy(b->text + b->len, number, digits);
	b->len += digits;
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

/* Takes the value apart itself: a struct json, read back as soon as it is written, costs a stall. */
static inline void
take(struct health_sample *s, enum metric metric, const struct record *r, const struct member *m)
{
	struct str text;
	double value = 0;
	bool sound = true;

	s->metric[metric].state = ABSENT;
	if (!m || m->type == JSON_NULL)
		return;
	text = (struct str){r->text + m->value, m->value_len};
	if (metric == METRIC_VOID && (m->type == JSON_TRUE || m->type == JSON_FALSE))
		value = m->type == JSON_TRUE;
	else
		sound = m->type == JSON_NUMBER && num_parse(text, &value) && value >= 0 &&
		        value <= 1 && (metric != METRIC_VOID || value == 0 || value == 1);
	s->metric[metric].text = text;
	s->metric[metric].value = value;
	s->metric[metric].state = sound ? SOUND : BROKEN;
	s->found = true;
	s->broken |= !sound;
}

bool
health_sample(const struct record *r, struct health_sample *s)
{
	struct json type;

	s->found = s->broken = false;
	take(s, METRIC_VOID, r, record_find(r, STR("void_active")));
	take(s, METRIC_RISK, r, record_find(r, STR("risk_score")));
	take(s, METRIC_COHERENCE, r, record_find(r, STR("coherence")));
	return s->found || !record_get(r, STR("type"), &type) || type.type != JSON_STRING ||
	       json_is(type, STR("sample"));
}

static enum health
judge_risk(double value, const struct health_limits *l)
{
	if (value < l->risk_degraded)
		return HEALTHY;
	return value < l->risk_critical ? DEGRADED : CRITICAL;
}

static enum health
judge_coherence(double value, const struct health_limits *l)
{
	if (value >= l->coherence_degraded)
		return HEALTHY;
	return value >= l->coherence_critical ? DEGRADED : CRITICAL;
}

struct health_verdict
health_judge(const struct health_sample *s, const struct health_limits *l)
{
	struct health_verdict v = {DEGRADED, METRIC_COUNT, false};

	if (s->broken)
		return (struct health_verdict){CRITICAL, METRIC_COUNT, true};
	if (s->metric[METRIC_VOID].state == SOUND && s->metric[METRIC_VOID].value != 0)
		return (struct health_verdict){CRITICAL, METRIC_VOID, false};
	if (s->metric[METRIC_RISK].state == SOUND) {
		v.metric = METRIC_RISK;
		v.health = judge_risk(s->metric[METRIC_RISK].value, l);
	}
	if (s->metric[METRIC_COHERENCE].state == SOUND && (v.metric == METRIC_COUNT || l->worst)) {
		enum health h = judge_coherence(s->metric[METRIC_COHERENCE].value, l);

		if (v.metric == METRIC_COUNT || h > v.health) {
			v.metric = METRIC_COHERENCE;
			v.health = h;
		}
	}
	return v;
}

/* A value as it was written, cut short between two characters where it is long. */
static void
add_shown(struct buf *out, struct str text)
{
	size_t len = text.len;

	if (len > SHOWN)
		for (len = SHOWN; (text.ptr[len] & 0xc0) == 0x80;)
			len--;
	buf_add(out, text.ptr, len);
	if (len < text.len)
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
		add_shown(out, s->metric[i].text);
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
		const struct bound *b = &l->bound[v.metric][v.health];

		buf_span(out, v.metric == METRIC_RISK ? STR("risk_score ") : STR("coherence "));
		add_shown(out, s->metric[v.metric].text);
		buf_add(out, b->text, b->len);
	}
}
