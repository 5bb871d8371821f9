/*
 * What a record tells about its agent's doing, as a PAD event.
 *
 *   output               the agent's text; with the role user, system, tool or the like, text that it was given
 *   no type, but content   the same, for records made by hand
 *   tool, tool_result    a call and its answer
 *   wait                 a wait; a tool's own progress (reason "tool") too
 *   raw with compact     the agent's history was compacted
 *   error with loop      its program noticed a loop
 */
#ifndef POLICY_PAD_EVENT_H
#define POLICY_PAD_EVENT_H

#include "policy/pad.h"
#include "record/record.h"

/* False where R is no such record. The event points into R and SCRATCH, to which it adds. */
bool pad_event(const struct record *r, struct buf *scratch, struct pad_event *event);

#endif
