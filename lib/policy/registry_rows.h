/*
 * The rows of a registry, read and written: see registry.h for what they hold.
 */
#ifndef POLICY_REGISTRY_ROWS_H
#define POLICY_REGISTRY_ROWS_H

#include "base/buf.h"
#include "base/rows.h"

#define REGISTRY_CONSTRAINT STR("constraint/")
#define REGISTRY_AGENT      STR("agent/")
#define REGISTRY_WAITER     STR("wait/")

struct registry_head {
	uint64_t turn;
	bool waited;
	struct str state; /* lives until the next call on the rows, or as whoever sets it says */
};

struct registry_agent {
	struct str name;
	double since, expires;
	bool acted; /* ever, and that in */
	uint64_t turn;
	struct str meta;
};

bool registry_head_get(struct rows *r, struct registry_head *h);
void registry_head_put(struct rows *r, const struct registry_head *h);

/* What AGENT holds points into the row. */
bool registry_agent_get(struct rows *r, struct str name, struct registry_agent *agent);
void registry_agent_put(struct rows *r, const struct registry_agent *agent);

/* Walking the rows whose keys begin with PREFIX, of any rows; NAME is the rest of the key. */
bool registry_first(struct rows *r, struct str prefix, struct row *row, struct str *name);
bool registry_next(struct rows *r, struct str prefix, struct row *row, struct str *name);
bool registry_agent_read(const struct row *row, struct str name, struct registry_agent *agent);

/* The key of a constraint or of an agent, in BUF. */
struct str registry_key(struct buf *buf, struct str prefix, struct str name);

/* That of the waiter ID for TURN, in the order of turns. */
struct str registry_wait_key(struct buf *buf, uint64_t turn, struct str id);

/* The turn of such a key, and the waiter's id. */
bool registry_wait_read(struct str rest, uint64_t *turn, struct str *id);

#endif
