/*
 * Any bytes as a quote and a file, apart by a NUL, behind a byte for the language and two for the stated lines: what
 * comes out lies within the file, is the same again, and a file is found in itself.
 */
#include "report/align.h"

#include <stdlib.h>

enum { LINES = 512 };

static size_t
split(struct str text, struct str *line)
{
	size_t n = 0;

	while (n < LINES && str_line(&text, &line[n]))
		n++;
	return n;
}

static void
check(const struct alignment *a, const struct align_source *s, size_t lines)
{
	if (a->lines != lines || a->last < a->first || a->last > s->lines.count ||
	    !(a->score >= 0 && a->score <= 1.000001) || (a->first == 0) != (a->last == 0) ||
	    (a->place >= ALIGN_WEAK && a->first == 0))
		abort();
	for (size_t i = 0; i < lines; i++)
		if (a->line[i].last < a->line[i].first || a->line[i].last > s->lines.count)
			abort();
}

static void
run(struct str quote, struct str file, enum lang lang, struct align_range stated)
{
	struct str line[LINES];
	struct align_quote q;
	struct align_source s;
	struct alignment a, again;
	size_t lines = split(quote, line);

	align_quote_init(&q, line, lines, lang);
	align_source_init(&s, file, lang);
	align(&q, &s, &stated, stated.first > 0, &a);
	align(&q, &s, &stated, stated.first > 0, &again);
	check(&a, &s, lines);
	if (a.place != again.place || a.how != again.how || a.first != again.first ||
	    a.last != again.last)
		abort();
	alignment_release(&again);
	align_shifted(&q, &s, &stated, stated.first > 0, (int64_t)stated.first - stated.last,
	              &again);
	check(&again, &s, lines);
	alignment_release(&a);
	alignment_release(&again);
	align_source_release(&s);
	align_quote_release(&q);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct align_range stated;
	struct str quote, file;
	const char *nul;
	enum lang lang;

	if (size < 3)
		return 0;
	lang = (enum lang)(data[0] % LANG_COUNT);
	stated = (struct align_range){data[1], data[2]};
	quote = (struct str){(const char *)data + 3, size - 3};
	nul = quote.len > 0 ? memchr(quote.ptr, '\0', quote.len) : NULL;
	file = quote;
	if (nul) {
		quote.len = (size_t)(nul - quote.ptr);
		file = str_from(file, quote.len + 1);
	}
	run(quote, file, lang, stated);
	run(file, file, lang, stated);
	return 0;
}
