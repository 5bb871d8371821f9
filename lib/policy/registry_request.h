/*
 * Requests to registries as records.
 *
 * In words:
 *
 *   {"op":"advance","project":"shop","state":"build","expect":3,"by":"lead"}
 *
 * with what the operation takes: state, expect, when_all_acted, agent, meta, ttl, key, value, constraints. Operations are
 * init, sync, advance, register, acted, leave, set and unset.
 *
 * A decision (eros-decide) asks for what follows from it: "continue" for nothing, which is answered as sync is; the others for an
 * advance, to the state that registry_decisions names. "advance_phase" goes to the next phase: the one after the
 * present state in the constraint "phases", an array of strings; there being none is told as the outcome.
 */
#ifndef POLICY_REGISTRY_REQUEST_H
#define POLICY_REGISTRY_REQUEST_H

#include "policy/registry.h"
#include "record/record.h"

/*
 * Read R as a request. Its spans point into R and SCRATCH. PROJECT is the project of requests that name none, or empty;
 * it is set to the one that is meant. False, with *REASON set, where R is none.
 */
bool registry_request_read(const struct record *r, struct buf *scratch, struct str *project,
                           struct registry_request *q, const char **reason);

#endif
