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

#endif
