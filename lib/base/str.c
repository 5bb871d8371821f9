#include "base/str.h"

#include "base/mem.h"

#include <limits.h>
#include <stdint.h>

int
str_cmp(struct str a, struct str b)
{
	size_t n = a.len < b.len ? a.len : b.len;
	int order = n ? memcmp(a.ptr, b.ptr, n) : 0;

	return order ? order : (a.len > b.len) - (a.len < b.len);
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

struct str
str_dup(struct str a)
{
	char *ptr = xmalloc(a.len ? a.len : 1);

	if (a.len > 0)
		memcpy(ptr, a.ptr, a.len);
	return (struct str){ptr, a.len};
}

struct str
str_trim(struct str a)
{
	while (a.len > 0 && is_space(a.ptr[0]))
		a = str_from(a, 1);
	while (a.len > 0 && is_space(a.ptr[a.len - 1]))
		a.len--;
	return a;
}

bool
str_line(struct str *rest, struct str *line)
{
	const char *lf;
	size_t used;

	if (rest->len == 0)
		return false;
	lf = memchr(rest->ptr, '\n', rest->len);
	used = lf ? (size_t)(lf - rest->ptr) + 1 : rest->len;
	*line = (struct str){rest->ptr, lf ? used - 1 : used};
	if (line->len > 0 && line->ptr[line->len - 1] == '\r')
		line->len--;
	*rest = str_from(*rest, used);
	return true;
}

bool
str_item(struct str *rest, struct str *item)
{
	const char *comma;

	if (rest->len == 0)
		return false;
	comma = memchr(rest->ptr, ',', rest->len);
	*item = (struct str){rest->ptr, comma ? (size_t)(comma - rest->ptr) : rest->len};
	*rest = str_from(*rest, item->len + (comma != NULL));
	*item = str_trim(*item);
	return true;
}

bool
str_is_name(struct str a)
{
	if (a.len < 1 || a.len > 128)
		return false;
	for (size_t i = 0; i < a.len; i++) {
		char c = a.ptr[i];

		if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
		      c == '_' || c == '-'))
			return false;
	}
	return true;
}

/*
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours,
 * each one step. Words longer than the table are never near.
 */
enum { WORD_MAX = 40 };

static unsigned
distance(struct str a, struct str b)
{
	uint8_t row[3][WORD_MAX + 1];
	uint8_t *before = row[0], *last = row[1], *now = row[2];

	if (a.len > WORD_MAX || b.len > WORD_MAX)
		return UINT_MAX;
	for (size_t j = 0; j <= b.len; j++)
		last[j] = (uint8_t)j;
	for (size_t i = 1; i <= a.len; i++) {
		uint8_t *spare = before;

		now[0] = (uint8_t)i;
		for (size_t j = 1; j <= b.len; j++) {
			bool same = a.ptr[i - 1] == b.ptr[j - 1];
			uint8_t best = last[j - 1] + !same;

			if (last[j] + 1 < best)
				best = last[j] + 1;
			if (now[j - 1] + 1 < best)
				best = now[j - 1] + 1;
			if (i > 1 && j > 1 && a.ptr[i - 1] == b.ptr[j - 2] &&
			    a.ptr[i - 2] == b.ptr[j - 1] && before[j - 2] + 1 < best)
				best = before[j - 2] + 1;
			now[j] = best;
		}
		before = last;
		last = now;
		now = spare;
	}
	return last[b.len];
}

bool
str_is_any(struct str a, const char *const *words)
{
	for (; *words; words++)
		if (str_eq_case(a, str_of(*words)))
			return true;
	return false;
}

const char *
str_nearest(struct str word, const char *const *words)
{
	const char *nearest = NULL;
	unsigned limit = (unsigned)(word.len / 3) + 1;

	for (; *words; words++) {
		unsigned d = distance(word, str_of(*words));

		if (d < limit || (d == limit && !nearest)) {
			nearest = *words;
			limit = d;
		}
	}
	return nearest;
}
