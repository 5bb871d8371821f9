/*
 * The lexer behind lang_mask: one pass, each step of which takes some bytes as a comment, a string or code.
 *
 * Bytes that begin nothing are passed over many at a time. What it remembers is the here-documents that the next line
 * begins, and in which `${` of a template it is.
 */
#include "source/lexer.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

void
lexer_take(struct lexer *l, const char *to, enum source_kind kind)
{
	unsigned char *mask = l->mask + (l->p - l->text);

	for (const char *p = l->p; p < to; p++)
		*mask++ = (unsigned char)kind;
	l->p = to;
}

bool
lexer_at(const struct lexer *l, const char *p, const char *mark)
{
	size_t len = strlen(mark);

	return (size_t)(l->end - p) >= len && *p == *mark && memcmp(p, mark, len) == 0;
}

const char *
lexer_line_end(const struct lexer *l, const char *p)
{
	const char *lf = p < l->end ? memchr(p, '\n', (size_t)(l->end - p)) : NULL;

	return lf ? lf : l->end;
}

const char *
lexer_find(const struct lexer *l, const char *p, const char *mark)
{
	const char *found = memmem(p, (size_t)(l->end - p), mark, strlen(mark));

	return found ? found : l->end;
}

bool
lexer_is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

bool
lexer_is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* Nothing but white space stands before P on its line. */
static bool
is_first(const struct lexer *l, const char *p)
{
	while (p > l->text && (p[-1] == ' ' || p[-1] == '\t'))
		p--;
	return p == l->text || p[-1] == '\n';
}

static bool
line_comment_fits(const struct lexer *l)
{
	unsigned flags = l->syntax->flags;

	if (flags & SYNTAX_LINE_FIRST)
		return is_first(l, l->p);
	if ((flags & SYNTAX_ATTRIBUTE) && lexer_at(l, l->p, "#["))
		return false;
	return !(flags & SYNTAX_HASH_APART) || l->p == l->text || lexer_is_space(l->p[-1]) ||
	       strchr(";&|()", l->p[-1]);
}

/* Past the block comment that begins at P, nested ones and all. */
static const char *
block_end(const struct lexer *l, const char *open, const char *close)
{
	const char *p = l->p + strlen(open);
	size_t depth = 1;

	while (p < l->end) {
		const char *shut = lexer_find(l, p, close), *again = shut;

		if (l->syntax->flags & SYNTAX_NESTED)
			again = memmem(p, (size_t)(shut - p), open, strlen(open));
		if (again && again < shut) {
			depth++;
			p = again + strlen(open);
		} else {
			p = shut < l->end ? shut + strlen(close) : shut;
			if (--depth == 0)
				break;
		}
	}
	return p;
}

static bool
comment(struct lexer *l)
{
	const struct syntax *s = l->syntax;

	for (size_t i = 0; i < 2 && s->block[i][0]; i++) {
		if (lexer_at(l, l->p, s->block[i][0])) {
			lexer_take(l, block_end(l, s->block[i][0], s->block[i][1]), SOURCE_COMMENT);
			return true;
		}
	}
	for (size_t i = 0; i < 3 && s->line[i]; i++) {
		int level = -1;
		const char *to;

		if (!lexer_at(l, l->p, s->line[i]) || !line_comment_fits(l))
			continue;
		to = lexer_line_end(l, l->p);
		to -= to < l->end && to[-1] == '\r';
		if (s->flags & SYNTAX_LONG)
			level = lexer_long_level(l, l->p + 2);
		if (level >= 0) {
			to = lexer_long_close(l, l->p, level);
			if (to < l->end)
				to += level + 2;
		}
		lexer_take(l, to, SOURCE_COMMENT);
		return true;
	}
	return false;
}

/* What only some languages have; false where there is nothing of the kind here. */
static bool
special(struct lexer *l)
{
	unsigned flags = l->syntax->flags;
	char c = *l->p;

	if (c == '\n' && l->heredocs > 0) {
		lexer_heredoc_lines(l);
		return true;
	}
	if ((flags & SYNTAX_TEMPLATE) && strchr("`{}", c))
		return lexer_template(l);
	if ((flags & SYNTAX_REGEX) && c == '/')
		return lexer_regex(l);
	if ((flags & SYNTAX_RAW_CPP) && c == '"')
		return lexer_raw_cpp(l);
	if ((flags & SYNTAX_RAW_HASH) && c == '#')
		return lexer_raw_hash(l);
	if ((flags & SYNTAX_POD) && c == '=')
		return lexer_pod(l);
	if ((flags & SYNTAX_TICK) && c == '\'') {
		lexer_tick(l);
		return true;
	}
	if ((flags & SYNTAX_HEREDOC) && lexer_at(l, l->p, "<<")) {
		lexer_heredoc(l);
		return true;
	}
	if ((flags & SYNTAX_LONG) && c == '[')
		return lexer_long(l);
	return false;
}

static void
add_begin(struct lexer *l, char c)
{
	if (!l->begins[(unsigned char)c] && l->begin_count < BEGINS)
		l->begin[l->begin_count++] = c;
	l->begins[(unsigned char)c] = true;
}

/* What comments, strings and the rest begin with. */
static void
note_begins(struct lexer *l)
{
	static const struct {
		unsigned flag;
		const char *bytes;
	} special_bytes[] = {{SYNTAX_REGEX, "/"},    {SYNTAX_TEMPLATE, "`{}"},
	                     {SYNTAX_TICK, "'"},     {SYNTAX_HEREDOC, "<\n"},
	                     {SYNTAX_RAW_CPP, "\""}, {SYNTAX_RAW_HASH, "#"},
	                     {SYNTAX_LONG, "["},     {SYNTAX_POD, "="}};
	const struct syntax *s = l->syntax;

	for (size_t i = 0; i < 3 && s->line[i]; i++)
		add_begin(l, *s->line[i]);
	for (size_t i = 0; i < 2 && s->block[i][0]; i++)
		add_begin(l, *s->block[i][0]);
	for (size_t i = 0; i < 5 && s->quote[i].open; i++)
		add_begin(l, *s->quote[i].open);
	for (size_t i = 0; i < sizeof(special_bytes) / sizeof(special_bytes[0]); i++)
		for (const char *c = special_bytes[i].bytes;
		     (s->flags & special_bytes[i].flag) && *c; c++)
			add_begin(l, *c);
}

/* The next byte that begins something, else the end. */
static const char *
next_begin(const struct lexer *l, const char *p)
{
#ifdef __SSE2__
	for (; l->end - p >= 16; p += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p),
			any = _mm_setzero_si128();
		unsigned found;

		for (size_t i = 0; i < l->begin_count; i++)
			any = _mm_or_si128(any, _mm_cmpeq_epi8(v, _mm_set1_epi8(l->begin[i])));
		found = (unsigned)_mm_movemask_epi8(any);
		if (found)
			return p + __builtin_ctz(found);
	}
#endif
	while (p < l->end && !l->begins[(unsigned char)*p])
		p++;
	return p;
}

bool
lang_is_plain(enum lang lang, struct str text)
{
	struct lexer l = {.syntax = lang_syntax(lang), .end = text.ptr + text.len};

	note_begins(&l);
	return next_begin(&l, text.ptr) == l.end;
}

void
lang_mask(enum lang lang, struct str text, struct buf *mask)
{
	struct lexer l = {.syntax = lang_syntax(lang),
	                  .text = text.ptr,
	                  .p = text.ptr,
	                  .end = text.ptr + text.len};

	buf_reset(mask);
	if (text.len == 0)
		return;
	l.mask = memset(buf_room(mask, text.len), SOURCE_CODE, text.len);
	mask->len = text.len;
	note_begins(&l);
	while ((l.p = next_begin(&l, l.p)) < l.end)
		if (!comment(&l) && !special(&l) && !lexer_quoted(&l))
			l.p++;
}
