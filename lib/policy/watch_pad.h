/*
 * The telemetry of the agents in a watch: taken from records that eros-pad has been over, else measured here by the
 * same policy. What is measured here is kept within WATCH_WINDOWS_MAX bytes: that of the agent that was not
 * heard of the longest is forgotten first, and counted.
 */
#ifndef POLICY_WATCH_PAD_H
#define POLICY_WATCH_PAD_H

#include "policy/watch.h"

enum { WATCH_WINDOWS_MAX = 150 << 20 };

struct watch_window {
	struct watch_agent *owner;
	struct pad_agent pad;
	size_t size;
};

void watch_measure(struct watch *w, struct watch_agent *a, const struct record *r,
                   struct buf *scratch, double now);

/* Of A; of all. */
void watch_window_drop(struct watch *w, struct watch_agent *a);
void watch_windows_release(struct watch *w);

#endif
