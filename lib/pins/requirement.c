/*
 * Requirements as PEP 508 has them, and what pip takes besides: URLs and paths without a name.
 */
#include "pins/chars.h"
#include "pins/pep.h"
#include "pins/version.h"

static bool
is_name_char(char c)
{
	return pin_is_alnum(c) || c == '.' || c == '_' || c == '-';
}

/* One part of a list of versions: "==1.0". */
static const char *
clause_parse(struct str clause, struct requirement *r)
{
	size_t n = pep_operator(clause);
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
	if (!pep_clause(clause, n))
		return "no version of Python packages";
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
			return "expected a version after the name";
		if (r->pin == PIN_MISSING)
			r->pin = PIN_RANGE;
		reason = clause_parse(clause, r);
	}
	return reason;
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

/* What is fetched from elsewhere: BARE where it has no name before it, and a semicolon may stand right after it. */
static const char *
url_parse(struct str s, bool bare, struct requirement *r)
{
	size_t n = 0;
	bool marked;

	while (n < s.len && s.ptr[n] != ' ' && s.ptr[n] != '\t')
		n++;
	r->marker = str_trim(str_from(s, n));
	marked = str_starts(r->marker, STR(";"));
	if (marked)
		r->marker = str_from(r->marker, 1);
	else if (bare && n > 0 && s.ptr[n - 1] == ';')
		marked = n--;
	r->spec = (struct str){s.ptr, n};
	if (!memmem(s.ptr, n, "://", 3) && !str_starts(r->spec, STR("file:")) &&
	    !memmem(s.ptr, n, "${", 2))
		return "expected a URL after '@'";
	r->pin = version_url(r->spec);
	return (marked || r->marker.len > 0) && !(marked && pep_marker(r->marker)) ? "bad marker"
	                                                                           : NULL;
}

/* Something in the file system: a file or a directory, which no index changes. */
static bool
is_path(struct str s)
{
	static const char *const archives[] = {".whl", ".tar.gz", ".zip", ".tgz", ".tar.bz2", NULL};
	size_t n = 0;

	if (s.ptr[0] == '.' || s.ptr[0] == '/' || str_starts(s, STR("~/")))
		return true;
	if (memchr(s.ptr, '@', s.len) || memmem(s.ptr, s.len, "://", 3))
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
	if (semicolon && !pep_marker(r->marker))
		return "bad marker";
	return s.len > 0 ? versions_parse(s, r) : NULL;
}

/* Whether S is a URL without a name before it: a scheme, and what follows. */
static bool
is_url(struct str s)
{
	size_t n = 0;

	while (n < s.len && (pin_is_alnum(s.ptr[n]) || memchr("+-.", s.ptr[n], 3)))
		n++;
	return n > 0 && str_starts(str_from(s, n), STR("://"));
}

/* What no index gives, and what no name can be told of; false where S is neither. */
static bool
is_elsewhere(struct str s, struct requirement *r, const char **reason)
{
	*reason = NULL;
	if (is_url(s)) {
		*reason = url_parse(s, true, r);
		r->name = r->spec;
		r->spec = STR_NONE;
	} else if (s.len > 0 && s.ptr[0] == '$') {
		*r = (struct requirement){.name = s, .pin = PIN_MOVING};
	} else if (s.len > 0 && is_path(s)) {
		*r = (struct requirement){.pin = PIN_EXACT};
	} else {
		return false;
	}
	return true;
}

const char *
requirement_parse(struct str text, struct requirement *r)
{
	struct str s = str_trim(text);
	const char *reason, *end;
	size_t n = 0;

	*r = (struct requirement){.pin = PIN_MISSING};
	if (is_elsewhere(s, r, &reason))
		return reason;
	while (n < s.len && is_name_char(s.ptr[n]))
		n++;
	r->name = (struct str){s.ptr, n};
	if (!pep_name(r->name))
		return "expected the name of a package";
	s = str_trim(str_from(s, n));
	if (s.len > 0 && s.ptr[0] == '[') {
		end = memchr(s.ptr, ']', s.len);
		if (!end)
			return "unterminated list of extras";
		if (!pep_extras((struct str){s.ptr + 1, (size_t)(end - s.ptr) - 1}))
			return "bad list of extras";
		s = str_trim(str_from(s, (size_t)(end - s.ptr) + 1));
	}
	if (s.len > 0 && s.ptr[0] == '@')
		return url_parse(str_trim(str_from(s, 1)), false, r);
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
