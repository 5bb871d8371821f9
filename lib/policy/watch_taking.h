/*
 * For the parts of the watch that take records: a record that is being taken, and what an agent did by it.
 */
#ifndef POLICY_WATCH_TAKING_H
#define POLICY_WATCH_TAKING_H

#include "policy/watch.h"

struct taking {
	struct watch *w;
	struct watch_agent *a;
	const struct record *r;
	struct buf *scratch, *out;
	double now;
	bool fresh; /* the agent was not known before */
};

void watch_take_output(const struct taking *t);
void watch_take_tool(const struct taking *t);
void watch_take_tool_result(const struct taking *t);
void watch_take_wait(const struct taking *t);
void watch_take_usage(const struct taking *t);
void watch_take_result(const struct taking *t);

#endif
