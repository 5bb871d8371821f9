/*
 * Of a pattern the texts of which at least one must occur wherever it matches, so that a file with none of them need not be
 * searched. Found by reading the pattern; where that is not clear there are none, and every file is searched.
 */
#ifndef SCAN_LITERALS_H
#define SCAN_LITERALS_H

#include "base/arena.h"

enum { LITERALS_MAX = 16, LITERALS_SHORTEST = 2 };

struct literals {
	struct str text[LITERALS_MAX];
	size_t count; /* 0: nothing is known */
};

/* PATTERN is one that PCRE2 has accepted, without options that change how it is read. White space is never part of one. */
struct literals literals_of(struct str pattern, struct arena *a);

#endif
