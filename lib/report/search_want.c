/*
 * What is looked for: words of quotes and of fixes, and how much of a quote stands where one of its words is found.
 */
#include "report/search_parts.h"

#include "report/token.h"

/* The longest words of a line that are no keywords, and what it weighs. */
struct long_words {
	struct str word[1 + SEARCH_NEAR];
	double weight;
	size_t line;
};

static void
want(struct search *s, struct search_want w)
{
	if (w.text.len < ANCHOR_SHORTEST)
		return;
	w.word = anchors_add(&s->anchors, w.text);
	GROW(s->want, s->wants, s->want_cap);
	s->want[s->wants++] = w;
}

static void
line_want(struct search *s, uint32_t claim, const struct claim_quote *q, const struct long_words *w)
{
	want(s, (struct search_want){.claim = claim,
	                             .kind = SEARCH_QUOTES,
	                             .text = w->word[0],
	                             .near = {w->word[1], w->word[2]},
	                             .quote = q,
	                             .line = w->line});
}

static void
long_word_add(struct long_words *w, struct str word)
{
	for (size_t i = 0; i <= SEARCH_NEAR; i++) {
		struct str old = w->word[i];

		if (str_eq(old, word))
			return;
		if (word.len > old.len) {
			w->word[i] = word;
			word = old;
		}
	}
}

static struct long_words
line_words(struct str line)
{
	struct token_reader r = {line.ptr, line.ptr + line.len, NULL, 1};
	struct long_words w = {0};
	struct token token;
	struct str text;

	while (token_next(&r, &token, &text) && token.id != '#') {
		w.weight += token_weight(token, text);
		if ((token.id & TOKEN_WORD) && !token_is_keyword(text))
			long_word_add(&w, text);
	}
	return w;
}

/* By the two heaviest lines. */
void
search_quotes(struct search *s, const struct claim *c, uint32_t claim)
{
	for (size_t i = 0; i < c->quotes; i++) {
		const struct claim_quote *q = &c->quote[i];
		struct long_words best[2] = {0};

		for (size_t k = 0; q->role == CLAIM_QUOTE && k < q->lines; k++) {
			struct long_words w = line_words(q->text[k].text);

			w.line = k;
			if (w.weight > best[0].weight) {
				best[1] = best[0];
				best[0] = w;
			} else if (w.weight > best[1].weight) {
				best[1] = w;
			}
		}
		line_want(s, claim, q, &best[0]);
		line_want(s, claim, q, &best[1]);
	}
}

static bool
defines(struct str word)
{
	static const char *const words[] = {"def", "class", "function", "func", "fn", "modifier"};

	for (size_t i = 0; i < sizeof(words) / sizeof(*words); i++)
		if (str_is(word, words[i]))
			return true;
	return false;
}

void
search_fix(struct search *s, const struct claim *c, uint32_t claim)
{
	for (size_t i = 0; i < c->quotes; i++) {
		const struct claim_quote *q = &c->quote[i];

		for (size_t k = 0; q->role == CLAIM_REMEDY && k < q->lines; k++) {
			struct str line = q->text[k].text, text;
			struct token_reader r = {line.ptr, line.ptr + line.len, NULL, 1};
			struct token token;
			bool definition = false;

			while (token_next(&r, &token, &text)) {
				if (definition && token_weight(token, text) >= 2.3)
					want(s, (struct search_want){.claim = claim,
					                             .kind = SEARCH_FIX,
					                             .text = text,
					                             .quote = q,
					                             .line = k});
				definition = defines(text);
			}
		}
	}
}

/* So far a quote is compared to either side of a word. */
enum { STRETCH = 1024 };

static bool
is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* The next byte of a text that is no blank, or -1; from AT on, or before it. */
static int
byte_after(struct str s, size_t *at)
{
	while (*at < s.len)
		if (!is_blank(s.ptr[(*at)++]))
			return (unsigned char)s.ptr[*at - 1];
	return -1;
}

static int
byte_before(struct str s, size_t *at)
{
	while (*at > 0)
		if (!is_blank(s.ptr[--*at]))
			return (unsigned char)s.ptr[*at];
	return -1;
}

/* How many bytes of the quote's lines from LINE on, from byte FROM of that, are in TEXT from AT on. */
static size_t
common_after(const struct search_want *w, size_t from, struct str text, size_t at)
{
	size_t n = 0;

	for (size_t line = w->line; line < w->quote->lines; line++, from = 0)
		for (int c; (c = byte_after(w->quote->text[line].text, &from)) >= 0; n++)
			if (n == STRETCH || c != byte_after(text, &at))
				return n;
	return n;
}

static size_t
common_before(const struct search_want *w, size_t from, struct str text, size_t at)
{
	size_t n = 0, line = w->line;

	for (;;) {
		for (int c; (c = byte_before(w->quote->text[line].text, &from)) >= 0; n++)
			if (n == STRETCH || c != byte_before(text, &at))
				return n;
		if (line-- == 0)
			return n;
		from = w->quote->text[line].text.len;
	}
}

size_t
search_stretch(const struct search_want *w, struct str text, size_t offset)
{
	size_t from = (size_t)(w->text.ptr - w->quote->text[w->line].text.ptr), len = w->text.len;

	return common_before(w, from, text, offset) + len +
	       common_after(w, from + len, text, offset + len);
}

size_t
search_whole(const struct search_want *w)
{
	size_t side[2] = {0, 0}, from = (size_t)(w->text.ptr - w->quote->text[w->line].text.ptr);

	for (size_t line = 0; line < w->quote->lines; line++) {
		struct str text = w->quote->text[line].text;

		for (size_t at = 0; byte_after(text, &at) >= 0;)
			side[line > w->line || (line == w->line && at > from)]++;
	}
	side[1] -= w->text.len;
	return (side[0] < STRETCH ? side[0] : STRETCH) + w->text.len +
	       (side[1] < STRETCH ? side[1] : STRETCH);
}
