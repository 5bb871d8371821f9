/*
 * A sieve finds where any of many texts occur, all in one pass over the bytes that mostly leaps: the algorithm of Wu and
 * Manber (TR-94-17, University of Arizona, 1994) with pairs of bytes.
 *
 *   sieve_add(s, text, number) …; sieve_ready(s);
 *   sieve_run(s, text, hit, arg)          hit(arg, number, end) for each occurrence, in order of where they begin
 */
#ifndef SCAN_SIEVE_H
#define SCAN_SIEVE_H

#include "base/str.h"

#include <stdint.h>

struct sieve;

struct sieve *sieve_new(void);
void sieve_free(struct sieve *s);

/* TEXT, which is copied, has at least two bytes. The same may be added with several numbers. All are added before sieve_ready. */
void sieve_add(struct sieve *s, struct str text, unsigned number);
void sieve_ready(struct sieve *s);

/* Call HIT for each occurrence, with where it ends. */
void sieve_run(const struct sieve *s, struct str text,
               void (*hit)(void *arg, unsigned number, size_t end), void *arg);

#endif
