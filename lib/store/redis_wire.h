/*
 * A connection to a Redis server: commands are collected, sent together, and their replies taken one by one.
 *
 * hiredis reads the replies. It is not asked to connect or to write, since a server that has gone would end the program by
 * SIGPIPE, and its time limits are per call of read(2), not per operation.
 *
 * Where a connection breaks, or a reply does not come in time, it is closed, and the status is BACKEND_BROKEN.
 */
#ifndef STORE_REDIS_WIRE_H
#define STORE_REDIS_WIRE_H

#include "store/backend.h"

#include <hiredis.h>

struct wire {
	const struct store_url *url;
	struct buf *why; /* the reason of the last failure goes here */
	int fd;          /* -1: not connected */
	redisReader *reader;
	struct buf out;
	double deadline; /* by clock_mono */
};

void wire_init(struct wire *w, const struct store_url *url, struct buf *why);

/* Connect, where that is not done, log in and choose the database. EROS_UNAVAILABLE, EROS_NOPERM where it fails. */
int wire_connect(struct wire *w);
void wire_close(struct wire *w);

/* The operation that begins now has the URL's time limit, and SECONDS more. */
void wire_start(struct wire *w, double seconds);

/* Collect a command: its number of words, then each. */
void wire_command(struct wire *w, size_t words);
void wire_word(struct wire *w, struct str word);
void wire_text(struct wire *w, const char *word);

/* Send what was collected. */
int wire_send(struct wire *w);

/* The next reply, to be freed by freeReplyObject; what was collected is sent first. Errors in it are replies. */
int wire_reply(struct wire *w, redisReply **reply);

/* The next reply, an error being a status; nothing is left to free where that is not EROS_OK. */
int wire_answer(struct wire *w, redisReply **reply);

/* The same, and it is to be of TYPE. */
int wire_expect(struct wire *w, int type, redisReply **reply);

/* Take COUNT replies and leave them unseen, unless one is an error. */
int wire_skip(struct wire *w, size_t count);

/* The status for an error reply. */
int wire_error(struct wire *w, const redisReply *reply);

#endif
