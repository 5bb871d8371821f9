#include "report/align_words.h"

#include <stdlib.h>

static void
words_add(struct align_words *w, struct token token, struct str text)
{
	size_t cap = w->cap;

	GROW(w->token, w->count, cap);
	if (cap > w->cap)
		w->text = xreallocarray(w->text, cap, sizeof(*w->text));
	w->cap = cap;
	w->token[w->count] = token;
	w->text[w->count++] = text;
}

static bool
has_block_comments(enum lang lang)
{
	struct buf mask = BUF_INIT;
	bool has;

	lang_mask(lang, STR("/* */"), &mask);
	has = mask.ptr[0] == SOURCE_COMMENT;
	buf_release(&mask);
	return has;
}

/* Behind a comment's end that ends a line too, and before which none begins; else 0. */
static size_t
comment_end(struct str text)
{
	const char *mark = memmem(text.ptr, text.len, "*/", 2);
	size_t end = mark ? (size_t)(mark - text.ptr) : 0, next = end + 2;

	if (!mark || memmem(text.ptr, end, "/*", 2) ||
	    (end > 0 && !strchr(" \t\n*", text.ptr[end - 1])))
		return 0;
	while (next < text.len && strchr(" \t\r", text.ptr[next]))
		next++;
	return next < text.len && text.ptr[next] != '\n' ? 0 : next;
}

/* As lang_mask, but that TEXT may begin within a comment, which ends where none has begun. */
static void
quote_mask(enum lang lang, struct str text, struct buf *mask)
{
	size_t inside = comment_end(text);

	if (inside > 0 && has_block_comments(lang)) {
		struct buf rest = BUF_INIT;

		lang_mask(lang, str_from(text, inside), &rest);
		for (size_t i = 0; i < inside; i++)
			buf_byte(mask, SOURCE_COMMENT);
		buf_span(mask, buf_view(&rest));
		buf_release(&rest);
	} else {
		lang_mask(lang, text, mask);
	}
}

void
align_words_read(struct align_words *w, const struct str *line, size_t lines, enum lang lang)
{
	struct buf whole = BUF_INIT, mask = BUF_INIT;
	struct token_reader r;
	struct token token;
	struct str word;

	*w = (struct align_words){.whole = BUF_INIT};
	for (size_t i = 0; i < lines; i++) {
		size_t start = whole.len;

		buf_span(&whole, line[i]);
		for (size_t k = start; k < whole.len; k++)
			if (whole.ptr[k] == '\n')
				whole.ptr[k] = ' ';
		buf_byte(&whole, '\n');
	}
	buf_byte(&whole, '\n');
	quote_mask(lang, buf_view(&whole), &mask);
	r = (struct token_reader){whole.ptr, whole.ptr + whole.len, mask.ptr, 1};
	while (token_next(&r, &token, &word))
		words_add(w, token, word);
	w->whole = whole;
	buf_release(&mask);
}

void
align_words_release(struct align_words *w)
{
	free(w->token);
	free(w->text);
	buf_release(&w->whole);
}

double
align_words_weight(const struct align_words *w, size_t first, size_t end)
{
	double sum = 0;

	for (size_t i = first; i < end; i++)
		sum += token_weight(w->token[i], w->text[i]);
	return sum;
}

/* What the different words of W tell, once each. */
double
align_words_telling(const struct align_words *w, double enough)
{
	uint32_t seen[64] = {0};
	double sum = 0;

	for (size_t i = 0; i < w->count && sum < enough; i++) {
		uint32_t *slot = &seen[w->token[i].id % 64];

		if (*slot != w->token[i].id)
			sum += token_weight(w->token[i], w->text[i]);
		*slot = w->token[i].id;
	}
	return sum;
}

static bool
is_number(const struct align_words *w, size_t i)
{
	struct str s = w->text[i];

	for (size_t k = 0; k < s.len; k++)
		if (s.ptr[k] < '0' || s.ptr[k] > '9')
			return false;
	return true;
}

bool
align_is_mark(const struct align_words *w, size_t i, char c)
{
	return w->token[i].id == (unsigned char)c;
}

size_t
align_code_start(const struct align_words *w, size_t first, size_t end)
{
	size_t i = first;

	if (i < end && (align_is_mark(w, i, '|') || align_is_mark(w, i, '>')))
		i++;
	if (i < end && is_number(w, i)) {
		i++;
		if (i < end && (align_is_mark(w, i, ':') || align_is_mark(w, i, '|') ||
		                align_is_mark(w, i, '-')))
			i++;
	}
	if (i < end &&
	    (align_is_mark(w, i, '+') || align_is_mark(w, i, '-') || align_is_mark(w, i, '>')))
		i++;
	return i;
}

size_t
align_note_start(const struct align_words *w, size_t first, size_t end)
{
	for (size_t i = first + 1; i < end; i++) {
		uint32_t id = w->token[i].id, next = i + 1 < end ? w->token[i + 1].id : 0;

		if (id == '#' || (id == '/' && next == '/') || (id == '<' && next == '-') ||
		    (id == '-' && next == '-'))
			return i;
	}
	return end;
}

/* "text", and key: "text", which data are made of. */
static bool
is_datum(const struct align_words *w, size_t first, size_t end)
{
	size_t text = end - first >= 4 && align_is_mark(w, first + 1, ':') ? first + 2 : first;

	return end - text >= 2 && align_is_mark(w, text, '"') && align_is_mark(w, end - 1, '"');
}

/* "x: y;", "x: y,": nobody writes so but in code. */
static bool
ends_statement(const struct align_words *w, size_t end)
{
	const char *p = w->text[end - 1].ptr + w->text[end - 1].len;

	return *p == ';' || *p == ',';
}

bool
align_may_be_note(const struct align_words *w, size_t first, size_t end)
{
	bool path = false, code = is_datum(w, first, end) || ends_statement(w, end);
	uint32_t second = end - first > 1 ? w->token[first + 1].id : 0;

	if (align_is_mark(w, first, '#') ||
	    (align_is_mark(w, first, '/') && (second == '/' || second == '*')) ||
	    (align_is_mark(w, first, '-') && second == '-') ||
	    (align_is_mark(w, first, '<') && second == '!'))
		return true;
	for (size_t i = first; i < end; i++) {
		uint32_t id = w->token[i].id;

		path |= id == '/' || id == '.';
		code |= id < TOKEN_ELISION && id != '/' && id != '.' && id != ':' && id != '-' &&
		        id != '"' && id != '?' && id != '!' && id != '#' && id != '~' && id != '+';
	}
	return !code && !(path && end - first <= 3 && !is_number(w, first)) &&
	       !(end - first == 1 || (end - first == 2 && align_is_mark(w, end - 1, ':')) ||
	         token_is_keyword(w->text[first]));
}
