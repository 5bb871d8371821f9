/*
 * Health: whether a sample's metrics are those of a sound agent.
 *
 * Three members count: void_active (a boolean; true is always critical), risk_score (from 0 to 1, high is bad) and
 * coherence (from 0 to 1, low is bad). The first that has a say decides: void_active where it is true, then
 * risk_score, then coherence where there is no risk_score. With "worst" set, the worst of the three does. A
 * sample without risk_score and coherence is degraded.
 *
 * A metric that is there but is not what it must be is broken, and a sample with one is critical whatever the
 * others say: a broken metric is never healthy. null is the same as absent. The numbers 0 and 1 do for
 * void_active, since tables and databases write booleans so.
 *
 * All of this is pure: the same sample and limits always give the same verdict.
 */
#ifndef POLICY_HEALTH_H
#define POLICY_HEALTH_H

#include "base/num.h"
#include "record/record.h"
#include "rule/settings.h"

enum health { HEALTHY, DEGRADED, CRITICAL, HEALTH_COUNT };

/* "healthy", "degraded", "critical", NULL. */
extern const char *const health_name[];

enum metric { METRIC_VOID, METRIC_RISK, METRIC_COHERENCE, METRIC_COUNT };

/* The members that hold them: "void_active", "risk_score", "coherence", NULL. */
extern const char *const metric_member[];

/* Where a metric stops being healthy, and where it becomes critical. */
struct health_limits {
	double risk_degraded, risk_critical;           /* from here up */
	double coherence_degraded, coherence_critical; /* below this */
	bool worst;
	/* Set by health_limits_ready, for reasons: " >= 0.15", what holds of a metric under a verdict. */
	struct bound {
		size_t len;
		char text[NUM_SIZE + 4];
	} bound[METRIC_COUNT][HEALTH_COUNT];
};

#define HEALTH_LIMITS_INIT                                                                \
	{                                                                                 \
		.risk_degraded = 0.15, .risk_critical = 0.30, .coherence_degraded = 0.85, \
		.coherence_critical = 0.60                                                \
	}

/* The limits as settings: risk.degraded, risk.critical, coherence.degraded, coherence.critical, worst. */
extern const struct setting health_settings[];

/*
 * To be called when the limits in LIMITS, a struct health_limits, are set (as struct settings has it). False, with
 * REASON, where they are not in order.
 */
bool health_limits_ready(void *limits, struct buf *reason);

struct health_sample {
	struct {
		enum { ABSENT, SOUND, BROKEN } state;
		double value;    /* where sound; of void_active 0 or 1 */
		struct str text; /* as it was written, unless absent */
	} metric[METRIC_COUNT];
	bool found, broken; /* any of them */
};

/*
 * Take the metrics from a record, into which S then points. False where the record is not one to be judged: it
 * has a type other than "sample" and none of the metrics.
 */
bool health_sample(const struct record *r, struct health_sample *s);

struct health_verdict {
	enum health health;
	enum metric metric; /* that decided; METRIC_COUNT where there is none, or some are broken */
	bool broken;
};

struct health_verdict health_judge(const struct health_sample *s, const struct health_limits *l);

/*
 * Add why the verdict is what it is: "risk_score 0.21 >= 0.15". In a string of JSON only the reason of a broken
 * metric can need escapes, since it shows what was written there.
 */
void health_reason(const struct health_sample *s, const struct health_limits *l,
                   struct health_verdict v, struct buf *out);

#endif
