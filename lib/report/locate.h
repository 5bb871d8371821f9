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

/* The number that S begins with, at most UINT32_MAX. */
uint32_t line_number_of(struct str s);

/* What scanning a text finds, one by one. */
struct scan {
	struct str text;
	size_t at;
	bool label; /* a path is announced */
	struct str path, url;
	struct ranges ranges;
	bool lines_alone; /* "Line 1041": no path */
	bool named;       /* a path was, so that ":12" is of it */
};

/* The next location in the text; false at its end. */
bool scan_next(struct scan *s);

/* "line", "at lines ", "Line:" before a number: how long it is, or 0. */
size_t lines_word(struct str s);

/* The path and lines of a link to a file, a permalink or relative; false where it is to something else. */
bool url_read(struct str url, struct str *path, struct ranges *r);

/* Marks that may stand around numbers: emphasis, code, spaces. */
size_t padding_length(struct str s);

#endif
