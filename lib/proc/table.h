/*
 * The process table, read once through libproc2: a picture of one moment, sorted by pid.
 *
 * What a row says was true when it was read. Before acting on a process open it with process_open, which checks the
 * identity that table_process gives. A process that is executing another program has its name, command line and run
 * from the moment it is done with that, if it takes no more than half a second.
 */
#ifndef PROC_TABLE_H
#define PROC_TABLE_H

#include "base/process.h"

#include <sys/types.h>

struct table_row {
	pid_t pid, parent;
	uint64_t started; /* clock ticks after boot */
	uid_t uid;        /* effective */
	char state;       /* R S D T Z … as ps(1) shows it */
	double uptime;    /* seconds */
	double cpu;       /* seconds of user and system time */
	size_t memory;    /* resident bytes */
	const char *name; /* what the kernel calls it, at most 15 bytes */
	const char *
		command; /* its arguments joined by spaces, else NAME in brackets; NULL unless asked for */
	const char *
		run; /* EROS_RUN_ID in its environment; NULL where there is none or it was not asked for */

	/* private */
	unsigned long stack; /* where it begins; 0 while there is none */
	bool unsettled;      /* in the midst of execve(2) */
};

struct table {
	struct table_row *row;
	size_t count;

	/* private */
	struct process here;
	struct pids_info *info; /* owns the rows' strings, but those in `kept` */
	char **kept;
	size_t keeps, keeps_cap;
};

#define TABLE_INIT                                       \
	{                                                \
		NULL, 0, {"", 0, 0, 0}, NULL, NULL, 0, 0 \
	}

/* What costs an extra file per process is read only when asked for. */
enum { TABLE_COMMAND = 1, TABLE_RUN = 2 };

/* Read it, in place of what T held before. False with errno where /proc cannot be read. */
bool table_read(struct table *t, unsigned what);
void table_release(struct table *t);

const struct table_row *table_find(const struct table *t, pid_t pid);
struct process table_process(const struct table *t, const struct table_row *row);

/* The row of this very process; NULL where it is gone, of another boot or namespace. Zombies are found. */
const struct table_row *table_find_process(const struct table *t, const struct process *p);

/* Whether ROW is PID itself or one of its descendants, by the parents of that moment. */
bool table_is_below(const struct table *t, const struct table_row *row, pid_t pid);

#endif
