/*
 * A sieve finds where any of many texts occur, all in one pass over the bytes, however many there are: the automaton of
 * Aho and Corasick (CACM 18, 1975) as a table of states.
 *
 *   sieve_add(s, text, number) …; sieve_ready(s);
 *   sieve_run(s, text, hit, arg)          hit(arg, number, end) for each occurrence, in order of where they end
 */
#ifndef SCAN_SIEVE_H
#define SCAN_SIEVE_H

#include "base/str.h"

#include <stdint.h>

struct sieve;

struct sieve *sieve_new(void);
void sieve_free(struct sieve *s);

/* TEXT is not empty. The same text may be added with several numbers. All are added before sieve_ready. */
void sieve_add(struct sieve *s, struct str text, unsigned number);
void sieve_ready(struct sieve *s);

/* Call HIT for each occurrence, with where it ends. */
void sieve_run(const struct sieve *s, struct str text,
               void (*hit)(void *arg, unsigned number, size_t end), void *arg);

#endif
