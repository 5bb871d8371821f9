/*
 * Alerts: rules in the shape Prometheus users know, over records instead of time series.
 *
 * A rule has a condition (rule/cond.h) and the members that its records are grouped by. For each group it is
 *
 *     inactive --holds--> pending --held for FOR--> firing --ended, kept KEEP--> inactive (told as resolved)
 *
 * A record that fulfils the condition is for it, provided that it has some member the condition names (where this asks by
 * exists(), any). One that does not is against it where it has some such member other than its type (or
 * nothing else is named). What the group is made of does not count as named. Any other record says
 * nothing and leaves things as they are: the condition holds until it is contradicted, or until its group has
 * been silent for STALE seconds; a rule that holds in silence itself (absent(), count() == 0) knows no such end.
 *
 * Time comes from the caller or from the records (the largest ts). A record without ts is given the time as it
 * stands. One further ahead than MAX_JUMP is doubted (policy/timeline.h): one agent with a broken clock must not end every
 * other's alert. A record older than STALE has its group judged by
 * that group's own time (its lag is remembered), so that logs may be read one after another.
 *
 * All of it is pure: the functions take records and times and hand verdicts to NOTIFY. Memory: a group costs about a
 * hundred bytes, and what a rule knows of it another two hundred while there is something to know; a
 * window holds at most ALERT_WINDOW_MAX times. Groups beyond MAX_GROUPS push out the one longest unused.
 */
#ifndef POLICY_ALERT_H
#define POLICY_ALERT_H

#include "base/map.h"
#include "policy/alert_rules.h"
#include "policy/alert_window.h"
#include "policy/timeline.h"
#include "record/record.h"

enum alert_state { ALERT_INACTIVE, ALERT_PENDING, ALERT_FIRING };

struct alert_group {
	double ts;    /* the largest ts of its records */
	double seen;  /* when its last record came, by its own time */
	double first; /* and its first */
	double lag;   /* how far its own time is behind */
	double saved; /* its ts in a state that was loaded: records up to there are known; else -1 */
	size_t by;    /* index of its alert_by */
	size_t slots;
	struct alert_slot **
		slot; /* by rule->place, NULL for a rule that knows nothing of it; NULL as a whole */
};

/* What one rule knows of one group. Times are the group's own. */
struct alert_slot {
	const struct alert_rule *rule;
	struct alert_group *group;
	enum alert_state state;
	bool held, sent;
	double since;  /* pending or firing since the condition held */
	double fired;  /* firing since */
	double broken; /* firing, but the condition no longer holds since */
	double notify; /* told last, or where nothing was told yet, when that is due */
	struct buf
		kept; /* an object of the members that the rule keeps; followed by JSON_PAD bytes */
	double due;   /* when to look at it again */
	uint64_t number; /* of all slots, from the first */
	double looked;   /* what the heap has for that: the same, or earlier */
	size_t heap;     /* its place in the heap, from 1; 0 where it waits for records only */
	struct alert_window window[];
};

/* What is told. All of it lives until NOTIFY returns. */
struct alert_note {
	const struct alert_rule *rule;
	const struct alert_by *by;
	struct str
		key; /* the group's values as a JSON array in the order of by; null where missing */
	struct str kept;   /* see alert_slot; may be empty */
	const char *state; /* "pending", "firing", "resolved" */
	double ts;         /* when it came to be so */
	double since, fired;
	double value; /* the first count in the condition, where there is one */
	bool timed;   /* false where no record had a ts yet and the times mean nothing */
};

struct alert_options {
	double stale, repeat, group_wait, max_jump;
	size_t max_groups;
	bool pending; /* tell when one becomes pending, too */
};

#define ALERT_OPTIONS_INIT                                                                    \
	{                                                                                     \
		.stale = 300, .repeat = 4 * 3600, .max_jump = TIMELINE_JUMP, .max_groups = 100000 \
	}

struct alert {
	const struct alert_rules *rules;
	struct alert_options options;
	void (*notify)(void *arg, const struct alert_note *note);
	void *arg;

	double now;
	bool timed; /* now comes from a record or a clock */

	/* Counted for the report at the end. */
	size_t dropped;  /* groups pushed out */
	size_t jumped;   /* records whose ts was too far ahead or out of range */
	size_t repeated; /* records that a loaded state knew already */
	size_t firing;   /* alerts firing now */

	/* private */
	struct map *groups; /* of struct alert_group, for each by */
	size_t *live;       /* slots there are, for each by */
	bool *tracked;      /* whether its groups are kept when no rule knows anything of them */
	double *wait;       /* the end of --group-wait, for each rule */
	struct alert_slot **heap;
	size_t heaped, heap_cap;
	uint64_t slots; /* made so far */
	struct timeline line;
	struct buf key, text, blank;
	struct record empty, kept; /* "{}", and what a slot kept */
};

/* RULES outlive the engine. Set notify and arg after. */
void alert_init(struct alert *a, const struct alert_rules *rules,
                const struct alert_options *options);
void alert_release(struct alert *a);

/* Know every group's time, as a state that is saved needs it. */
void alert_track(struct alert *a);

/* A record, taken at the time NOW, or at its own where NOW is negative. */
void alert_record(struct alert *a, const struct record *r, double now);

/* Time has come this far. */
void alert_time(struct alert *a, double now);

/* No further record of the present moment comes: what is due at it is told. */
void alert_settle(struct alert *a);

/* There is no more to wait for at all: tell what --group-wait held back. */
void alert_finish(struct alert *a);

/* Add all that is known, as lines of JSON, to OUT. */
void alert_save(const struct alert *a, struct buf *out);

/*
 * Take up what alert_save wrote. Alerts that were firing under a rule that is gone are told as resolved. False where TEXT is
 * damaged or of another version, with *LINE and *REASON saying where and how.
 */
bool alert_load(struct alert *a, struct str text, size_t *line, const char **reason);

/* A note as an alert record, or as an element of the array that Alertmanager's API takes. */
void alert_note_record(const struct alert_note *note, struct buf *out);
void alert_note_alertmanager(const struct alert_note *note, const struct alert_options *options,
                             const char *generator, struct buf *out);

#endif
