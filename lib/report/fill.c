#include "report/fill.h"

#include <ctype.h>

/* What stands between the beginning and the end of a finding, sorted into its claim. */

static void
heading_read(struct filling *f, const struct piece *piece)
{
	struct str text = piece->text;
	enum field field = word_field(text), inner;
	struct str rest;

	inner = label_read(text, f->p->span + piece->span, piece->spans, &rest);
	f->lead = text;
	if (inner != FIELD_NONE && rest.len > 0) {
		value_read(f, piece, rest, inner);
		if (field_lasts(inner))
			f->field = f->base = inner;
		return;
	}
	f->field = field == FIELD_NONE ? FIELD_DESCRIPTION : field;
	f->headed = true;
	if (field_lasts(f->field))
		f->base = f->field;
	if (field == FIELD_NONE)
		value_read(f, piece, text, FIELD_DESCRIPTION);
}

static void
body_read(struct filling *f, size_t from, size_t to)
{
	for (size_t i = from; i < to; i++) {
		const struct piece *piece = &f->p->piece[i];

		switch (piece->kind) {
		case PIECE_HEADING: heading_read(f, piece); break;
		case PIECE_TEXT:
			if (piece->quotes > 0 && word_is_code(piece->text) &&
			    f->field != FIELD_STATUS) {
				size_t end = quoted_read(f, i);

				if (end > i) {
					i = end - 1;
					break;
				}
			}
			text_read(f, piece);
			break;
		case PIECE_CODE: code_read(f, piece); break;
		case PIECE_ROW:
			if (piece->table)
				memset(f->column, 0, sizeof(f->column));
			break;
		case PIECE_CELL: cell_read(f, piece); break;
		case PIECE_RULE: break;
		}
	}
}

static void
head_keep(struct filling *f)
{
	const struct start *s = f->s;
	const struct piece *piece = &f->p->piece[s->from];
	struct claim *c = f->b.claim;
	struct claims *out = f->b.out;

	c->number = claims_keep(out, s->head.number);
	c->title = claims_keep(out, s->head.title);
	if (s->head.severity != SEVERITY_UNKNOWN) {
		c->severity = s->head.severity;
		c->severity_words = claims_keep(out, s->head.words);
		c->severity_line = piece->line;
	} else if (s->severity != SEVERITY_UNKNOWN) {
		c->severity = s->severity;
		c->severity_words = claims_keep(out, s->severity_words);
		c->severity_line = s->severity_line;
	}
	if (s->head.said.len > 0)
		said_add(f, s->head.said_kind, s->head.said, piece->line);
	if (s->row || s->fenced || s->block)
		return;
	if (piece->spans > 0 && f->p->span[piece->span].kind == SPAN_CODE &&
	    piece->text.ptr[0] == '`' && isdigit((unsigned char)piece->text.ptr[1]))
		location_lines(&f->b, piece->text, piece->line, CLAIM_LABEL);
	locations_read(&f->b, piece->text, f->p->span + piece->span, piece->spans, piece->line,
	               CLAIM_HEADING);
	inline_read(f, piece, piece->text, FIELD_NONE);
	hints_read(&f->b, piece->text, piece->line);
	if (!location_only(s->head.more))
		text_add(&f->b.description, s->head.more);
}

/* A title that is only a place says nothing; then the first sentence of the description is it. */
static void
title_settle(struct filling *f)
{
	struct claim *c = f->b.claim;
	struct str text = buf_view(&f->b.description), line;

	if (c->title.len > 0 && !location_only(c->title) && !word_is_empty(c->title))
		return;
	while (str_line(&text, &line)) {
		line = word_strip(line);
		if (line.len >= 8) {
			if (line.len > 160)
				line.len = 160;
			c->title = claims_keep(f->b.out, line);
			return;
		}
	}
}

static void
claim_keep(struct filling *f)
{
	struct claim *c = f->b.claim;

	c->description = claims_keep(f->b.out, buf_view(&f->b.description));
	c->impact = claims_keep(f->b.out, buf_view(&f->b.impact));
	c->fix = claims_keep(f->b.out, buf_view(&f->b.fix));
	buf_release(&f->b.description);
	buf_release(&f->b.impact);
	buf_release(&f->b.fix);
	building_keep(&f->b);
}

static uint32_t
last_line(const struct filling *f)
{
	for (size_t i = f->s->to; i-- > f->s->from;) {
		const struct piece *piece = &f->p->piece[i];

		if (piece->kind == PIECE_CODE) {
			const struct fence *fence = &f->p->fences.fence[piece->fence];

			if (f->s->fenced)
				return fence->line[f->s->line].number;
			return fence->lines > 0 ? fence->line[fence->lines - 1].number
			                        : fence->number;
		}
		if (piece->kind != PIECE_RULE)
			return piece->line;
	}
	return f->p->piece[f->s->from].line;
}

void
claim_fill(struct claims *out, uint32_t report, const struct pieces *p, const struct start *s)
{
	struct filling f = {.b = {.out = out, .under = -1, .near = -1, .path = s->path},
	                    .p = p,
	                    .s = s,
	                    .lead = STR("")};
	struct claim *c = claims_add(out);

	f.b.claim = c;
	*c = (struct claim){.report = report,
	                    .line = p->piece[s->from].line,
	                    .last_line = last_line(&f),
	                    .severity_words = STR(""),
	                    .number = STR(""),
	                    .title = STR(""),
	                    .category = STR(""),
	                    .section = s->section,
	                    .row = s->row};
	if (s->fenced)
		c->line = c->last_line;
	head_keep(&f);
	if (s->fenced)
		fenced_read(&f);
	else if (s->row)
		row_read(&f);
	else
		body_read(&f, s->from + (!s->block || s->head.named), s->to);
	location_above(&f.b, c->line);
	title_settle(&f);
	claim_keep(&f);
}
