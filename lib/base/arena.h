/*
 * An arena: memory for many small things that all end together.
 *
 *   struct arena a = ARENA_INIT;
 *   struct str s = arena_copy(&a, text);      lives until arena_release, and never moves
 *
 * Allocation does not fail (base/mem.h); nothing is freed one by one.
 */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/str.h"

struct arena {
	struct arena_chunk *chunk;
};

#define ARENA_INIT   \
	{            \
		NULL \
	}

/* SIZE bytes, aligned for anything, not cleared. */
void *arena_take(struct arena *a, size_t size);

/* A copy of S with a NUL after it (not counted in its length). */
struct str arena_copy(struct arena *a, struct str s);

/* Free all; then it is ARENA_INIT again. */
void arena_release(struct arena *a);

#endif
