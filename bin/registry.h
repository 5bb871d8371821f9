/*
 * eros-registry's parts: what the options say, the verbs that make one request, and apply, which makes many.
 */
#ifndef BIN_REGISTRY_H
#define BIN_REGISTRY_H

#include "policy/registry_request.h"
#include "record/filter.h"
#include "store/command.h"

struct registry {
	struct store *store;
	struct filter filter; /* of apply */
	struct str project;
	char **operand; /* after the project */

	/* Options. */
	struct store_command command;
	struct str by, state;
	const char *constraints; /* a file */
	const char *belief;      /* a file */
	struct buf meta;         /* the members of an object */
	double ttl, wait;        /* seconds; wait is INFINITY where there is no limit */
	uint64_t expect, turn, since, limit;
	bool expects, turns, all_acted, string;
};

/* registry_verb.c: each makes its request, writes the answer and returns the exit status. */
int registry_init(struct registry *g);
int registry_import(struct registry *g);
int registry_sync(struct registry *g);
int registry_advance(struct registry *g);
int registry_agent(struct registry *g, enum registry_op op);
int registry_constraint(struct registry *g, enum registry_op op);
int registry_wait(struct registry *g);

/* registry_past.c */
int registry_history(struct registry *g);
int registry_revert(struct registry *g);

/* registry_attend.c: take part until standard input ends. */
int registry_attend(struct registry *g);

/* registry_apply.c: answer the requests that come on stdin. */
int registry_apply(struct registry *g, char **files);

/* The scope of PROJECT, in BUF. */
const char *registry_scope(struct str project, struct buf *buf);

/* What --meta says, as an object in BUF; empty where it says nothing. */
struct str registry_meta(const struct registry *g, struct buf *buf);

/* Make one request; where the store fails, die saying so. */
void registry_ask(struct registry *g, const struct registry_request *q, struct registry_answer *a);

/* The exit status that OUTCOME means, with a message where it is an error; and that, once the answer is written. */
int registry_status(struct registry *g, const struct registry_request *q,
                    enum registry_outcome outcome);
int registry_answer(struct registry *g, const struct registry_request *q,
                    struct registry_answer *a);

#endif
