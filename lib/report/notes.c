#include "report/outline.h"

/* What stands in a stretch of a report, counted, for what it may be to be told from that. */

void
notes_severity(struct notes *n, struct str value)
{
	if (word_severity(value) != SEVERITY_UNKNOWN && value.len <= 80)
		n->severities++;
}

bool
notes_mend(const struct notes *n)
{
	return n->places + n->locations > 0 && (n->fields & 1U << FIELD_FIX);
}

/* What a label says that stands there. */
static void
notes_field(struct notes *n, enum field f)
{
	if (f == FIELD_LOCATION || f == FIELD_LINES)
		n->places++;
	if (f == FIELD_DESCRIPTION || f == FIELD_IMPACT || f == FIELD_FIX || f == FIELD_DEMO ||
	    f == FIELD_TITLE)
		n->fields |= 1U << f;
}

void
notes_text(struct notes *n, const struct pieces *p, const struct piece *piece)
{
	struct segment segment[SEGMENTS];
	size_t count = segments_read(piece->text, p->span + piece->span, piece->spans, segment);

	n->text++;
	n->locations += location_in(piece->text);
	for (size_t i = 0; i < count; i++) {
		enum field f = segment[i].field;

		if (f == FIELD_SEVERITY)
			notes_severity(n, segment[i].text);
		if (f == FIELD_SEVERITY && word_is_clear(segment[i].text))
			n->cleared++;
		if (f == FIELD_SEVERITY && segment[i].text.len == 0)
			n->severity_next = true;
		if (f == FIELD_PRIORITY && word_severity(segment[i].text) != SEVERITY_UNKNOWN)
			n->ranks++;
		notes_field(n, f);
		if (f == FIELD_NONE && count == 1 && n->severity_next)
			notes_severity(n, segment[i].text);
		if (f != FIELD_SEVERITY)
			n->severity_next = false;
	}
	if (count == 1 && segment[0].field == FIELD_NONE && piece->first && piece->text.len <= 24 &&
	    word_is_severity(piece->text))
		n->severities++;
}

/* A row of a table with the labels on its left, or below its head: the severity it gives. */
static void
notes_cell(struct notes *n, const struct pieces *p, size_t i)
{
	const struct piece *cell = &p->piece[i];
	struct str rest;

	n->locations += location_in(cell->text);
	if (cell_label(p, cell, &rest) != FIELD_NONE) {
		if (cell_label(p, cell, &rest) == FIELD_SEVERITY)
			notes_severity(n, rest);
		return;
	}
	if (cell->column == 0 && !cell->header && !n->list)
		notes_field(n, word_field(cell->text));
	if (cell->column == 1 && !n->list && word_field(p->piece[i - 1].text) == FIELD_SEVERITY)
		notes_severity(n, cell->text);
	else if (!cell->header && n->severity_column == (int)cell->column && !n->list)
		notes_severity(n, cell->text);
	n->listed += n->list && !cell->header && cell->column == 0;
	if (cell->header && word_field(cell->text) == FIELD_SEVERITY)
		n->severity_column = (int)cell->column;
	if (cell->header && cell->text.len > 0 && column_is_entry(cell->text))
		n->list = true;
}

void
notes_piece(struct notes *n, const struct pieces *p, size_t i)
{
	const struct piece *piece = &p->piece[i];

	switch (piece->kind) {
	case PIECE_TEXT: notes_text(n, p, piece); break;
	case PIECE_CELL: notes_cell(n, p, i); break;
	case PIECE_CODE: n->code++; break;
	case PIECE_ROW:
		n->rows += !piece->header;
		if (piece->table) {
			n->severity_column = -1;
			n->list = false;
		}
		break;
	default: break;
	}
}

/* Whether a text begins with one of these marks. */
static bool
begins_with(struct str text, const char *const *marks)
{
	for (; *marks; marks++)
		if (str_starts(text, str_of(*marks)))
			return true;
	return false;
}

void
notes_lead(struct notes *n, const struct piece *piece, const struct lead *lead)
{
	static const char *const bad[] = {"\xe2\x9d\x8c", "\xe2\x9a\xa0",     "\xf0\x9f\x94\xb4",
	                                  "\xe2\x9c\x97", "\xf0\x9f\x9f\xa1", NULL};

	n->tagged += lead->is && lead->tagged;
	n->opened += lead_opens(piece, lead);
	n->entries += lead->entry;
	n->counted += lead->is && piece->item && piece->first && lead->head.numbered &&
	              (lead->bold || !lead->ordered);
	n->prose += piece->kind == PIECE_TEXT && piece->first && !piece->item && piece->depth == 0;
	n->placed += lead->is && piece->item && piece->depth == 1 && word_tells(lead->head.title) &&
	             location_in(piece->text);
	n->titled += lead->is && lead->titled && piece->depth == 1;
	if (lead->is && !piece->item && lead->bold) {
		n->bold_named += lead->head.named;
		n->bold_numbered += lead->head.named ||
		                    (lead->head.numbered && !word_is_action(lead->head.title));
	}
	if (lead->is && (lead->bold || lead->head.named) && word_tells(lead->head.title))
		++*(piece->item ? &n->told : &n->clauses);
	n->praised += piece->item && word_is_praise(piece->text);
	n->faulted += begins_with(piece->text, bad);
}
