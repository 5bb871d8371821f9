/*
 * Inside of pins: looking at the characters of versions.
 */
#ifndef PINS_CHARS_H
#define PINS_CHARS_H

#include "base/str.h"

static inline bool
pin_is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static inline bool
pin_is_alnum(char c)
{
	return pin_is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

static inline bool
pin_is_hex(char c)
{
	return pin_is_digit(c) || ((c | 32) >= 'a' && (c | 32) <= 'f');
}

/* What the versions of any kind are made of. */
static inline bool
pin_is_version_char(char c)
{
	return pin_is_alnum(c) || c == '.' || c == '-' || c == '+' || c == '_' || c == '!';
}

/* Whether S is not empty, and all of it IS. */
bool pin_all_of(struct str s, bool (*is)(char));

bool pin_contains(struct str s, const char *part);

/* The part of S before the first C, S being moved past that; all of it where there is none. */
struct str pin_split(struct str *s, char c);

/* "1.2.3", with what may come after a hyphen or a plus sign. */
bool pin_is_semver(struct str v);

#endif
