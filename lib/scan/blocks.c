#include "scan/blocks.h"

#include "base/mem.h"
#include "source/lang.h"

#include <stdlib.h>

/* What may have a block: a line, or an opening brace. */
struct open {
	size_t start, end; /* of the line */
	size_t indent;
	size_t block; /* its index and 1 more; 0: it has none so far */
	size_t depth; /* of parentheses before the brace */
};

struct finder {
	struct blocks *blocks;
	enum lang lang;
	struct str text;
	const char *mask;
	struct open *open;
	size_t opens, cap;
};

void
blocks_release(struct blocks *b)
{
	free(b->block);
	*b = (struct blocks){0};
}

static bool
is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z');
}

static bool
is_one_of(struct str word, const char *const *words)
{
	for (; *words; words++)
		if (str_is(word, *words))
			return true;
	return false;
}

/* What the words of code from START to END make of it: a head by indentation begins with what it is, one before a brace
 * is a function where it has a parenthesis and is no statement. */
static enum block_kind
kind_of(const struct finder *f, size_t start, size_t end)
{
	static const char *const classes[] = {
		"class",  "struct",    "interface", "trait",     "impl",    "enum",
		"union",  "record",    "object",    "contract",  "library", "namespace",
		"module", "extension", "protocol",  "defmodule", NULL};
	static const char *const functions[] = {"def", "function", "fn",       "func",
	                                        "fun", "defp",     "defmacro", NULL};
	static const char *const statements[] = {
		"if",           "for",    "while",   "switch", "catch", "else",   "do",    "try",
		"with",         "match",  "foreach", "unless", "until", "select", "using", "lock",
		"synchronized", "elseif", "finally", "loop",   "guard", "return", NULL};
	bool braces = lang_blocks(f->lang) == BLOCKS_BRACES, first = true, statement = false;

	for (size_t i = start; i < end; i++) {
		size_t from = i;

		if (f->mask[i] != SOURCE_CODE)
			continue;
		if (f->text.ptr[i] == '(')
			return braces && !statement ? BLOCK_FUNCTION : BLOCK_OTHER;
		if (!is_word(f->text.ptr[i]))
			continue;
		while (i < end && is_word(f->text.ptr[i]))
			i++;
		if (is_one_of((struct str){f->text.ptr + from, i - from}, classes))
			return BLOCK_CLASS;
		if (is_one_of((struct str){f->text.ptr + from, i - from}, functions))
			return BLOCK_FUNCTION;
		if (first || statement)
			statement =
				is_one_of((struct str){f->text.ptr + from, i - from}, statements);
		first = false;
		i--;
	}
	return BLOCK_OTHER;
}

static size_t
add_block(struct finder *f, size_t head, size_t head_end, size_t body, size_t parent)
{
	struct blocks *b = f->blocks;

	GROW(b->block, b->count, b->cap);
	b->block[b->count] = (struct block){.head = head,
	                                    .body = body,
	                                    .end = f->text.len,
	                                    .parent = parent,
	                                    .kind = kind_of(f, head, head_end)};
	return ++b->count;
}

/* A line of code that is complete, with those that go on with it. */
struct line {
	size_t start, first, end; /* FIRST: its first byte that is no white space */
	size_t indent;
};

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\f';
}

/* The next line from AT on that has code; false at the end. */
static bool
next_line(const struct finder *f, size_t at, struct line *line)
{
	size_t depth = 0, p = at;

	*line = (struct line){.start = at};
	for (; p < f->text.len; p++) {
		char c = f->text.ptr[p];

		if (c == '\n')
			*line = (struct line){.start = p + 1};
		else if (f->mask[p] == SOURCE_COMMENT)
			continue;
		else if (c == '\t')
			line->indent += 8 - line->indent % 8;
		else if (c == ' ')
			line->indent++;
		else if (!is_blank(c))
			break;
	}
	if (p == f->text.len)
		return false;
	for (line->first = p; p < f->text.len; p++) {
		char c = f->text.ptr[p];

		if (f->mask[p] != SOURCE_CODE)
			continue;
		if (c == '(' || c == '[' || c == '{')
			depth++;
		else if (c == ')' || c == ']' || c == '}')
			depth -= depth > 0;
		else if (c == '\n' && depth == 0 &&
		         !(p > 0 && f->text.ptr[p - 1] == '\\' && f->mask[p - 1] == SOURCE_CODE))
			break;
	}
	line->end = p;
	return true;
}

static void
find_by_indent(struct finder *f)
{
	struct line line;
	size_t last = 0;

	for (size_t at = 0; next_line(f, at, &line); at = line.end) {
		struct open *top;

		while (f->opens > 0 && f->open[f->opens - 1].indent >= line.indent) {
			top = &f->open[--f->opens];
			if (top->block)
				f->blocks->block[top->block - 1].end = last;
		}
		top = f->opens > 0 ? &f->open[f->opens - 1] : NULL;
		if (top && !top->block)
			top->block = add_block(f, top->start, top->end, line.start,
			                       f->opens > 1 ? f->open[f->opens - 2].block : 0);
		GROW(f->open, f->opens, f->cap);
		f->open[f->opens++] =
			(struct open){.start = line.start, .end = line.end, .indent = line.indent};
		last = line.end;
	}
	while (f->opens > 0) {
		const struct open *top = &f->open[--f->opens];

		if (top->block)
			f->blocks->block[top->block - 1].end = last;
	}
}

/* Where the line of code from AT on begins: at its line's start where only white space stands before. */
static size_t
head_start(const struct finder *f, size_t at, size_t end)
{
	size_t p;

	while (at < end && (f->text.ptr[at] == '\n' || is_blank(f->text.ptr[at]) ||
	                    f->text.ptr[at] == ' ' || f->mask[at] == SOURCE_COMMENT))
		at++;
	for (p = at; p > 0 && (is_blank(f->text.ptr[p - 1]) || f->text.ptr[p - 1] == ' ');)
		p--;
	return p == 0 || f->text.ptr[p - 1] == '\n' ? p : at;
}

static void
find_by_braces(struct finder *f)
{
	size_t boundary = 0, depth = 0;

	for (size_t p = 0; p < f->text.len; p++) {
		char c = f->text.ptr[p];

		if (f->mask[p] != SOURCE_CODE)
			continue;
		if (c == '(') {
			depth++;
		} else if (c == ')') {
			depth -= depth > 0;
		} else if (c == ';' && depth == 0) {
			boundary = p + 1;
		} else if (c == '{') {
			struct open o = {.depth = depth};

			o.block = add_block(f, head_start(f, boundary, p), p, p + 1,
			                    f->opens > 0 ? f->open[f->opens - 1].block : 0);
			GROW(f->open, f->opens, f->cap);
			f->open[f->opens++] = o;
			depth = 0;
			boundary = p + 1;
		} else if (c == '}') {
			if (f->opens > 0) {
				f->blocks->block[f->open[--f->opens].block - 1].end = p + 1;
				depth = f->open[f->opens].depth;
			}
			boundary = p + 1;
		}
	}
}

void
blocks_find(struct blocks *b, enum lang lang, struct str text, struct str mask)
{
	struct finder f = {.blocks = b, .lang = lang, .text = text, .mask = mask.ptr};

	b->count = 0;
	if (lang_blocks(lang) == BLOCKS_INDENT)
		find_by_indent(&f);
	else if (lang_blocks(lang) == BLOCKS_BRACES)
		find_by_braces(&f);
	free(f.open);
}

const struct block *
block_outer(const struct blocks *blocks, const struct block *b)
{
	return b->parent ? &blocks->block[b->parent - 1] : NULL;
}

const struct block *
blocks_at(const struct blocks *b, size_t offset)
{
	size_t low = 0, high = b->count;
	const struct block *at;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->block[middle].head <= offset)
			low = middle + 1;
		else
			high = middle;
	}
	at = low > 0 ? &b->block[low - 1] : NULL;
	while (at && at->end <= offset)
		at = block_outer(b, at);
	return at;
}
