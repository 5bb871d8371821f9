#include "report/locate.h"

#include <ctype.h>

/* Lines in the ways people write them. */

uint32_t
line_number_of(struct str s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.len && isdigit((unsigned char)s.ptr[i]); i++)
		v = v < UINT32_MAX ? v * 10 + (uint64_t)(s.ptr[i] - '0') : v;
	return v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

size_t
padding_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && strchr(" *`_", s.ptr[n]))
		n++;
	return n;
}

/* "-", en and em dash, "..", "to": between the ends of a range. */
static size_t
range_mark(struct str s)
{
	size_t n = padding_length(s), from = n;

	if (n < s.len && s.ptr[n] == '-')
		n++;
	else if (n + 2 < s.len && memcmp(s.ptr + n, "\xe2\x80", 2) == 0 &&
	         ((unsigned char)s.ptr[n + 2] >= 0x90 && (unsigned char)s.ptr[n + 2] <= 0x95))
		n += 3;
	else if (n + 1 < s.len && memcmp(s.ptr + n, "..", 2) == 0)
		n += n + 2 < s.len && s.ptr[n + 2] == '.' ? 3 : 2;
	else if (n > 0 && n + 2 < s.len && memcmp(s.ptr + n, "to ", 3) == 0)
		n += 3;
	if (n == from)
		return 0;
	return n + padding_length(str_from(s, n));
}

static size_t
line_mark(struct str s)
{
	size_t n = 0;

	while (n < s.len &&
	       (s.ptr[n] == '~' || s.ptr[n] == '*' || s.ptr[n] == '`' || s.ptr[n] == '#'))
		n++;
	if (n + 2 < s.len && memcmp(s.ptr + n, "\xe2\x89\x88", 3) == 0)
		n += 3;
	if (n + 1 < s.len && (s.ptr[n] == 'L' || s.ptr[n] == 'l') &&
	    isdigit((unsigned char)s.ptr[n + 1]))
		n++;
	return n;
}

/* "126", "L10-L20", "~70", "157-163+"; returns its length, or 0. */
static size_t
range_read(struct str s, struct claim_range *r)
{
	size_t n = line_mark(s), k = digits_length(str_from(s, n)), m;

	if (k == 0 || k > 7)
		return 0;
	*r = (struct claim_range){.first = line_number_of(str_from(s, n)),
	                          .about = memchr(s.ptr, '~', n) != NULL};
	r->about = r->about || memchr(s.ptr, 0xe2, n) != NULL;
	r->last = r->first;
	n += k;
	if (n < s.len && s.ptr[n] == 'C' && digits_length(str_from(s, n + 1)) > 0)
		n += 1 + digits_length(str_from(s, n + 1));
	m = range_mark(str_from(s, n));
	if (m > 0) {
		m += n + line_mark(str_from(s, n + m));
		k = digits_length(str_from(s, m));
		if (k > 0 && k <= 7) {
			r->last = line_number_of(str_from(s, m));
			n = m + k;
		}
		if (n < s.len && s.ptr[n] == 'C' && digits_length(str_from(s, n + 1)) > 0)
			n += 1 + digits_length(str_from(s, n + 1));
	}
	if (n < s.len && s.ptr[n] == '+') {
		r->open = true;
		n++;
	}
	if (n < s.len && (isalpha((unsigned char)s.ptr[n]) || s.ptr[n] == '%'))
		return 0;
	return r->first > 0 ? n : 0;
}

static size_t
list_mark(struct str s)
{
	size_t n = padding_length(s), from = n;

	while (n < s.len &&
	       (s.ptr[n] == ',' || s.ptr[n] == ';' || s.ptr[n] == '&' || s.ptr[n] == '/'))
		n++;
	n += padding_length(str_from(s, n));
	if (s.len - n > 4 && memcmp(s.ptr + n, "and ", 4) == 0)
		n += 4;
	if (n == from || n == padding_length(s))
		return 0;
	if (s.len - n > 6 && strncasecmp(s.ptr + n, "lines ", 6) == 0)
		n += 6;
	else if (s.len - n > 5 && strncasecmp(s.ptr + n, "line ", 5) == 0)
		n += 5;
	return n;
}

size_t
ranges_read(struct str s, struct ranges *r)
{
	size_t n = padding_length(s), k, m;

	r->count = 0;
	while (r->count < MAX_RANGES && (k = range_read(str_from(s, n), &r->range[r->count])) > 0) {
		n += k;
		r->count++;
		m = list_mark(str_from(s, n));
		if (m == 0 || line_mark(str_from(s, n + m)) + n + m >= s.len ||
		    !isdigit((unsigned char)s.ptr[n + m + line_mark(str_from(s, n + m))]))
			break;
		n += m;
	}
	return r->count > 0 ? n : 0;
}
