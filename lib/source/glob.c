/*
 * Globs, as git has them in gitignore(5) and in what it does.
 *
 * Where a star was passed, that place is kept to go on from when the rest does not match: one for * within a part of
 * the path and one for **, which is all that is ever needed, so the time is at most the product of both lengths, and
 * of the number of parts.
 */
#include "source/ignore.h"

/* Whether C is of the class NAME; *KNOWN becomes false where there is none of that name. */
static bool
in_named(struct str name, unsigned char c, bool *known)
{
	static const struct {
		const char *name, *ranges;
	} classes[] = {{"alnum", "09azAZ"},
	               {"alpha", "azAZ"},
	               {"blank", "  \t\t"},
	               {"digit", "09"},
	               {"cntrl", "\1\37\177\177"},
	               {"graph", "!~"},
	               {"lower", "az"},
	               {"print", " ~"},
	               {"punct", "!/:@[`{~"},
	               {"upper", "AZ"},
	               {"space", "  \t\n\r\r"},
	               {"xdigit", "09afAF"}};

	for (size_t i = 0; i < sizeof(classes) / sizeof(classes[0]); i++) {
		if (!str_is(name, classes[i].name))
			continue;
		for (const char *r = classes[i].ranges; *r; r += 2)
			if (c >= (unsigned char)r[0] && c <= (unsigned char)r[1])
				return true;
		return false;
	}
	*known = false;
	return false;
}

/*
 * [:name:] at P: past it, and whether C is of it. P itself where that is no class; NULL where it has no end or an unknown
 * name, so that nothing can match.
 */
static const char *
named_class(const char *p, const char *end, unsigned char c, bool *in)
{
	const char *name = p + 2, *shut;
	bool known = true;

	if (end - p < 2 || p[0] != '[' || p[1] != ':')
		return p;
	shut = memchr(name, ']', (size_t)(end - name));
	if (!shut)
		return NULL;
	if (shut == name || shut[-1] != ':')
		return p;
	*in |= in_named((struct str){name, (size_t)(shut - 1 - name)}, c, &known);
	return known ? shut + 1 : NULL;
}

/* A set at P, which is after its '[': past its ']', and whether C is in it; NULL where nothing can be. */
static const char *
set_match(const char *p, const char *end, unsigned char c, bool *in)
{
	bool inverted = p < end && (*p == '!' || *p == '^');
	const char *first;

	*in = false;
	p += inverted;
	for (first = p; p < end && (*p != ']' || p == first);) {
		const char *past = named_class(p, end, c, in);
		unsigned char low, high;

		if (past != p) {
			if (!past)
				return NULL;
			p = past;
			continue;
		}
		p += *p == '\\' && end - p > 1;
		low = high = (unsigned char)*p++;
		if (end - p > 1 && *p == '-' && p[1] != ']') {
			p++;
			p += *p == '\\' && end - p > 1;
			high = (unsigned char)*p++;
		}
		/* Of a range that goes down the first is there all the same. */
		*in |= c == low || (c >= low && c <= high);
	}
	if (p == end)
		return NULL;
	*in ^= inverted;
	return p + 1;
}

/* What one element of the glob at *G, no star, says of C; *G goes past it where that is yes. */
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
		p = set_match(p + 1, end, (unsigned char)c, &in);
		if (!p || !in || c == '/')
			return false;
		*g = p;
		return true;
	}
	if (*p == '\\' && ++p == end)
		return false;
	*g = p + 1;
	return *p == c;
}

/* How much of GLOB is plain text, up to what means something. */
static size_t
plain_length(struct str glob)
{
	size_t n = 0;

	while (n < glob.len && !strchr("*?[\\", glob.ptr[n]))
		n++;
	return n;
}

/*
 * The stars at P: past them. *OVER where they match slashes too: two or more that are a whole part of the path. As a
 * whole part git also takes those before which nothing but plain text stands, as in a**.
 */
static const char *
stars(struct str glob, const char *p, bool *over)
{
	const char *end = glob.ptr + glob.len, *first = p;
	bool begins;

	while (p < end && *p == '*')
		p++;
	begins = first == glob.ptr + plain_length(glob) || first[-1] == '/';
	*over = p - first >= 2 && begins &&
	        (p == end || *p == '/' || (*p == '\\' && end - p > 1 && p[1] == '/'));
	return p;
}

/* A place to go on from when what follows does not match. */
struct retry {
	const char *glob, *text;
};

/* Take up the last place where more of the text may be passed over. */
static bool
again(struct retry *star, struct retry *parts, const char *end, const char **g, const char **t)
{
	if (star->glob && star->text < end && *star->text != '/') {
		*g = star->glob;
		*t = ++star->text;
		return true;
	}
	star->glob = NULL;
	if (!parts->glob || parts->text == end)
		return false;
	*g = parts->glob;
	*t = parts->text++;
	return true;
}

bool
glob_matches(struct str glob, struct str text)
{
	const char *g = glob.ptr, *g_end = g + glob.len, *t = text.ptr, *t_end = t + text.len;
	struct retry star = {NULL, NULL}, parts = {NULL, NULL};

	while (t < t_end || g < g_end) {
		if (g < g_end && *g == '*') {
			bool over;

			g = stars(glob, g, &over);
			if (over && g == g_end)
				return true;
			*(over ? &parts : &star) = (struct retry){g, t};
			if (over) {
				star.glob = NULL;
				g += *g == '/'; /* at first, no part at all */
			}
			continue;
		}
		if (g < g_end && t < t_end && element(&g, g_end, *t)) {
			t++;
			continue;
		}
		if (!again(&star, &parts, t_end, &g, &t))
			return false;
	}
	return true;
}
