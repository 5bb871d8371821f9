/*
 * What eros-run runs: an agent, attempt by attempt, under supervision, and the records that come of it.
 */
#ifndef BIN_RUN_H
#define BIN_RUN_H

#include "agent/import.h"
#include "policy/refusal.h"
#include "policy/respawn.h"
#include "proc/journal.h"
#include "record/reader.h"
#include "rule/yaml.h"

struct run {
	/* Set by the options. */
	struct supervise supervise;
	struct journal journal;
	struct respawn respawn;
	struct import_options import_options; /* without a format, lines are bare text */
	struct yaml_file corrections;
	const char *input;    /* "pass", "null" or a path */
	const char *registry; /* the project to take part in; NULL for none */
	uint64_t spool_max;

	/* private */
	const char *command;
	struct spool spool;
	struct verdict verdict;
	struct import *import; /* of the attempt's stdout; NULL where its lines are bare text */
	struct edit extra;
	char number[16];
	struct refusal refusal;
	struct record record;
	struct buf padded, scratch;
	char *belief; /* the file that holds the snapshot */
	int belief_to, belief_from;
	struct reader answers;
};

/* Run all attempts at ARGV and write what there is to write; the status to exit with. */
int run_attempts(struct run *run, char **argv);

/* run_lines.c: what the agent prints, from the beginning of an attempt until its end. ARG is the run. */
void run_lines_begin(struct run *run, unsigned attempt);
void run_line(void *arg, unsigned stream, const struct relay_line *line);
void run_lines_end(struct run *run);
void run_lines_release(struct run *run);

/*
 * run_belief.c: take part in the project, or exit saying why not; make the snapshot anew, false where that failed and was
 * said; leave.
 */
void run_belief_open(struct run *run);
bool run_belief_refresh(struct run *run);
void run_belief_close(struct run *run);

#endif
