/*
 * The watch over a team of agents: from their records, what each is doing; at each check, which of them are to be
 * ended, and how the team stands.
 *
 *   watch_init(&w, &options);
 *   watch_record(&w, r, scratch, now, out);        for each record: only the state changes
 *   watch_check(&w, now, out);                     every options.interval seconds
 *   watch_release(&w);
 *
 * OUT takes what is said, as records: alert, intervene, pulse, report (eros-record(5)).
 *
 * An attempt of an agent begins with a start record, or with its first record. Until the warm-up is over only its end
 * and the hard limit count. After that an agent is, the first that holds being the cause,
 *
 *   timeout       running longer than the hard limit
 *   lingering     alive, though it gave its result
 *   over_budget   above its budget, or its team's; or using tokens steadily without getting on
 *   stalled       silent for so many checks; with a tool in flight or in a wait that it announced, for so long
 *   divergent, looping, uncertain   unhealthy by its telemetry for so many checks
 *
 * and an intervention is asked for, once for each attempt and cause. An agent gets on (makes progress) when it says,
 * calls or is answered something that is none of the last few, or gives a result.
 *
 * Pure: no clock is read, no process looked at. What is kept of an agent is about 300 bytes, and its telemetry, see
 * policy/watch_pad.h.
 */
#ifndef POLICY_WATCH_H
#define POLICY_WATCH_H

#include "base/map.h"
#include "policy/pad.h"
#include "record/record.h"
#include "rule/settings.h"

#include <stdint.h>

/* In the order in which they are looked for. */
enum watch_cause {
	WATCH_TIMEOUT,
	WATCH_LINGERING,
	WATCH_OVER_BUDGET,
	WATCH_STALLED,
	WATCH_DIVERGENT,
	WATCH_LOOPING,
	WATCH_UNCERTAIN,
	WATCH_CAUSES
};

extern const char *const watch_cause_name[]; /* "timeout", …, NULL */

/* What an agent may be busy with while nothing is heard of it. */
enum watch_busy { WATCH_IDLE, WATCH_TOOL, WATCH_API, WATCH_RATE, WATCH_BUSIES };

/* Limits not given follow from others. */
#define WATCH_SHARE      (-1.0) /* of a time: nine tenths of the hard limit, an hour without one */
#define WATCH_TWO_SILENT UINT64_MAX /* of checks: twice the silence */

/* Times are seconds. 0 turns a limit off. */
struct watch_limits {
	double warmup, warmup_ramp;
	double timeout;
	double linger;
	uint64_t silence, strikes, burn; /* checks */
	double quiet[WATCH_BUSIES];      /* while busy with that; WATCH_IDLE is not used */
	double budget_usd;
	uint64_t budget_tokens;
	uint64_t respawn;
};

#define WATCH_LIMITS_INIT                                                                \
	{                                                                                \
		.warmup = 30, .timeout = 600, .linger = 30, .silence = 20, .strikes = 3, \
		.burn = WATCH_TWO_SILENT, .respawn = 3,                                  \
		.quiet = {0, WATCH_SHARE, WATCH_SHARE, WATCH_SHARE},                     \
	}

extern const struct setting watch_settings[];

/* How long an agent may be quiet while it is busy with that; 0 for ever. */
double watch_quiet(const struct watch_limits *l, enum watch_busy busy);

/* How many checks with usage, but without progress, are a steady burn; 0 none. */
uint64_t watch_burn(const struct watch_limits *l);

struct watch_options {
	const char *team;
	double interval;                         /* seconds from one check to the next */
	uint64_t turns, max_agents, team_tokens; /* 0: no limit */
	double team_usd;
	const struct settings *limits; /* of watch_settings */
	const struct settings *pad;    /* of pad_settings */
};

/* Whether each of the limits can be reached; else false, with REASON. */
bool watch_limits_check(const struct watch_limits *l, const struct watch_options *o,
                        struct buf *reason);

/* After so many seconds without a record nothing new can be found. */
double watch_horizon(const struct watch_options *o);

enum { WATCH_FLIGHTS = 6, WATCH_RECENT = 4, WATCH_HOST_SIZE = 256 };

enum watch_outcome { WATCH_OPEN, WATCH_COMPLETED, WATCH_FAILED };

struct watch_agent {
	const struct watch_limits *limits;
	const struct pad_limits *pad_limits;
	const char *host;                   /* where its process is; NULL: not known */
	struct watch_window *window;        /* its telemetry, measured here; NULL: none */
	double begun;                       /* the attempt */
	double active;                      /* when it was last heard of */
	double waiting;                     /* since when it has announced to wait */
	double finished;                    /* when it gave its result */
	double usd, tokens;                 /* used by all attempts, */
	double session_usd, session_tokens; /* and by the session as it last told */
	uint64_t started;
	int32_t pid; /* 0: not known */
	uint32_t attempt;
	uint32_t respawns;              /* attempts in a row after one that failed */
	uint32_t quiet;                 /* checks without a sign of it */
	uint32_t strikes;               /* checks in a row by which it is unhealthy */
	uint32_t burning, burns;        /* checks without progress, and those of them with usage */
	uint32_t flight[WATCH_FLIGHTS]; /* tools in flight: hashes of their ids */
	uint32_t more_flights;          /* beyond those */
	uint32_t recent[WATCH_RECENT];  /* hashes of what it did last */
	double pleasure, arousal, dominance;
	uint8_t flights, next_recent;
	uint8_t diagnosis; /* enum pad_diagnosis */
	uint8_t told;      /* a bit for each cause in this attempt */
	uint8_t outcome;   /* enum watch_outcome */
	uint8_t wait;      /* enum watch_busy */
	bool begun_here;   /* the attempt began with a record that was seen */
	bool ended;        /* its process */
	bool has_result;
	bool measured, foreign; /* pleasure and so on are known; from the records */
	bool acted, advanced, spent,
		stepped;        /* since the last check: any sign, progress, usage, telemetry */
	bool stalled, troubled; /* as the last check found it */
	bool exhausted, exhausted_told;
};

struct watch {
	struct watch_options options;
	/*
	 * Where set: whether the agent's process is known to have ended, though no record said so. Asked before an
	 * intervention, so that none is asked for what is gone.
	 */
	bool (*gone)(void *arg, const struct watch_agent *a);
	void *arg;

	double now;
	size_t running; /* agents whose process is not known to have ended */
	uint64_t interventions;
	uint64_t turns; /* checks in a row without progress, somebody being stalled */
	bool stopped;   /* a report was made: there is no more to watch */
	bool dirty;     /* something was said that is said but once, since this was last cleared, */
	bool changed;   /* or an attempt, a tool or a wait began, or an agent ended */
	uint64_t nameless;  /* records that name no agent */
	uint64_t forgotten; /* telemetry given up for want of room */

	/* private */
	struct map agents, refused, hosts, windows;
	size_t windows_size;
	double usd, tokens;
	bool over; /* the team's budget */
	size_t completed, failed, stalled, troubled;
};

void watch_init(struct watch *w, const struct watch_options *options);
void watch_release(struct watch *w);

/*
 * Take R, which came at NOW. SCRATCH is added to. False where its agent has no valid name.
 */
bool watch_record(struct watch *w, const struct record *r, struct buf *scratch, double now,
                  struct buf *out);

void watch_check(struct watch *w, double now, struct buf *out);

/* Nothing more comes: a last pulse, without a check. */
void watch_finish(struct watch *w, double now, struct buf *out);

/* Whether an agent runs whose process is known: one that may end without a record. */
bool watch_waits(struct watch *w);

/* Everything that a successor has to know, as lines of JSON. */
void watch_save(const struct watch *w, struct buf *out);

/* Take up what watch_save wrote. False where TEXT is damaged; what was good of it has been taken up. */
bool watch_load(struct watch *w, struct str text, double now);

/* For the parts of the watch. */
struct str watch_name(const struct watch *w, const struct watch_agent *a);
const char *watch_host(struct watch *w, struct str name);
void watch_begin(struct watch *w, struct watch_agent *a, double now);
void watch_end(struct watch *w, struct watch_agent *a, enum watch_outcome outcome);

/* The process of A has ended: SOUND is how, which counts where there is no result. */
void watch_leave(struct watch *w, struct watch_agent *a, bool sound);

/* What is wrong with A at a check, in OUT's words; WATCH_CAUSES where nothing is. Counts the check. */
enum watch_cause watch_judge(const struct watch *w, struct watch_agent *a, struct buf *reason);

/* Records of what was found. */
void watch_write_intervene(const struct watch *w, const struct watch_agent *a,
                           enum watch_cause cause, struct str reason, struct buf *out);
void watch_write_alert(const struct watch *w, const char *alert, struct str agent,
                       const struct watch_agent *a, struct str reason, struct buf *out);
void watch_write_pulse(const struct watch *w, struct buf *out);
void watch_write_report(const struct watch *w, struct buf *out);

#endif
