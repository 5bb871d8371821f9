/*
 * Inside the engine of alert.h: what its parts ask of each other.
 *
 *   alert_time.c    what time it is, by the records or by the caller
 *   alert_record.c  what a record says to each rule
 *   alert_group.c   the groups that records fall into
 *   alert_slot.c    what a rule knows of a group: its states, and what happens when something is due
 *   alert_heap.c    which of these is due first
 *   alert_save.c and alert_load.c  all of it as text
 */
#ifndef POLICY_ALERT_ENGINE_H
#define POLICY_ALERT_ENGINE_H

#include "policy/alert.h"

enum { ALERT_STATE_VERSION = 1 };

/* By enum alert_state; NULL at the end. */
extern const char *const alert_state_names[];

/* A record's time as the engine takes it. */
struct moment {
	double t, ts;
	bool own;  /* the record had a ts that is believed */
	bool wall; /* t comes from a clock; ts serves to know the record again only */
};

static inline double
alert_local_now(const struct alert *a, const struct alert_group *g)
{
	return a->now - g->lag;
}

static inline double
alert_earlier(double x, double y)
{
	return x < y ? x : y;
}

/* alert_time.c: time has come to NOW; the moment that R is taken at, and with it everybody's time. */
void alert_advance(struct alert *a, double now);
struct moment alert_take_time(struct alert *a, const struct record *r);

/* alert_record.c: R for the rules of one by. */
void alert_by_record(struct alert *a, size_t by, const struct record *r, struct moment m);

/* alert_group.c: the group called KEY, the newest now; made where there is none. */
struct alert_group *alert_group_use(struct alert *a, size_t by, struct str key, bool *fresh);

/* Its first moment is T: rules about silence know it from here on. */
void alert_group_begin(struct alert *a, struct alert_group *g, double t);

/* What became of looking for R's group. */
enum alert_entry {
	ALERT_ENTERED,
	ALERT_UNKNOWN, /* there is none, and MAKE was false */
	ALERT_KNOWN,   /* a loaded state has counted R already */
};

/*
 * The group that R belongs to, told of it; made where MAKE is true. *LATE where R is older than what came of
 * it before. R without a time of its own is taken at the group's.
 */
enum alert_entry alert_group_enter(struct alert *a, size_t by, const struct record *r,
                                   struct moment *m, bool make, struct alert_group **group,
                                   bool *late);

/* A group that nothing is known of need not be kept, unless its times are wanted. */
void alert_group_tidy(struct alert *a, struct alert_group *g);

/* Forget what the rules know of it, telling nobody. */
void alert_group_clear(struct alert *a, struct alert_group *g);

/* A value as JSON, cut where it is long: plain values as they are written, anything else as a string. */
void alert_add_value(struct buf *out, struct json v);

/* alert_slot.c: RULE's knowledge of G, which must have had none. */
struct alert_slot *alert_slot_make(struct alert *a, struct alert_group *g,
                                   const struct alert_rule *rule);
void alert_slot_free(struct alert *a, struct alert_slot *slot);

/* Whether the condition holds at T for R, or for what was kept of the last record that spoke. */
bool alert_slot_eval(struct alert_slot *slot, const struct record *r, double t);
bool alert_slot_eval_kept(struct alert *a, struct alert_slot *slot, double t);

/* The condition holds at T, or does not. May free SLOT, and what follows here may, too. */
void alert_slot_step(struct alert *a, struct alert_slot *slot, bool holds, double t);

/* SLOT's time has come. */
void alert_slot_due(struct alert *a, struct alert_slot *slot);

/*
 * What was due before now, or by now. As long as records of the present moment may come, what is due at it waits: they
 * count first.
 */
void alert_run_due(struct alert *a, bool by_now);

/* Tell of SLOT as it is at T, and that it is firing. */
void alert_tell(struct alert *a, const struct alert_slot *slot, const char *state, double t);
void alert_slot_tell(struct alert *a, struct alert_slot *slot, double t);

/* alert_heap.c */
void alert_heap_set(struct alert *a, struct alert_slot *slot, double due);
void alert_heap_remove(struct alert *a, struct alert_slot *slot);

/* What is due first; NULL where nothing is by now. */
struct alert_slot *alert_heap_due(struct alert *a);

#endif
