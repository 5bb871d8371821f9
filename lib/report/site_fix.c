/*
 * What shows that a fault was fixed: the code of the fix, or what it names, near where the fault was; or that what it takes
 * away is gone.
 */
#include "report/site_parts.h"

enum { ABOVE = 15, BELOW = 25, SPAN = 30, BESIDE = 2 };

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

/* Whether the line is there as quoted: the old code, and no fix. */
static bool
is_old(const struct look *l, uint32_t line)
{
	for (size_t i = 0; i < l->helds; i++)
		if (line >= l->held[i].first && line <= l->held[i].last)
			return true;
	return false;
}

/* A line of the fix is there, or one that differs in a number or so, and not from what is quoted. */
static bool
is_there(const struct look *l, const struct align_line *line)
{
	return line->state >= LINE_CUT ||
	       (line->state == LINE_SIMILAR && line->like >= 0.75 && !is_old(l, line->first));
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

/*
 * Where the quotes are there whole: whether CODE is next to them, or between their lines. A statement that stands alone may
 * else be of another branch.
 */
static bool
is_beside(const struct look *l, uint32_t line, struct str code)
{
	const struct lines *lines = &l->f->source->lines;
	uint32_t first = l->s->first > BESIDE ? l->s->first - BESIDE : 1;
	uint32_t last = l->s->last + BESIDE;

	if (l->remedy.block || l->wholes < l->quotes || l->quotes == 0 ||
	    (line >= first && line <= last) || last - first > SPAN)
		return true;
	for (uint32_t i = first; i <= last && i <= lines->count; i++)
		if (!is_old(l, i) && line_holds(lines_text(lines, i), code))
			return true;
	return false;
}

static void
line_take(struct look *l, const struct align_line *line, struct str code, bool novel)
{
	bool there = is_there(l, line);

	l->fix += line->weight;
	l->fix_found += there ? line->weight : 0;
	if (novel) {
		l->novel += line->weight;
		l->novel_any += there ? line->weight : 0;
		l->novel_near += there && is_near(l, line->first) && is_beside(l, line->first, code)
		                         ? line->weight
		                         : 0;
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
		line_take(l, &a.line[i], l->remedy.line[i], l->remedy.novel[i]);
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
	uint32_t line = l->s->first > 0 ? look_guard(l, &word) : 0;

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
	double there = l->whole || l->part ? l->novel_near : l->novel_any;

	if (l->novel < 1.5 || there < (l->whole ? 0.6 : 0.4) * l->novel ||
	    (l->whole && l->remedy.gones > 0))
		return STR_NONE;
	fix_note(l, l->fix_first, l->fix_last, STR("code of the fix"));
	*confidence = l->whole ? 0.8 : 0.9;
	return arena_format(l->arena, "the code of the fix is there (%.0f %%)",
	                    100 * there / l->novel);
}

/* The words of the fix's code, or of its text, near by. */
static struct str
words_evidence(struct look *l, double *confidence)
{
	double all = remedy_weight(&l->remedy, true);
	struct str word = STR_NONE;
	double near = words_near(l, true, &word);

	if (l->whole ? near >= (look_is_guarded(l) ? 0.25 : 0.6) * all && near >= 2.5 &&
	                       l->remedy.gones == 0
	             : near >= 2 || (near > 0 && near >= 0.3 * all)) {
		*confidence = l->whole ? 0.6 : 0.7;
		return arena_format(l->arena, "\"" STR_FMT "\", which the fix brings, is near by",
		                    STR_ARG(word));
	}
	if (!l->whole && l->near_known && words_near(l, false, &word) >= (l->part ? 1 : 2)) {
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

	if (why.len == 0)
		why = guard_evidence(l, confidence);
	if (why.len == 0 && !l->whole && l->part && taken_away(l)) {
		*confidence = 0.8;
		why = arena_format(l->arena, "`" STR_FMT "`, which the fix takes away, is gone",
		                   STR_ARG(l->remedy.gone[0]));
	}
	if (why.len == 0)
		why = words_evidence(l, confidence);
	if (why.len == 0 && !l->whole && l->part && (code = named_changed(l)).len > 0) {
		*confidence = 0.6;
		why = arena_format(l->arena,
		                   "the line with `" STR_FMT
		                   "`, which the fix is about, was changed",
		                   STR_ARG(code));
	}
	return why;
}
