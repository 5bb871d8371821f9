/*
 * Which process this is, and whether it still lives.
 *
 * A pid alone names nobody: it is reused. A process is its boot, its pid namespace, its pid in that namespace
 * and its start in clock ticks since boot (field 22 of /proc/PID/stat). Ticks are coarse, 10 ms, so two
 * processes are told apart where the pid was not reused within one tick.
 *
 * Death is inferred only within this boot and this pid namespace; of any other process nothing is known here.
 * A zombie is dead: it holds nothing and does nothing any more.
 */
#ifndef BASE_PROCESS_H
#define BASE_PROCESS_H

#include "base/buf.h"

#include <stdint.h>
#include <sys/types.h>

enum { BOOT_ID_SIZE = 37 };

struct process {
	char boot[BOOT_ID_SIZE]; /* as /proc/sys/kernel/random/boot_id has it */
	uint64_t pidns; /* inode of the namespace that pid is counted in: the reader's own */
	pid_t pid;
	uint64_t started; /* clock ticks after boot; what records call started */
};

enum process_life {
	PROCESS_GONE,
	PROCESS_ALIVE,
	PROCESS_UNKNOWN, /* of another boot or pid namespace */
};

/* The identity of the process that has PID now. False with errno ESRCH where there is none, or a zombie. */
bool process_of(pid_t pid, struct process *p);

/* The identity of the process PID that started at STARTED ticks, as far as this boot and namespace go. */
bool process_named(pid_t pid, uint64_t started, struct process *p);

/* Whether P is of the boot and the pid namespace of the caller. */
bool process_is_local(const struct process *p);
bool process_eq(const struct process *a, const struct process *b);
enum process_life process_life(const struct process *p);

/* Whether P, which is local, is stopped, or is gone: it does nothing now. */
bool process_is_still(const struct process *p);

/*
 * A pidfd (close-on-exec) of this very process: opened first, its identity checked after. -1 with errno ESRCH where it
 * is gone, EXDEV where it is of another boot or namespace.
 */
int process_open(const struct process *p);

/* Signal through such a descriptor; 0 as NUMBER only asks. False with errno ESRCH where it has ended. */
bool process_signal(int pidfd, int number);

/* One word, "BOOT:NAMESPACE:PID:STARTED", and back. */
void process_format(struct buf *b, const struct process *p);
bool process_parse(struct str s, struct process *p);

/* A start in ticks as Unix time, by the clocks of now. */
double process_time(uint64_t started);

#endif
