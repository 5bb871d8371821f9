/*
 * Guards over what is quoted: conditions that a fix brought.
 */
#include "report/site_parts.h"

enum { FAR = 30, GUARD_REACH = 40, GUARD_NEAR = 6, GUARD_LINES = 64 };

size_t
look_indent(struct str line)
{
	size_t n = 0;

	while (n < line.len && (line.ptr[n] == ' ' || line.ptr[n] == '\t'))
		n++;
	return n;
}

/* What a line begins with: 'g' a condition or another guard, 'd' a definition, 0 else. */
static char
line_kind(const struct look *l, uint32_t number)
{
	static const char *const guards[] = {"if",    "elif",   "with",         "assert", "unless",
	                                     "guard", "except", "synchronized", "catch",  "when"};
	static const char *const definitions[] = {"def", "class", "func", "function", "fn"};
	struct token_reader r = align_source_reader(l->f->source, number, number);
	struct token token;
	struct str text;

	for (int i = 0; i < 3 && token_next(&r, &token, &text); i++) {
		for (size_t k = 0; k < sizeof(guards) / sizeof(*guards); k++)
			if (str_is(text, guards[k]))
				return 'g';
		for (size_t k = 0; k < sizeof(definitions) / sizeof(*definitions); k++)
			if (str_is(text, definitions[k]))
				return 'd';
	}
	return 0;
}

static bool
word_in(const struct look *l, struct remedy_word word, uint32_t first, uint32_t last)
{
	return first <= last &&
	       remedy_words_in(&(struct remedy){.word = &word, .words = 1},
	                       align_source_reader(l->f->source, first, last), word.code, NULL) > 0;
}

/* The definition that encloses line NUMBER, as far as a guard may be above; 0 where there is none so near. */
static uint32_t
definition_above(const struct look *l, uint32_t number)
{
	uint32_t least = number > GUARD_REACH ? number - GUARD_REACH : 1;

	for (uint32_t i = number; i >= least && i > 0; i--)
		if (line_kind(l, i) == 'd')
			return i;
	return 0;
}

/* Whether the line NUMBER has a word of the fix, or with TALK a long one of the text, that the rest of the file has not. */
static bool
guard_fits(const struct look *l, uint32_t number, bool talk, struct str *word)
{
	/* Between the quoted lines a condition is new, whatever it is about. */
	uint32_t outer = talk && number >= l->s->first ? 0 : definition_above(l, number);

	for (size_t i = 0; i < l->remedy.words + (talk ? l->remedy.talks : 0); i++) {
		struct remedy_word w = {.weight = 1, .loose = true};

		if (i < l->remedy.words)
			w = l->remedy.word[i];
		else
			w.text = l->remedy.talk[i - l->remedy.words];
		*word = w.text;
		/* What a parameter is called, every line below may use. */
		if ((w.loose || w.weight > 2) && word_in(l, w, number, number) &&
		    !(outer > 0 && outer < number && word_in(l, w, outer, outer)) &&
		    !word_in(l, w, 1, number > FAR ? number - FAR : 0) &&
		    !word_in(l, w, number + FAR, UINT32_MAX))
			return true;
	}
	return false;
}

/* What the lines above the one that is quoted first are to it. */
struct above {
	uint32_t number;
	bool guard;  /* it begins with a condition */
	bool around; /* it is less indented than all between */
};

/*
 * The lines of code above the quote and between its lines, the nearest first, up to the definition that they are in, as far
 * as a guard of the quote may be.
 */
static size_t
above_find(const struct look *l, struct above *above)
{
	const struct lines *lines = &l->f->source->lines;
	uint32_t first = l->s->first, least = first > GUARD_REACH ? first - GUARD_REACH : 1;
	size_t indent = look_indent(lines_text(lines, first)), n = 0;

	for (uint32_t i = l->s->last; i >= least && i > 0 && n < GUARD_LINES; i--) {
		struct str line = lines_text(lines, i);
		bool around = i < first && look_indent(line) < indent;
		char kind = look_indent(line) < line.len ? line_kind(l, i) : 0;

		if (i < first && kind == 'd')
			break;
		if (look_indent(line) == line.len ||
		    !(i >= first || around || i + GUARD_NEAR >= first))
			continue;
		above[n++] = (struct above){i, kind == 'g', around};
		if (around)
			indent = look_indent(line);
	}
	return n;
}

static bool
is_assignment(const struct look *l, uint32_t number)
{
	struct token_reader r = align_source_reader(l->f->source, number, number);
	struct token token;
	struct str text;

	while (token_next(&r, &token, &text) && token.id != '(')
		if (token.id == '=')
			return true;
	return false;
}

uint32_t
look_guard(const struct look *l, struct str *word)
{
	struct above above[GUARD_LINES];
	size_t n = above_find(l, above);
	bool guarded = false;

	for (size_t i = 0; i < n; i++) {
		guarded |= above[i].guard;
		if ((above[i].guard || (guarded && above[i].number < l->s->first &&
		                        is_assignment(l, above[i].number))) &&
		    guard_fits(l, above[i].number, above[i].guard, word))
			return above[i].number;
	}
	return 0;
}

bool
look_is_guarded(const struct look *l)
{
	struct above above[GUARD_LINES];
	size_t n = l->s->first > 0 ? above_find(l, above) : 0;

	for (size_t i = 0; i < n; i++)
		if (above[i].guard && above[i].number + 3 >= l->s->first)
			return true;
	return false;
}
