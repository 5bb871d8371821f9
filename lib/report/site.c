#include "report/site_parts.h"

#include <ctype.h>
#include <stdarg.h>

/* Ranges that end a few lines past the end of the file are meant well. */
enum { PAST_END = 5 };

struct str
arena_format(struct arena *arena, const char *fmt, ...)
{
	struct buf b = BUF_INIT;
	struct str s;
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&b, fmt, ap);
	va_end(ap);
	s = arena_copy(arena, buf_view(&b));
	buf_release(&b);
	return s;
}

void
look_step(struct look *l, const char *fmt, ...)
{
	va_list ap;

	if (!l->s->steps)
		return;
	buf_span(l->s->steps, l->f->path);
	buf_str(l->s->steps, ": ");
	va_start(ap, fmt);
	buf_vprintf(l->s->steps, fmt, ap);
	va_end(ap);
	buf_byte(l->s->steps, '\n');
}

struct evidence *
site_evidence(struct site *s)
{
	return s->evidences < SITE_EVIDENCE ? &s->evidence[s->evidences++] : NULL;
}

static void
say(struct look *l, enum verdict verdict, double confidence, struct str why)
{
	l->s->verdict = verdict;
	l->s->confidence = confidence;
	l->s->why = why;
	look_step(l, "%s (%.2f): " STR_FMT, verdict_name[verdict], confidence, STR_ARG(why));
}

/* A quote that is there: less sure the more had to be overlooked. */
static double
quote_confidence(const struct look *l)
{
	double c = 0.97;

	c -= l->how & ALIGN_ELIDED ? 0.03 : 0;
	c -= l->how & ALIGN_REORDERED ? 0.08 : 0;
	c -= l->how & ALIGN_DROPPED ? 0.08 : 0;
	c -= l->s->ranges > 0 && !l->stated ? 0.07 : 0;
	c -= l->s->ranges == 0 && l->times > 1 ? 0.1 : 0;
	c -= l->weak ? 0.2 : 0;
	c -= l->wholes < l->quotes ? 0.15 : 0;
	c -= l->s->how == RESOLVE_SEVERAL || l->s->how == RESOLVE_ELSEWHERE ? 0.15 : 0;
	return c;
}

static struct str
whole_words(const struct look *l)
{
	if (l->s->ranges == 0)
		return STR("the code is there as quoted");
	return l->stated ? STR("the code is there as quoted, at the stated lines")
	                 : STR("the code is there as quoted, at other lines than stated");
}

/* The quotes decide. */
static void
quoted(struct look *l)
{
	double confidence = 0;
	bool whole = l->decided && l->found >= 0.8 * l->weight;
	struct str why = fix_evidence(l, &confidence);

	if (why.len > 0)
		say(l, VERDICT_FIXED, confidence, why);
	else if (whole && l->wrapper > 0)
		say(l, VERDICT_CHANGED, 0.6,
		    arena_format(
			    l->arena,
			    "what is quoted is there, but line %u seems to have come around it",
			    l->wrapper));
	else if (whole)
		say(l, VERDICT_CONFIRMED, quote_confidence(l), whole_words(l));
	else if (l->part)
		say(l, VERDICT_CHANGED, 0.5 + 0.3 * l->s->score,
		    STR("a part of what is quoted is there, or something like it"));
	else if (l->weak)
		say(l, VERDICT_NOT_FOUND, 0.5,
		    STR("what is quoted is not at the stated lines, and too common to be looked "
		        "for "
		        "elsewhere"));
	else
		say(l, VERDICT_NOT_FOUND, 0.8, STR("what is quoted is nowhere in the file"));
}

/* The first stated line that the file does not have, or 0. */
static uint32_t
beyond(const struct look *l)
{
	for (size_t i = 0; i < l->s->ranges; i++)
		if (l->s->stated[i].first > l->f->source->lines.count + PAST_END)
			return l->s->stated[i].first;
	return 0;
}

struct named {
	size_t decisive, there; /* statements that would tell */
	size_t names, known;    /* names that would tell */
	size_t functions;       /* of them, functions that are there */
	bool stated;            /* a strong statement is at the stated lines */
};

/* Of "Source::read()" what a file that defines it has: "read". All of CODE where it is no such name. */
static struct str
bare_name(struct str code)
{
	size_t from;

	if (code.len < 3 || memcmp(code.ptr + code.len - 2, "()", 2) != 0)
		return code;
	code.len -= 2;
	for (from = code.len;
	     from > 0 && (isalnum((unsigned char)code.ptr[from - 1]) || code.ptr[from - 1] == '_');)
		from--;
	return str_from(code, from);
}

static void
inline_look(struct look *l, const struct claim_quote *q, struct named *n)
{
	bool statement = remedy_is_statement(q->text[0].text), bare, there;
	struct str code = statement ? q->text[0].text : bare_name(q->text[0].text);
	struct align_quote quote;
	struct alignment a;

	bare = code.len < q->text[0].text.len;
	align_quote_init(&quote, &code, 1, l->f->lang);
	align(&quote, l->f->source, l->s->stated, l->s->ranges, &a);
	there = a.line[0].state >= (bare ? LINE_CUT : LINE_DROPPED);
	look_step(l, "`" STR_FMT "`: %s%s", STR_ARG(code), there ? "there" : "not there",
	          a.stated ? ", as stated" : "");
	if (statement && a.line[0].weight >= 2.5) {
		n->decisive++;
		n->there += there;
	} else if (!statement && a.line[0].weight >= (bare ? 1.25 : 2)) {
		n->names++;
		n->known += there;
		n->functions += bare && there;
	}
	if (statement && there && !a.weak && a.stated && l->s->ranges > 0 && !n->stated) {
		n->stated = true;
		l->s->here = true;
		l->s->first = a.first;
		l->s->last = a.last;
		l->how = a.how;
		l->stated = true;
	}
	alignment_release(&a);
	align_quote_release(&quote);
}

static void
inlines_note(struct look *l, struct str match)
{
	struct evidence *e = site_evidence(l->s);

	if (e)
		*e = (struct evidence){.kind = STR("named"),
		                       .match = match,
		                       .path = l->f->path,
		                       .line = l->s->first,
		                       .end_line = l->s->last,
		                       .text = look_text(l, l->s->first, l->s->last),
		                       .report = l->report,
		                       .report_line = l->c->line};
}

/* Without a quote, and without a fix that tells: what is named within the text. */
static void
named(struct look *l)
{
	struct named n = {0};

	for (size_t i = 0; i < l->c->quotes; i++)
		if (l->c->quote[i].role == CLAIM_INLINE && look_applies(l, &l->c->quote[i]))
			inline_look(l, &l->c->quote[i], &n);
	if (n.stated) {
		inlines_note(l, STR("within the text"));
		say(l, VERDICT_CONFIRMED, 0.6,
		    STR("the statement that the text names is at the stated lines"));
	} else if (n.decisive > 0 && n.there == 0 && n.functions == 0) {
		inlines_note(l, STR("gone"));
		say(l, VERDICT_NOT_FOUND, 0.7, STR("the code that decides is nowhere in the file"));
	} else if (n.decisive == 0 && n.names > 0 && n.known == 0) {
		inlines_note(l, STR("gone"));
		say(l, VERDICT_NOT_FOUND, 0.6, STR("nothing that the text names is in the file"));
	} else {
		say(l, VERDICT_UNVERIFIABLE, 0.5,
		    STR("the place exists, but nothing is quoted that could be compared"));
	}
}

/* The fix has a block: its lines are there, all or but those it brings. */
static bool
fix_decides(struct look *l)
{
	struct str words =
		STR("the lines that the fix is for are at the stated place, the fix is not");

	if (!l->remedy.block || l->fix < 2 || l->fix_found <= 0)
		return false;
	if (l->fix_found >= 0.9 * l->fix) {
		struct evidence *e = site_evidence(l->s);

		if (e)
			*e = (struct evidence){.kind = STR("fix"),
			                       .match = STR("code of the fix"),
			                       .path = l->f->path,
			                       .line = l->fix_first,
			                       .end_line = l->fix_last,
			                       .text = look_text(l, l->fix_first, l->fix_last),
			                       .report = l->report,
			                       .report_line = l->c->line};
		say(l, VERDICT_FIXED, 0.85, STR("all of the code of the fix is there"));
		return true;
	}
	if (l->anchor < ALIGN_STRONG)
		return false;
	l->s->here = true;
	l->s->first = l->fix_first;
	l->s->last = l->fix_last;
	inlines_note(l, STR("lines of the fix"));
	say(l, VERDICT_CONFIRMED, 0.7, words);
	return true;
}

void
look_unquoted(struct look *l)
{
	uint32_t line = beyond(l);

	if (line > 0) {
		say(l, VERDICT_NOT_FOUND, 0.8,
		    arena_format(l->arena, "line %u is cited, but the file has %zu", line,
		                 l->f->source->lines.count));
		return;
	}
	if (!fix_decides(l))
		named(l);
}

/* Where it is, and where it was to be if it is not. */
static void
place(struct look *l)
{
	struct site *s = l->s;
	struct buf how = BUF_INIT;

	for (size_t i = 0; s->first == 0 && i < s->ranges; i++) {
		s->first = s->stated[i].first;
		s->last = s->stated[i].last;
	}
	if (s->last > l->f->source->lines.count)
		s->last = (uint32_t)l->f->source->lines.count;
	if (s->first > s->last)
		s->first = s->last;
	if (s->verdict == VERDICT_CONFIRMED) {
		align_how(&how, l->how);
		s->match = arena_copy(l->arena, buf_view(&how));
	}
	buf_release(&how);
}

void
site_judge(struct site *s, const struct claim *c, struct str report, const struct site_file *f,
           struct arena *arena)
{
	struct look l = {.s = s, .c = c, .f = f, .report = report, .arena = arena};

	s->evidences = 0;
	s->first = s->last = 0;
	s->here = false;
	if (s->shift != 0)
		look_step(&l, "lines %+lld, by what else is quoted of it", (long long)s->shift);
	remedy_make(&l.remedy, c, f->lang);
	if (!s->fix_only)
		look_quotes(&l);
	look_fix(&l);
	s->fix = l.novel >= 1.5 ? l.novel_any / l.novel : 0;
	if (s->fix_only)
		s->first = l.fix_first, s->last = l.fix_last;
	else if (l.quotes > 0)
		quoted(&l);
	else
		look_unquoted(&l);
	place(&l);
	remedy_release(&l.remedy);
	free(l.lost);
	free(l.held);
}

bool
site_is_quoted(const struct site *s, const struct claim *c, const struct site_file *f,
               struct site_quoted *quoted)
{
	struct arena scratch = ARENA_INIT;
	struct site other = *s;
	struct look l = {.s = &other, .c = c, .f = f, .arena = &scratch};
	bool whole;

	other.evidences = 0;
	other.steps = NULL;
	look_quotes(&l);
	whole = l.quotes > 0 && l.decided && l.found >= 0.8 * l.weight;
	*quoted = (struct site_quoted){other.first, other.last, l.weak};
	arena_release(&scratch);
	free(l.lost);
	free(l.held);
	return whole;
}
