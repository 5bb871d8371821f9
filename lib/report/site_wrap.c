/*
 * Code that stands as quoted, but that a statement was put around since: seen by its indentation, as far as the quote shows
 * that.
 */
#include "report/site_parts.h"

enum { WRAP_REACH = 60 };

/* A line of a quote that is a line of the file. */
struct kept {
	uint32_t line;
	size_t was, is; /* its indentation in the quote and in the file */
};

static bool
is_kept(const struct look *l, struct str quoted, const struct align_line *at, struct kept *kept)
{
	struct str line = lines_text(&l->f->source->lines, at->first);

	*kept = (struct kept){at->first, look_indent(quoted), look_indent(line)};
	return at->state == LINE_FOUND && at->first > 0 &&
	       str_starts(str_from(line, kept->is), str_trim(quoted));
}

/* Whether the line NUMBER begins with a statement that can be put around others. */
static bool
wraps(const struct look *l, uint32_t number)
{
	static const char *const words[] = {"if",           "elif", "else",   "for",
	                                    "while",        "try",  "with",   "unless",
	                                    "synchronized", "when", "switch", NULL};
	struct token_reader r = align_source_reader(l->f->source, number, number);
	struct token token;
	struct str text;

	for (int i = 0; i < 3 && token_next(&r, &token, &text); i++)
		if (str_is_any(text, words))
			return true;
	return false;
}

/* The statement around the line of KEPT, if it is indented by INDENT; else 0. */
static uint32_t
wrapper(const struct look *l, const struct kept *kept, size_t indent)
{
	uint32_t least = kept->line > WRAP_REACH ? kept->line - WRAP_REACH : 1;

	for (uint32_t i = kept->line - 1; i >= least && i > 0; i--) {
		struct str line = lines_text(&l->f->source->lines, i);
		size_t is = look_indent(line);

		if (is < line.len && is < kept->is)
			return is == indent && wraps(l, i) ? i : 0;
	}
	return 0;
}

/* Whether a line is known not to be where it was stated. */
static bool
has_shifted(const struct look *l, uint32_t line)
{
	for (size_t i = 0; i < l->s->ranges; i++)
		if (line >= l->s->stated[i].first && line <= l->s->stated[i].last)
			return false;
	return l->s->ranges > 0;
}

uint32_t
look_wrapper(const struct look *l, const struct claim_quote *q, const struct alignment *a)
{
	struct kept before = {0}, kept;
	uint32_t around = 0;

	for (size_t i = 0; i < a->lines; i++) {
		uint32_t inner;

		if (!is_kept(l, q->text[i].text, &a->line[i], &kept))
			continue;
		/* It is deeper than it was beside the line before, in a statement that begins between them, as deep as it was. */
		if (before.line > 0 && kept.was + before.is >= before.was &&
		    (inner = wrapper(l, &kept, kept.was + before.is - before.was)) > before.line)
			return inner;
		/* The first is elsewhere than it was, in a statement as deep as itself was. */
		if (before.line == 0 && kept.was > 0 && has_shifted(l, kept.line))
			around = wrapper(l, &kept, kept.was);
		before = kept;
	}
	return around;
}
