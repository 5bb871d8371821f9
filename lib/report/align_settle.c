/*
 * What the places of a quote's pieces come to: each line's state, and that of the whole.
 */
#include "report/align_parts.h"

#include <stdlib.h>

enum { WIDEN_MOST = 3 };

/* Whether an expression that ends before the token goes on with it. */
static bool
goes_on(const struct align_source *s, size_t next)
{
	static const char marks[] = ".([=+-*/%<>&|^?!";
	static const char *const words[] = {"if", "else", "or",  "and",    "in",
	                                    "is", "not",  "for", "unless", "while"};
	struct token_reader r;
	struct token token;
	struct str text;
	struct str line;

	if (next >= s->tokens || s->token[next].line != s->token[next - 1].line)
		return false;
	if (s->token[next].id < 128)
		return s->token[next].id != 0 && strchr(marks, (int)s->token[next].id) != NULL;
	line = lines_text(&s->lines, s->token[next].line);
	r = (struct token_reader){line.ptr, line.ptr + line.len, NULL, 1};
	while (token_next(&r, &token, &text))
		if (token.id == s->token[next].id)
			for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
				if (str_is(text, words[i]))
					return true;
	return false;
}

/* Whether what is quoted ends so that more has to come: the quote cut it off itself. */
static bool
is_unfinished(const struct align_quote *q, const struct align_unit *u)
{
	uint32_t last = q->token[u->token + u->count - 1].id;

	return u->open || (last < 128 && last != 0 && strchr("([{=+-*/%<>&|^?.\\", (int)last));
}

static size_t
skip_blank(struct str s, size_t i)
{
	while (i < s.len)
		if (strchr(" \t\r\f\v", s.ptr[i]) && s.ptr[i] != '\0')
			i++;
		else if (i + 1 < s.len && memcmp(s.ptr + i, "\xc2\xa0", 2) == 0)
			i += 2;
		else
			break;
	return i;
}

/* How two lines differ that hold the same tokens. */
static unsigned
difference(struct str quoted, struct str line)
{
	size_t i = 0, k = 0;

	while (quoted.len > 0 && skip_blank(quoted, quoted.len - 1) == quoted.len)
		quoted.len--;
	while (line.len > 0 && skip_blank(line, line.len - 1) == line.len)
		line.len--;
	if (str_eq(quoted, line))
		return 0;
	for (;;) {
		i = skip_blank(quoted, i);
		k = skip_blank(line, k);
		if (i == quoted.len || k == line.len)
			return i == quoted.len && k == line.len ? ALIGN_SPACE : ALIGN_COMMENTS;
		if (quoted.ptr[i++] != line.ptr[k++])
			return ALIGN_COMMENTS;
	}
}

/* Take in that the piece P stands where it does. */
static void
piece_settle(struct align_work *w, const struct align_piece *p)
{
	const struct align_source *s = w->s;
	struct align_unit *u = &w->q->unit[p->unit];
	struct align_line *line = &w->a->line[u->line];
	size_t start = (size_t)p->at, end = start + p->length;
	uint32_t first = s->token[start].line, last = s->token[end - 1].line;
	bool fits = (start == 0 || s->token[start - 1].line != first) &&
	            (end == s->tokens || s->token[end].line != last);

	if (line->first == 0 || first < line->first)
		line->first = first;
	if (last > line->last)
		line->last = last;
	if (first != last || p->part)
		w->a->how |= ALIGN_JOINED;
	else if (!fits)
		w->a->how |= ALIGN_DROPPED;
	else
		w->a->how |= difference(w->q->text[u->line], lines_text(&s->lines, first));
	if (p->astray)
		w->a->how |= ALIGN_REORDERED;
	u->found++;
	u->cut |= !is_unfinished(w->q, u) && goes_on(s, end);
}

/* From piece to piece of the chain: what lies between, and whether two are on one line. */
static void
gaps_settle(struct align_work *w)
{
	const struct align_piece *before = NULL;
	bool lost = false;

	for (size_t i = 0; i < w->pieces; i++) {
		const struct align_piece *p = &w->piece[i];
		size_t end;

		if (p->at < 0 || p->astray) {
			lost |= !w->q->unit[p->unit].note;
			continue;
		}
		end = before ? (size_t)before->at + before->length : 0;
		if (before && end < (size_t)p->at && !lost)
			w->a->how |= ALIGN_ELIDED;
		if (before && w->s->token[end - 1].line == w->s->token[p->at].line)
			w->a->how |= ALIGN_JOINED;
		before = p;
		lost = false;
	}
}

/* What LINE is, of which a part of weight WEIGHT is in state B. A bracket that is there makes up for nothing. */
static enum align_state
both(const struct align_line *line, enum align_state b, double weight)
{
	enum align_state a = line->state, low = a < b ? a : b, high = a < b ? b : a;
	double there = a < b ? weight : line->weight;

	if (low == LINE_GONE && there < (line->weight + weight) / 8)
		return LINE_GONE;
	return low >= LINE_CUT || low == high ? low : LINE_SIMILAR;
}

/* Take in that L is like the unit U. */
static enum align_state
like_settle(struct align_work *w, const struct align_unit *u, const struct align_like *l)
{
	struct align_line *line = &w->a->line[u->line];
	uint32_t first = w->s->token[l->start].line, last = w->s->token[l->end - 1].line;

	if (line->first == 0 || first < line->first)
		line->first = first;
	if (last > line->last)
		line->last = last;
	line->like = l->like;
	line->placed = l == u->near;
	return l->whole && u->weight >= 2 ? LINE_DROPPED : LINE_SIMILAR;
}

static void
unit_settle(struct align_work *w, struct align_unit *u, struct align_range between)
{
	struct align_line *line = &w->a->line[u->line];
	enum align_state state;
	struct align_like like;

	if (u->found == u->pieces)
		state = u->cut ? LINE_CUT : LINE_FOUND;
	else if (u->near)
		state = like_settle(w, u, u->near);
	else if (u->found > 0)
		state = LINE_SIMILAR;
	else if (align_near(w, u, between, &like))
		state = like_settle(w, u, &like);
	else
		state = LINE_GONE;
	if (state == LINE_GONE && u->note) {
		w->passed = true;
		return;
	}
	line->state = line->state == LINE_EMPTY ? state : both(line, state, u->weight);
	line->weight += u->weight;
}

/* Next to nothing of a line, the braces it ends in, is anywhere: that says nothing. */
static bool
is_scrap(const struct align_work *w, const struct align_piece *p)
{
	const struct align_unit *u = &w->q->unit[p->unit];

	return p->part && u->placed < u->weight / 8;
}

/* The lines where the chain has the unit U; false where it has not. */
static bool
unit_lines(const struct align_work *w, const struct align_unit *u, struct align_range *lines)
{
	const struct token *t = w->s->token;

	if (u->near)
		*lines = (struct align_range){t[u->near->start].line, t[u->near->end - 1].line};
	for (uint32_t i = u->piece; !u->near && i < u->piece + u->pieces; i++) {
		const struct align_piece *p = &w->piece[i];

		if (p->at < 0 || p->astray)
			continue;
		*lines = (struct align_range){t[p->at].line, t[p->at + p->length - 1].line};
		return true;
	}
	return u->near != NULL;
}

/* For each unit the first line of the nearest one after it that has a place; 0 where none has. */
static uint32_t *
afters_find(const struct align_work *w)
{
	uint32_t *after = xcalloc(w->q->units + 1, sizeof(*after));
	struct align_range lines;

	for (size_t i = w->q->units; i-- > 1;)
		after[i - 1] = unit_lines(w, &w->q->unit[i], &lines) ? lines.first : after[i];
	return after;
}

static void
units_settle(struct align_work *w)
{
	uint32_t *after = afters_find(w), before = 0;
	struct align_range lines;

	for (size_t i = 0; i < w->q->units; i++)
		w->q->unit[i].found = 0, w->q->unit[i].cut = false, w->q->unit[i].placed = 0;
	for (size_t i = 0; i < w->pieces; i++)
		if (w->piece[i].at >= 0)
			w->q->unit[w->piece[i].unit].placed += w->piece[i].weight;
	for (size_t i = 0; i < w->pieces; i++)
		if (w->piece[i].at >= 0 && !is_scrap(w, &w->piece[i]))
			piece_settle(w, &w->piece[i]);
	for (size_t i = 0; i < w->q->units; i++) {
		unit_settle(w, &w->q->unit[i], (struct align_range){before, after[i]});
		if (unit_lines(w, &w->q->unit[i], &lines))
			before = lines.last;
	}
	free(after);
}

/* The lines of the file, of those of the quote in a state from LEAST to MOST. */
static void
range_of(struct alignment *a, enum align_state least, enum align_state most)
{
	for (size_t i = 0; i < a->lines; i++) {
		const struct align_line *l = &a->line[i];

		if (l->first == 0 || ((l->state < least || l->state > most) && !l->placed))
			continue;
		if (a->first == 0 || l->first < a->first)
			a->first = l->first;
		if (l->last > a->last)
			a->last = l->last;
	}
}

/* Those that were found, or where there are none, or next to nothing, what is similar. */
static void
range_settle(struct align_work *w)
{
	if (w->light)
		range_of(w->a, LINE_SIMILAR, LINE_CUT);
	if (w->a->first == 0)
		range_of(w->a, LINE_DROPPED, LINE_FOUND);
	if (w->a->first == 0)
		range_of(w->a, LINE_SIMILAR, LINE_CUT);
}

/* Whether the quote's line I, which has no code, is the file's line NUMBER. */
static bool
is_comment_at(const struct align_work *w, size_t i, uint32_t number)
{
	struct str quoted = str_trim(w->q->text[i]);

	return w->a->line[i].state == LINE_EMPTY && quoted.len > 0 &&
	       str_eq(quoted, str_trim(lines_text(&w->s->lines, number)));
}

/* Comments that are quoted before the code and after it belong to where it is, as far as they are there. */
static void
range_comment(const struct align_work *w)
{
	struct alignment *a = w->a;
	size_t first = 0, last = a->lines;

	while (first < a->lines && a->line[first].state == LINE_EMPTY)
		first++;
	while (last > first && a->line[last - 1].state == LINE_EMPTY)
		last--;
	while (first > 0 && a->first > 1 && is_comment_at(w, first - 1, a->first - 1))
		first--, a->first--;
	while (last < a->lines && is_comment_at(w, last, a->last + 1))
		last++, a->last++;
}

/* Of a quote that is there in part, the lines of the file that its lost lines at either end would be: a few of them. */
static void
range_widen(const struct align_work *w)
{
	struct alignment *a = w->a;
	uint32_t before = 0, after = 0;

	for (size_t i = 0; i < a->lines && a->line[i].first != a->first; i++)
		before += a->line[i].state != LINE_EMPTY;
	for (size_t i = a->lines; i > 0 && a->line[i - 1].last != a->last; i--)
		after += a->line[i - 1].state != LINE_EMPTY;
	before = before < WIDEN_MOST ? before : WIDEN_MOST;
	after = after < WIDEN_MOST ? after : WIDEN_MOST;
	a->first = a->first > before ? a->first - before : 1;
	a->last =
		a->last + after < w->s->lines.count ? a->last + after : (uint32_t)w->s->lines.count;
}

static bool
is_stated(const struct align_work *w)
{
	for (size_t i = 0; i < w->a->lines; i++) {
		const struct align_line *l = &w->a->line[i];

		if (l->first > 0 && (align_is_within(w->stated, w->ranges, l->first, 2) ||
		                     align_is_within(w->stated, w->ranges, l->last, 2)))
			return true;
	}
	return false;
}

/* Whether a weak quote is still one of a kind: several lines in a row, of which one is in the file but once. */
static bool
is_single(const struct align_work *w)
{
	const struct alignment *a = w->a;

	return !w->passed && w->q->units >= 2 && w->q->telling >= 1.2 && a->times == 1 &&
	       !(a->how & (ALIGN_ELIDED | ALIGN_REORDERED | ALIGN_DROPPED));
}

void
align_settle(struct align_work *w)
{
	struct alignment *a = w->a;
	double all = 0, found = 0, half = 0;

	units_settle(w);
	gaps_settle(w);
	for (size_t i = 0; i < a->lines; i++) {
		const struct align_line *l = &a->line[i];

		all += l->weight;
		found += l->state >= LINE_DROPPED ? l->weight : 0;
		half += l->state == LINE_CUT || l->state == LINE_SIMILAR ? l->weight / 2 : 0;
		a->how |= l->state == LINE_DROPPED ? ALIGN_DROPPED : 0;
	}
	a->score = all > 0 ? (found + half) / all : 0;
	a->stated = is_stated(w);
	a->weak |= w->passed && found < ALIGN_STRONG;
	range_settle(w);
	if (all > 0 && found >= 0.95 * all && all - found < 0.5)
		a->place = a->weak && !a->stated && !is_single(w) ? ALIGN_WEAK : ALIGN_WHOLE;
	else if (found + half >= 1 || (a->stated && found + half >= all / 8))
		a->place = ALIGN_PART;
	if (a->place == ALIGN_PART)
		range_widen(w);
	else if (a->place == ALIGN_GONE)
		a->first = a->last = 0;
	else
		range_comment(w);
}
