#include "report/remedy.h"

#include <ctype.h>
#include <stdlib.h>
#include <strings.h>

enum { MOST_WORDS = 64, MOST_CODES = 16 };

bool
remedy_is_statement(struct str code)
{
	struct token_reader r = {code.ptr, code.ptr + code.len, NULL, 1};
	struct token token;
	struct str text;
	size_t words = 0, marks = 0;

	while (token_next(&r, &token, &text)) {
		words += (token.id & TOKEN_WORD) != 0;
		marks += token.id == '(' || token.id == '=' || token.id == '[' || token.id == '{' ||
		         token.id == '<' || token.id == '>';
	}
	return words >= 2 && marks >= 1 && words + marks >= 3 && code.ptr[code.len - 1] != '.' &&
	       !(words <= 2 && code.len > 2 && memcmp(code.ptr + code.len - 2, "()", 2) == 0);
}

/* The quotes of C as one text. */
static void
quotes_join(const struct claim *c, struct buf *b)
{
	for (size_t i = 0; i < c->quotes; i++) {
		const struct claim_quote *q = &c->quote[i];

		if (q->role != CLAIM_QUOTE)
			continue;
		for (size_t k = 0; k < q->lines; k++) {
			buf_span(b, q->text[k].text);
			buf_byte(b, '\n');
		}
	}
}

static void
line_add(struct remedy *r, struct str line)
{
	GROW(r->line, r->lines, r->line_cap);
	r->line[r->lines++] = line;
}

/* Whether the word TEXT is one of those that the tokens of S are. */
static bool
source_has(const struct align_source *s, struct token token)
{
	for (size_t i = 0; i < s->tokens; i++)
		if (s->token[i].id == token.id)
			return true;
	return false;
}

static bool
word_known(const struct remedy *r, struct str text)
{
	for (size_t i = 0; i < r->words; i++)
		if (str_eq(r->word[i].text, text))
			return true;
	return false;
}

static void
word_add(struct remedy *r, struct remedy_word word)
{
	if (r->words == MOST_WORDS || word_known(r, word.text))
		return;
	GROW(r->word, r->words, r->word_cap);
	r->word[r->words++] = word;
}

static bool
is_common(struct str word)
{
	static const char *const common[] = {
		"about",     "add",      "after",     "also",    "always",   "before",   "both",
		"call",      "catch",    "change",    "check",   "class",    "code",     "convert",
		"create",    "data",     "drop",      "each",    "ensure",   "error",    "errors",
		"existing",  "explicit", "field",     "file",    "files",    "find",     "from",
		"function",  "have",     "implement", "instead", "into",     "just",     "keep",
		"line",      "lines",    "make",      "method",  "missing",  "more",     "must",
		"name",      "need",     "never",     "object",  "once",     "only",     "other",
		"parameter", "path",     "prevent",   "proper",  "properly", "raise",    "remove",
		"replace",   "return",   "same",      "should",  "such",     "switch",   "test",
		"that",      "them",     "then",      "there",   "this",     "type",     "update",
		"used",      "user",     "using",     "value",   "values",   "variable", "when",
		"where",     "which",    "will",      "with",    "without",  "wrap",     "your",
		NULL,
	};

	return word.len < 4 || str_is_any(word, common) || token_is_keyword(word);
}

/*
 * Whether NAME has a part that begins as WORD does, but for an ending: "operator" in "ALLOWED_OPERATORS". A long word may
 * stand anywhere in it: "coroutine" in "iscoroutinefunction". Expressions are called "re" where they are regular.
 */
static bool
has_part(struct str name, struct str word)
{
	size_t len = word.len > 7 ? word.len - 2 : word.len > 5 ? word.len - 1 : word.len;

	if (str_eq_case(word, STR("regex")) && str_is(name, "re"))
		return true;
	for (size_t i = 0; i + len <= name.len; i++) {
		bool start = len >= 7 || i == 0 || !isalpha((unsigned char)name.ptr[i - 1]) ||
		             (isupper((unsigned char)name.ptr[i]) &&
		              islower((unsigned char)name.ptr[i - 1]));

		if (start && strncasecmp(name.ptr + i, word.ptr, len) == 0)
			return true;
	}
	return false;
}

static bool
quotes_have_part(struct str quoted, struct str word)
{
	struct token_reader r = {quoted.ptr, quoted.ptr + quoted.len, NULL, 1};
	struct token token;
	struct str text;

	while (token_next(&r, &token, &text))
		if ((token.id & TOKEN_WORD) && has_part(text, word))
			return true;
	return false;
}

/* The words of a line of the fix's code that the quotes do not have; NAME: it is but a name within the text. */
static void
code_words(struct remedy *r, struct str line, bool name, const struct align_source *quoted)
{
	struct token_reader reader = {line.ptr, line.ptr + line.len, NULL, 1};
	struct token token;
	struct str text;

	while (r->words < MOST_WORDS && token_next(&reader, &token, &text)) {
		double weight = token_weight(token, text);

		if (token.id == '#')
			break;
		if (weight >= 1.25 && !source_has(quoted, token))
			word_add(r, (struct remedy_word){
					    text, weight, true,
					    name && !quotes_have_part(quoted->text, text)});
	}
}

static bool
takes_away(struct str word)
{
	static const char *const verbs[] = {
		"remove", "removing", "drop",  "dropping", "delete", "eliminate", "avoid",   "no",
		"not",    "replace",  "never", "without",  "stop",   "don't",     "removed", NULL};

	return str_is_any(word, verbs);
}

/* Code in the fix's text: if it is quoted, it is to be changed, or even to go. */
static void
inline_add(struct remedy *r, struct str code, bool away, struct str quoted)
{
	struct align_source s;
	struct align_quote q;
	struct alignment a;

	if (code.len == 0 || r->nameds == MOST_CODES)
		return;
	align_source_init(&s, quoted, LANG_NONE);
	align_quote_init(&q, &code, 1, LANG_NONE);
	align(&q, &s, NULL, 0, &a);
	if (a.line[0].state >= LINE_CUT) {
		GROW(r->named, r->nameds, r->named_cap);
		r->named[r->nameds++] = code;
		if (away) {
			GROW(r->gone, r->gones, r->gone_cap);
			r->gone[r->gones++] = code;
		}
	}
	alignment_release(&a);
	align_quote_release(&q);
	align_source_release(&s);
}

/* The next word of TEXT, or code between backquotes. */
static bool
text_next(struct str *text, struct str *word, bool *code)
{
	size_t i = 0, end;

	while (i < text->len && !isalpha((unsigned char)text->ptr[i]) && text->ptr[i] != '`')
		i++;
	if (i == text->len)
		return false;
	*code = text->ptr[i] == '`';
	if (*code)
		i++;
	for (end = i; end < text->len; end++)
		if (*code ? text->ptr[end] == '`'
		          : !isalpha((unsigned char)text->ptr[end]) && text->ptr[end] != '\'')
			break;
	*word = (struct str){text->ptr + i, end - i};
	*text = str_from(*text, end + (*code && end < text->len));
	return true;
}

static void
text_read(struct remedy *r, struct str text, struct str quoted)
{
	struct str word;
	bool code;
	unsigned since = 100; /* words since one that takes away */

	while (text_next(&text, &word, &code)) {
		if (code)
			inline_add(r, word, since <= 2, quoted);
		else if (!is_common(word) && !quotes_have_part(quoted, word))
			word_add(r, (struct remedy_word){word, 1, false, true});
		since = takes_away(word) ? 0 : since + 1;
	}
}

/* What title and description talk of: "coroutine". */
static void
talk_read(struct remedy *r, struct str text, struct str quoted)
{
	struct str word;
	bool code;

	while (r->talks < MOST_WORDS && text_next(&text, &word, &code)) {
		if (code || word.len < 8 || is_common(word) || quotes_have_part(quoted, word))
			continue;
		GROW(r->talk, r->talks, r->talk_cap);
		r->talk[r->talks++] = word;
	}
}

/* Mark the lines that the quotes do not have. */
static void
novel_mark(struct remedy *r, const struct align_source *quoted, enum lang lang)
{
	struct align_quote q;
	struct alignment a;

	r->novel = xcalloc(r->lines + 1, sizeof(*r->novel));
	align_quote_init(&q, r->line, r->lines, lang);
	align(&q, quoted, NULL, 0, &a);
	for (size_t i = 0; i < r->lines; i++)
		r->novel[i] = a.line[i].state != LINE_EMPTY && a.line[i].state < LINE_CUT;
	alignment_release(&a);
	align_quote_release(&q);
}

void
remedy_make(struct remedy *r, const struct claim *c, enum lang lang)
{
	struct buf quoted = BUF_INIT;
	struct align_source s;

	*r = (struct remedy){0};
	quotes_join(c, &quoted);
	align_source_init(&s, buf_view(&quoted), lang);
	for (size_t i = 0; i < c->quotes; i++) {
		const struct claim_quote *q = &c->quote[i];

		if (q->role != CLAIM_REMEDY && q->role != CLAIM_REMEDY_INLINE)
			continue;
		for (size_t k = 0; k < q->lines; k++) {
			code_words(r, q->text[k].text,
			           q->role == CLAIM_REMEDY_INLINE &&
			                   !remedy_is_statement(q->text[k].text),
			           &s);
			if (q->role == CLAIM_REMEDY || remedy_is_statement(q->text[k].text))
				line_add(r, q->text[k].text);
		}
		r->block |= q->role == CLAIM_REMEDY;
	}
	novel_mark(r, &s, lang);
	text_read(r, c->fix, buf_view(&quoted));
	talk_read(r, c->title, buf_view(&quoted));
	talk_read(r, c->description, buf_view(&quoted));
	align_source_release(&s);
	buf_release(&quoted);
}

void
remedy_release(struct remedy *r)
{
	free(r->line);
	free(r->novel);
	free(r->word);
	free(r->talk);
	free(r->gone);
	free(r->named);
}

double
remedy_words_in(const struct remedy *r, struct token_reader reader, bool code, struct str *word)
{
	bool seen[MOST_WORDS] = {false};
	struct token token;
	struct str text;
	double sum = 0, most = 0;

	while (token_next(&reader, &token, &text)) {
		for (size_t i = 0; (token.id & TOKEN_WORD) && i < r->words; i++) {
			const struct remedy_word *w = &r->word[i];

			if (w->code != code || seen[i] ||
			    !(w->loose ? has_part(text, w->text) : str_eq(text, w->text)))
				continue;
			seen[i] = true;
			sum += w->weight;
			if (word && w->weight > most)
				most = w->weight, *word = w->text;
		}
	}
	return sum;
}

double
remedy_weight(const struct remedy *r, bool code)
{
	double sum = 0;

	for (size_t i = 0; i < r->words; i++)
		sum += r->word[i].code == code ? r->word[i].weight : 0;
	return sum;
}
