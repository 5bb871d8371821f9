/*
 * How far the lines of a file have moved since they were quoted: what is there but once tells it, for what could be in several
 * places.
 */
#include "report/judge_parts.h"

#include <stdlib.h>

/* A quote that is there once. */
struct mark {
	uint32_t stated;
	int64_t shift;
};

static int
mark_cmp(const void *a, const void *b)
{
	const struct mark *x = a, *y = b;

	if (x->stated != y->stated)
		return x->stated < y->stated ? -1 : 1;
	return x->shift < y->shift ? -1 : x->shift > y->shift;
}

static bool
is_placed(const struct site *s)
{
	return s->cited && s->ranges == 1 && s->here;
}

static int64_t
shift_of(const struct site *s)
{
	uint32_t first = s->stated[0].first;

	return s->first >= first && s->first <= s->stated[0].last
	               ? 0
	               : (int64_t)s->first - (int64_t)first;
}

/* The shift of the mark that is nearest to LINE. */
static int64_t
shift_near(const struct mark *mark, size_t count, uint32_t line)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (mark[middle].stated < line)
			low = middle + 1;
		else
			high = middle;
	}
	if (low == count || (low > 0 && line - mark[low - 1].stated <= mark[low].stated - line))
		low--;
	return mark[low].shift;
}

bool
bench_shift(struct bench *b, size_t file)
{
	size_t first = b->file_first[file], end = b->file_first[file + 1], marks = 0;
	struct mark *mark = xcalloc(end - first + 1, sizeof(*mark));
	bool any = false;

	for (size_t i = first; i < end; i++) {
		const struct site *s = &b->site[b->by_file[i]];

		if (is_placed(s) && s->single)
			mark[marks++] = (struct mark){s->stated[0].first, shift_of(s)};
	}
	qsort(mark, marks, sizeof(*mark), mark_cmp);
	for (size_t i = first; marks > 0 && i < end; i++) {
		struct site *s = &b->site[b->by_file[i]];

		if (!is_placed(s) || s->single || s->settled)
			continue;
		s->shift = shift_near(mark, marks, s->stated[0].first);
		if (s->shift == 0)
			continue;
		s->judged = false;
		any = true;
	}
	free(mark);
	return any;
}
