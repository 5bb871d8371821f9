/*
 * A quote made ready: its lines as units, and the ways in which each is looked for. The whole line is the best; then what
 * is left when an auditor's note at its end is taken for one, or a line number, "> " or a diff sign at its start;
 * then its statements one by one.
 */
#include "report/align_parts.h"
#include "report/align_words.h"

#include <stdlib.h>

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
statement_end(const struct align_words *w, size_t first, size_t end)
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

static void
form_add(struct align_quote *q, const struct align_words *w, size_t first, size_t end, uint32_t way)
{
	if (first >= end)
		return;
	GROW(q->form, q->forms, q->form_cap);
	q->form[q->forms++] = (struct align_form){
		phrases_add(&q->phrases, w->token + first, end - first), (uint32_t)(end - first),
		way, align_words_weight(w, first, end)};
}

static void
forms_add(struct align_quote *q, const struct align_words *w, size_t first, size_t end)
{
	size_t start = align_code_start(w, first, end), stop = align_note_start(w, first, end);
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

static void
unit_add(struct align_quote *q, const struct align_words *w, size_t first, size_t end,
         uint32_t line)
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
	                         .weight = align_words_weight(w, first, end),
	                         .note = align_may_be_note(w, first, end)};
	forms_add(q, w, first, end);
	u->forms = (uint32_t)q->forms - u->form;
	for (size_t i = first; i < end; i++) {
		size_t cap = q->token_cap;

		GROW(q->token, q->tokens, cap);
		if (cap > q->token_cap)
			q->weight = xreallocarray(q->weight, cap, sizeof(*q->weight));
		q->token_cap = cap;
		q->weight[q->tokens] = token_weight(w->token[i], w->text[i]);
		q->token[q->tokens++] = w->token[i];
	}
}

/* The words [FIRST, END) are a line: its units are what is between elisions, up to an arrow. */
static void
line_add(struct align_quote *q, const struct align_words *w, size_t first, size_t end,
         uint32_t line)
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

void
align_quote_init(struct align_quote *q, const struct str *text, size_t lines, enum lang lang)
{
	struct align_words w;

	*q = (struct align_quote){.text = text, .lines = lines, .phrases = PHRASES_INIT};
	align_words_read(&w, text, lines, lang);
	for (size_t i = 0, end; i < w.count; i = end) {
		for (end = i; end < w.count && w.token[end].line == w.token[i].line; end++)
			;
		line_add(q, &w, i, end, w.token[i].line - 1);
	}
	q->telling = align_words_telling(&w, ALIGN_STRONG);
	phrases_build(&q->phrases);
	align_words_release(&w);
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
	free(q->weight);
	free(q->unit);
	free(q->form);
	phrases_release(&q->phrases);
}
