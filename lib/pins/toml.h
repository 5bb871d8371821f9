/*
 * TOML 1.0, as much of it as files of dependencies have: tables, arrays of tables, keys bare, quoted and dotted, the four
 * kinds of strings, arrays, inline tables, comments. Of numbers, booleans and dates the text is kept and not checked,
 * nor is it that a table is defined once: a key that is there already is taken as another beside it.
 *
 * A tree in an arena, which keeps where things stand. Text is UTF-8 or any bytes; nesting deeper than TOML_MAX_DEPTH
 * is refused. Debian has no C library for TOML.
 */
#ifndef PINS_TOML_H
#define PINS_TOML_H

#include "base/arena.h"

enum { TOML_MAX_DEPTH = 64 };

enum toml_type { TOML_TABLE, TOML_ARRAY, TOML_STRING, TOML_OTHER };

struct toml {
	enum toml_type type;
	struct str key; /* in the table that holds it; empty for an element of an array */
	struct str
		text; /* of a string, escapes resolved; of anything else that is no table or array, as written */
	size_t line, column; /* of the value, or of the key for a table that a header made */
	struct toml *child, *last, *next;
};

struct toml_error {
	size_t line;
	const char *reason; /* a constant */
};

/* The root table of TEXT; NULL with *error set where it is no such text. */
struct toml *toml_parse(struct arena *a, struct str text, struct toml_error *error);

/* The child KEY of TABLE, the first of that name; NULL where there is none, or TABLE is NULL or no table. */
const struct toml *toml_get(const struct toml *table, const char *key);

/* The string KEY of TABLE; empty where there is none. */
struct str toml_string(const struct toml *table, const char *key);

/* Of the NULL-terminated KEYS the first that TABLE has a string for; NULL where it has none. */
const struct toml *toml_first(const struct toml *table, const char *const *keys);

#endif
