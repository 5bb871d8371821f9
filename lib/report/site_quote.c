/*
 * The quotes of a claim in a file.
 */
#include "report/site_parts.h"

enum { SHOWN_LINES = 12 };

struct str
look_text(const struct look *l, uint32_t first, uint32_t last)
{
	const struct lines *lines = &l->f->source->lines;
	size_t start, end;

	if (first == 0 || first > lines->count)
		return STR_NONE;
	if (last >= first + SHOWN_LINES)
		last = first + SHOWN_LINES - 1;
	start = lines_start(lines, first);
	end = last < lines->count ? lines_start(lines, (size_t)last + 1) : lines->text.len;
	while (end > start &&
	       (lines->text.ptr[end - 1] == '\n' || lines->text.ptr[end - 1] == '\r'))
		end--;
	return arena_copy(l->arena, (struct str){lines->text.ptr + start, end - start});
}

/* Whether a quote of the claim stands under one of the locations that are this file. */
static bool
has_own(const struct look *l)
{
	for (size_t i = 0; i < l->c->quotes; i++) {
		const struct claim_quote *q = &l->c->quote[i];

		if (q->role == CLAIM_QUOTE && q->location >= 0 && q->location < 64 &&
		    l->s->cites >> q->location & 1)
			return true;
	}
	return false;
}

bool
look_applies(const struct look *l, const struct claim_quote *q)
{
	if (q->location < 0 || !l->s->cited || (q->location < 64 && l->s->cites >> q->location & 1))
		return true;
	return !has_own(l);
}

/* The stated lines, and those that the quote was written with. */
static size_t
ranges_of(const struct look *l, const struct claim_quote *q, struct align_range *range)
{
	size_t n = l->s->ranges;
	struct align_range written = {0, 0};

	if (n > 0)
		memcpy(range, l->s->stated, n * sizeof(*range));
	for (size_t i = 0; i < q->lines; i++) {
		uint32_t number = q->text[i].number;

		if (number > 0 && (written.first == 0 || number < written.first))
			written.first = number;
		if (number > written.last)
			written.last = number;
	}
	if (written.first > 0)
		range[n++] = written;
	return n;
}

static void
lost_add(struct look *l, const struct claim_quote *q, const struct alignment *a)
{
	for (size_t i = 0; i < a->lines && l->losts < 64; i++) {
		if (a->line[i].state == LINE_EMPTY || a->line[i].state >= LINE_DROPPED)
			continue;
		GROW(l->lost, l->losts, l->lost_cap);
		l->lost[l->losts++] = q->text[i].text;
	}
}

static void
held_add(struct look *l, const struct alignment *a)
{
	for (size_t i = 0; i < a->lines && l->helds < 256; i++) {
		if (a->line[i].state < LINE_DROPPED || a->line[i].first == 0)
			continue;
		GROW(l->held, l->helds, l->held_cap);
		l->held[l->helds++] = (struct align_range){a->line[i].first, a->line[i].last};
	}
}

static const char *
place_words(const struct alignment *a)
{
	static const char *const words[] = {
		"gone", "in part", "too weak to be looked for but at the stated lines", "whole"};

	return words[a->place];
}

static void
evidence_add(struct look *l, const struct claim_quote *q, const struct alignment *a)
{
	struct evidence *e = site_evidence(l->s);
	struct buf how = BUF_INIT;

	align_how(&how, a->how);
	look_step(l, "quote at line %u of the report: %s%s" STR_FMT "%s, lines %u-%u, score %.2f",
	          q->line, place_words(a), a->place >= ALIGN_WEAK ? ", " : "",
	          a->place >= ALIGN_WEAK ? (int)how.len : 0, how.ptr,
	          a->stated ? ", as stated" : "", a->first, a->last, a->score);
	if (e) {
		*e = (struct evidence){.kind = STR("quote"),
		                       .path = l->f->path,
		                       .line = a->first,
		                       .end_line = a->last,
		                       .report = l->report,
		                       .report_line = q->line};
		e->match = a->place >= ALIGN_WEAK ? arena_copy(l->arena, buf_view(&how))
		                                  : str_of(place_words(a));
		e->text = look_text(l, a->first, a->last);
		if (a->place == ALIGN_WEAK)
			e->note = STR("too common to be looked for but at the stated lines");
		else if (a->place == ALIGN_WHOLE && l->s->ranges > 0 && !a->stated)
			e->note = STR("not at the stated lines");
	}
	buf_release(&how);
}

/* Take in where the quote is; that of the heaviest leads. */
static void
quote_take(struct look *l, const struct alignment *a, double weight, double *heaviest)
{
	bool whole = a->place == ALIGN_WHOLE;

	l->quotes++;
	l->wholes += whole;
	l->weight += weight;
	l->found += whole ? weight : weight * a->score * (a->place == ALIGN_WEAK ? 0 : 1);
	l->part |= a->place == ALIGN_PART || whole;
	l->weak &= a->weak;
	if (weight <= *heaviest)
		return;
	*heaviest = weight;
	l->decided = whole;
	l->stated = a->stated;
	l->how = a->how;
	l->times = a->times;
	l->s->here = a->place == ALIGN_WHOLE || a->place == ALIGN_PART;
	l->s->first = l->s->here ? a->first : 0;
	l->s->last = l->s->here ? a->last : 0;
}

static double
quote_weight(const struct alignment *a)
{
	double weight = 0;

	for (size_t i = 0; i < a->lines; i++)
		weight += a->line[i].weight;
	return weight;
}

static void
quote_judge(struct look *l, const struct claim_quote *q, const struct alignment *a,
            double *heaviest)
{
	double weight = quote_weight(a);

	if (weight <= 0)
		return;
	evidence_add(l, q, a);
	lost_add(l, q, a);
	held_add(l, a);
	if (a->place == ALIGN_WHOLE && l->wrapper == 0)
		l->wrapper = look_wrapper(l, q, a);
	quote_take(l, a, weight, heaviest);
}

/* Whether TEXT reads like a comment and not like code that somebody made one. */
static bool
is_prose(const struct str *text, size_t lines)
{
	size_t words = 0, marks = 0;

	for (size_t i = 0; i < lines; i++) {
		struct token_reader r = {text[i].ptr, text[i].ptr + text[i].len, NULL, 1};
		struct token token;
		struct str word;

		while (token_next(&r, &token, &word)) {
			words += (token.id & TOKEN_WORD) != 0;
			marks += token.id < TOKEN_ELISION && !strchr(".*/-#\"!:", (int)token.id);
		}
	}
	return marks * 4 <= words;
}

/*
 * The quote taken literally, comments and all: it may be one, or begin within one. It is there then only where its lines are
 * the file's, and code is not where the file has a comment: that would be code that somebody took out. What has no CODE at all
 * may be there in part too.
 */
static bool
literal_look(struct look *l, const struct claim_quote *q, const struct str *text, bool code,
             const struct align_range *range, size_t ranges, double *heaviest)
{
	struct align_source plain;
	struct align_quote quote;
	struct alignment a;
	struct token_reader reader;
	struct token token;
	struct str word;
	bool there;

	align_source_init(&plain, l->f->source->text, LANG_NONE);
	align_quote_init(&quote, text, q->lines, LANG_NONE);
	align_quote_literal(&quote);
	align_shifted(&quote, &plain, range, ranges, l->s->shift, &a);
	reader = align_source_reader(l->f->source, a.first > 0 ? a.first : 1, a.last);
	there = a.place == ALIGN_WHOLE && (a.how & ~(unsigned)ALIGN_SPACE) == 0 &&
	        (token_next(&reader, &token, &word) || is_prose(text, q->lines));
	there |= !code && a.place == ALIGN_PART && a.score >= 0.5 && is_prose(text, q->lines);
	if (there)
		quote_judge(l, q, &a, heaviest);
	alignment_release(&a);
	align_quote_release(&quote);
	align_source_release(&plain);
	return there;
}

/* Whether a line of the quote is a comment, by the language of the file. */
static bool
has_comments(const struct str *text, const struct alignment *a)
{
	for (size_t i = 0; i < a->lines; i++)
		if (a->line[i].state == LINE_EMPTY && str_trim(text[i]).len > 0)
			return true;
	return false;
}

static void
quote_look(struct look *l, const struct claim_quote *q, double *heaviest)
{
	struct align_range range[SITE_RANGES + 1];
	size_t ranges = ranges_of(l, q, range);
	struct str *text = xcalloc(q->lines, sizeof(*text));
	struct align_quote quote;
	struct alignment a;

	for (size_t i = 0; i < q->lines; i++)
		text[i] = q->text[i].text;
	align_quote_init(&quote, text, q->lines, l->f->lang);
	align_shifted(&quote, l->f->source, range, ranges, l->s->shift, &a);
	if (a.place == ALIGN_WHOLE || !(l->s->cited || has_comments(text, &a)) ||
	    !literal_look(l, q, text, quote_weight(&a) > 0, range, ranges, heaviest))
		quote_judge(l, q, &a, heaviest);
	alignment_release(&a);
	align_quote_release(&quote);
	free(text);
}

void
look_quotes(struct look *l)
{
	double heaviest = 0;

	l->weak = true;
	for (size_t i = 0; i < l->c->quotes; i++)
		if (l->c->quote[i].role == CLAIM_QUOTE && look_applies(l, &l->c->quote[i]))
			quote_look(l, &l->c->quote[i], &heaviest);
	l->s->single = l->quotes == 1 && l->part && l->times == 1 && !l->weak;
	l->s->settled = l->decided && l->stated;
	l->s->weight = l->weight;
	l->whole = l->quotes > 0 && l->wholes == l->quotes && l->wrapper == 0;
	l->s->score = l->weight > 0 ? l->found / l->weight : 0;
}
