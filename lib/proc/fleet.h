/*
 * The fleet: the processes that heartbeats name, those whose command line matches a pattern, and those that a run has
 * left behind, put together with what the process table says of each at one moment.
 */
#ifndef PROC_FLEET_H
#define PROC_FLEET_H

#include "proc/beat.h"
#include "proc/table.h"
#include "rule/pattern.h"

struct fleet_process {
	struct process process;
	enum process_life life;      /* a zombie's is PROCESS_GONE, with a row */
	const struct table_row *row; /* NULL where it is not in the table */
	const struct beat
		*beat; /* the freshest, where several agents claim it; NULL where there is none */
	struct str program; /* what matched of its command line; empty where nothing did */
	bool abandoned;     /* its EROS_RUN_ID names an eros-run that is dead, and was asked for */
};

struct fleet {
	struct table table;
	struct beat *beat; /* all heartbeats that could be read */
	size_t beats;
	struct fleet_process *process; /* each process once, in order of pid */
	size_t count;
	size_t faults; /* heartbeat files that are no good; each has been reported */

	/* private */
	size_t beats_cap, cap;
};

#define FLEET_INIT                  \
	{                           \
		.table = TABLE_INIT \
	}

struct fleet_query {
	struct pattern **match; /* command lines; processes that are not of the caller's own kind */
	size_t matches;
	bool commands;        /* read command lines in any case */
	bool runs;            /* those of dead runs */
	const char *run_list; /* of these alone, EROS_RUN_IDs separated by commas; NULL: of all */
};

/* False with errno where the heartbeats or the table cannot be read. */
bool fleet_read(struct fleet *f, const struct fleet_query *q);
void fleet_release(struct fleet *f);

/* Whether its parent has ended, so that somebody else has adopted it. */
bool fleet_is_orphan(const struct fleet *f, const struct fleet_process *p);

/* Add the record that describes P, with its age at NOW; whether it is stale is the caller's judgement. */
void fleet_describe(const struct fleet *f, const struct fleet_process *p, double now, bool stale,
                    struct buf *b);

#endif
