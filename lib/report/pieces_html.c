#include "report/pieces.h"

#include <ctype.h>

/* HTML in reports: headings, parts that fold away, tables. */

/* "<h3>…" is a heading, and so is what a part that folds away is shown as. */
static void
html_kind(struct walk *w, struct str line)
{
	const char *tag = memmem(line.ptr, line.len, "<summary", 8);
	struct str s = str_trim(line);

	w->piece.kind = PIECE_TEXT;
	if (s.len > 4 && strncasecmp(s.ptr, "<h", 2) == 0 && s.ptr[2] >= '1' && s.ptr[2] <= '6') {
		w->piece.kind = PIECE_HEADING;
		w->piece.level = (uint8_t)(s.ptr[2] - '0');
	} else if (tag) {
		w->piece.kind = PIECE_HEADING;
		w->piece.level = location_path(line).len > 0 ? 6 : 5;
	}
}

/* Whether S begins with this tag. */
static bool
is_tag(struct str s, const char *tag)
{
	size_t n = strlen(tag);

	return s.len > n + 1 && strncasecmp(s.ptr + 1, tag, n) == 0 &&
	       !isalnum((unsigned char)s.ptr[n + 1]);
}

static void
cell_end(struct walk *w)
{
	if (w->html_table && w->cell) {
		walk_text_end(w);
		w->column++;
		w->cell = false;
	}
}

/* The tag at the start of S, in a table. */
static void
table_tag(struct walk *w, struct str s)
{
	bool head = is_tag(s, "th");

	if (is_tag(s, "br") && w->cell)
		buf_byte(&w->p->text, ' ');
	else if ((is_tag(s, "code") || is_tag(s, "/code")) && w->cell)
		buf_byte(&w->p->text, '`');
	if (is_tag(s, "tr") || is_tag(s, "/tr") || is_tag(s, "td") || is_tag(s, "/td") || head ||
	    is_tag(s, "/th") || is_tag(s, "/table"))
		cell_end(w);
	if (is_tag(s, "table") || is_tag(s, "/table")) {
		w->html_table = w->table = is_tag(s, "table");
	} else if (is_tag(s, "tr")) {
		walk_piece(w, PIECE_ROW)->table = w->table;
		w->row = w->p->count - 1;
		w->table = false;
		w->column = 0;
	} else if ((head || is_tag(s, "td")) && w->row < w->p->count) {
		w->p->piece[w->row].header = w->header = head;
		w->piece = (struct piece){.kind = PIECE_CELL};
		walk_text(w, true);
		w->cell = true;
	}
}

/* A line of a table; false where it is none. */
static bool
html_table(struct walk *w, struct str line)
{
	const char *close;

	if (!w->html_table && !memmem(line.ptr, line.len, "<table", 6))
		return false;
	for (size_t k = 0; k < line.len; k++) {
		struct str rest = str_from(line, k);

		if (rest.ptr[0] == '<' && (close = memchr(rest.ptr, '>', rest.len)) != NULL) {
			table_tag(w, rest);
			k = (size_t)(close - line.ptr);
		} else if (w->cell) {
			buf_byte(&w->p->text, rest.ptr[0]);
		}
	}
	if (w->cell)
		buf_byte(&w->p->text, ' ');
	return true;
}

void
html_block(struct walk *w, struct str literal)
{
	struct str line;
	size_t index, start = w->at;

	for (size_t i = 0; str_line(&literal, &line); i++) {
		w->at = start + i;
		if (fence_mark(line, &index) && index < w->p->fences.count) {
			walk_piece(w, PIECE_CODE)->fence = index;
			continue;
		}
		if (html_table(w, line))
			continue;
		html_kind(w, line);
		walk_text(w, true);
		for (size_t k = 0, in = 0; k < line.len; k++) {
			if (line.ptr[k] == '<')
				in = 1;
			if (!in &&
			    !(line.ptr[k] == '*' && k + 1 < line.len && line.ptr[k + 1] == '*') &&
			    !(line.ptr[k] == '*' && k > 0 && line.ptr[k - 1] == '*'))
				buf_byte(&w->p->text, line.ptr[k]);
			if (line.ptr[k] == '>')
				in = 0;
		}
		walk_text_end(w);
	}
	cell_end(w);
}
