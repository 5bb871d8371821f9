/*
 * Respawning: whether an agent that ended is to be started again, and when.
 */
#ifndef POLICY_RESPAWN_H
#define POLICY_RESPAWN_H

#include "base/str.h"
#include "policy/backoff.h"

#include <stdint.h>

struct respawn {
	unsigned limit; /* further attempts at most */
	struct backoff backoff;
	uint8_t permanent
		[256]; /* statuses after which there is no further attempt, besides 125 to 127 */
	const char *permanent_words; /* likewise diagnoses: "over_budget,quota", or NULL */
};

enum respawn_verdict {
	RESPAWN_DONE, /* it succeeded, or nobody asked for further attempts */
	RESPAWN_AGAIN,
	RESPAWN_PERMANENT, /* another attempt would fail too */
	RESPAWN_EXHAUSTED, /* it was the last attempt */
};

/* Set what is permanent from a list of statuses and diagnoses. False where *WRONG is neither. */
bool respawn_permanent(struct respawn *r, const char *list, struct str *wrong);

/* Attempt ATTEMPT, from 0, ended with STATUS, as a shell has it; DIAGNOSIS says why, in a word. */
enum respawn_verdict respawn_decide(const struct respawn *r, unsigned attempt, int status,
                                    const char *diagnosis);

#endif
