#include "report/reading.h"

/*
 * Headings that are written as paragraphs in bold: "**High Severity Findings**". One that rates what follows, promises
 * findings or says that there are none is a heading, and where there are such, every other that a list follows is one
 * of the same level.
 */

enum { BOLD_LEVEL = 6 };

/* Whether there are only blanks and code there. */
static bool
is_gap(struct str text)
{
	bool code = false;

	for (size_t i = 0; i < text.len; i++) {
		code = code != (text.ptr[i] == '`');
		if (!code && !strchr("` \t", text.ptr[i]))
			return false;
	}
	return !code;
}

/* "**5.4.2** **Bounds of** `n` **are not checked**", as other formats are turned into Markdown, is bold as a whole. */
static void
strong_join(struct pieces *p, struct piece *piece)
{
	struct span *strong = NULL;
	size_t kept = piece->span;

	for (size_t i = piece->span; i < piece->span + piece->spans; i++) {
		struct span *s = &p->span[i];

		if (s->kind == SPAN_STRONG && strong && s->from >= strong->to &&
		    is_gap((struct str){piece->text.ptr + strong->to, s->from - strong->to})) {
			strong->to = s->to;
			continue;
		}
		p->span[kept] = *s;
		if (s->kind == SPAN_STRONG)
			strong = &p->span[kept];
		kept++;
	}
	piece->spans = kept - piece->span;
}

static bool
is_bold_line(const struct pieces *p, size_t i)
{
	const struct piece *piece = &p->piece[i];
	const struct span *s = piece->spans > 0 ? &p->span[piece->span] : NULL;

	if (piece->kind != PIECE_TEXT || !piece->first || piece->item || piece->depth > 0 ||
	    piece->quotes > 0 || piece->text.len > 80 || !s || s->kind != SPAN_STRONG ||
	    s->from > 0 || s->to + 1 < piece->text.len)
		return false;
	return i + 1 == p->count || p->piece[i + 1].kind != PIECE_TEXT || p->piece[i + 1].first;
}

/* Whether the items of a list below I are findings rather than labels. */
static bool
has_list(const struct pieces *p, size_t i)
{
	const struct piece *next = i + 1 < p->count ? &p->piece[i + 1] : NULL;
	struct str rest;

	return next && next->item &&
	       label_read(next->text, p->span + next->span, next->spans, &rest) == FIELD_NONE;
}

/*
 * Whether the line rates what follows, and neither names a finding, "S3. INFO is made up", nor rates one as a label does:
 * "Severity: high".
 */
static bool
is_group(const struct pieces *p, const struct piece *piece)
{
	enum severity severity;
	struct str rest;
	struct head h;

	head_read(piece->text, STR(""), &h);
	return !h.named && word_is_group(piece->text, &severity) &&
	       label_read(piece->text, p->span + piece->span, piece->spans, &rest) == FIELD_NONE;
}

void
pieces_bold(struct pieces *p)
{
	size_t groups = 0;

	for (size_t i = 0; i < p->count; i++)
		strong_join(p, &p->piece[i]);
	for (size_t i = 0; i < p->count; i++)
		groups += is_bold_line(p, i) && is_group(p, &p->piece[i]);
	for (size_t i = 0; groups > 0 && i < p->count; i++) {
		struct piece *piece = &p->piece[i];

		if (!is_bold_line(p, i) ||
		    !(is_group(p, piece) || word_aside(piece->text) || has_list(p, i)))
			continue;
		piece->kind = PIECE_HEADING;
		piece->level = BOLD_LEVEL;
	}
}
