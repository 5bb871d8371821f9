#include "source/lines.h"

#include "base/mem.h"

#include <stdlib.h>

static void
add(struct lines *l, size_t offset)
{
	GROW(l->start, l->count, l->cap);
	l->start[l->count] = (uint32_t)offset;
}

void
lines_index(struct lines *l, struct str text)
{
	size_t at = 0;

	l->text = text;
	l->count = 0;
	while (at < text.len) {
		const char *lf = memchr(text.ptr + at, '\n', text.len - at);

		add(l, at);
		l->count++;
		at = lf ? (size_t)(lf - text.ptr) + 1 : text.len;
	}
	add(l, text.len);
}

void
lines_release(struct lines *l)
{
	free(l->start);
	*l = (struct lines)LINES_INIT;
}

size_t
lines_at(const struct lines *l, size_t offset)
{
	size_t low = 0, high = l->count;

	while (high - low > 1) {
		size_t middle = low + (high - low) / 2;

		if (l->start[middle] <= offset)
			low = middle;
		else
			high = middle;
	}
	return low + 1;
}

size_t
lines_start(const struct lines *l, size_t line)
{
	return line >= 1 && line <= l->count ? l->start[line - 1] : l->text.len;
}

struct str
lines_text(const struct lines *l, size_t line)
{
	size_t from = lines_start(l, line), to = lines_start(l, line + 1);

	if (to > from && l->text.ptr[to - 1] == '\n')
		to--;
	if (to > from && l->text.ptr[to - 1] == '\r')
		to--;
	return from < to ? (struct str){l->text.ptr + from, to - from} : STR("");
}
