/*
 * Reading TOML's text: blanks, lines, keys and strings, for lib/pins/toml.c alone. Each function that takes something moves the
 * reader past it; false means that it is not there, or, where it has to be, that the fault was noted.
 */
#ifndef PINS_TOML_TEXT_H
#define PINS_TOML_TEXT_H

#include "pins/toml.h"

#include "base/buf.h"
#include "base/map.h"

struct toml_reader {
	struct arena *arena;
	const char *p, *end;
	size_t line;
	const char *mark; /* on this line, and its column */
	size_t mark_column;
	struct toml_error *error; /* keeps the first fault */
	struct buf scratch;
	struct map
		tables; /* struct toml *, by the address of the table that holds it and its key */
	unsigned depth;
};

static inline bool
toml_at(const struct toml_reader *r, char c)
{
	return r->p < r->end && *r->p == c;
}

static inline bool
toml_take(struct toml_reader *r, char c)
{
	if (!toml_at(r, c))
		return false;
	r->p++;
	return true;
}

/* Note REASON, a constant, as the fault of this line; always false. */
bool toml_fail(struct toml_reader *r, const char *reason);

void toml_skip_blanks(struct toml_reader *r);

/* Blanks, comments and line ends, as inside an array. */
bool toml_skip_space(struct toml_reader *r);

/* To the next line where nothing but a comment is left of this one. */
bool toml_take_line_end(struct toml_reader *r);

/* What may stand in a key without quotes. */
bool toml_is_bare(char c);

/* One part of a key, bare or quoted. */
bool toml_take_key(struct toml_reader *r, struct str *key);

/* A string of any of the four kinds, at whose first quote the reader stands; its escapes are resolved. */
bool toml_take_string(struct toml_reader *r, struct str *text);

#endif
