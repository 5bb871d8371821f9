/*
 * Who holds a lock: a file NAME.PID.json beside the lock file, one for each holder, made when the lock is taken and
 * removed before it is released. It only informs. The lock itself is what flock(2) says, so a file that a
 * killed holder left behind means nothing once its process has gone.
 */
#ifndef PROC_HOLDER_H
#define PROC_HOLDER_H

#include "proc/lock.h"
#include "proc/note.h"

enum { HOLDER_COMMAND_SIZE = 512 };

struct holder {
	struct process process; /* of eros-lock, or of the command that it became */
	char host[NOTE_HOST_SIZE];
	char command[HOLDER_COMMAND_SIZE]; /* what it runs, cut where it is longer */
	double since;                      /* Unix time; 0 where it is not known */
	bool shared;
	enum process_life life;
};

/* The words of a command as one text. */
void holder_command(struct holder *h, char **argv);

bool holder_write(const struct lock *l, const struct holder *h);
void holder_remove(const struct lock *l, const struct holder *h);

/* Remove the files of all others: for one who has the lock to itself, so that what the dead left does not pile up. */
void holder_clear(const struct lock *l);

/* Read the holder file NAME of DIR; *why where it is no good. */
bool holder_read(int dir, const char *name, struct holder *h, const char **why);

/*
 * Each who holds L now, as far as it is known: those with a file whose process lives, else whoever the kernel
 * names (/proc/locks), with the command that it runs, else a dead one that left its file: something it started holds
 * the lock still. The number of them; 0 also where nobody holds it.
 */
size_t holder_each(const struct lock *l, void (*each)(void *arg, const struct holder *h),
                   void *arg);

/* The members of a record that describe a holder: pid, started, command, since. */
void holder_add(struct buf *b, const struct holder *h);

/*
 * Add a record for each holder of each lock in the state directory, and one for each lock that is free. Nothing is
 * locked to find out, which could get in the way of others. False with errno.
 */
bool holder_list(struct buf *out, double now);

/* Whether the kernel knows a holder of the file FD is open on; its pid goes to *PID, 0 where it is hidden. */
bool holder_find(int fd, pid_t *pid);

#endif
