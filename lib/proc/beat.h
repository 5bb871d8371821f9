/*
 * Heartbeat files: beats/AGENT.PID.json in the state directory, mode 0600. The file says which process of
 * which agent this is; its modification time is the beat.
 *
 * The directory is open to whoever has the user's rights, so nothing in it is trusted: a link, a FIFO, a file of a
 * gigabyte, a garbled, wrongly named or unreadable one is told by beat_read and does no harm. A beat is
 * only ever dated at a time when the process was seen alive: beat_write and beat_touch note the time first
 * and look after that.
 */
#ifndef PROC_BEAT_H
#define PROC_BEAT_H

#include "proc/note.h"

enum { BEAT_NAME_SIZE = 129 };

struct beat {
	struct process process;
	char agent[BEAT_NAME_SIZE];
	char specialty[BEAT_NAME_SIZE]; /* empty where it has none */
	char run[BEAT_NAME_SIZE]; /* EROS_RUN_ID of the run it belongs to; empty where there is none */
	char host[NOTE_HOST_SIZE]; /* where it was written; filled in by beat_write */
	double at;                 /* Unix time of the beat; set by beat_read */
};

/* AGENT (a valid name) and the rest into B; of SPECIALTY and RUN what fits, whole characters. */
void beat_set(struct beat *b, const struct process *p, struct str agent, struct str specialty,
              struct str run);

/* Make the file, or replace one of the same name whatever it is. False with errno: ESRCH where the process is gone. */
bool beat_write(const struct beat *b);

/*
 * Touch the file where it is this very process's own. False with errno: ENOENT where there is none, ESTALE where it
 * is another's or no heartbeat file at all (beat_write replaces it), ESRCH where the process is gone.
 */
bool beat_touch(struct str agent, const struct process *p);

/* The directory, to read from; -1 with errno. */
int beat_dir(void);

/* Read DIR/NAME. False where it is no good, and *why says so in words that last. *why may be set to a warning too. */
bool beat_read(int dir, const char *name, struct beat *b, const char **why);

/*
 * Every file of the directory in order of name, each through beat_read; EACH gets a beat, or NULL and why not.
 * False with errno where the directory cannot be read.
 */
bool beat_list(void (*each)(void *arg, const char *name, const struct beat *b, const char *why),
               void *arg);

/* Remove the file where it still is that of this very process. */
bool beat_remove(const struct beat *b);

#endif
