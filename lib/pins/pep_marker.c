/*
 * Markers of PEP 508: python_version < "3.8" and (os_name == "nt" or extra == "test").
 */
#include "pins/pep.h"

static bool
is_word(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_';
}

/* The word that *S begins with, dots taken as part of it; *S goes past it and what blanks follow. */
static struct str
word(struct str *s)
{
	size_t n = 0;
	struct str w;

	while (n < s->len && (is_word(s->ptr[n]) || s->ptr[n] == '.'))
		n++;
	w = (struct str){s->ptr, n};
	*s = str_trim(str_from(*s, n));
	return w;
}

/* Past a string or the name of something known of where it runs. */
static bool
operand(struct str *s)
{
	static const char *const names[] = {"python_version",
	                                    "python_full_version",
	                                    "os_name",
	                                    "os.name",
	                                    "sys_platform",
	                                    "sys.platform",
	                                    "platform_release",
	                                    "platform_system",
	                                    "platform_version",
	                                    "platform.version",
	                                    "platform_machine",
	                                    "platform.machine",
	                                    "platform_python_implementation",
	                                    "platform.python_implementation",
	                                    "python_implementation",
	                                    "implementation_name",
	                                    "implementation_version",
	                                    "extra",
	                                    "extras",
	                                    "dependency_groups",
	                                    NULL};
	struct str name;

	if (s->len > 0 && (s->ptr[0] == '"' || s->ptr[0] == '\'')) {
		const char *end = memchr(s->ptr + 1, s->ptr[0], s->len - 1);

		if (!end)
			return false;
		*s = str_trim(str_from(*s, (size_t)(end - s->ptr) + 1));
		return true;
	}
	name = word(s);
	for (int i = 0; names[i]; i++)
		if (str_is(name, names[i]))
			return true;
	return false;
}

static bool
operation(struct str *s)
{
	size_t n = pep_operator(*s);

	if (n > 0) {
		*s = str_trim(str_from(*s, n));
		return true;
	}
	if (str_starts(*s, STR("not")) && s->len > 3 && (s->ptr[3] == ' ' || s->ptr[3] == '\t'))
		word(s);
	return str_is(word(s), "in");
}

bool
pep_marker(struct str s)
{
	size_t open = 0;

	s = str_trim(s);
	for (;;) {
		struct str joined;

		for (; s.len > 0 && s.ptr[0] == '('; open++)
			s = str_trim(str_from(s, 1));
		if (!operand(&s) || !operation(&s) || !operand(&s))
			return false;
		for (; s.len > 0 && s.ptr[0] == ')' && open > 0; open--)
			s = str_trim(str_from(s, 1));
		if (s.len == 0)
			return open == 0;
		joined = word(&s);
		if (!str_is(joined, "and") && !str_is(joined, "or"))
			return false;
	}
}
