#include "pins/chars.h"

bool
pin_all_of(struct str s, bool (*is)(char))
{
	for (size_t i = 0; i < s.len; i++)
		if (!is(s.ptr[i]))
			return false;
	return s.len > 0;
}

bool
pin_contains(struct str s, const char *part)
{
	return s.len > 0 && memmem(s.ptr, s.len, part, strlen(part));
}

struct str
pin_split(struct str *s, char c)
{
	const char *at = s->len > 0 ? memchr(s->ptr, c, s->len) : NULL;
	struct str part = {s->ptr, at ? (size_t)(at - s->ptr) : s->len};

	*s = at ? str_from(*s, part.len + 1) : (struct str){s->ptr + s->len, 0};
	return part;
}

bool
pin_is_semver(struct str v)
{
	for (int i = 0; i < 3; i++) {
		size_t n = 0;

		while (n < v.len && pin_is_digit(v.ptr[n]))
			n++;
		if (n == 0)
			return false;
		v = str_from(v, n);
		if (i < 2 && (v.len == 0 || v.ptr[0] != '.'))
			return false;
		v = str_from(v, i < 2 ? 1 : 0);
	}
	return v.len == 0 || ((v.ptr[0] == '-' || v.ptr[0] == '+') && v.len > 1 &&
	                      pin_all_of(str_from(v, 1), pin_is_version_char));
}
