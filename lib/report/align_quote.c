/*
 * A quote made ready: its lines as units, and the ways in which each is looked for. The whole line is the best; then what
 * is left when an auditor's note at its end is taken for one, or a line number, "> " or a diff sign at its start;
 * then its statements one by one.
 */
#include "report/align_parts.h"

#include <stdlib.h>

struct words {
	struct token *token;
	struct str *text;
	size_t count, cap;
};

static void
words_add(struct words *w, struct token token, struct str text)
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
is_number(const struct words *w, size_t i)
{
	struct str s = w->text[i];

	for (size_t k = 0; k < s.len; k++)
		if (s.ptr[k] < '0' || s.ptr[k] > '9')
			return false;
	return true;
}

static bool
is_mark(const struct words *w, size_t i, char c)
{
	return w->token[i].id == (unsigned char)c;
}

/* Where the line starts behind what may only set it off: "12:", "12 |", ">", "+". */
static size_t
code_start(const struct words *w, size_t first, size_t end)
{
	size_t i = first;

	if (i < end && (is_mark(w, i, '|') || is_mark(w, i, '>')))
		i++;
	if (i < end && is_number(w, i)) {
		i++;
		if (i < end && (is_mark(w, i, ':') || is_mark(w, i, '|') || is_mark(w, i, '-')))
			i++;
	}
	if (i < end && (is_mark(w, i, '+') || is_mark(w, i, '-') || is_mark(w, i, '>')))
		i++;
	return i;
}

/* Where, in [FIRST, END), a note may begin as comments do in some other language. */
static size_t
note_start(const struct words *w, size_t first, size_t end)
{
	for (size_t i = first + 1; i < end; i++) {
		uint32_t id = w->token[i].id, next = i + 1 < end ? w->token[i + 1].id : 0;

		if (id == '#' || (id == '/' && next == '/') || (id == '<' && next == '-') ||
		    (id == '-' && next == '-'))
			return i;
	}
	return end;
}

static bool
opens_block(struct str word)
{
	static const char *const openers[] = {"if",  "elif",   "else",  "for",  "while",
	                                      "try", "except", "catch", "with", "finally",
	                                      "def", "class",  "async", "case", "switch"};

	for (size_t i = 0; i < sizeof(openers) / sizeof(*openers); i++)
		if (str_is(word, openers[i]))
			return true;
	return false;
}

/* Where the statement that starts at FIRST ends: at a semicolon, a brace, or the colon of a line that opens a block. */
static size_t
statement_end(const struct words *w, size_t first, size_t end)
{
	bool block = opens_block(w->text[first]);
	int depth = 0;

	for (size_t i = first; i + 1 < end; i++) {
		uint32_t id = w->token[i].id;

		depth += id == '(' || id == '[';
		depth -= id == ')' || id == ']';
		if (depth <= 0 && ((id == ':' && block) || id == '{' || id == '}' ||
		                   w->text[i].ptr[w->text[i].len] == ';'))
			return i + 1;
	}
	return end;
}

static double
weight_of(const struct words *w, size_t first, size_t end)
{
	double sum = 0;

	for (size_t i = first; i < end; i++)
		sum += token_weight(w->token[i], w->text[i]);
	return sum;
}

static void
form_add(struct align_quote *q, const struct words *w, size_t first, size_t end, uint32_t way)
{
	if (first >= end)
		return;
	GROW(q->form, q->forms, q->form_cap);
	q->form[q->forms++] =
		(struct align_form){phrases_add(&q->phrases, w->token + first, end - first),
	                            (uint32_t)(end - first), way, weight_of(w, first, end)};
}

static void
forms_add(struct align_quote *q, const struct words *w, size_t first, size_t end)
{
	size_t start = code_start(w, first, end), stop = note_start(w, first, end);
	uint32_t way = 0;

	form_add(q, w, first, end, way++);
	if (stop < end)
		form_add(q, w, first, stop, way++);
	if (start > first)
		form_add(q, w, start, end, way++);
	if (start > first && start < stop && stop < end)
		form_add(q, w, start, stop, way++);
	for (size_t i = start, next; i < stop; i = next) {
		next = statement_end(w, i, stop);
		if (next < stop || i > start)
			form_add(q, w, i, next, way);
	}
}

/* "text", and key: "text", which data are made of. */
static bool
is_datum(const struct words *w, size_t first, size_t end)
{
	size_t text = end - first >= 4 && is_mark(w, first + 1, ':') ? first + 2 : first;

	return end - text >= 2 && is_mark(w, text, '"') && is_mark(w, end - 1, '"');
}

/* "File: x.py", "126:140 /dir/file.py", "thread not joined", a comment of another language: what may stand between code. */
static bool
may_be_note(const struct words *w, size_t first, size_t end)
{
	bool path = false, code = is_datum(w, first, end);
	uint32_t second = end - first > 1 ? w->token[first + 1].id : 0;

	if (is_mark(w, first, '#') ||
	    (is_mark(w, first, '/') && (second == '/' || second == '*')) ||
	    (is_mark(w, first, '-') && second == '-') || (is_mark(w, first, '<') && second == '!'))
		return true;
	for (size_t i = first; i < end; i++) {
		uint32_t id = w->token[i].id;

		path |= id == '/' || id == '.';
		code |= id < TOKEN_ELISION && id != '/' && id != '.' && id != ':' && id != '-' &&
		        id != '"' && id != '?' && id != '!' && id != '#' && id != '~' && id != '+';
	}
	return !code && !(path && end - first <= 3 && !is_number(w, first)) &&
	       !(end - first == 1 || (end - first == 2 && is_mark(w, end - 1, ':')) ||
	         token_is_keyword(w->text[first]));
}

/* The two longest words of U. */
static void
telling_find(struct align_unit *u, const struct words *w, size_t first, size_t end)
{
	size_t len[2] = {0, 0};

	for (size_t i = first; i < end; i++) {
		uint32_t id = w->token[i].id;
		size_t n = w->text[i].len;

		if (!(id & TOKEN_WORD) || token_is_keyword(w->text[i]) || id == u->telling[0])
			continue;
		if (n > len[0]) {
			len[1] = len[0], u->telling[1] = u->telling[0];
			len[0] = n, u->telling[0] = id;
		} else if (n > len[1]) {
			len[1] = n, u->telling[1] = id;
		}
	}
}

static void
unit_add(struct align_quote *q, const struct words *w, size_t first, size_t end, uint32_t line)
{
	struct align_unit *u;

	if (first >= end)
		return;
	GROW(q->unit, q->units, q->unit_cap);
	u = &q->unit[q->units++];
	*u = (struct align_unit){.line = line,
	                         .token = (uint32_t)q->tokens,
	                         .count = (uint32_t)(end - first),
	                         .form = (uint32_t)q->forms,
	                         .weight = weight_of(w, first, end),
	                         .note = may_be_note(w, first, end)};
	telling_find(u, w, first, end);
	forms_add(q, w, first, end);
	u->forms = (uint32_t)q->forms - u->form;
	for (size_t i = first; i < end; i++) {
		GROW(q->token, q->tokens, q->token_cap);
		q->token[q->tokens++] = w->token[i];
	}
}

/* The words [FIRST, END) are a line: its units are what is between elisions, up to an arrow. */
static void
line_add(struct align_quote *q, const struct words *w, size_t first, size_t end, uint32_t line)
{
	size_t start = first;

	for (size_t i = first; i < end; i++) {
		uint32_t id = w->token[i].id;

		if (id != TOKEN_ELISION && id != TOKEN_ARROW)
			continue;
		unit_add(q, w, start, i, line);
		if (id == TOKEN_ELISION && i > start)
			q->unit[q->units - 1].open = true;
		start = i + 1;
		if (id == TOKEN_ARROW)
			return;
	}
	unit_add(q, w, start, end, line);
}

/* What the different words of W tell, once each. */
static double
telling(const struct words *w)
{
	uint32_t seen[64] = {0};
	double sum = 0;

	for (size_t i = 0; i < w->count && sum < ALIGN_STRONG; i++) {
		uint32_t *slot = &seen[w->token[i].id % 64];

		if (*slot != w->token[i].id)
			sum += token_weight(w->token[i], w->text[i]);
		*slot = w->token[i].id;
	}
	return sum;
}

void
align_quote_init(struct align_quote *q, const struct str *text, size_t lines, enum lang lang)
{
	struct buf whole = BUF_INIT, mask = BUF_INIT;
	struct words w = {0};
	struct token_reader r;
	struct token token;
	struct str word;

	*q = (struct align_quote){.text = text, .lines = lines, .phrases = PHRASES_INIT};
	for (size_t i = 0; i < lines; i++) {
		size_t start = whole.len;

		buf_span(&whole, text[i]);
		for (size_t k = start; k < whole.len; k++)
			if (whole.ptr[k] == '\n')
				whole.ptr[k] = ' ';
		buf_byte(&whole, '\n');
	}
	buf_byte(&whole, '\n');
	lang_mask(lang, buf_view(&whole), &mask);
	r = (struct token_reader){whole.ptr, whole.ptr + whole.len, mask.ptr, 1};
	while (token_next(&r, &token, &word))
		words_add(&w, token, word);
	for (size_t i = 0, end; i < w.count; i = end) {
		for (end = i; end < w.count && w.token[end].line == w.token[i].line; end++)
			;
		line_add(q, &w, i, end, w.token[i].line - 1);
	}
	q->telling = telling(&w);
	phrases_build(&q->phrases);
	free(w.token);
	free(w.text);
	buf_release(&whole);
	buf_release(&mask);
}

void
align_quote_literal(struct align_quote *q)
{
	for (size_t i = 0; i < q->units; i++)
		q->unit[i].note = false;
}

void
align_quote_release(struct align_quote *q)
{
	free(q->token);
	free(q->unit);
	free(q->form);
	phrases_release(&q->phrases);
}
