/* Versions and names, PEP 440 and PEP 508. */
#include "pins/pep.h"

#include "pins/chars.h"

size_t
pep_operator(struct str s)
{
	static const char *const operators[] = {
		"===", "==", "~=", "!=", "<=", ">=", "<", ">", NULL};

	for (int i = 0; operators[i]; i++)
		if (str_starts(s, str_of(operators[i])))
			return strlen(operators[i]);
	return 0;
}

/* Past the digits at the start of *S; false where there is none. */
static bool
digits(struct str *s)
{
	size_t n = 0;

	while (n < s->len && pin_is_digit(s->ptr[n]))
		n++;
	*s = str_from(*s, n);
	return n > 0;
}

static bool
byte(struct str *s, const char *of)
{
	if (s->len == 0 || !memchr(of, s->ptr[0], strlen(of)))
		return false;
	*s = str_from(*s, 1);
	return true;
}

/* Past one of WORDS, in either case, with a number after it, each after a separator or none. */
static void
part(struct str *s, const char *const *words)
{
	struct str rest = *s;

	byte(&rest, ".-_");
	for (; *words; words++) {
		size_t n = strlen(*words);

		if (rest.len < n || strncasecmp(rest.ptr, *words, n) != 0)
			continue;
		*s = rest = str_from(rest, n);
		byte(&rest, ".-_");
		if (digits(&rest) || rest.len == 0 || !pin_is_alnum(rest.ptr[0]))
			*s = rest;
		return;
	}
}

/* "1!2.0": past what all versions begin with. */
static bool
release(struct str *s, size_t *parts)
{
	struct str epoch;

	byte(s, "vV");
	epoch = *s;
	if (digits(&epoch) && byte(&epoch, "!"))
		*s = epoch;
	if (!digits(s))
		return false;
	for (*parts = 1; s->len > 1 && s->ptr[0] == '.' && pin_is_digit(s->ptr[1]); ++*parts) {
		*s = str_from(*s, 1);
		digits(s);
	}
	return true;
}

/* "a1.post2.dev3" */
static void
stages(struct str *s)
{
	static const char *const before[] = {"alpha", "beta", "preview", "pre", "rc",
	                                     "a",     "b",    "c",       NULL};
	static const char *const after[] = {"post", "rev", "r", NULL};
	static const char *const develop[] = {"dev", NULL};

	part(s, before);
	if (s->len > 1 && s->ptr[0] == '-' && pin_is_digit(s->ptr[1])) {
		*s = str_from(*s, 1);
		digits(s);
	} else {
		part(s, after);
	}
	part(s, develop);
}

/* "+ubuntu.1" */
static bool
local(struct str s)
{
	if (!byte(&s, "+"))
		return s.len == 0;
	do {
		size_t n = 0;

		while (n < s.len && pin_is_alnum(s.ptr[n]))
			n++;
		if (n == 0)
			return false;
		s = str_from(s, n);
	} while (byte(&s, ".-_"));
	return s.len == 0;
}

bool
pep_clause(struct str clause, size_t length)
{
	struct str version = str_trim(str_from(clause, length));
	bool equal = length == 2 && (clause.ptr[0] == '=' || clause.ptr[0] == '!');
	size_t parts;

	if (length == 3)
		return version.len > 0 && !memchr(version.ptr, ' ', version.len) &&
		       !memchr(version.ptr, '\t', version.len);
	if (!release(&version, &parts) || (clause.ptr[0] == '~' && parts < 2))
		return false;
	if (equal && str_is(version, ".*"))
		return true;
	stages(&version);
	return equal ? local(version) : version.len == 0;
}

bool
pep_name(struct str name)
{
	for (size_t i = 0; i < name.len; i++)
		if (!pin_is_alnum(name.ptr[i]) && !memchr("._-", name.ptr[i], 3))
			return false;
	return name.len > 0 && pin_is_alnum(name.ptr[0]) && pin_is_alnum(name.ptr[name.len - 1]);
}

bool
pep_extras(struct str s)
{
	struct str item;

	s = str_trim(s);
	if (s.len > 0 && s.ptr[s.len - 1] == ',')
		return false;
	while (str_item(&s, &item))
		if (!pep_name(item))
			return false;
	return true;
}
