/*
 * Paths and line numbers in running text, what locate.c is made of; private to
 * the report reader.
 */
#ifndef REPORT_LOCATE_H
#define REPORT_LOCATE_H

#include "report/reading.h"

/* Whether C may be in a path, and how long the path-like word at the start of S
 * is. */
bool path_char(char c);
size_t path_length(struct str s);

/* Whether a word is a path. LABEL: it stands where a path is announced, so that
 * a directory counts. */
bool path_is(struct str s, bool label);

enum { MAX_RANGES = 64 };

struct ranges {
	struct claim_range range[MAX_RANGES];
	size_t count;
};

/* A list of ranges, "126-140, L10, ~70"; returns how much of S it takes, 0
 * where there is none. */
size_t ranges_read(struct str s, struct ranges *r);

/* Digits at the start of S: how many, and their number, at most UINT32_MAX. */
size_t digits_length(struct str s);
uint32_t line_number_of(struct str s);

/* Marks that may stand around numbers: emphasis, code, spaces. */
size_t padding_length(struct str s);

#endif
