#include "report/fill.h"

#include <ctype.h>

/* What a text says, by the field it stands under. */

/* More than this of one kind is no help to anybody. */
enum { MAX_INLINE = 256, MAX_TEXT = 1 << 16 };

void
text_add(struct buf *b, struct str s)
{
	if (s.len == 0 || b->len + s.len > MAX_TEXT)
		return;
	if (b->len > 0)
		buf_byte(b, '\n');
	buf_span(b, s);
}

static struct buf *
text_of(struct filling *f, enum field field)
{
	switch (field) {
	case FIELD_FIX: return &f->b.fix;
	case FIELD_IMPACT: return &f->b.impact;
	case FIELD_NONE:
	case FIELD_LOCATION:
	case FIELD_LINES:
	case FIELD_DESCRIPTION: return &f->b.description;
	default: return NULL;
	}
}

void
said_add(struct filling *f, enum claim_said_kind kind, struct str words, uint32_t line)
{
	struct building *b = &f->b;

	GROW(b->said, b->saids, b->said_cap);
	b->said[b->saids++] = (struct claim_said){kind, claims_keep(b->out, words), line};
}

static void
status_read(struct filling *f, struct str words, uint32_t line)
{
	enum claim_said_kind kind;

	if (word_said(words, &kind))
		said_add(f, kind, word_strip(words), line);
}

void
severity_set(struct filling *f, struct str words, uint32_t line)
{
	struct str start = words, rest = words;
	struct claim *c = f->b.claim;
	enum severity severity;

	/* "Risk: it writes information to …" rates nothing: of much text the first words count. */
	for (int i = 0; i < 3; i++)
		text_word_next(&rest);
	if (words.len > 40)
		start.len -= rest.len;
	severity = word_severity(start);
	if (severity == SEVERITY_UNKNOWN)
		severity = severity_of_score(words);
	if (f->given || severity == SEVERITY_UNKNOWN || words.len > 200)
		return;
	c->severity = severity;
	words = word_strip(words);
	while (words.len > 0 && words.ptr[words.len - 1] == '.')
		words.len--;
	c->severity_words = claims_keep(f->b.out, words);
	c->severity_line = line;
	f->given = true;
}

static void
category_set(struct filling *f, struct str words)
{
	if (f->b.claim->category.len == 0 && words.len > 0 && words.len <= 120)
		f->b.claim->category = claims_keep(f->b.out, words);
}

static bool
has_letters(struct str s)
{
	for (size_t i = 0; i < s.len; i++)
		if (isalpha((unsigned char)s.ptr[i]))
			return true;
	return false;
}

/* `code` in the text, that is no path. */
void
inline_read(struct filling *f, const struct piece *piece, struct str within, enum field field)
{
	for (size_t i = 0; i < piece->spans && f->inlines < MAX_INLINE; i++) {
		const struct span *s = &f->p->span[piece->span + i];
		struct str code = {piece->text.ptr + s->from, s->to - s->from};
		struct line line = {str_trim(code), piece->line, false};

		if (s->kind != SPAN_CODE || code.ptr < within.ptr ||
		    code.ptr + code.len > within.ptr + within.len)
			continue;
		if (line.text.len < 2 || !has_letters(line.text) || location_only(line.text))
			continue;
		quote_add(&f->b, &line, NULL, 1,
		          field == FIELD_FIX    ? CLAIM_REMEDY_INLINE
		          : field == FIELD_DEMO ? CLAIM_DEMO
		                                : CLAIM_INLINE,
		          STR(""));
		f->inlines++;
	}
}

static enum claim_place
place_of(enum field field, const struct piece *piece)
{
	if (field == FIELD_FIX)
		return CLAIM_FIX;
	if (field == FIELD_LOCATION || field == FIELD_LINES)
		return CLAIM_LABEL;
	if (piece->kind == PIECE_CELL)
		return CLAIM_TABLE;
	return piece->item && location_only(piece->text) ? CLAIM_ITEM : CLAIM_PROSE;
}

/* The locations of S, which is a part of the piece's text. */
static void
locations_within(struct filling *f, const struct piece *piece, struct str s, enum claim_place place)
{
	size_t from = (size_t)(s.ptr - piece->text.ptr), count = 0;
	struct span *span = xcalloc(piece->spans + 1, sizeof(*span));

	for (size_t i = 0; i < piece->spans; i++) {
		const struct span *in = &f->p->span[piece->span + i];

		if (in->kind != SPAN_LINK || in->from < from || in->to > from + s.len)
			continue;
		span[count] = *in;
		span[count].from -= (uint32_t)from;
		span[count++].to -= (uint32_t)from;
	}
	locations_read(&f->b, s, span, count, piece->line, place);
	free(span);
}

/* A rank, or a score of CVSS, where nothing else rates the finding. */
static void
priority_set(struct filling *f, struct str words, uint32_t line)
{
	if (f->b.claim->severity != SEVERITY_UNKNOWN || f->given)
		return;
	severity_set(f, words, line);
	f->given = false;
}

static void
number_set(struct filling *f, struct str words)
{
	if (f->b.claim->number.len == 0 && words.len <= 24)
		f->b.claim->number = claims_keep(f->b.out, word_strip(words));
}

static void
title_set(struct filling *f, struct str words)
{
	if (f->b.claim->title.len == 0 && words.len > 0)
		f->b.claim->title = claims_keep(f->b.out, words);
	else
		text_add(&f->b.description, words);
}

/* To the text of a field, an item with the mark it was written with. */
static void
item_add(struct buf *text, const struct piece *piece)
{
	struct buf line = BUF_INIT;

	buf_span(&line, isdigit((unsigned char)piece->marker.ptr[0]) ? piece->marker : STR("-"));
	buf_byte(&line, ' ');
	buf_span(&line, piece->text);
	text_add(text, buf_view(&line));
	buf_release(&line);
}

/* Prose: what it names, and what it says. */
static void
prose_read(struct filling *f, const struct piece *piece, struct str s, enum field field)
{
	bool whole = s.ptr == piece->text.ptr;
	struct buf *text = text_of(f, field);

	locations_within(f, piece, s, place_of(field, piece));
	inline_read(f, piece, s, field);
	hints_read(&f->b, s, piece->line);
	if (field == FIELD_LOCATION && (location_in(s) || !whole))
		return;
	if (text && piece->item && whole)
		item_add(text, piece);
	else if (text)
		text_add(text, s);
}

void
value_read(struct filling *f, const struct piece *piece, struct str s, enum field field)
{
	switch (field) {
	case FIELD_SEVERITY: severity_set(f, s, piece->line); break;
	case FIELD_PRIORITY: priority_set(f, s, piece->line); break;
	case FIELD_STATUS: status_read(f, s, piece->line); break;
	case FIELD_CATEGORY: category_set(f, s); break;
	case FIELD_NUMBER: number_set(f, s); break;
	case FIELD_TITLE:
		title_set(f, s);
		inline_read(f, piece, s, field);
		break;
	case FIELD_ASIDE:
		/* "References:", and lines of the code below it. */
		if (location_only(s) && location_lined(s))
			locations_within(f, piece, s, CLAIM_LABEL);
		break;
	case FIELD_DEMO: inline_read(f, piece, s, field); break;
	case FIELD_LINES: location_lines(&f->b, s, piece->line, CLAIM_LABEL); break;
	default: prose_read(f, piece, s, field);
	}
}
