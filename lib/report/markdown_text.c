#include "report/markdown_text.h"

#include "base/utf8.h"

/* The longest run of backquotes in TEXT. */
static size_t
longest_run(struct str text)
{
	size_t longest = 0, run = 0;

	for (size_t i = 0; i < text.len; i++) {
		run = text.ptr[i] == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

static void
add_times(struct buf *b, char c, size_t times)
{
	while (times-- > 0)
		buf_byte(b, c);
}

/* A line of code: tabs stay. */
static void
add_code_line(struct buf *b, struct str line)
{
	for (size_t i = 0, from = 0; i <= line.len; i++) {
		if (i < line.len && line.ptr[i] != '\t')
			continue;
		buf_visible(b, (struct str){line.ptr + from, i - from});
		if (i < line.len)
			buf_byte(b, '\t');
		from = i + 1;
	}
}

/* TEXT as it is, made visible, in one line. */
static void
add_plain_line(struct buf *b, struct str text)
{
	struct str line;

	for (bool first = true; str_line(&text, &line); first = false) {
		if (!first)
			buf_byte(b, ' ');
		add_code_line(b, line);
	}
}

void
markdown_code(struct buf *b, struct str text)
{
	size_t fence = longest_run(text) + 1;
	bool pad = text.len == 0 || text.ptr[0] == '`' || text.ptr[text.len - 1] == '`' ||
	           (text.ptr[0] == ' ' && text.ptr[text.len - 1] == ' ');

	add_times(b, '`', fence);
	if (pad)
		buf_byte(b, ' ');
	add_plain_line(b, text);
	if (pad)
		buf_byte(b, ' ');
	add_times(b, '`', fence);
}

/* How many bytes the code span is that begins with FENCE backquotes at the start of S; 0 where no other run of as many follows. */
static size_t
span_length(struct str s, size_t fence)
{
	size_t run = 0;

	for (size_t i = fence; i <= s.len; i++) {
		if (i < s.len && s.ptr[i] == '`') {
			run++;
			continue;
		}
		if (run == fence)
			return i;
		run = 0;
	}
	return 0;
}

/* The code span at the start of S, or what begins like one and is none, or empty, as text. Returns how many bytes that is. */
static size_t
add_span(struct buf *b, struct str s)
{
	size_t fence = 0, length;

	while (fence < s.len && s.ptr[fence] == '`')
		fence++;
	length = span_length(s, fence);
	if (length > 0) {
		struct str code = str_trim((struct str){s.ptr + fence, length - 2 * fence});

		if (code.len > 0) {
			markdown_code(b, code);
			return length;
		}
	}
	length = length > 0 ? length : fence;
	for (size_t i = 0; i < length; i++)
		buf_str(b, s.ptr[i] == '`' ? "\\`" : " ");
	return length;
}

static bool
is_alnum(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z');
}

/*
 * Whether the character at the start of S is markup, BEFORE being what stands before it: an underscore is none inside a
 * word, and an ampersand only where the name of a character may follow.
 */
static bool
is_markup(struct str s, char before)
{
	if (s.ptr[0] == '\0' || !strchr("\\`*_[]<>#|~&$", s.ptr[0]))
		return false;
	if (s.ptr[0] == '_')
		return s.len < 2 || !is_alnum(before) || !is_alnum(s.ptr[1]);
	return s.ptr[0] != '&' || (s.len > 1 && (is_alnum(s.ptr[1]) || s.ptr[1] == '#'));
}

/* The character of N bytes at the start of S. */
static void
add_escaped(struct buf *b, struct str s, size_t n)
{
	if (s.ptr[0] == '\t') {
		buf_byte(b, ' ');
		return;
	}
	if (is_markup(s, b->len > 0 ? b->ptr[b->len - 1] : ' '))
		buf_byte(b, '\\');
	buf_visible(b, (struct str){s.ptr, n});
}

/* Where a line begins, what would make it a list, a heading or a rule; and what would become a link by itself. */
static bool
begins_markup(struct str s)
{
	size_t digits = 0;

	while (digits < s.len && s.ptr[digits] >= '0' && s.ptr[digits] <= '9')
		digits++;
	if (digits > 0)
		return digits < s.len && (s.ptr[digits] == '.' || s.ptr[digits] == ')');
	return s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+' || s.ptr[0] == '=');
}

static void
add_text(struct buf *b, struct str s)
{
	if (begins_markup(s)) {
		while (s.ptr[0] >= '0' && s.ptr[0] <= '9') {
			buf_byte(b, s.ptr[0]);
			s = str_from(s, 1);
		}
		buf_byte(b, '\\');
		buf_byte(b, s.ptr[0]);
		s = str_from(s, 1);
	}
	while (s.len > 0) {
		size_t n = utf8_length(s.ptr, s.ptr + s.len);

		if (s.ptr[0] == '`') {
			s = str_from(s, add_span(b, s));
			continue;
		}
		if (str_starts(s, STR("://")) || str_starts(s, STR("www."))) {
			bool scheme = s.ptr[0] == ':';

			buf_str(b, scheme ? "\\:" : "www\\.");
			s = str_from(s, scheme ? 1 : 4);
			continue;
		}
		if (str_starts(s, STR("\r\n")) || s.ptr[0] == '\n') {
			buf_byte(b, ' ');
			n = s.ptr[0] == '\r' ? 2 : 1;
		} else {
			add_escaped(b, s, n ? n : 1);
		}
		s = str_from(s, n ? n : 1);
	}
}

void
markdown_line(struct buf *b, struct str text)
{
	add_text(b, str_trim(text));
}

/* A fence, and the lines up to the one that closes it, *rest being moved past that. */
static void
add_fenced(struct buf *b, struct str open, struct str *rest, size_t indent)
{
	struct str body = *rest, line, language = str_trim(open);
	bool closed = false;
	size_t fence;

	while (language.len > 0 && language.ptr[0] == '`')
		language = str_from(language, 1);
	while (!closed && str_line(rest, &line)) {
		closed = str_starts(str_trim(line), STR("```"));
		if (closed)
			body.len = (size_t)(line.ptr - body.ptr);
	}
	fence = longest_run(body) + 1;
	fence = fence < 3 ? 3 : fence;
	add_times(b, '`', fence);
	for (size_t i = 0; i < language.len && i < 20; i++)
		if ((language.ptr[i] | 32) >= 'a' && (language.ptr[i] | 32) <= 'z')
			buf_byte(b, language.ptr[i]);
	buf_byte(b, '\n');
	while (str_line(&body, &line)) {
		add_times(b, ' ', indent);
		add_code_line(b, line);
		buf_byte(b, '\n');
	}
	add_times(b, ' ', indent);
	add_times(b, '`', fence);
}

void
markdown_block(struct buf *b, struct str text, size_t indent)
{
	struct str rest = text, line;
	bool first = true, gap = false, alone;
	size_t from = b->len; /* where the line that B ends with says something */

	while (from > 0 && b->ptr[from - 1] == ' ')
		from--;
	alone = from == 0 || b->ptr[from - 1] == '\n';
	while (str_line(&rest, &line)) {
		struct str s = str_trim(line);
		bool fence = str_starts(s, STR("```"));

		if (s.len == 0) {
			gap = !first;
			continue;
		}
		if (!first) {
			if (gap || fence)
				buf_byte(b, '\n');
			add_times(b, ' ', indent);
		} else if (fence && !alone) {
			buf_byte(b, '\n');
			add_times(b, ' ', indent);
		}
		first = gap = false;
		if (fence) {
			add_fenced(b, s, &rest, indent);
			gap = true;
		} else {
			add_text(b, s);
		}
		buf_byte(b, '\n');
	}
	if (first)
		buf_byte(b, '\n');
}
