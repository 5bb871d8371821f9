/*
 * Globs. Where a star was passed, that place is kept to go on from when the rest does not match: one for * within a part of
 * the path and one for **, which is all that is ever needed, so the time is at most the product of both lengths, and
 * of the number of parts.
 */
#include "source/ignore.h"

/* [:name:] at P: its length, and whether C is of it; 0 where it is none. */
static size_t
named_class(const char *p, const char *end, unsigned char c, bool *in)
{
	static const struct {
		const char *name, *ranges;
	} classes[] = {{"[:alnum:]", "09azAZ"}, {"[:alpha:]", "azAZ"}, {"[:blank:]", "  \t\t"},
	               {"[:digit:]", "09"},     {"[:lower:]", "az"},   {"[:punct:]", "!/:@[`{~"},
	               {"[:space:]", "  \t\r"}, {"[:upper:]", "AZ"},   {"[:xdigit:]", "09afAF"}};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		size_t len = strlen(classes[i].name);

		if ((size_t)(end - p) < len || memcmp(p, classes[i].name, len) != 0)
			continue;
		for (const char *r = classes[i].ranges; *r; r += 2)
			*in |= c >= (unsigned char)r[0] && c <= (unsigned char)r[1];
		return len;
	}
	return 0;
}

/* A class at P, which is after its '[': past its ']', and whether C is in it; NULL where it has no end. */
static const char *
class_match(const char *p, const char *end, unsigned char c, bool *in)
{
	bool inverted = p < end && (*p == '!' || *p == '^');
	const char *first;

	*in = false;
	p += inverted;
	for (first = p; p < end && (*p != ']' || p == first);) {
		size_t named = *p == '[' ? named_class(p, end, c, in) : 0;
		unsigned char low, high;

		if (named > 0) {
			p += named;
			continue;
		}
		p += *p == '\\' && end - p > 1;
		low = high = (unsigned char)*p++;
		if (end - p > 1 && *p == '-' && p[1] != ']') {
			p++;
			p += *p == '\\' && end - p > 1;
			high = (unsigned char)*p++;
		}
		*in |= c >= low && c <= high;
	}
	if (p == end)
		return NULL;
	*in ^= inverted;
	return p + 1;
}

/* What one element of the glob at *G, no star, says of C; *G goes past it. */
static bool
element(const char **g, const char *end, char c)
{
	const char *p = *g;
	bool in;

	if (*p == '?') {
		*g = p + 1;
		return c != '/';
	}
	if (*p == '[') {
		const char *past = class_match(p + 1, end, (unsigned char)c, &in);

		if (past) {
			*g = past;
			return in && c != '/';
		}
	} else if (*p == '\\' && end - p > 1) {
		p++;
	}
	*g = p + 1;
	return *p == c;
}

/* Two stars at P that are a whole part of the path. */
static bool
is_any_parts(const char *begin, const char *p, const char *end)
{
	return end - p >= 2 && p[0] == '*' && p[1] == '*' && (p == begin || p[-1] == '/') &&
	       (end - p == 2 || p[2] == '/');
}

bool
glob_matches(struct str glob, struct str text)
{
	const char *g = glob.ptr, *g_end = g + glob.len, *t = text.ptr, *t_end = t + text.len;
	const char *star = NULL, *star_t = NULL;   /* after a *, and how far it reaches */
	const char *parts = NULL, *parts_t = NULL; /* after a ** and its slash, likewise */

	while (t < t_end || g < g_end) {
		if (g < g_end && is_any_parts(glob.ptr, g, g_end)) {
			if (g_end - g == 2) /* "x/" and "**": anything within */
				return t < t_end;
			parts = g += 3;
			parts_t = t;
			star = NULL;
			continue;
		}
		if (g < g_end && *g == '*') {
			while (g < g_end && *g == '*')
				g++;
			star = g;
			star_t = t;
			continue;
		}
		if (g < g_end && t < t_end) {
			const char *next = g;

			if (element(&next, g_end, *t)) {
				g = next;
				t++;
				continue;
			}
		}
		if (star && star_t < t_end && *star_t != '/') {
			g = star;
			t = ++star_t;
			continue;
		}
		while (parts && parts_t < t_end && *parts_t != '/')
			parts_t++;
		if (!parts || parts_t >= t_end)
			return false;
		g = parts;
		t = ++parts_t;
		star = NULL;
	}
	return true;
}
