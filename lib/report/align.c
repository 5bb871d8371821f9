#include "report/align_parts.h"

#include <stdlib.h>

void
align_source_init(struct align_source *s, struct str text, enum lang lang)
{
	struct token_reader r;
	struct token token;
	struct str word;

	if (text.len == 0)
		text = STR("");
	*s = (struct align_source){.text = text, .lines = LINES_INIT, .mask = BUF_INIT};
	lang_mask(lang, text, &s->mask);
	buf_room(&s->mask, 1);
	r = (struct token_reader){text.ptr, text.ptr + text.len, s->mask.ptr, 1};
	while (token_next(&r, &token, &word)) {
		if (token.id == TOKEN_ELISION)
			continue;
		GROW(s->token, s->tokens, s->token_cap);
		s->token[s->tokens++] = token;
	}
	lines_index(&s->lines, text);
}

struct token_reader
align_source_reader(const struct align_source *s, uint32_t first, uint32_t last)
{
	size_t start = lines_start(&s->lines, first > 0 ? first : 1);
	size_t end = last < UINT32_MAX ? lines_start(&s->lines, (size_t)last + 1) : s->text.len;

	if (end < start)
		end = start;
	return (struct token_reader){s->text.ptr + start, s->text.ptr + end, s->mask.ptr + start,
	                             first};
}

void
align_source_release(struct align_source *s)
{
	free(s->token);
	lines_release(&s->lines);
	buf_release(&s->mask);
}

size_t
align_token_at(const struct align_source *s, size_t number)
{
	size_t low = 0, high = s->tokens;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (s->token[middle].line < number)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool
align_is_within(const struct align_range *range, size_t count, uint32_t line, uint32_t slack)
{
	for (size_t i = 0; i < count; i++)
		if ((uint64_t)line + slack >= range[i].first &&
		    line <= (uint64_t)range[i].last + slack)
			return true;
	return false;
}

struct scan {
	struct align_work *w;
	size_t offset; /* of the tokens that are scanned */
};

static void
hit_add(void *arg, uint32_t phrase, size_t end)
{
	struct scan *scan = arg;
	struct align_work *w = scan->w;

	GROW(w->hit, w->hits, w->hit_cap);
	w->hit[w->hits++] = (struct align_hit){phrase, (uint32_t)(scan->offset + end)};
}

static int
hit_cmp(const void *a, const void *b)
{
	const struct align_hit *x = a, *y = b;

	if (x->phrase != y->phrase)
		return x->phrase < y->phrase ? -1 : 1;
	return x->end < y->end ? -1 : x->end > y->end;
}

/* All places of all phrases, those at the stated lines first, so that none of these is left out for being too many. */
static void
hits_find(struct align_work *w)
{
	struct phrases *p = &w->q->phrases;
	size_t kept = 0;

	for (size_t i = 0; i < w->ranges; i++) {
		struct align_range r = w->meant[i];
		size_t from = align_token_at(w->s, r.first > 3 ? r.first - 3 : 1);
		size_t to = align_token_at(w->s, (size_t)r.last + 4);
		struct scan scan = {w, from};

		if (to > from && i < 16)
			phrases_scan(p, w->s->token + from, to - from, ALIGN_PLACES, hit_add,
			             &scan);
	}
	phrases_scan(p, w->s->token, w->s->tokens, ALIGN_PLACES, hit_add, &(struct scan){w, 0});
	if (w->hits > 0)
		qsort(w->hit, w->hits, sizeof(*w->hit), hit_cmp);
	for (size_t i = 0; i < w->hits; i++)
		if (i == 0 || hit_cmp(&w->hit[i], &w->hit[i - 1]) != 0)
			w->hit[kept++] = w->hit[i];
	w->hits = kept;
}

/* The hits of each phrase: from index[phrase] to index[phrase + 1]. */
static uint32_t *
hits_index(const struct align_work *w)
{
	size_t count = w->q->phrases.count;
	uint32_t *index = xcalloc(count + 2, sizeof(*index));

	for (size_t i = 0; i < w->hits; i++)
		index[w->hit[i].phrase + 1]++;
	for (size_t i = 1; i <= count; i++)
		index[i] += index[i - 1];
	return index;
}

/* Of a unit's ways the first of which anything is there, else the first; N forms of it follow *FORM. */
static uint32_t
way_choose(const struct align_quote *q, const struct align_unit *u, const uint32_t *index,
           const struct align_form **form)
{
	uint32_t best = 0, n = 0;

	for (uint32_t i = 0; i < u->forms; i++) {
		uint32_t phrase = q->form[u->form + i].phrase;

		if (index[phrase + 1] > index[phrase]) {
			best = q->form[u->form + i].way;
			break;
		}
	}
	for (uint32_t i = 0; i < u->forms; i++)
		if (q->form[u->form + i].way == best && n++ == 0)
			*form = &q->form[u->form + i];
	return n;
}

static void
pieces_choose(struct align_work *w)
{
	struct align_quote *q = w->q;
	uint32_t *index = hits_index(w);
	size_t cap = 0;

	for (size_t i = 0; i < q->units; i++) {
		const struct align_form *form = NULL;
		uint32_t n = way_choose(q, &q->unit[i], index, &form);

		q->unit[i].piece = (uint32_t)w->pieces;
		q->unit[i].pieces = n;
		q->unit[i].near = NULL;
		for (uint32_t k = 0; k < n; k++, form++) {
			GROW(w->piece, w->pieces, cap);
			w->piece[w->pieces++] = (struct align_piece){
				.unit = (uint32_t)i,
				.phrase = form->phrase,
				.length = form->length,
				.weight = form->weight,
				.hit = index[form->phrase],
				.hits = index[form->phrase + 1] - index[form->phrase],
				.at = -1,
				.part = n > 1};
		}
	}
	free(index);
}

/* How often the most telling piece is there. */
static uint32_t
times(const struct align_work *w)
{
	const struct align_piece *best = NULL;

	for (size_t i = 0; i < w->pieces; i++)
		if (w->piece[i].hits > 0 && (!best || w->piece[i].weight > best->weight))
			best = &w->piece[i];
	return best ? best->hits : 0;
}

static uint32_t
line_shift(uint32_t line, int64_t shift)
{
	int64_t to = line + shift;

	return to < 1 ? 1 : to > UINT32_MAX ? UINT32_MAX : (uint32_t)to;
}

void
align_shifted(struct align_quote *q, const struct align_source *s, const struct align_range *stated,
              size_t count, int64_t shift, struct alignment *a)
{
	struct align_range *now = xcalloc(count + 1, sizeof(*now));
	struct align_work w = {
		.q = q, .s = s, .stated = stated, .meant = now, .ranges = count, .a = a};

	for (size_t i = 0; i < count; i++)
		now[i] = (struct align_range){line_shift(stated[i].first, shift),
		                              line_shift(stated[i].last, shift)};
	*a = (struct alignment){.weak = q->telling < ALIGN_STRONG, .lines = q->lines};
	a->line = xcalloc(q->lines + 1, sizeof(*a->line));
	hits_find(&w);
	pieces_choose(&w);
	align_chain(&w);
	a->times = times(&w);
	align_settle(&w);
	free(w.hit);
	free(w.like);
	free(w.piece);
	free(now);
}

void
align(struct align_quote *q, const struct align_source *s, const struct align_range *stated,
      size_t count, struct alignment *a)
{
	align_shifted(q, s, stated, count, 0, a);
}

void
alignment_release(struct alignment *a)
{
	free(a->line);
	a->line = NULL;
}

void
align_how(struct buf *b, unsigned how)
{
	static const char *const words[] = {"white space", "comments",  "joined",
	                                    "elided",      "reordered", "tokens dropped"};
	bool first = true;

	if (how == 0)
		buf_str(b, "exact");
	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++) {
		if (!(how >> i & 1))
			continue;
		if (!first)
			buf_str(b, ", ");
		buf_str(b, words[i]);
		first = false;
	}
}
