/*
 * A report's document being walked into pieces: what pieces.c is made of, private to the report reader.
 */
#ifndef REPORT_PIECES_H
#define REPORT_PIECES_H

#include "report/reading.h"

struct mark {
	size_t from;
	enum span_kind kind;
	const char *url;
};

struct walk {
	struct pieces *p;
	const struct line *line; /* of the part: the parser counts from 1 */
	size_t count;
	struct mark *open; /* emphasis and links that are not closed yet */
	size_t opens, open_cap;
	uint32_t depth, quotes, column;
	size_t at;   /* the line of the part we are in, from 0 */
	size_t from; /* where the text of the piece begins */
	size_t first_span;
	struct piece piece; /* being made */
	bool leaf, cell, header, table;
	bool html_table; /* we are in a table written in HTML */
	size_t row;      /* the last row, as an index into the pieces */
	struct str marker;
};

struct piece *walk_piece(struct walk *w, enum piece_kind kind);

/* Text begins, of a block or of its next line; and ends: nothing is added for a line without any. */
void walk_text(struct walk *w, bool first);
void walk_text_end(struct walk *w);

/* A block of HTML: its text, line by line, without the tags, and its tables. */
void html_block(struct walk *w, struct str literal);

#endif
