/*
 * Small JSON files of the state directory that name a process: heartbeats, lock holders, reasons.
 *
 * Whoever has the user's rights may have put anything there under any name, so reading takes nothing for granted:
 * no link is followed, nothing but a regular file is read, and of that no more than the limit.
 */
#ifndef PROC_NOTE_H
#define PROC_NOTE_H

#include "base/process.h"
#include "record/record.h"

#include <sys/stat.h>

enum { NOTE_MAX = 8192, NOTE_HOST_SIZE = 65 };

struct note {
	struct record record;
	struct stat st;
	struct buf text;
};

#define NOTE_INIT                                       \
	{                                               \
		.record = RECORD_INIT, .text = BUF_INIT \
	}

/* Write DIR/NAME, mode 0600, in place of whatever has that name: the old or the new, never half. Not flushed to disk. */
bool note_write(int dir, const char *name, struct str text);

/* The same for a name that nobody reads before it is whole, or minds to find in the making: in one step. */
bool note_put(int dir, const char *name, struct str text);

/* Write "NAME.PID.json" into the directory SUB of the state directory, as note_write does, dated AT. */
bool note_leave(const char *sub, struct str name, pid_t pid, double at, struct str text);

/* Date DIR/NAME. */
bool note_date(int dir, const char *name, double at);

/* Read DIR/NAME. False where it is no good; *why says so in words that last. errno is ENOENT where it is not there. */
bool note_read(int dir, const char *name, struct note *n, const char **why);
void note_release(struct note *n);

/* Open DIR/NAME as note_read does; a descriptor of a regular file not longer than NOTE_MAX, or -1 and *why. */
int note_open(int dir, const char *name, struct stat *st, const char **why);

/* The members of an identity: pid, started, boot, pidns, host. */
void note_add_process(struct buf *b, const struct process *p);
bool note_process(const struct record *r, struct process *p, char host[static NOTE_HOST_SIZE]);

/* A string member, of which what fits in whole characters goes to OUT; empty where it is missing. */
void note_string(const struct record *r, struct str key, char *out, size_t size);
void note_copy(char *out, size_t size, struct str s);

/* A string member, added to B as it is; nothing where it is missing. */
void note_text(struct buf *b, const struct record *r, struct str key);

/* "NAME.PID.json" and back; false where FILE is not of that form. */
void note_file(struct buf *file, struct str name, pid_t pid);
bool note_parse_file(const char *file, struct str *name, pid_t *pid);

/* Whether the process lives; one of another boot of this very host is known to be gone. */
enum process_life note_life(const struct process *p, const char *host);

/*
 * The names of what lies in DIR, sorted, without those that begin with a dot; NULL-terminated, freed as one by
 * note_names_free. NULL with errno where DIR cannot be read.
 */
char **note_names(int dir);
void note_names_free(char **names);

#endif
