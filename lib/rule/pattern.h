/*
 * Patterns: PCRE2 with its JIT where there is one, and with limits, so that no pattern and no text hangs the caller;
 * see cond_pattern.c.
 */
#ifndef RULE_PATTERN_H
#define RULE_PATTERN_H

#include "rule/cond.h"

struct pattern;

/* Compile a pattern; NULL with *error set, its column counted from the pattern's start. */
struct pattern *pattern_compile(struct str text, unsigned options, struct cond_error *error);

/* Add the option that a letter after a pattern stands for: i, m, s, x. */
bool pattern_flag(char flag, unsigned *options);
void pattern_free(struct pattern *p);

/* 1 where P matches in TEXT, 0 where not, -1 where the search was given up. */
int pattern_match(const struct pattern *p, struct str text);

/* What it matched of TEXT, for which pattern_match has just said 1. */
struct str pattern_span(const struct pattern *p, struct str text);

/* Its groups that have names, and the number of the one of that name, 0 where there is none. */
size_t pattern_names(const struct pattern *p);
struct str pattern_name(const struct pattern *p, size_t i);
unsigned pattern_group(const struct pattern *p, struct str name);

/*
 * Searching in long texts, again and again, with what groups matched: each thread has a search of its own, through which
 * any patterns are asked. The limits bound the whole way through a text of a file's size; a heavy pattern is searched
 * for in up to SEARCH_HEAVY bytes.
 */
enum { SEARCH_GROUPS = 32, SEARCH_HEAVY = 64 << 10 };

struct search;

struct search *search_new(void);
void search_free(struct search *s);

/* The first match of P in TEXT that begins at FROM or after it: 1, 0 or -1 as pattern_match has them. */
int search_next(struct search *s, const struct pattern *p, struct str text, size_t from);

/* Where the group N, 0 being all of it, of that match begins and ends; false where it has no part in it. */
bool search_group(const struct search *s, unsigned n, size_t *from, size_t *to);

#endif
