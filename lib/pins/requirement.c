/*
 * Requirements as PEP 508 has them, and what pip takes besides: URLs and paths without a name.
 */
#include "pins/version.h"

static bool
is_name_char(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '.' ||
	       c == '_' || c == '-';
}

static struct str
skip_blanks(struct str s)
{
	while (s.len > 0 && (s.ptr[0] == ' ' || s.ptr[0] == '\t'))
		s = str_from(s, 1);
	return s;
}

/* Of the operator that S begins with, the length. */
static size_t
operator_length(struct str s)
{
	static const char *const operators[] = {
		"===", "==", "~=", "!=", "<=", ">=", "<", ">", NULL};

	for (int i = 0; operators[i]; i++)
		if (str_starts(s, str_of(operators[i])))
			return strlen(operators[i]);
	return 0;
}

/* One part of a list of versions: "==1.0". */
static const char *
clause_parse(struct str clause, struct requirement *r)
{
	size_t n = operator_length(clause);
	struct str version = str_trim(str_from(clause, n));
	bool equal = n >= 2 && clause.ptr[0] == '=' && clause.ptr[1] == '=';

	if (n == 0)
		return "expected a version after the name";
	if (version.len == 0)
		return "an operator without a version";
	if (memmem(version.ptr, version.len, "${", 2)) {
		r->pin = PIN_MOVING;
		return NULL;
	}
	for (size_t i = 0; i < version.len && n != 3; i++)
		if (!is_name_char(version.ptr[i]) && !strchr("*+!", version.ptr[i]))
			return "a character that no version has";
	if (equal && r->pin != PIN_MOVING && (n == 3 || !memchr(version.ptr, '*', version.len)))
		r->pin = PIN_EXACT;
	return NULL;
}

static const char *
versions_parse(struct str list, struct requirement *r)
{
	struct str clause;
	const char *reason = NULL;

	if (list.ptr[0] == '(') {
		if (list.ptr[list.len - 1] != ')')
			return "unterminated parenthesis";
		list = (struct str){list.ptr + 1, list.len - 2};
	}
	r->pin = PIN_MISSING;
	while (!reason && str_item(&list, &clause)) {
		if (clause.len == 0)
			continue;
		if (r->pin == PIN_MISSING)
			r->pin = PIN_RANGE;
		reason = clause_parse(clause, r);
	}
	return reason;
}

/* Not what a marker means: that it has the form of one. */
static bool
marker_is_sound(struct str marker)
{
	bool compares = false;
	char quote = '\0';
	int open = 0;

	for (size_t i = 0; i < marker.len; i++) {
		char c = marker.ptr[i];

		if (quote)
			quote = c == quote ? '\0' : quote;
		else if (c == '"' || c == '\'')
			quote = c;
		else if (c == '(' || c == ')')
			open += c == '(' ? 1 : -1;
		else if (strchr("=<>!~", c) || str_starts(str_from(marker, i), STR("in ")))
			compares = true;
		if (open < 0)
			return false;
	}
	return compares && !quote && open == 0;
}

/* Split what follows C off S. */
static struct str
cut(struct str *s, const char *at, size_t skip)
{
	struct str rest = STR_NONE;

	if (at) {
		rest = str_trim(str_from(*s, (size_t)(at - s->ptr) + skip));
		s->len = (size_t)(at - s->ptr);
	}
	*s = str_trim(*s);
	return rest;
}

static const char *
url_parse(struct str s, struct requirement *r)
{
	const char *semicolon = memmem(s.ptr, s.len, " ;", 2);

	r->marker = cut(&s, semicolon, 2);
	r->spec = s;
	if (s.len == 0)
		return "expected a URL after '@'";
	r->pin = version_url(s);
	return semicolon && !marker_is_sound(r->marker) ? "bad marker" : NULL;
}

/* Something in the file system: a file or a directory, which no index changes. */
static bool
is_path(struct str s)
{
	static const char *const archives[] = {".whl", ".tar.gz", ".zip", ".tgz", ".tar.bz2", NULL};
	size_t n = 0;

	if (strchr("./~", s.ptr[0]))
		return true;
	if (memchr(s.ptr, '@', s.len))
		return false;
	while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != ';')
		n++;
	for (int i = 0; archives[i]; i++) {
		size_t len = strlen(archives[i]);

		if (n > len && memcmp(s.ptr + n - len, archives[i], len) == 0)
			return true;
	}
	return memchr(s.ptr, '/', n) != NULL;
}

static const char *
rest_parse(struct str s, struct requirement *r)
{
	const char *semicolon = memchr(s.ptr, ';', s.len);

	r->marker = cut(&s, semicolon, 1);
	r->spec = s;
	if (semicolon && !marker_is_sound(r->marker))
		return "bad marker";
	return s.len > 0 ? versions_parse(s, r) : NULL;
}

const char *
requirement_parse(struct str text, struct requirement *r)
{
	struct str s = str_trim(text);
	const char *scheme, *end;
	size_t n = 0;

	*r = (struct requirement){.pin = PIN_MISSING};
	while (n < s.len && is_name_char(s.ptr[n]))
		n++;
	r->name = (struct str){s.ptr, n};
	scheme = memmem(s.ptr, s.len, "://", 3);
	if (scheme && !memchr(s.ptr, ' ', (size_t)(scheme - s.ptr)) &&
	    !memchr(s.ptr, '@', (size_t)(scheme - s.ptr))) {
		const char *reason = url_parse(s, r);

		r->name = r->spec;
		r->spec = STR_NONE;
		return reason;
	}
	if (s.len > 0 && s.ptr[0] == '$') {
		r->name = s;
		r->pin = PIN_MOVING;
		return NULL;
	}
	if (s.len > 0 && is_path(s)) {
		r->name = STR_NONE;
		r->pin = PIN_EXACT;
		return NULL;
	}
	if (n == 0 || s.ptr[0] == '-' || s.ptr[0] == '.' || s.ptr[0] == '_')
		return "expected the name of a package";
	s = skip_blanks(str_from(s, n));
	if (s.len > 0 && s.ptr[0] == '[') {
		end = memchr(s.ptr, ']', s.len);
		if (!end)
			return "unterminated list of extras";
		s = skip_blanks(str_from(s, (size_t)(end - s.ptr) + 1));
	}
	if (s.len > 0 && s.ptr[0] == '@')
		return url_parse(skip_blanks(str_from(s, 1)), r);
	return s.len > 0 ? rest_parse(s, r) : NULL;
}

struct str
requirement_name(struct arena *a, struct str name)
{
	char *p = arena_take(a, name.len + 1);
	size_t n = 0;

	for (size_t i = 0; i < name.len; i++) {
		char c = name.ptr[i];

		if (c == '_' || c == '.' || c == '-') {
			if (n == 0 || p[n - 1] != '-')
				p[n++] = '-';
		} else {
			p[n++] = (char)(c >= 'A' && c <= 'Z' ? c | 32 : c);
		}
	}
	p[n] = '\0';
	return (struct str){p, n};
}
