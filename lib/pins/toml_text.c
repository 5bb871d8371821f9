#include "pins/toml_text.h"

#include "base/utf8.h"

bool
toml_fail(struct toml_reader *r, const char *reason)
{
	if (!r->error->reason)
		*r->error = (struct toml_error){r->line, reason};
	return false;
}

static void
next_line(struct toml_reader *r)
{
	r->p++;
	r->line++;
	r->mark = r->p;
	r->mark_column = 1;
}

void
toml_skip_blanks(struct toml_reader *r)
{
	while (toml_at(r, ' ') || toml_at(r, '\t'))
		r->p++;
}

bool
toml_take_line_end(struct toml_reader *r)
{
	toml_skip_blanks(r);
	if (toml_at(r, '#'))
		while (r->p < r->end && *r->p != '\n')
			r->p++;
	if (toml_at(r, '\r') && r->p + 1 < r->end && r->p[1] == '\n')
		r->p++;
	if (r->p == r->end)
		return true;
	if (!toml_at(r, '\n'))
		return toml_fail(r, "something after a value or a header");
	next_line(r);
	return true;
}

bool
toml_skip_space(struct toml_reader *r)
{
	for (;;) {
		toml_skip_blanks(r);
		if (!toml_at(r, '#') && !toml_at(r, '\n') && !toml_at(r, '\r'))
			return true;
		if (!toml_take_line_end(r))
			return false;
	}
}

static int
hex(char c)
{
	return c >= '0' && c <= '9'                 ? c - '0'
	       : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
	                                            : -1;
}

static bool
take_code(struct toml_reader *r, int digits)
{
	uint32_t code = 0;
	char bytes[4];

	for (; digits > 0; digits--, r->p++) {
		if (r->p == r->end || hex(*r->p) < 0)
			return toml_fail(r, "bad escape in a string");
		code = code << 4 | (uint32_t)hex(*r->p);
	}
	if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return toml_fail(r, "an escape that is no character");
	buf_add(&r->scratch, bytes, utf8_encode(bytes, code));
	return true;
}

/* After a backslash in a basic string. */
static bool
take_escape(struct toml_reader *r, bool multi)
{
	static const char from[] = "btnfre\"\\", to[] = "\b\t\n\f\r\033\"\\";
	const char *found;
	char c;

	if (multi &&
	    (toml_at(r, ' ') || toml_at(r, '\t') || toml_at(r, '\r') || toml_at(r, '\n'))) {
		toml_skip_blanks(r);
		toml_take(r, '\r');
		if (!toml_at(r, '\n'))
			return toml_fail(r, "bad escape in a string");
		while (toml_at(r, ' ') || toml_at(r, '\t') || toml_at(r, '\r') ||
		       toml_at(r, '\n')) {
			if (*r->p == '\n')
				next_line(r);
			else
				r->p++;
		}
		return true;
	}
	if (r->p == r->end)
		return toml_fail(r, "unterminated string");
	c = *r->p++;
	if (c == 'u' || c == 'U')
		return take_code(r, c == 'u' ? 4 : 8);
	found = c ? strchr(from, c) : NULL;
	if (!found)
		return toml_fail(r, "bad escape in a string");
	buf_byte(&r->scratch, to[found - from]);
	return true;
}

/* How many QUOTEs stand at P. */
static size_t
quotes(const struct toml_reader *r, char quote)
{
	size_t n = 0;

	while (r->p + n < r->end && r->p[n] == quote)
		n++;
	return n;
}

/* Whether the string ends here, which is then passed. Up to two quotes may stand before the three that end a long one. */
static bool
ends_string(struct toml_reader *r, char quote, bool multi)
{
	size_t n = quotes(r, quote);

	if (!multi)
		return n > 0 && toml_take(r, quote);
	if (n < 3)
		return false;
	n = n > 5 ? 5 : n;
	buf_add(&r->scratch, r->p, n - 3);
	r->p += n;
	return true;
}

bool
toml_take_string(struct toml_reader *r, struct str *text)
{
	char quote = *r->p;
	bool multi = quotes(r, quote) >= 3;

	buf_reset(&r->scratch);
	r->p += multi ? 3 : 1;
	if (multi && toml_at(r, '\r') && r->p + 1 < r->end && r->p[1] == '\n')
		r->p++;
	if (multi && toml_at(r, '\n'))
		next_line(r);
	while (!ends_string(r, quote, multi)) {
		if (r->p == r->end || (!multi && *r->p == '\n'))
			return toml_fail(r, "unterminated string");
		if (*r->p == '\\' && quote == '"') {
			r->p++;
			if (!take_escape(r, multi))
				return false;
			continue;
		}
		buf_byte(&r->scratch, *r->p);
		if (*r->p == '\n')
			next_line(r);
		else
			r->p++;
	}
	*text = arena_copy(r->arena, buf_view(&r->scratch));
	return true;
}

bool
toml_is_bare(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' ||
	       c == '-';
}

bool
toml_take_key(struct toml_reader *r, struct str *key)
{
	const char *from = r->p;

	if (toml_at(r, '"') || toml_at(r, '\''))
		return quotes(r, *r->p) >= 3 ? toml_fail(r, "bad key") : toml_take_string(r, key);
	while (r->p < r->end && toml_is_bare(*r->p))
		r->p++;
	*key = (struct str){from, (size_t)(r->p - from)};
	return key->len > 0 || toml_fail(r, "a key is missing");
}
