/*
 * A str is a span of bytes that somebody else owns. It is passed by value, is not NUL-terminated, and
 * lives as long as what it points into.
 */
#ifndef BASE_STR_H
#define BASE_STR_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

struct str {
	const char *ptr;
	size_t len;
};

#define STR(literal) ((struct str){(literal), sizeof(literal) - 1})
#define STR_NONE     ((struct str){NULL, 0})
#define STR_FMT      "%.*s"
#define STR_ARG(s)   (int)(s).len, (s).ptr

static inline struct str
str_of(const char *s)
{
	return (struct str){s, strlen(s)};
}

static inline bool
str_eq(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool
str_is(struct str a, const char *s)
{
	return str_eq(a, str_of(s));
}

/* Equal, but for the case of ASCII letters. */
static inline bool
str_eq_case(struct str a, struct str b)
{
	return a.len == b.len && (a.len == 0 || strncasecmp(a.ptr, b.ptr, a.len) == 0);
}

static inline bool
str_starts(struct str a, struct str prefix)
{
	return a.len >= prefix.len &&
	       (prefix.len == 0 || memcmp(a.ptr, prefix.ptr, prefix.len) == 0);
}

static inline struct str
str_from(struct str a, size_t offset)
{
	return offset > 0 ? (struct str){a.ptr + offset, a.len - offset} : a;
}

/* A copy that is the caller's: free((char *)ptr), which is never NULL. */
struct str str_dup(struct str a);

/* Byte order, a shorter one first where one begins the other: for qsort and bsearch. */
int str_cmp(struct str a, struct str b);

/* Without leading and trailing ASCII white space. */
struct str str_trim(struct str a);

/* The next line of *rest without its LF or CRLF, which *rest is moved past; false at the end. */
bool str_line(struct str *rest, struct str *line);

/* The next item of a comma-separated list, trimmed; *rest is moved past it. False at the end. */
bool str_item(struct str *rest, struct str *item);

/* An agent, topic or lock name: ^[A-Za-z0-9_-]{1,128}$. To be asked wherever one names a file or a key. */
bool str_is_name(struct str a);

/* Whether it is one of the NULL-terminated words, but for the case of ASCII letters. */
bool str_is_any(struct str a, const char *const *words);

/* Of the NULL-terminated words the one that was probably meant, or NULL: for "did you mean". */
const char *str_nearest(struct str word, const char *const *words);

#endif
