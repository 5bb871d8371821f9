#include "report/reading.h"

#include <ctype.h>

/*
 * Fences are taken out before the text is parsed, for in reports they stand at
 * any indentation and are left open. What is in them then cannot be taken for
 * anything else, and tables cannot hide in them.
 */

/* A table of this many columns, or padded to this many cells in all, takes the
 * parser minutes and gigabytes. */
enum { MAX_COLUMNS = 1000, MAX_CELLS = 100000 };

/* How far a block of Markdown or text that is not closed is looked into for its
 * end. */
enum { LOOK_AHEAD = 500 };

/* An opening or closing line: what it stands behind (indentation and quote
 * marks), its run and its info string. */
struct rail {
	size_t before, run;
	char mark;
	struct str info;
};

/* The white space and quote marks a line begins with. */
static size_t
prefix(struct str s)
{
	size_t n = 0;

	while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == '\t' || s.ptr[n] == '>'))
		n++;
	return n;
}

/* A fence may also stand right behind the mark of a list item. */
static size_t
item_prefix(struct str s, size_t n)
{
	size_t k = n;

	while (k < s.len && isdigit((unsigned char)s.ptr[k]))
		k++;
	if (k > n ? k < s.len && (s.ptr[k] == '.' || s.ptr[k] == ')')
	          : k < s.len && strchr("-*+", s.ptr[k]))
		k++;
	else
		return n;
	if (k >= s.len || s.ptr[k] != ' ')
		return n;
	while (k < s.len && s.ptr[k] == ' ')
		k++;
	return k;
}

static bool
rail_at(struct str s, size_t n, struct rail *r)
{
	r->before = n;
	r->mark = n < s.len ? s.ptr[n] : 0;
	if (r->mark != '`' && r->mark != '~')
		return false;
	for (r->run = 0; n < s.len && s.ptr[n] == r->mark; n++)
		r->run++;
	r->info = str_trim(str_from(s, n));
	return r->run >= 3 && (r->mark == '~' || !memchr(r->info.ptr, '`', r->info.len));
}

static bool
rail_read(struct str s, struct rail *r)
{
	size_t n = prefix(s);

	return rail_at(s, n, r) || (item_prefix(s, n) > n && rail_at(s, item_prefix(s, n), r));
}

/* Whether a line goes on with the report: nothing that stands in a program by
 * itself. */
static bool
is_structure(struct str line)
{
	struct str s = str_trim(line), rest;
	size_t hashes = 0;

	while (hashes < s.len && s.ptr[hashes] == '#')
		hashes++;
	if (hashes >= 2 && hashes <= 6 && hashes < s.len && s.ptr[hashes] == ' ')
		return true;
	if (str_starts(s, STR("\xe2\x94\x80\xe2\x94\x80\xe2\x94\x80")))
		return true;
	if (!str_starts(s, STR("**")) && !str_starts(s, STR("- **")))
		return false;
	rest = str_from(s, s.ptr[0] == '-' ? 4 : 2);
	return memmem(rest.ptr, rest.len, "**", 2) && memchr(rest.ptr, ':', rest.len);
}

/*
 * The line that ends the fence opened at OPEN, or COUNT. It was left open where
 * another one with an info string opens, or the part ends, before it is closed;
 * then it ends before the first line that goes on with the report.
 */
static size_t
fence_end(const struct line *line, size_t count, size_t open, const struct rail *r, bool *closed)
{
	size_t structure = count, i;
	bool prose = r->info.len > 0 && (strncasecmp(r->info.ptr, "m", 1) == 0 ||
	                                 strncasecmp(r->info.ptr, "t", 1) == 0);
	struct rail in;

	*closed = false;
	for (i = open + 1; i < count; i++) {
		if (structure == count && is_structure(line[i].text))
			structure = i;
		if (!rail_read(line[i].text, &in) || in.mark != r->mark || in.run < r->run)
			continue;
		if (in.info.len == 0) {
			*closed = true;
			return i;
		}
		if (structure < count && (!prose || i > open + LOOK_AHEAD))
			return structure;
	}
	return structure;
}

/* Without what the fence itself stands behind. */
static struct str
dedent(struct str s, size_t before, bool quoted)
{
	size_t n = 0;

	while (n < s.len && n < before &&
	       (s.ptr[n] == ' ' || s.ptr[n] == '\t' || (quoted && s.ptr[n] == '>')))
		n++;
	return str_from(s, n);
}

static void
fence_keep(struct fences *f, const struct line *line, size_t from, size_t to, const struct rail *r)
{
	bool quoted = memchr(line[from].text.ptr, '>', r->before) != NULL;
	struct fence fence = {r->info, NULL, to - from - 1, line[from].number};

	for (size_t i = from + 1; i < to; i++) {
		GROW(f->line, f->lines, f->line_cap);
		f->line[f->lines] = line[i];
		f->line[f->lines++].text = dedent(line[i].text, r->before, quoted);
	}
	GROW(f->fence, f->count, f->cap);
	f->fence[f->count++] = fence;
}

/* How many cells the rule below the head of a table has: "| --- | :-: |". 0
 * where S is none. */
static size_t
rule_columns(struct str s)
{
	size_t columns = 1, dashes = 0;

	s = str_trim(str_from(s, prefix(s)));
	if (s.len > 0 && s.ptr[0] == '|')
		s = str_from(s, 1);
	if (s.len > 0 && s.ptr[s.len - 1] == '|')
		s.len--;
	for (size_t i = 0; i < s.len; i++) {
		if (!strchr("-|: \t", s.ptr[i]))
			return 0;
		columns += s.ptr[i] == '|';
		dashes += s.ptr[i] == '-';
	}
	return dashes > 0 ? columns : 0;
}

/*
 * Whether the table whose rule is line I is too large; counts what the parser
 * will pad it to. *BLANK is the last blank line that was found.
 */
static bool
is_refused(const struct line *line, size_t count, size_t i, size_t *blank, size_t *cells)
{
	size_t columns = rule_columns(line[i].text), rows;

	if (columns < 2)
		return false;
	if (*blank < i)
		*blank = i;
	while (*blank < count && str_trim(line[*blank].text).len > 0)
		++*blank;
	rows = *blank - i + 1;
	if (columns > MAX_COLUMNS || columns * rows > MAX_CELLS ||
	    (columns > 16 && *cells + columns * rows > MAX_CELLS))
		return true;
	*cells += columns > 16 ? columns * rows : 0;
	return false;
}

/* Drawn across the page: box drawing, dashes, or "=====" that underlines
 * nothing. */
static bool
is_drawn(const struct line *line, size_t i)
{
	struct str s = str_trim(line[i].text);
	bool ascii = s.len > 0 && (s.ptr[0] == '=' || s.ptr[0] == '_' || s.ptr[0] == '#');

	if (s.len < 5 || (!ascii && (unsigned char)s.ptr[0] != 0xe2))
		return false;
	if (ascii && i > 0 && str_trim(line[i - 1].text).len > 0)
		return false;
	for (size_t k = 0; k < s.len; k += ascii ? 1 : 3) {
		if (ascii && s.ptr[k] != s.ptr[0])
			return false;
		if (!ascii &&
		    (k + 3 > s.len || s.ptr[k] != '\xe2' ||
		     !((unsigned char)s.ptr[k + 1] == 0x94 || (unsigned char)s.ptr[k + 1] == 0x95 ||
		       ((unsigned char)s.ptr[k + 1] == 0x80 &&
		        (unsigned char)s.ptr[k + 2] >= 0x92))))
			return false;
	}
	return true;
}

/* "2. **title**": the parser would take it for a part of the paragraph above,
 * as a list may not begin there with 2. */
static bool
is_numbered(struct str s)
{
	size_t n = 0;

	s = str_trim(s);
	while (n < s.len && isdigit((unsigned char)s.ptr[n]))
		n++;
	return n > 0 && n < 5 && n + 3 < s.len && (s.ptr[n] == '.' || s.ptr[n] == ')') &&
	       s.ptr[n + 1] == ' ';
}

/* End a line of the parser's text, which is line I of the part. */
static void
line_end(struct fences *f, struct buf *out, size_t i)
{
	buf_byte(out, '\n');
	GROW(f->map, f->maps, f->map_cap);
	f->map[f->maps++] = i;
}

/* "##Title", which the parser takes for text: how many marks there are, else 0. One may be anything. */
static size_t
marks_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && s.ptr[n] == '#')
		n++;
	return n >= 2 && n <= 6 && n < s.len && isalnum((unsigned char)s.ptr[n]) ? n : 0;
}

/* Full-width brackets, colons and the like, as Chinese and Japanese are written with, are the plain ones: "：" is ": ". */
static void
narrow_write(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len;) {
		const unsigned char *p = (const unsigned char *)s.ptr + i;
		size_t left = s.len - i;

		if (str_starts(str_from(s, i), STR("【")) ||
		    str_starts(str_from(s, i), STR("】"))) {
			buf_byte(out, p[2] == 0x90 ? '[' : ']');
			i += 3;
			continue;
		}
		if (left < 3 || p[0] != 0xef || (p[1] != 0xbc && p[1] != 0xbd)) {
			buf_byte(out, s.ptr[i++]);
			continue;
		}
		/* U+FF01 to U+FF5E are those of ASCII. */
		if (p[1] == 0xbc ? p[2] > 0x80 : p[2] < 0x9f)
			buf_byte(out, (char)(p[2] - (p[1] == 0xbc ? 0x60 : 0x20)));
		else
			buf_span(out, (struct str){s.ptr + i, 3});
		if (p[1] == 0xbc && p[2] == 0x9a)
			buf_byte(out, ' ');
		i += 3;
	}
}

/* White space of web pages is no indentation: four of it would be code. */
static void
line_write(struct fences *f, const struct line *line, size_t i, struct buf *out)
{
	struct str s = line[i].text;
	size_t n = 0, hashes;

	if (is_drawn(line, i)) {
		buf_str(out, "***");
		line_end(f, out, i);
		return;
	}
	if (i > 0 && is_numbered(s) && !is_numbered(line[i - 1].text) &&
	    str_trim(line[i - 1].text).len > 0)
		line_end(f, out, i);
	while (n < s.len && s.ptr[n] == ' ')
		n++;
	hashes = marks_length(s);
	if (hashes > 0) {
		buf_span(out, (struct str){s.ptr, hashes});
		buf_byte(out, ' ');
		s = str_from(s, hashes);
	}
	if (line[i].odd && n > 3 && (n == s.len || !strchr("-*+", s.ptr[n])))
		s = str_from(s, n - 3);
	narrow_write(out, s);
	line_end(f, out, i);
}

void
part_write(struct fences *f, const struct line *line, size_t count, struct buf *out)
{
	size_t cells = 0, kept = 0, blank = 0;
	struct rail r;

	for (size_t i = 0; i < count; i++) {
		bool closed;
		size_t end;

		if (is_refused(line, count, i, &blank, &cells)) {
			GROW(f->refused, f->refusals, f->refusal_cap);
			f->refused[f->refusals++] = line[i].number;
			line_end(f, out, i);
			continue;
		}
		if (!rail_read(line[i].text, &r)) {
			line_write(f, line, i, out);
			continue;
		}
		end = fence_end(line, count, i, &r, &closed);
		fence_keep(f, line, i, end, &r);
		buf_span(out, (struct str){line[i].text.ptr, r.before});
		buf_printf(out, FENCE_MARK, f->count - 1);
		for (size_t k = i; k < end + closed && k < count; k++)
			line_end(f, out, k);
		i = end - !closed;
	}
	for (size_t i = 0; i < f->count; i++) {
		f->fence[i].line = f->fence[i].lines > 0 ? f->line + kept : NULL;
		kept += f->fence[i].lines;
	}
}

bool
fence_mark(struct str text, size_t *index)
{
	char *end;

	text = str_trim(text);
	if (!str_starts(text, STR("<!--\001")))
		return false;
	*index = strtoul(text.ptr + 5, &end, 10);
	return true;
}

void
fences_release(struct fences *f)
{
	free(f->fence);
	free(f->line);
	free(f->refused);
	free(f->map);
	*f = (struct fences){0};
}
