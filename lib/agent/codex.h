/*
 * What the three forms of codex's output share.
 */
#ifndef AGENT_CODEX_H
#define AGENT_CODEX_H

#include "agent/adapter.h"

/*
 * An event of the program itself: the msg of the old form, the payload of an event_msg in a saved
 * session. SAVED says that messages and tools come as items of the conversation too, so that the
 * event is passed over.
 */
void codex_event(struct import *im, struct json event, bool saved);

/* An item of the conversation with the model, as saved sessions hold it. */
void codex_response_item(struct import *im, struct json item);

void codex_start(struct import *im, struct json id, struct json about);
void codex_error(struct import *im, struct json message);

/* The figures of the thread so far. */
void codex_usage(struct import *im, struct json total);

/* mcp__SERVER__TOOL, valid until the import's padded is used again. */
struct str codex_mcp_name(struct import *im, struct json call);

#endif
