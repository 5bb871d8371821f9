/*
 * Counting over time: how many things happened in the last SECONDS, in bounded memory.
 *
 * Exact for up to 64 different times. Beyond these, times that lie within SECONDS/32 of each other are joined, and leave
 * the window together with the last of them: what is counted is then that of at least SECONDS and at most
 * SECONDS + 1/32. Something that happened at T is within the window before T + SECONDS.
 */
#ifndef POLICY_ALERT_WINDOW_H
#define POLICY_ALERT_WINDOW_H

#include "base/mem.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

enum { ALERT_WINDOW_MAX = 64 };

struct alert_count {
	double first; /* when it began */
	float span;   /* and how long after that the last of them was */
	uint32_t n;
};

/* All zero is empty and valid. */
struct alert_window {
	struct alert_count *entry; /* by time */
	uint32_t count, cap;
};

/* Count something at T, which need not be the latest. */
void alert_window_add(struct alert_window *w, double t, double seconds);

/* For windows that only ask whether: keep the latest time alone. */
void alert_window_mark(struct alert_window *w, double t);

/* Forget what has left the window at NOW; true where anything has. */
bool alert_window_expire(struct alert_window *w, double now, double seconds);

double alert_window_count(const struct alert_window *w);

/* When the count next changes by itself; infinite where it is 0. */
double alert_window_due(const struct alert_window *w, double seconds);

void alert_window_clear(struct alert_window *w);
void alert_window_release(struct alert_window *w);

#endif
