/*
 * The heartbeat file of an agent, as its supervisor keeps it: made and touched when the agent gives a sign of life, at
 * most ten times a second, and removed when it has ended.
 */
#ifndef PROC_HEART_H
#define PROC_HEART_H

#include "proc/beat.h"

struct heart {
	const char *agent, *specialty, *run; /* specialty may be NULL */
	double touched;                      /* on CLOCK_MONOTONIC */
	double due; /* when to touch it for a sign that came too soon; else INFINITY */
};

/* Touch the file of P, or make it. */
void heart_touch(struct heart *h, const struct process *p, double now);

/* The same now or when it is due: not each sign costs a system call. */
void heart_touch_soon(struct heart *h, const struct process *p, double now);

/* When the file was last touched, by whomever, in Unix time; 0 where there is none. */
double heart_time(const struct heart *h, const struct process *p);

void heart_drop(const struct heart *h, const struct process *p);

#endif
