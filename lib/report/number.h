/*
 * The letters and numbers that titles are made of: private to the report reader.
 */
#ifndef REPORT_NUMBER_H
#define REPORT_NUMBER_H

#include "report/reading.h"

/* "1", "2.3", "4a" and "M-01", "TOB-ABC-4", "H2" at the start of S: how long they are, or 0. */
size_t number_length(struct str s);
size_t name_length(struct str s);

/* How long the marks at the start of S are that part a number from a title, or 0. */
size_t separator_length(struct str s);

/* The bracket that S begins with, what is in it, and how long it is; 0 where there is none. */
size_t bracket_first(struct str s, struct str *in);

/* The bracket that S ends in, what is in it, and where it opens; 0 where there is none, or nothing before it. */
size_t bracket_last(struct str s, struct str *in);

/* S without its first N bytes, and the marks that follow them. */
struct str past_marks(struct str s, size_t n);

/* What comes before a number: "Bug #3", and "Phase 2", which is no finding. */
enum noun { NOUN_NONE, NOUN_FINDING, NOUN_STEP };

/* The noun at the start of S, and how long it is. */
enum noun noun_at(struct str s, size_t *length);

/* The two ends of a title (head.c, head_end.c). WORDS rate the finding, unless others did already. */
bool head_rate(struct head *h, struct str words);

/* What begins with a severity and says little else: "HIGH", "CRITICAL - fix now", "Severity: High". */
bool head_is_rating(struct str s);

/* Take a severity and a status from the end of S. */
void head_end(struct str *s, struct head *h);

#endif
