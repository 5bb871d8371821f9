/*
 * What shows that a fault was fixed: the code of the fix, or what it names, near where the fault was; or that what it takes
 * away is gone.
 */
#include "report/site_parts.h"

enum { ABOVE = 15, BELOW = 25, FAR = 30, GUARD_REACH = 40, GUARD_NEAR = 6, GUARD_LINES = 64 };

static void
near_find(struct look *l)
{
	const struct site *s = l->s;
	uint32_t first = s->first, last = s->last;

	for (size_t i = 0; first == 0 && i < s->ranges; i++) {
		first = s->stated[i].first;
		last = s->stated[i].last;
	}
	l->near_known = first > 0;
	l->near_first = first > ABOVE ? first - ABOVE : 1;
	l->near_last = first == 0 || last > UINT32_MAX - BELOW ? UINT32_MAX : last + BELOW;
}

static bool
is_near(const struct look *l, uint32_t line)
{
	return line >= l->near_first && line <= l->near_last;
}

/* A line of the fix is there, or one that differs in a number or so. */
static bool
is_there(const struct align_line *line)
{
	return line->state >= LINE_CUT || (line->state == LINE_SIMILAR && line->like >= 0.75);
}

static void
line_take(struct look *l, const struct align_line *line, bool novel)
{
	bool there = is_there(line);

	l->fix += line->weight;
	l->fix_found += there ? line->weight : 0;
	if (novel) {
		l->novel += line->weight;
		l->novel_any += there ? line->weight : 0;
		l->novel_near += there && is_near(l, line->first) ? line->weight : 0;
	}
	if (!there)
		return;
	for (size_t i = 0; i < l->s->ranges; i++)
		if ((uint64_t)line->last + 3 >= l->s->stated[i].first &&
		    line->first <= (uint64_t)l->s->stated[i].last + 3 && line->weight > l->anchor)
			l->anchor = line->weight;
	if (l->fix_first == 0 || line->first < l->fix_first)
		l->fix_first = line->first;
	if (line->last > l->fix_last)
		l->fix_last = line->last;
}

void
look_fix(struct look *l)
{
	struct align_range near;
	struct align_quote q;
	struct alignment a;

	near_find(l);
	near = (struct align_range){l->near_first, l->near_last};
	align_quote_init(&q, l->remedy.line, l->remedy.lines, l->f->lang);
	align(&q, l->f->source, &near, l->near_known, &a);
	for (size_t i = 0; i < a.lines; i++)
		line_take(l, &a.line[i], l->remedy.novel[i]);
	if (a.lines > 0)
		look_step(l,
		          "fix: %.0f %% of its code is in the file, of what the quote has not %.0f "
		          "%%, "
		          "near by %.0f %%",
		          l->fix > 0 ? 100 * l->fix_found / l->fix : 0,
		          l->novel > 0 ? 100 * l->novel_any / l->novel : 0,
		          l->novel > 0 ? 100 * l->novel_near / l->novel : 0);
	alignment_release(&a);
	align_quote_release(&q);
}

static double
words_near(const struct look *l, bool code, struct str *word)
{
	return remedy_words_in(&l->remedy,
	                       align_source_reader(l->f->source, l->near_first, l->near_last), code,
	                       word);
}

/* Whether CODE is in the file, near where the fault was. */
static bool
code_near(const struct look *l, struct str code)
{
	struct align_quote q;
	struct alignment a;
	struct align_range near = {l->near_first, l->near_last};
	bool there;

	align_quote_init(&q, &code, 1, l->f->lang);
	align(&q, l->f->source, &near, 1, &a);
	there = a.line[0].state >= LINE_CUT && is_near(l, a.line[0].first);
	alignment_release(&a);
	align_quote_release(&q);
	return there;
}

/* Whether all that the fix takes away is gone. */
static bool
taken_away(const struct look *l)
{
	for (size_t i = 0; i < l->remedy.gones; i++)
		if (code_near(l, l->remedy.gone[i]))
			return false;
	return l->remedy.gones > 0;
}

static bool
line_holds(struct str line, struct str code)
{
	struct align_source s;
	struct align_quote q;
	struct alignment a;
	bool holds;

	align_source_init(&s, line, LANG_NONE);
	align_quote_init(&q, &code, 1, LANG_NONE);
	align(&q, &s, NULL, 0, &a);
	holds = a.line[0].state >= LINE_CUT;
	alignment_release(&a);
	align_quote_release(&q);
	align_source_release(&s);
	return holds;
}

/* A code that the fix names, and that stands in a quoted line that is not there as quoted; empty where there is none. */
static struct str
named_changed(const struct look *l)
{
	for (size_t i = 0; i < l->remedy.nameds; i++)
		for (size_t k = 0; k < l->losts; k++)
			if (line_holds(l->lost[k], l->remedy.named[i]))
				return l->remedy.named[i];
	return STR_NONE;
}

static size_t
indent_of(struct str line)
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

/* Whether the line NUMBER has a word of the fix, or with TALK a long one of the text, that the rest of the file has not. */
static bool
guard_fits(const struct look *l, uint32_t number, bool talk, struct str *word)
{
	for (size_t i = 0; i < l->remedy.words + (talk ? l->remedy.talks : 0); i++) {
		struct remedy_word w = {.weight = 1, .loose = true};

		if (i < l->remedy.words)
			w = l->remedy.word[i];
		else
			w.text = l->remedy.talk[i - l->remedy.words];
		*word = w.text;
		if ((w.loose || w.weight > 2) && word_in(l, w, number, number) &&
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
	size_t indent = indent_of(lines_text(lines, first)), n = 0;

	for (uint32_t i = l->s->last; i >= least && i > 0 && n < GUARD_LINES; i--) {
		struct str line = lines_text(lines, i);
		bool around = i < first && indent_of(line) < indent;
		char kind = indent_of(line) < line.len ? line_kind(l, i) : 0;

		if (i < first && kind == 'd')
			break;
		if (indent_of(line) == line.len ||
		    !(i >= first || around || i + GUARD_NEAR >= first))
			continue;
		above[n++] = (struct above){i, kind == 'g', around};
		if (around)
			indent = indent_of(line);
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

/*
 * A guard over what is quoted that has a word of the fix: a condition around it, or not far above it, or between its
 * lines, or what such a condition is made ready by. 0 where there is none.
 */
static uint32_t
guard_find(const struct look *l, struct str *word)
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

/* Whether a condition is around what is quoted, or right above it. */
static bool
is_guarded(const struct look *l)
{
	struct above above[GUARD_LINES];
	size_t n = l->s->first > 0 ? above_find(l, above) : 0;

	for (size_t i = 0; i < n; i++)
		if (above[i].guard && above[i].number + 3 >= l->s->first)
			return true;
	return false;
}

static void
fix_note(struct look *l, uint32_t first, uint32_t last, struct str match)
{
	struct evidence *e = site_evidence(l->s);

	if (e)
		*e = (struct evidence){.kind = STR("fix"),
		                       .match = match,
		                       .path = l->f->path,
		                       .line = first,
		                       .end_line = last,
		                       .text = look_text(l, first, last),
		                       .report = l->report,
		                       .report_line = l->c->line};
}

static struct str
guard_evidence(struct look *l, double *confidence)
{
	struct str word;
	uint32_t line = l->s->first > 0 ? guard_find(l, &word) : 0;

	if (line == 0)
		return STR_NONE;
	fix_note(l, line, line, STR("guard"));
	*confidence = 0.65;
	return arena_format(l->arena, "line %u guards it by \"" STR_FMT "\", which the fix names",
	                    line, STR_ARG(word));
}

/* That much of the fix's own code is there: near, where the quote is there too. */
static struct str
code_evidence(struct look *l, double *confidence)
{
	bool whole = l->wholes == l->quotes && l->quotes > 0;
	double there = whole || l->part ? l->novel_near : l->novel_any;

	if (l->novel < 1.5 || there < (whole ? 0.6 : 0.4) * l->novel ||
	    (whole && l->remedy.gones > 0))
		return STR_NONE;
	fix_note(l, l->fix_first, l->fix_last, STR("code of the fix"));
	*confidence = whole ? 0.8 : 0.9;
	return arena_format(l->arena, "the code of the fix is there (%.0f %%)",
	                    100 * there / l->novel);
}

/* The words of the fix's code, or of its text, near by. */
static struct str
words_evidence(struct look *l, double *confidence)
{
	bool whole = l->wholes == l->quotes && l->quotes > 0;
	double all = remedy_weight(&l->remedy, true);
	struct str word = STR_NONE;
	double near = words_near(l, true, &word);

	if (whole ? near >= (is_guarded(l) ? 0.25 : 0.6) * all && near >= 2.5 &&
	                    l->remedy.gones == 0
	          : near >= 2 || (near > 0 && near >= 0.3 * all)) {
		*confidence = whole ? 0.6 : 0.7;
		return arena_format(l->arena, "\"" STR_FMT "\", which the fix brings, is near by",
		                    STR_ARG(word));
	}
	if (!whole && l->near_known && words_near(l, false, &word) >= (l->part ? 1 : 2)) {
		*confidence = 0.6;
		return arena_format(l->arena, "\"" STR_FMT "\", which the fix names, is near by",
		                    STR_ARG(word));
	}
	return STR_NONE;
}

struct str
fix_evidence(struct look *l, double *confidence)
{
	struct str why = code_evidence(l, confidence), code;
	bool whole = l->wholes == l->quotes && l->quotes > 0;

	if (why.len == 0)
		why = guard_evidence(l, confidence);
	if (why.len == 0 && !whole && l->part && taken_away(l)) {
		*confidence = 0.8;
		why = arena_format(l->arena, "`" STR_FMT "`, which the fix takes away, is gone",
		                   STR_ARG(l->remedy.gone[0]));
	}
	if (why.len == 0)
		why = words_evidence(l, confidence);
	if (why.len == 0 && !whole && l->part && (code = named_changed(l)).len > 0) {
		*confidence = 0.6;
		why = arena_format(l->arena,
		                   "the line with `" STR_FMT
		                   "`, which the fix is about, was changed",
		                   STR_ARG(code));
	}
	return why;
}
