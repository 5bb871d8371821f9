#include "report/fill.h"

/* Tables, and lines of a fence with bars in them. */

/* A cell of a table inside the finding: of labels with their values, or with labels at its head. */
void
cell_read(struct filling *f, const struct piece *piece)
{
	enum field here =
		piece->column < COLUMNS ? (enum field)f->column[piece->column] : FIELD_NONE;
	enum field field;
	struct str rest;

	field = cell_label(f->p, piece, &rest);
	if (field != FIELD_NONE) {
		value_read(f, piece, rest, field);
		return;
	}
	if (piece->column == 0) {
		f->left_field = word_field(piece->text);
		f->left = f->left_field != FIELD_NONE;
	}
	if (piece->header && piece->column < COLUMNS)
		f->column[piece->column] = (uint8_t)word_field(piece->text);
	if (piece->column == 1 && f->left &&
	    (f->left_field != FIELD_SEVERITY || word_severity(piece->text) != SEVERITY_UNKNOWN))
		field = f->left_field;
	else if (piece->header || (piece->column == 0 && f->left))
		return;
	else
		field = here == FIELD_NONE ? f->field : here;
	value_read(f, piece, piece->text, field == FIELD_NUMBER ? FIELD_NONE : field);
}

/* A row of a table of findings. */
void
row_read(struct filling *f)
{
	for (size_t i = f->s->from + 1; i < f->s->to; i++) {
		const struct piece *cell = &f->p->piece[i];
		enum field field = cell->column < COLUMNS ? (enum field)f->s->column[cell->column]
		                                          : FIELD_NONE;

		if (field == FIELD_TITLE && !str_eq(f->b.claim->title, str_trim(cell->text)))
			locations_read(&f->b, cell->text, f->p->span + cell->span, cell->spans,
			               cell->line, CLAIM_TABLE);
		if (field == FIELD_NUMBER || field == FIELD_SEVERITY || field == FIELD_STATUS ||
		    field == FIELD_PRIORITY)
			continue;
		value_read(f, cell, cell->text, field);
	}
}

/* "HIGH | path | what | fix", a line of a fence. */
void
fenced_read(struct filling *f)
{
	const struct fence *fence = &f->p->fences.fence[f->p->piece[f->s->from].fence];
	const struct line *line = &fence->line[f->s->line];
	struct str rest = line->text, title = STR(""), fix = STR("");

	for (size_t i = 0; rest.len > 0; i++) {
		const char *bar = memchr(rest.ptr, '|', rest.len);
		struct str cell =
			str_trim((struct str){rest.ptr, bar ? (size_t)(bar - rest.ptr) : rest.len});

		rest = bar ? str_from(rest, (size_t)(bar - rest.ptr) + 1) : STR("");
		if (i == 0) {
			severity_set(f, cell, line->number);
			continue;
		}
		locations_read(&f->b, cell, NULL, 0, line->number,
		               i == 1 ? CLAIM_LABEL : CLAIM_PROSE);
		if (i == 1 && rest.len > 0)
			continue;
		if (title.len == 0)
			title = cell;
		else
			fix = cell;
	}
	f->b.claim->title = claims_keep(f->b.out, title);
	text_add(&f->b.fix, fix);
}
