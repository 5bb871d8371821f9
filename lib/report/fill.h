/*
 * A finding being sorted into its claim: what fill.c is made of, private to the report reader.
 */
#ifndef REPORT_FILL_H
#define REPORT_FILL_H

#include "report/reading.h"

struct filling {
	struct building b;
	const struct pieces *p;
	const struct start *s;
	enum field field; /* that the text stands under */
	enum field base;  /* to go back to after a label with its value */
	bool headed;      /* the field is that of a heading */
	bool given;       /* the severity was given by a label */
	struct str lead;  /* the line of text before, for code to go by */
	uint32_t lead_line;
	size_t inlines;
	bool left; /* a row of a table: the label that its first cell is */
	enum field left_field;
	uint8_t column[COLUMNS]; /* of a table inside the finding, by its head */
};

/* Add S to the text of a field, as a line of its own. */
void text_add(struct buf *b, struct str s);

/* Whether text after a label of this kind goes on belonging to it. */
bool field_lasts(enum field f);

/* S, which is all of the piece's text or a part of it, stands under FIELD. */
void value_read(struct filling *f, const struct piece *piece, struct str s, enum field field);
void severity_set(struct filling *f, struct str words, uint32_t line);
void said_add(struct filling *f, enum claim_said_kind kind, struct str words, uint32_t line);

/* `code` in a part of the text, that is no path. */
void inline_read(struct filling *f, const struct piece *piece, struct str within, enum field field);

/* What S says about other findings. */
void hints_read(struct building *b, struct str s, uint32_t line);

/* A line of text, a block of code, and a cell of a table inside the finding. */
void text_read(struct filling *f, const struct piece *piece);
void code_read(struct filling *f, const struct piece *piece);
void cell_read(struct filling *f, const struct piece *piece);

/* Code in a block quote without a fence, from piece I on; returns the first piece after it. */
size_t quoted_read(struct filling *f, size_t i);

/* A finding that is a row of a table, or a line of a fence: "HIGH | path | what | fix". */
void row_read(struct filling *f);
void fenced_read(struct filling *f);

#endif
