#include "report/pieces.h"

#include <cmark-gfm-core-extensions.h>
#include <cmark-gfm.h>
#include <ctype.h>
#include <stdio.h>

/*
 * The parsed document as a flat list, in the order of the text. The tree is walked by the parser's own iterator, so
 * depth costs nothing but memory.
 */

static struct str
line_text(const struct walk *w, size_t at)
{
	return at < w->count ? w->line[at].text : STR("");
}

static uint32_t
line_number(const struct walk *w, size_t at)
{
	return at < w->count ? w->line[at].number : w->count > 0 ? w->line[w->count - 1].number : 0;
}

struct piece *
walk_piece(struct walk *w, enum piece_kind kind)
{
	struct pieces *p = w->p;

	GROW(p->piece, p->count, p->cap);
	p->piece[p->count] = (struct piece){.kind = kind,
	                                    .depth = w->depth,
	                                    .quotes = w->quotes,
	                                    .line = line_number(w, w->at)};
	return &p->piece[p->count++];
}

/* Text begins: of a block, or of its next line. */
void
walk_text(struct walk *w, bool first)
{
	w->from = w->p->text.len;
	w->first_span = w->p->spans;
	w->piece.first = first;
	for (size_t i = 0; i < w->opens; i++)
		w->open[i].from = w->from;
}

static void
span_add(struct walk *w, const struct mark *m)
{
	struct pieces *p = w->p;
	struct str url = m->url ? str_of(m->url) : STR("");

	if (p->text.len <= m->from)
		return;
	GROW(p->span, p->spans, p->span_cap);
	p->span[p->spans++] = (struct span){(uint32_t)(m->from - w->from),
	                                    (uint32_t)(p->text.len - w->from), m->kind, url};
}

/* Text ends; nothing is added for a line without any. Strings are offsets until all is read. */
void
walk_text_end(struct walk *w)
{
	struct pieces *p = w->p;
	struct str s = str_from(buf_view(&p->text), w->from);
	struct piece *piece;

	for (size_t i = w->opens; i-- > 0;)
		span_add(w, &w->open[i]);
	if (str_trim(s).len == 0 && w->piece.kind != PIECE_CELL)
		return;
	piece = walk_piece(w, w->piece.kind);
	piece->level = w->piece.level;
	piece->first = w->piece.first;
	piece->column = w->column;
	piece->header = w->header;
	piece->item = w->marker.len > 0;
	piece->marker = w->marker;
	piece->at = w->from;
	piece->text.len = p->text.len - w->from;
	piece->span = w->first_span;
	piece->spans = p->spans - w->first_span;
	w->marker = STR("");
}

static void
line_break(struct walk *w, bool in_source)
{
	if (w->cell || w->piece.kind == PIECE_HEADING) {
		buf_byte(&w->p->text, ' ');
		return;
	}
	walk_text_end(w);
	w->at += in_source;
	walk_text(w, false);
}

/* The code whose mark this is, else nothing: other HTML has no place in text, but for the line break. */
static void
html_inline(struct walk *w, const char *literal)
{
	size_t index;

	if (fence_mark(str_of(literal), &index) && index < w->p->fences.count) {
		walk_text_end(w);
		walk_piece(w, PIECE_CODE)->fence = index;
		walk_text(w, true);
	} else if (strncasecmp(literal, "<br", 3) == 0) {
		line_break(w, false);
	}
}

/* A block that is code by its indentation. Web pages indent prose, too, so that is told apart. */
static void
code_block(struct walk *w, cmark_node *node)
{
	struct str literal = str_of(cmark_node_get_literal(node)), line, rest = literal;
	struct fences *f = &w->p->fences;
	bool prose = false;
	size_t lines = 0, index;

	while (str_line(&rest, &line)) {
		struct str s = str_trim(line);

		prose = prose || fence_mark(s, &index) || str_starts(s, STR("**")) ||
		        str_starts(s, STR("\xe2\x80\xa2")) ||
		        (lines == 0 && !word_is_code(s) && memchr(s.ptr, ' ', s.len));
		lines++;
	}
	if (prose || w->at >= w->count) {
		html_block(w, literal);
		return;
	}
	if (lines > w->count - w->at)
		lines = w->count - w->at;
	GROW(f->fence, f->count, f->cap);
	f->fence[f->count] = (struct fence){STR(""), w->line + w->at, lines, line_number(w, w->at)};
	walk_piece(w, PIECE_CODE)->fence = f->count++;
}

static void
mark_open(struct walk *w, enum span_kind kind, const char *url)
{
	GROW(w->open, w->opens, w->open_cap);
	w->open[w->opens++] = (struct mark){w->p->text.len, kind, url};
}

/* "__init__" is no emphasis: the name of a file or function that it was taken for gets its underscores back. */
static bool
is_name(struct walk *w, const struct mark *m)
{
	struct buf *text = &w->p->text;
	struct str word = str_from(buf_view(text), m->from), line = line_text(w, w->at);
	char name[68];
	int n;

	if (m->kind != SPAN_STRONG || word.len == 0 || word.len > 60)
		return false;
	for (size_t i = 0; i < word.len; i++)
		if (!islower((unsigned char)word.ptr[i]) && word.ptr[i] != '_')
			return false;
	n = snprintf(name, sizeof(name), "__" STR_FMT "__", STR_ARG(word));
	if (!memmem(line.ptr, line.len, name, (size_t)n))
		return false;
	text->len = m->from;
	buf_span(text, (struct str){name, (size_t)n});
	return true;
}

static void
mark_close(struct walk *w)
{
	if (w->opens > 0 && !is_name(w, &w->open[--w->opens]))
		span_add(w, &w->open[w->opens]);
}

static void
inline_code(struct walk *w, const char *literal)
{
	struct buf *text = &w->p->text;
	struct mark m = {text->len + 1, SPAN_CODE, NULL};

	buf_byte(text, '`');
	buf_str(text, literal);
	span_add(w, &m);
	buf_byte(text, '`');
}

static void
inline_node(struct walk *w, cmark_node *node, bool enter)
{
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_TEXT: buf_str(&w->p->text, cmark_node_get_literal(node)); break;
	case CMARK_NODE_CODE: inline_code(w, cmark_node_get_literal(node)); break;
	case CMARK_NODE_SOFTBREAK:
	case CMARK_NODE_LINEBREAK: line_break(w, true); break;
	case CMARK_NODE_HTML_INLINE: html_inline(w, cmark_node_get_literal(node)); break;
	case CMARK_NODE_STRONG:
	case CMARK_NODE_EMPH:
		if (enter)
			mark_open(w,
			          cmark_node_get_type(node) == CMARK_NODE_STRONG ? SPAN_STRONG
			                                                         : SPAN_EMPH,
			          NULL);
		else
			mark_close(w);
		break;
	case CMARK_NODE_LINK:
	case CMARK_NODE_IMAGE:
		if (enter)
			mark_open(w, SPAN_LINK, cmark_node_get_url(node));
		else
			mark_close(w);
		break;
	default: break;
	}
}

/* The mark an item was written with: the parser counts items by itself. */
static void
item_begin(struct walk *w, cmark_node *node)
{
	struct str s = line_text(w, w->at);
	size_t column = (size_t)cmark_node_get_start_column(node), n = 0;

	s = column > 0 && column <= s.len ? str_trim(str_from(s, column - 1)) : str_trim(s);
	while (n < s.len && s.ptr[n] != ' ' && n < 12)
		n++;
	w->marker = (struct str){s.ptr, n};
	if (n == 0)
		w->marker = STR("-");
}

static void
leaf(struct walk *w, enum piece_kind kind, bool enter)
{
	if (enter) {
		w->piece = (struct piece){.kind = kind, .level = w->piece.level};
		walk_text(w, true);
	} else {
		walk_text_end(w);
	}
	w->leaf = enter;
}

static void
table_node(struct walk *w, const char *type, bool enter)
{
	bool header = strcmp(type, "table_header") == 0;

	if (strcmp(type, "table_cell") == 0) {
		w->cell = enter;
		leaf(w, PIECE_CELL, enter);
		if (!enter)
			w->column++;
	} else if (strcmp(type, "table") == 0) {
		w->table = enter;
	} else if (enter && (header || strcmp(type, "table_row") == 0)) {
		struct piece *row = walk_piece(w, PIECE_ROW);

		row->header = w->header = header;
		row->table = w->table;
		w->table = false;
		w->column = 0;
	} else if (!enter) {
		w->header = false;
	}
}

static void
block_node(struct walk *w, cmark_node *node, bool enter)
{
	size_t start = enter ? (size_t)cmark_node_get_start_line(node) : 0;

	if (start > 0 && start <= w->p->fences.maps)
		w->at = w->p->fences.map[start - 1];
	switch (cmark_node_get_type(node)) {
	case CMARK_NODE_LIST: w->depth += enter ? 1 : -1; break;
	case CMARK_NODE_BLOCK_QUOTE: w->quotes += enter ? 1 : -1; break;
	case CMARK_NODE_ITEM:
		if (enter)
			item_begin(w, node);
		break;
	case CMARK_NODE_HEADING:
		w->piece.level = (uint8_t)cmark_node_get_heading_level(node);
		leaf(w, PIECE_HEADING, enter);
		break;
	case CMARK_NODE_PARAGRAPH: leaf(w, PIECE_TEXT, enter); break;
	case CMARK_NODE_CODE_BLOCK: code_block(w, node); break;
	case CMARK_NODE_HTML_BLOCK: html_block(w, str_of(cmark_node_get_literal(node))); break;
	case CMARK_NODE_THEMATIC_BREAK: walk_piece(w, PIECE_RULE); break;
	default: table_node(w, cmark_node_get_type_string(node), enter);
	}
}

static bool
is_inline(cmark_node *node)
{
	return (cmark_node_get_type(node) & CMARK_NODE_TYPE_MASK) == CMARK_NODE_TYPE_INLINE;
}

static void
walk(struct walk *w, cmark_node *root)
{
	cmark_iter *it = cmark_iter_new(root);
	cmark_event_type event;

	while ((event = cmark_iter_next(it)) != CMARK_EVENT_DONE) {
		cmark_node *node = cmark_iter_get_node(it);

		if (!is_inline(node))
			block_node(w, node, event == CMARK_EVENT_ENTER);
		else if (w->leaf)
			inline_node(w, node, event == CMARK_EVENT_ENTER);
	}
	cmark_iter_free(it);
}

/* The text has stopped moving. There is always a list of spans, so that one may point into it. */
static void
pieces_settle(struct pieces *p)
{
	GROW(p->span, p->spans, p->span_cap);
	for (size_t i = 0; i < p->count; i++)
		p->piece[i].text.ptr = p->piece[i].text.len > 0 ? p->text.ptr + p->piece[i].at : "";
}

void
pieces_read(struct pieces *p, const struct line *line, size_t count)
{
	struct walk w = {.p = p, .line = line, .count = count, .marker = STR("")};
	cmark_parser *parser;

	part_write(&p->fences, line, count, &p->source);
	cmark_gfm_core_extensions_ensure_registered();
	parser = cmark_parser_new(CMARK_OPT_DEFAULT);
	cmark_parser_attach_syntax_extension(parser, cmark_find_syntax_extension("table"));
	cmark_parser_feed(parser, p->source.ptr ? p->source.ptr : "", p->source.len);
	p->document = cmark_parser_finish(parser);
	cmark_parser_free(parser);
	walk(&w, p->document);
	free(w.open);
	pieces_settle(p);
	pieces_bold(p);
}

void
pieces_release(struct pieces *p)
{
	if (p->document)
		cmark_node_free(p->document);
	fences_release(&p->fences);
	free(p->piece);
	free(p->span);
	buf_release(&p->source);
	buf_release(&p->text);
	*p = (struct pieces)PIECES_INIT;
}
