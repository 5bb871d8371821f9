/*
 * Conditions: small expressions over the members of a record, with a grammar in eros-rules(5).
 *
 *   risk_score >= 0.3 and not void_active        content =~ /retry|panic/i
 *   specialty in ("code", "browser")             meta.turn % 10 == 0
 *   exists(goal)                                 count(tool == "bash" and not ok) over 5m >= 3
 *
 * A condition is compiled once into an array of instructions and evaluated on a fixed stack,
 * without allocation and in time linear in its size; it can name members and constants and nothing
 * else, so it cannot reach the system. Patterns are PCRE2, compiled by its JIT where there is one
 * and matched under a limit.
 *
 * A comparison with a missing member, or between values of different kinds, is false (and so is its
 * negation by != ); "not" turns false into true, so "not (x > 1)" holds where x is missing. A
 * member by itself is true where it is true, and false for false, null or anything else.
 */
#ifndef RULE_COND_H
#define RULE_COND_H

#include "record/record.h"

/*
 * Limits on a condition's text, on nesting in it, and on PCRE2's steps at one place of a string: fewer in a long
 * string, see cond_pattern.c.
 */
enum { COND_MAX_TEXT = 8192, COND_MAX_DEPTH = 64, COND_MATCH_LIMIT = 100000 };

enum {
	COND_WINDOWS = 1, /* allow count(COND) over DURATION and absent(MEMBER) over DURATION */
};

struct cond;

struct cond_error {
	unsigned column; /* from 1, in bytes */
	char reason[160];
};

/* "expected a number after '>=' at column 14" */
void cond_error_text(const struct cond_error *error, struct buf *out);

/* Compile TEXT. NULL where it is wrong, with *error saying why. */
struct cond *cond_compile(struct str text, unsigned flags, struct cond_error *error);
void cond_free(struct cond *c);

/*
 * Windows: what a condition counts over time. The caller keeps the counts and hands their values
 * in, in the order of cond_window. For a count the value is how many records fulfilled COND within
 * the duration; for absent, how many had the member or were of that type (absent holds where that is 0).
 */
struct cond_window {
	double seconds;
	bool absent; /* absent(member) over …, else count(…) over … */
	const struct cond *
		cond; /* what a record must fulfil to be counted: for absent(x), exists(x) or type == "x" */
};

size_t cond_windows(const struct cond *c);
const struct cond_window *cond_window(const struct cond *c, size_t i);

/* Whether R fulfils the condition. COUNTS has cond_windows() values; NULL where there are none. */
bool cond_eval(const struct cond *c, const struct record *r, const double *counts);

/*
 * How often a pattern's match was given up for COND_MATCH_LIMIT since the start (such a match
 * counts as false): a command says so at its end.
 */
extern size_t cond_given_up;

/* For checking: whether the condition is the same for every record, such as 1 > 2; *value is then
 * set. */
bool cond_is_constant(const struct cond *c, bool *value);

/*
 * Where, as a column, some comparison in it, or some part of an "and", "or" or "not", is the same for every
 * record, such as the second one of "x > 1 and 1 > 2"; 0 where none is.
 */
unsigned cond_constant_part(const struct cond *c);

/* The members it names, those within its windows too, each once, as paths: for hints about names that no record has. */
size_t cond_members(const struct cond *c);
struct str cond_member(const struct cond *c, size_t i);

/* Whether the i-th is read from the record itself, and not only to be counted over time. */
bool cond_reads(const struct cond *c, size_t i);

/* Whether it asks by exists() for a member of the record itself. */
bool cond_asks(const struct cond *c);

/*
 * Conditions that are asked about the same records can share what they look up: a member that several of them name
 * is found, and its number read, once for each record. Whoever shares says when another record follows.
 */
struct cond_share;

struct cond_share *cond_share_new(void);
void cond_share_add(struct cond_share *s,
                    struct cond *c); /* C, and the conditions of its windows */
void cond_share_next(struct cond_share *s);

/* What is at PATH, which outlives the share, for others that want it of the same records; false where nothing is. */
struct memo;
struct memo *cond_share_memo(struct cond_share *s, struct str path);
bool memo_get(struct memo *m, const struct record *r, struct json *value);

void cond_share_free(struct cond_share *s); /* its conditions are not evaluated any more */

#endif
