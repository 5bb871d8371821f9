/*
 * What the messages of claude and the rest of its output share.
 */
#ifndef AGENT_CLAUDE_H
#define AGENT_CLAUDE_H

#include "agent/adapter.h"

struct claude {
	uint64_t streamed; /* the message whose text came, or comes, in fragments */
	bool fragments;    /* some did */
};

/* A line of type assistant or user: one message, or a block of one. */
void claude_message(struct import *im, const struct record *r, bool user);

/* A line of type stream_event: a fragment of a message that will follow whole. */
void claude_fragment(struct import *im, const struct record *r);

#endif
