#include "report/locate.h"
#include "report/number.h"
#include "report/outline.h"

#include <ctype.h>

/* Lines that may begin a finding: what each looks like, and what it says. */

/* Whether PIECE goes on in bold from the line before: that began before it. */
static bool
goes_on(const struct pieces *p, const struct piece *piece)
{
	const struct piece *before = piece - 1;
	const struct span *last;

	if (piece->first || piece->item || before->kind != PIECE_TEXT || before->spans == 0)
		return false;
	last = &p->span[before->span + before->spans - 1];
	return last->kind == SPAN_STRONG && last->to == before->text.len;
}

static bool
is_bold(const struct pieces *p, const struct piece *piece)
{
	if (goes_on(p, piece))
		return false;
	for (size_t i = 0; i < piece->spans; i++) {
		const struct span *s = &p->span[piece->span + i];

		if (s->kind == SPAN_STRONG && s->to - s->from >= 6 && s->from <= 12 &&
		    (s->from == 0 || word_strip((struct str){piece->text.ptr, s->from}).len <= 4))
			return true;
	}
	return false;
}

/* "**Name:** …": what is in bold names what follows. */
static bool
ends_with_colon(const struct pieces *p, const struct piece *piece)
{
	for (size_t i = 0; i < piece->spans; i++) {
		const struct span *s = &p->span[piece->span + i];

		if (s->kind == SPAN_STRONG)
			return (s->to > s->from && piece->text.ptr[s->to - 1] == ':') ||
			       (s->to < piece->text.len && piece->text.ptr[s->to] == ':');
	}
	return false;
}

/* "`12-15`: **title**", below the name of the file. */
static bool
begins_with_lines(const struct pieces *p, const struct piece *piece)
{
	const struct span *s = piece->spans > 0 ? &p->span[piece->span] : NULL;

	if (!s || s->kind != SPAN_CODE || s->from > 4 || s->to + 1 >= piece->text.len ||
	    piece->text.ptr[s->to + 1] != ':')
		return false;
	for (size_t i = s->from; i < s->to; i++)
		if (!strchr("0123456789-, L", piece->text.ptr[i]))
			return false;
	return true;
}

/* "`path`: what is wrong". */
static bool
begins_with_path(const struct pieces *p, const struct piece *piece)
{
	const struct span *s = piece->spans > 0 ? &p->span[piece->span] : NULL;
	struct str code, rest;

	if (!s || s->kind != SPAN_CODE || s->from > 4)
		return false;
	code = (struct str){piece->text.ptr + s->from, s->to - s->from};
	rest = word_strip(str_from(piece->text, s->to + 1));
	return location_only(code) && rest.len >= 12;
}

/* Whether the paragraph that begins at I names a place, and, where LINES, its lines. */
static bool
names_place(const struct pieces *p, size_t i, bool lines)
{
	for (size_t j = i; j < p->count && j < i + 6; j++) {
		if (j > i &&
		    (p->piece[j].kind != PIECE_TEXT || p->piece[j].first || p->piece[j].item))
			break;
		if (lines ? location_lined(p->piece[j].text) : location_in(p->piece[j].text))
			return true;
	}
	return false;
}

/* "Severity: HIGH | path & path": what follows the severity is what there is of a title. */
static void
lead_label(struct lead *lead, const struct pieces *p, const struct piece *piece)
{
	struct segment segment[SEGMENTS];
	size_t count = segments_read(piece->text, p->span + piece->span, piece->spans, segment);

	lead->label = count > 0 && segment[0].field != FIELD_NONE;
	/* "Line 42 [HIGH]: …", below the name of the file. */
	if (lead->label && segment[0].field == FIELD_LINES && lead->head.title.len >= 8 &&
	    piece->item) {
		lead->label = false;
		lead->lines = true;
	}
	if (!lead->label || segment[0].field != FIELD_SEVERITY || count < 2 || !piece->item)
		return;
	lead->head.severity = word_severity(segment[0].text);
	lead->head.words = segment[0].text;
	lead->head.title = segment[1].text;
	lead->tagged = lead->head.severity != SEVERITY_UNKNOWN && lead->head.title.len > 0;
}

/* What follows a title in bold on its line; it may rate it first: "**Title** (High): …". */
static void
more_read(struct head *h, struct str more)
{
	struct head rest;

	head_read(more, STR(""), &rest);
	if (rest.severity != SEVERITY_UNKNOWN && h->severity == SEVERITY_UNKNOWN &&
	    rest.words.ptr < more.ptr + 8) {
		h->severity = rest.severity;
		h->words = rest.words;
		more = rest.title;
	}
	h->more = word_strip(more);
}

/* "**Title** - what there is to say of it": the title is what is in bold. */
static void
title_cut(struct head *h, const struct pieces *p, const struct piece *piece)
{
	const char *text = piece->text.ptr, *end = h->title.ptr + h->title.len;

	for (size_t i = 0; i < piece->spans; i++) {
		const struct span *s = &p->span[piece->span + i];
		struct str bold = {h->title.ptr, (size_t)(text + s->to - h->title.ptr)};

		if (s->kind != SPAN_STRONG || h->title.ptr < text + s->from ||
		    h->title.ptr >= text + s->to || end <= text + s->to + 8)
			continue;
		while (bold.len > 0 && strchr(": .", bold.ptr[bold.len - 1]))
			bold.len--;
		if (bold.len < 8 || location_only(bold))
			return;
		more_read(h, str_trim((struct str){text + s->to, (size_t)(end - text) - s->to}));
		head_end(&bold, h);
		h->title = bold;
		return;
	}
}

/* "Vault.exit (low, code) - what is wrong": rated behind the name of what it is about, with what kind of fault it is. */
static void
rate_within(struct head *h)
{
	const char *open = memchr(h->title.ptr, '(', h->title.len < 80 ? h->title.len : 80);
	struct str in, word, rest;
	size_t n;

	if (!open || open == h->title.ptr || h->severity != SEVERITY_UNKNOWN)
		return;
	rest = str_from(h->title, (size_t)(open - h->title.ptr));
	n = bracket_first(rest, &in);
	word = (struct str){in.ptr, n > 0 ? letters_length(in) : 0};
	if (n == 0 || in.len > 24 || !word_is_severity(word) || !memchr(in.ptr, ',', in.len) ||
	    separator_length(str_from(rest, n)) == 0)
		return;
	h->severity = word_severity(word);
	h->words = word;
}

/* "src/a.c:10:5: error: what is wrong", as programs write it; its head is read from what follows. */
static bool
program_read(const struct piece *piece, struct lead *lead)
{
	static const char kinds[] = "error|warning|note";
	struct str text = piece->text, rest, kind;
	size_t n = path_length(text), digits;

	if (n == 0 || !path_is((struct str){text.ptr, n}, false))
		return false;
	for (digits = 0;
	     n + 1 < text.len && text.ptr[n] == ':' && digits_length(str_from(text, n + 1)) > 0;
	     digits++)
		n += 1 + digits_length(str_from(text, n + 1));
	if (digits == 0 || n + 9 >= text.len || text.ptr[n] != ':' || text.ptr[n + 1] != ' ')
		return false;
	rest = str_from(text, n + 2);
	kind = (struct str){rest.ptr, letters_length(rest)};
	if (word_among(kind, kinds) && kind.len < rest.len && rest.ptr[kind.len] == ':')
		rest = str_trim(str_from(rest, kind.len + 1));
	else
		kind.len = 0;
	head_read(rest, STR(""), &lead->head);
	if (lead->head.severity == SEVERITY_UNKNOWN && kind.len > 0) {
		lead->head.severity = kind.ptr[0] == 'e'   ? SEVERITY_HIGH
		                      : kind.ptr[0] == 'w' ? SEVERITY_MEDIUM
		                                           : SEVERITY_INFO;
		lead->head.words = kind;
	}
	lead->is = lead->lines = lead->lined = lead->head.title.len >= 8;
	lead->tagged = lead->is && lead->head.severity != SEVERITY_UNKNOWN;
	return lead->is;
}

void
lead_read(const struct pieces *p, size_t i, struct lead *lead)
{
	const struct piece *piece = &p->piece[i];
	struct str rest;

	*lead = (struct lead){.is = false};
	if (piece->kind != PIECE_TEXT)
		return;
	if (piece->first || piece->item)
		lead->field = label_read(piece->text, p->span + piece->span, piece->spans, &rest);
	if (program_read(piece, lead))
		return;
	lead->bold = is_bold(p, piece);
	head_read(piece->text, piece->marker, &lead->head);
	lead->lines = piece->first && begins_with_lines(p, piece);
	lead->ordered = piece->item && isdigit((unsigned char)piece->marker.ptr[0]);
	title_cut(&lead->head, p, piece);
	rate_within(&lead->head);
	if (!lead->head.named)
		lead_label(lead, p, piece);
	if (!lead->label)
		lead->tagged = lead->head.severity != SEVERITY_UNKNOWN &&
		               lead->head.title.len >= 4 && !word_is_generic(lead->head.title);
	/* Within a paragraph only what a severity begins: "HIGH: …", line after line. */
	if (!piece->item && !piece->first && !lead->bold)
		lead->tagged = lead->tagged && lead->head.words.ptr >= piece->text.ptr &&
		               lead->head.words.ptr <= piece->text.ptr + 16;
	if (!piece->item && !piece->first && !lead->bold && !lead->tagged)
		return;
	lead->entry = piece->item && !lead->label &&
	              (begins_with_path(p, piece) ||
	               (lead->bold && !location_only(lead->head.title) &&
	                !ends_with_colon(p, piece) && names_place(p, i, false)));
	lead->titled = piece->item && lead->bold && !lead->label && !ends_with_colon(p, piece);
	lead->lined = lead->entry && lead->bold && names_place(p, i, true);
	if (lead->lines && lead->tagged)
		lead->tagged = !word_is_generic(lead->head.title);
	lead->is = lead->head.title.len > 0 && (!lead->head.step || lead->bold) &&
	           (!lead->label || lead->tagged) &&
	           (piece->item || lead->bold || lead->tagged || lead->lines || lead->head.named);
	/* "**Auditor:** name" is a label that nobody has heard of. */
	if (!piece->item && lead->bold && ends_with_colon(p, piece))
		lead->is = lead->is && (lead->tagged || lead->head.numbered || lead->lines);
}
