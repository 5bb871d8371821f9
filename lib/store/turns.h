/*
 * Turns: how the processes that share a SQLite file take turns at it and wake one another, through a page of memory
 * that all of them map from a small file beside it.
 *
 * SQLite's own lock says only that somebody else has it, so who wants it would have to ask again and again, and luck would
 * decide who is next. Here each takes a number and sleeps until it is called, in order. What excludes others is
 * SQLite's lock alone: the page has no state that could be wrong for longer than a moment. One who was killed with a number in
 * the hand is passed over when somebody looks after it; one who is stopped, or whose pid means nothing here, when nothing
 * moved for as long as turns_patience.
 *
 * Who waits for something else (a slot, a turn) sleeps on a cell that is chosen by the hash of the key; to be woken is to see
 * it changed. Two keys may share a cell, then both wake. Cells only count, so it does not matter who dies where.
 *
 * inotify would do for a few, but 128 instances are all that a user has.
 */
#ifndef STORE_TURNS_H
#define STORE_TURNS_H

#include "base/str.h"

#include <stdatomic.h>
#include <stdint.h>

enum { TURNS_HOLDERS = 1024, TURNS_CELLS = 16368 - TURNS_HOLDERS };

/* One page by any processor's measure: 64 KiB. */
struct turns {
	_Atomic uint32_t next;    /* the number that the next to come takes */
	_Atomic uint32_t serving; /* the number whose turn it is */
	_Atomic uint32_t unused[14];
	_Atomic uint32_t
		holder[TURNS_HOLDERS]; /* the pid that took a number, by the number's last bits */
	_Atomic uint32_t cell[TURNS_CELLS];
};

extern const double turns_patience;

/* Map the page from the file PATH, made with mode 0600 where it is missing. NULL with errno. */
struct turns *turns_open(const char *path);
void turns_close(struct turns *t);

/* Take a number and wait until it is called; false where that is not before DEADLINE by clock_mono. */
bool turns_take(struct turns *t, double deadline, uint32_t *number);

/* Call the next one. Safe also after others have lost their patience with NUMBER. */
void turns_pass(struct turns *t, uint32_t number);

static inline uint32_t
turns_cell(uint64_t hash)
{
	return (uint32_t)(hash % TURNS_CELLS);
}

void turns_wake(struct turns *t, uint32_t cell);

/* Sleep until the cell is no longer SEEN, SECONDS at most, or a signal comes. */
void turns_sleep(struct turns *t, uint32_t cell, uint32_t seen, double seconds);

#endif
