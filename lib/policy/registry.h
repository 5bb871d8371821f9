/*
 * The belief registry of a project: what its agents hold to be true together.
 *
 *   constraints   a JSON object: what all have to keep to
 *   state         a word or a sentence: where the project stands
 *   turn          counts from 0; each advance begins the next
 *   agents        who takes part, with whatever is known of each, for ever or until a lease runs out, and who of them
 *                 has acted in this turn
 *
 * Every change is one step on the rows of the scope registry/PROJECT (base/rows.h): it gives the registry its next
 * version, and its entry in the log says who did what, and what was there before, so that any earlier version can be
 * worked out again (registry_undo.h). A request that changes nothing, such as setting a constraint to what it is, leaves
 * version and log alone; so does the renewal of a lease, but for the version.
 *
 * Rows:
 *   head             TURN WAITED STATE; WAITED is 'w' while somebody may wait for a turn, else '-'
 *   constraint/KEY   the value as JSON
 *   agent/NAME       SINCE ACTED META: when it registered, the last turn it acted in or '-', a JSON object
 *   wait/TURN/ID     somebody sleeps until TURN has come, under the key ID (rows_wake)
 */
#ifndef POLICY_REGISTRY_H
#define POLICY_REGISTRY_H

#include "base/buf.h"
#include "base/rows.h"

enum { REGISTRY_STATE_MAX = 4096, REGISTRY_KEY_MAX = 512 };

/* Seconds for which a waiter is remembered without being heard of. */
#define REGISTRY_WAIT_TTL 60.0

enum registry_op {
	REGISTRY_INIT,
	REGISTRY_IMPORT, /* a new project out of an exported one */
	REGISTRY_SYNC,
	REGISTRY_ADVANCE,
	REGISTRY_REGISTER,
	REGISTRY_ACTED,
	REGISTRY_LEAVE,
	REGISTRY_SET,
	REGISTRY_UNSET,
	REGISTRY_REVERT, /* constraints and state as they were, which begins a new turn */
	REGISTRY_WAIT,   /* has the turn come? If not, have me woken */
	REGISTRY_UNWAIT
};
extern const char *const registry_op_name[]; /* "init", "import", …, NULL */

enum registry_outcome {
	REGISTRY_DONE,
	REGISTRY_STALE,      /* the turn, or the version, is not the expected one */
	REGISTRY_NOT_ACTED,  /* not all agents have acted */
	REGISTRY_NOT_YET,    /* the turn has not come */
	REGISTRY_EXISTS,     /* there is such a project already */
	REGISTRY_NO_PROJECT, /* there is none */
	REGISTRY_NO_AGENT,   /* no such agent is registered */
	REGISTRY_NO_PHASE    /* the constraint "phases" has none after the present state */
};
extern const char *const
	registry_outcome_name[]; /* the stable name of each as an error; "" for REGISTRY_DONE */

/*
 * What is asked for. JSON is text that has been validated; what an operation does not use is ignored. agent and key are
 * checked by whoever fills this in: a name (str_is_name), 1 to REGISTRY_KEY_MAX bytes.
 */
struct registry_request {
	enum registry_op op;
	struct str by;          /* who asks */
	struct str state;       /* INIT, IMPORT, ADVANCE, REVERT */
	struct str constraints; /* INIT, IMPORT, REVERT: a JSON object; empty is {} */
	struct str agents;      /* IMPORT: the JSON array of a snapshot */
	struct str agent;       /* REGISTER, ACTED, LEAVE */
	struct str meta;        /* REGISTER: a JSON object; empty: as it was */
	double ttl;             /* REGISTER: seconds of the lease; 0 is for ever */
	struct str key, value;  /* SET, UNSET; VALUE is JSON */
	struct str id; /* WAIT, UNWAIT: the waiter's own key; else JSON that the answer repeats */
	uint64_t turn; /* IMPORT, WAIT, UNWAIT */
	uint64_t version; /* REVERT: the version this is based on, and */
	uint64_t to;      /* the one it goes back to */
	uint64_t expect;  /* all: the turn in which alone this is to be done, */
	bool expects;     /* if so */
	bool all_acted;   /* ADVANCE: only if all have acted */
	bool next_phase; /* ADVANCE: to the state after the present one in the constraint "phases" */
};

/* What is answered: set anew by each step, so that a step may be run again. */
struct registry_answer {
	enum registry_outcome outcome;
	bool changed;
	double ts; /* of the store's clock */
	uint64_t version, turn;
	struct buf state;
	struct buf
		missing; /* the names of those who have not acted, as JSON strings with commas between */
	struct buf snapshot;      /* SYNC: the members constraints and agents, each after a comma */
	unsigned agents, waiting; /* how many there are, and have not acted, */
	bool counted;             /* where that was asked: ADVANCE with all_acted, ACTED */
};

#define REGISTRY_ANSWER_INIT \
	{                    \
		0            \
	}

void registry_step(struct rows *r, const struct registry_request *q, struct registry_answer *a);
void registry_answer_release(struct registry_answer *a);

/* The answer as a record: the request's operation and author, what is there now, and if it was refused, why. */
void registry_answer_record(const struct registry_request *q, const struct registry_answer *a,
                            struct str project, struct buf *out);

/* An entry of the log, written by the step VERSION at TS, as a record. */
void registry_entry_record(struct str entry, struct str project, uint64_t version, double ts,
                           struct buf *out);

#endif
