/*
 * Strings of Python that hold code in braces, f"{x["a"]:{n}}": the code may have strings with the same quotes in it, so
 * that where such a string ends can only be told by reading it.
 */
#include "source/lexer.h"

enum { FIELDS = 16 }; /* within one another */

static const char *field_end(const struct lexer *l, const char *p, bool lines, unsigned depth);

/* Whether the letters before QUOTE make braces in the string code. */
static bool
has_fields(const struct lexer *l, const char *quote)
{
	const char *p = quote;
	bool found = false;

	for (; p > l->text && quote - p < 2 && memchr("fFrRtT", p[-1], 6); p--)
		found |= p[-1] != 'r' && p[-1] != 'R';
	return found && (p == l->text || !lexer_is_word(p[-1]));
}

static size_t
quote_length(const struct lexer *l, const char *p)
{
	return l->end - p >= 3 && p[1] == *p && p[2] == *p ? 3 : 1;
}

/* Past the string that begins with QUOTE; NULL where it has no end. */
static const char *
string_end(const struct lexer *l, const char *quote, unsigned depth)
{
	bool fields = has_fields(l, quote);
	size_t len = quote_length(l, quote);
	const char *p = quote + len;

	while (p && p < l->end) {
		if (*p == '\n' && len == 1)
			return NULL;
		if (*p == *quote && (len == 1 || quote_length(l, p) == 3))
			return p + len;
		if (fields && *p == '{')
			p = l->end - p > 1 && p[1] == '{'
			            ? p + 2
			            : field_end(l, p + 1, len == 3, depth + 1);
		else
			p += lexer_escape(l, p, fields ? '{' : 0);
	}
	return NULL;
}

/* Past the brace that ends the field whose code begins at P; LINES: what follows its colon may go over line ends. */
static const char *
field_end(const struct lexer *l, const char *p, bool lines, unsigned depth)
{
	size_t open = 0;
	bool layout = false; /* after the colon, where all is text but further fields */

	if (depth > FIELDS)
		return NULL;
	while (p && p < l->end) {
		char c = *p++;

		if (c == '}' && open == 0)
			return p;
		if (layout) {
			if (c == '\n' && !lines)
				return NULL;
			if (c == '{')
				p = field_end(l, p, lines, depth + 1);
		} else if (c == '"' || c == '\'') {
			p = string_end(l, p - 1, depth);
		} else if (c == '#') {
			p = lexer_line_end(l, p);
		} else if (c == '(' || c == '[' || c == '{') {
			open++;
		} else if (c == ')' || c == ']' || c == '}') {
			if (open-- == 0)
				return NULL;
		} else {
			layout = c == ':' && open == 0;
		}
	}
	return NULL;
}

bool
lexer_format(struct lexer *l)
{
	size_t len = quote_length(l, l->p);
	const char *end = NULL;

	if (l->unfinished || !has_fields(l, l->p))
		return false;
	end = string_end(l, l->p, 0);
	if (!end) {
		l->unfinished = true;
		return false;
	}
	lexer_code(l, len);
	lexer_take(l, end - len, SOURCE_STRING);
	lexer_code(l, len);
	return true;
}
