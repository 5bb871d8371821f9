#include "report/reading.h"

#include "base/utf8.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* What of Unicode is a space, and what has no width; see the comment of page_read. */
static bool
is_space(const char *p, size_t n)
{
	static const char *const spaces[] = {"\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
	                                     "\xe2\x81\x9f", "\xe3\x80\x80", "\xe1\x9a\x80"};

	if (n == 2)
		return p[0] == '\xc2' && p[1] == '\xa0';
	if (n != 3)
		return false;
	if (p[0] == '\xe2' && p[1] == '\x80' && (unsigned char)p[2] <= 0x8a)
		return true;
	for (size_t i = 0; i < sizeof(spaces) / sizeof(*spaces); i++)
		if (memcmp(p, spaces[i], 3) == 0)
			return true;
	return false;
}

static bool
has_no_width(const char *p, size_t n)
{
	static const char *const none[] = {"\xe2\x80\x8b", "\xe2\x80\x8c", "\xe2\x80\x8d",
	                                   "\xe2\x81\xa0", "\xef\xbb\xbf", "\xef\xb8\x8f"};

	for (size_t i = 0; n == 3 && i < sizeof(none) / sizeof(*none); i++)
		if (memcmp(p, none[i], 3) == 0)
			return true;
	return n == 2 && p[0] == '\xc2' && p[1] == '\xad';
}

/* Adds one line; true where its indentation holds odd spaces. */
static bool
line_write(struct str in, struct buf *out)
{
	bool odd = false, indent = true;
	const char *end = in.ptr + in.len;

	for (const char *p = in.ptr; p < end;) {
		size_t n = utf8_length(p, end);

		if (n == 1 && ((unsigned char)*p >= 0x20 || *p == '\t') && *p != 0x7f) {
			indent = indent && (*p == ' ' || *p == '\t');
			buf_byte(out, *p);
		} else if (is_space(p, n)) {
			odd = odd || indent;
			buf_byte(out, ' ');
		} else if (n > 1) {
			indent = false;
			if (!has_no_width(p, n))
				buf_add(out, p, n);
		} else if (*p == '\r') {
			buf_byte(out, ' ');
		} else {
			indent = false;
			buf_str(out, REPLACEMENT);
		}
		p += n > 0 ? n : 1;
	}
	return odd;
}

void
page_read(struct page *l, struct str text)
{
	struct str line;
	const char *at;

	buf_room(&l->text, text.len + 1);
	for (uint32_t number = 1; str_line(&text, &line); number++) {
		size_t from = l->text.len;
		bool odd = line_write(line, &l->text);

		GROW(l->line, l->count, l->cap);
		l->line[l->count++] = (struct line){{NULL, l->text.len - from}, number, odd};
	}
	at = l->text.ptr;
	for (size_t i = 0; i < l->count; i++) {
		l->line[i].text.ptr = at;
		at += l->line[i].text.len;
	}
}

void
page_release(struct page *l)
{
	free(l->line);
	buf_release(&l->text);
	*l = (struct page)PAGE_INIT;
}

static bool
is_blank(const struct line *line)
{
	return str_trim(line->text).len == 0;
}

/*
 * Whether a blank line stands after (almost) every line: where it does, what were blank lines are runs of three.
 * Without those it may be a list of short paragraphs.
 */
static bool
is_doubled(const struct line *line, size_t count)
{
	size_t text = 0, close = 0, wide = 0, run = 0;

	for (size_t i = 0; i < count; i++) {
		if (is_blank(&line[i])) {
			run++;
			continue;
		}
		close += text > 0 && run == 0;
		wide += text > 0 && run >= 3;
		text++;
		run = 0;
	}
	return text >= 8 && close * 20 <= text && wide * 20 >= text;
}

size_t
page_single(struct line *line, size_t count)
{
	size_t kept = 0, run = 0;

	if (!is_doubled(line, count))
		return count;
	for (size_t i = 0; i < count; i++) {
		run = is_blank(&line[i]) ? run + 1 : 0;
		if (run % 2 == 0)
			line[kept++] = line[i];
	}
	return kept;
}
