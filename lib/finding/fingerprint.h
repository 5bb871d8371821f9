/*
 * What tells a line of a file from others though the file was edited elsewhere or renamed: the hash that GitHub's code
 * scanning calls primaryLocationLineHash, so that both know the same finding.
 *
 * A line's hash is that of the first 100 characters from its start on, spaces and tabs left out, every line end counting
 * as one LF; at the end of the file a character U+FFFF and then zeros fill up. Characters are those of UTF-16. The hash
 * is the sum of each character times 37 to the power of how many follow it, modulo 2^64. After it stands a colon and a
 * number, from 1: the how manieth line of the file with this hash it is.
 * Source: src/fingerprints.ts of github.com/github/codeql-action.
 */
#ifndef FINDING_FINGERPRINT_H
#define FINDING_FINGERPRINT_H

#include "base/buf.h"

#include <stdint.h>

enum { FINGERPRINT_SIZE = 40 }; /* room for one, with its NUL */

/*
 * Call LINE for each line of TEXT, the empty one after a last line end included, with its number and its hash. TEXT may be
 * any bytes.
 */
void fingerprint_lines(struct str text,
                       void (*line)(void *arg, size_t number, const char *fingerprint), void *arg);

/*
 * The same for the COUNT lines that begin at the offsets START, which go up, with their index instead of their number: quicker
 * where they are few.
 */
void fingerprint_some(struct str text, const size_t *start, size_t count,
                      void (*line)(void *arg, size_t index, const char *fingerprint), void *arg);

/* The fingerprint of the line NUMBER of TEXT; false where it has no such line. */
bool fingerprint_line(struct str text, size_t number, char fingerprint[static FINGERPRINT_SIZE]);

#endif
