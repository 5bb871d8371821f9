/*
 * Decisions: what is to be done about all teams together, from the latest pulse of each.
 *
 *   upon a report     the share completed of that team, at least "partial"     continue_partial
 *                     less                                                     abort
 *                     unless "on_report" says which of the two it is to be
 *   upon a pulse, or  the share failed of all teams, above "pause"             pause_and_recalibrate
 *   when one is lost  the share completed of all teams, above "advance"        advance_phase
 *                     neither                                                  continue
 *   no agents at all                                                           continue
 *
 * The first line that holds counts. A share is compared as the quotient rounded to a double, as the limit is: three
 * of ten are not above 0.3.
 *
 * A team whose pulses stop is lost: what its last pulse said still counts, but the team is named until it pulses
 * again. A team that has reported, or none of whose agents was active any more, is done and cannot be lost.
 *
 * Of more teams than max_teams the one longest not heard of is forgotten, with all that it counted for.
 *
 *   decide_take(&d, &e, seen);                         the team is as E says, at the time SEEN
 *   while (decide_lost(&d, now, &v)) …                 a team more is lost
 *   decide_judge(&d, &e, &v); decide_record(&d, &v, ts, out);
 *
 * Times are seconds on any one clock, which the caller reads.
 */
#ifndef POLICY_DECIDE_H
#define POLICY_DECIDE_H

#include "base/map.h"
#include "record/record.h"
#include "rule/settings.h"

#include <math.h>

/* From the best news to the worst. */
enum decision {
	DECISION_CONTINUE,
	DECISION_ADVANCE,
	DECISION_PARTIAL,
	DECISION_PAUSE,
	DECISION_ABORT,
};

/* "continue", "advance_phase", "continue_partial", "pause_and_recalibrate", "abort", NULL. */
extern const char *const decision_name[];

enum decide_on_report { ON_REPORT_SHARE, ON_REPORT_PARTIAL, ON_REPORT_ABORT };

struct decide_limits {
	double pause, advance; /* shares of all agents */
	double partial;        /* share of a team's agents */
	double lost;           /* seconds without a pulse; 0: no team is ever lost */
	int on_report;         /* enum decide_on_report */
};

#define DECIDE_LIMITS_INIT                                                \
	{                                                                 \
		.pause = 0.3, .advance = 0.8, .partial = 0.5, .lost = 60, \
		.on_report = ON_REPORT_SHARE                              \
	}

enum { DECIDE_TEAM_MAX = 1024 /* bytes of a team's name */ };

/* The limits as settings: pause, advance, partial, lost, on_report. */
extern const struct setting decide_settings[];

struct decide_figures {
	uint64_t total, active, completed, failed;
};

/* Of at least one agent. */
static inline double
decide_share(uint64_t part, uint64_t total)
{
	return (double)part / (double)total;
}

enum decide_cause { DECIDE_PULSE, DECIDE_REPORT, DECIDE_LOST };

struct decide_event {
	enum decide_cause cause; /* not DECIDE_LOST */
	struct str team;         /* empty where it has no name */
	struct decide_figures figures;
	unsigned given; /* a bit for each of the figures that the record has, from the first on */
};

enum decide_reading { DECIDE_OTHER, DECIDE_BAD, DECIDE_EVENT };

/*
 * Take a pulse or a report from a record; its team points into the record or SCRATCH. DECIDE_OTHER for any other
 * record; DECIDE_BAD, with REASON, where a figure is wrong, a pulse has no total, or the name of the team is too long. Of what a pulse
 * does not say, nobody has failed or completed, and who did neither is active.
 */
enum decide_reading decide_event(const struct record *r, struct buf *scratch,
                                 struct decide_event *e, const char **reason);

struct decide {
	const struct decide_limits *limits;
	size_t max_teams, forgotten;
	/* private */
	struct map teams;
	struct decide_figures sum;
	size_t lost;
	double due; /* no team is lost before */
};

#define DECIDE_INIT(of, bound)                                         \
	{                                                              \
		.limits = (of), .max_teams = (bound), .due = INFINITY, \
		.teams = MAP_INIT(sizeof(struct decide_team))          \
	}

struct decide_team {
	struct decide_figures figures;
	double seen;
	enum { TEAM_RUNNING, TEAM_DONE, TEAM_LOST } state;
};

void decide_release(struct decide *d);

struct decide_verdict {
	enum decision decision;
	enum decide_cause cause;
	struct str team;               /* that the cause is about */
	struct decide_figures figures; /* upon a report of that team, else of all */
	size_t teams, lost;
};

void decide_take(struct decide *d, const struct decide_event *e, double seen);

/* Of the teams not yet known to be lost one that is at NOW, and what follows; false where there is none. */
bool decide_lost(struct decide *d, double now, struct decide_verdict *v);

/* What follows from an event that was taken. */
void decide_judge(const struct decide *d, const struct decide_event *e, struct decide_verdict *v);

/* Add the decision as a record; without ts where that is not finite. */
void decide_record(const struct decide *d, const struct decide_verdict *v, double ts,
                   struct buf *out);

#endif
