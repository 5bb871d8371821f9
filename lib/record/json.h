/*
 * JSON values inside text that record_scan() or json_scan() has validated.
 *
 * A struct json is a view: it points into the text, owns nothing and lives as long as the text.
 * Because the text is known to be valid, the functions below cannot fail on its form and do not
 * check it again.
 */
#ifndef RECORD_JSON_H
#define RECORD_JSON_H

#include "base/buf.h"

#include <stdint.h>

enum json_type {
	JSON_NULL,
	JSON_FALSE,
	JSON_TRUE,
	JSON_NUMBER,
	JSON_STRING,
	JSON_ARRAY,
	JSON_OBJECT,
};

struct json {
	const char *
		ptr; /* the value as written: a string with its quotes, an object with its braces */
	size_t len;
	enum json_type type;
	bool escaped; /* a string that holds a backslash */
};

/* The reader's line buffer and every other text that is scanned ends in a NUL and has this much
 * room after it. */
enum { JSON_PAD = 64, JSON_MAX_DEPTH = 512 };

struct json_error {
	const char *reason; /* "unterminated string"; a constant */
	size_t offset;      /* in bytes from the start of the text */
};

/*
 * Validate TEXT as one JSON value of any type (RFC 8259, UTF-8, nesting up to JSON_MAX_DEPTH) and
 * describe it. TEXT.ptr[TEXT.len] is NUL and JSON_PAD bytes from there on can be read.
 */
bool json_scan(struct str text, struct json *value, struct json_error *error);

/* Add TEXT and the padding that json_scan needs to a buffer, for text that comes from elsewhere. */
void buf_padded(struct buf *b, struct str text);

/* The number's value; false where V is no number or overflows a double. */
bool json_number(struct json v, double *number);

/* A number that is a whole one from 0 to 2^53. */
bool json_count(struct json v, uint64_t *count);

static inline bool
json_is_bool(struct json v)
{
	return v.type == JSON_TRUE || v.type == JSON_FALSE;
}

/*
 * The string's contents, escapes resolved: a view into the text where it has none, else of SCRATCH,
 * to which it is added and which may move by that: reserve room first to hold several views of one
 * SCRATCH (the contents are never longer than the string as written). \udcXX becomes the byte XX
 * (see buf_quote); any other lone surrogate becomes U+FFFD. V must be a string.
 */
struct str json_string(struct json v, struct buf *scratch);

/* Whether V is a string and its contents are S. */
bool json_is(struct json v, struct str s);

/* The text of V as it would be shown: a string's contents, anything else as written. */
struct str json_text(struct json v, struct buf *scratch);

/* The member KEY of OBJECT, the last of that name; false where there is none or OBJECT is no
 * object. */
bool json_get(struct json object, struct str key, struct json *value);

/*
 * Walking an array or an object:
 *
 *   struct json_iter it = json_iter(v);
 *   struct json key, value;              key is the member's name as a string; unset for an array
 *   while (json_next(&it, &key, &value))
 */
struct json_iter {
	const char *p, *end;
	bool object;
};

struct json_iter json_iter(struct json v);
bool json_next(struct json_iter *it, struct json *key, struct json *value);

#endif
