/*
 * The lexer behind lang_mask: one pass, each step of which takes some bytes as a comment, a string or code.
 *
 * Bytes that begin nothing are passed over many at a time. What it remembers is the here-documents that the next line
 * begins, and in which `${` of a template it is.
 */
#include "source/syntax.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

enum { HEREDOCS = 4, TEMPLATES = 16, BEGINS = 16 };

struct lexer {
	const struct syntax *syntax;
	const char *text, *p, *end;
	unsigned char *mask; /* of text[0] */
	struct str heredoc[HEREDOCS];
	size_t heredocs;
	unsigned brace[TEMPLATES]; /* open braces in each template's code */
	size_t templates;
	bool begins[256];
	char begin[BEGINS]; /* the same bytes */
	size_t begin_count;
};

/* The bytes up to TO are of KIND. Most are few. */
static void
take(struct lexer *l, const char *to, enum source_kind kind)
{
	unsigned char *mask = l->mask + (l->p - l->text);

	for (const char *p = l->p; p < to; p++)
		*mask++ = (unsigned char)kind;
	l->p = to;
}

static bool
at(const struct lexer *l, const char *p, const char *mark)
{
	size_t len = strlen(mark);

	return (size_t)(l->end - p) >= len && *p == *mark && memcmp(p, mark, len) == 0;
}

static const char *
line_end(const struct lexer *l, const char *p)
{
	const char *lf = p < l->end ? memchr(p, '\n', (size_t)(l->end - p)) : NULL;

	return lf ? lf : l->end;
}

/* Where MARK is found from P on, else the end. */
static const char *
find(const struct lexer *l, const char *p, const char *mark)
{
	const char *found = memmem(p, (size_t)(l->end - p), mark, strlen(mark));

	return found ? found : l->end;
}

static bool
is_word(char c)
{
	return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
	       (c >= 'A' && c <= 'Z') || (unsigned char)c >= 0x80;
}

static bool
is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

/* N bytes are code. */
static void
code(struct lexer *l, size_t n)
{
	l->p += n;
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
	if ((flags & SYNTAX_ATTRIBUTE) && at(l, l->p, "#["))
		return false;
	return !(flags & SYNTAX_HASH_APART) || l->p == l->text || is_space(l->p[-1]) ||
	       strchr(";&|()", l->p[-1]);
}

/* Past the block comment that begins at P, nested ones and all. */
static const char *
block_end(const struct lexer *l, const char *open, const char *close)
{
	const char *p = l->p + strlen(open);
	size_t depth = 1;

	while (p < l->end) {
		const char *shut = find(l, p, close), *again = shut;

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

/* [[ or [==[ at P: how many = there are, else -1. */
static int
long_level(const struct lexer *l, const char *p)
{
	int level = 0;

	if (p == l->end || *p != '[')
		return -1;
	for (p++; p < l->end && *p == '=' && level < 32; p++)
		level++;
	return p < l->end && *p == '[' ? level : -1;
}

/* Where the ]==] of LEVEL stands. */
static const char *
long_close(const struct lexer *l, const char *p, int level)
{
	char mark[40] = "]";

	memset(mark + 1, '=', (size_t)level);
	mark[level + 1] = ']';
	return find(l, p, mark);
}

static bool
comment(struct lexer *l)
{
	const struct syntax *s = l->syntax;

	for (size_t i = 0; i < 2 && s->block[i][0]; i++) {
		if (at(l, l->p, s->block[i][0])) {
			take(l, block_end(l, s->block[i][0], s->block[i][1]), SOURCE_COMMENT);
			return true;
		}
	}
	for (size_t i = 0; i < 3 && s->line[i]; i++) {
		int level = -1;
		const char *to;

		if (!at(l, l->p, s->line[i]) || !line_comment_fits(l))
			continue;
		to = line_end(l, l->p);
		if (s->flags & SYNTAX_LONG)
			level = long_level(l, l->p + 2);
		if (level >= 0) {
			to = long_close(l, l->p, level);
			if (to < l->end)
				to += level + 2;
		}
		take(l, to, SOURCE_COMMENT);
		return true;
	}
	return false;
}

/* A string from FROM, after its opening mark, on: its contents, and a closing mark as code. */
static void
string(struct lexer *l, const char *from, const char *close, unsigned flags)
{
	size_t len = strlen(close);
	const char *p = from;

	code(l, (size_t)(from - l->p));
	while (p < l->end) {
		if (*p == '\\' && (flags & QUOTE_ESCAPE) && l->end - p > 1)
			p++;
		else if (*p == '\n' && !(flags & QUOTE_LINES))
			break;
		else if (*p == *close && at(l, p, close)) {
			if (!(flags & QUOTE_DOUBLED) || !at(l, p + len, close))
				break;
			p += len;
		}
		p++;
	}
	take(l, p, SOURCE_STRING);
	if (p < l->end && *p == *close)
		code(l, len);
}

static bool
quoted(struct lexer *l)
{
	for (size_t i = 0; i < 5 && l->syntax->quote[i].open; i++) {
		const struct quote *q = &l->syntax->quote[i];

		if (!at(l, l->p, q->open))
			continue;
		if ((q->flags & QUOTE_APART) && l->p > l->text &&
		    (is_word(l->p[-1]) || l->p[-1] == ')' || l->p[-1] == ']'))
			continue;
		string(l, l->p + strlen(q->open), q->close, q->flags);
		return true;
	}
	return false;
}

/* A backquote, or the brace that ends code within one: text up to the next `${` or the end. */
static void template(struct lexer *l)
{
	const char *p = l->p + 1;

	code(l, 1);
	for (; p < l->end && *p != '`'; p++) {
		if (*p == '\\' && l->end - p > 1) {
			p++;
		} else if (at(l, p, "${") && l->templates < TEMPLATES) {
			take(l, p, SOURCE_STRING);
			code(l, 2);
			l->brace[l->templates++] = 0;
			return;
		}
	}
	take(l, p, SOURCE_STRING);
	if (p < l->end)
		code(l, 1);
}

static bool
in_template(struct lexer *l)
{
	if (*l->p == '`') {
		template(l);
		return true;
	}
	if (l->templates == 0)
		return false;
	if (*l->p == '}' && l->brace[l->templates - 1] == 0) {
		l->templates--;
		template(l);
		return true;
	}
	l->brace[l->templates - 1] += *l->p == '{';
	l->brace[l->templates - 1] -= *l->p == '}';
	return false;
}

/* Whether what stands before a slash leaves it to begin a pattern. */
static bool
wants_operand(const struct lexer *l)
{
	static const char *const words[] = {"return", "typeof", "case", "in",   "of",     "delete",
	                                    "void",   "throw",  "new",  "else", "do",     "and",
	                                    "or",     "not",    "if",   "when", "unless", "while",
	                                    "until",  "elsif",  NULL};
	const char *end = l->p, *p;

	while (end > l->text && (is_space(end[-1]) || l->mask[end - 1 - l->text] == SOURCE_COMMENT))
		end--;
	if (end == l->text)
		return true;
	p = --end;
	if (!is_word(*end))
		return !strchr(")]}\"'`", *end);
	while (p > l->text && is_word(p[-1]))
		p--;
	for (size_t i = 0; words[i]; i++)
		if (str_is((struct str){p, (size_t)(end - p) + 1}, words[i]))
			return true;
	return false;
}

static bool
regex(struct lexer *l)
{
	bool class = false;
	const char *p = l->p + 1;

	if (!wants_operand(l))
		return false;
	for (; p < l->end && *p != '\n' && (class || *p != '/'); p++) {
		if (*p == '\\' && l->end - p > 1 && p[1] != '\n')
			p++;
		else if (*p == '[' || *p == ']')
			class = *p == '[';
	}
	if (p == l->end || *p == '\n')
		return false;
	code(l, 1);
	take(l, p, SOURCE_STRING);
	code(l, 1);
	return true;
}

/* A character; else 'name, whose tick is code. */
static void
tick(struct lexer *l)
{
	const char *p = l->p + 1;

	if (p < l->end && *p == '\\') {
		string(l, p, "'", QUOTE_ESCAPE);
		return;
	}
	if (p < l->end && *p != '\n' && *p != '\'') {
		for (p++; p < l->end && ((unsigned char)*p & 0xc0) == 0x80;)
			p++;
		if (p < l->end && *p == '\'') {
			string(l, l->p + 1, "'", 0);
			return;
		}
	}
	code(l, 1);
}

/* R"x(text)x": P is at the quote. */
static bool
raw_cpp(struct lexer *l)
{
	char close[20] = ")";
	const char *open = l->p + 1;
	size_t len = 0;

	if (l->p == l->text || l->p[-1] != 'R')
		return false;
	while (open + len < l->end && len < 16 && open[len] != '(' && !is_space(open[len]))
		len++;
	if (open + len == l->end || open[len] != '(')
		return false;
	memcpy(close + 1, open, len);
	close[len + 1] = '"';
	string(l, open + len + 1, close, QUOTE_LINES);
	return true;
}

/* #"text"#, with any number of #: P is at the first of them. */
static bool
raw_hash(struct lexer *l)
{
	char close[20] = "\"";
	size_t n = 0;

	while (l->p + n < l->end && l->p[n] == '#' && n < 16)
		n++;
	if (l->p + n == l->end || l->p[n] != '"')
		return false;
	memset(close + 1, '#', n);
	string(l, l->p + n + 1, close, QUOTE_LINES);
	return true;
}

/* The line from P on that ends a here-document; NULL where there is none, so that it was a shift. */
static const char *
heredoc_end(const struct lexer *l, const char *p, struct str word)
{
	for (; p < l->end; p = line_end(l, p) + (line_end(l, p) < l->end)) {
		struct str line = str_trim((struct str){p, (size_t)(line_end(l, p) - p)});

		if (str_starts(line, word) &&
		    (line.len == word.len || !is_word(line.ptr[word.len])))
			return p;
	}
	return NULL;
}

/* <<WORD: note what ends the text that begins on the next line. */
static void
heredoc(struct lexer *l)
{
	const char *p = l->p + 2, *word;
	bool marked = l->syntax->flags & SYNTAX_SHELL;

	if (p < l->end && strchr("-~<", *p)) {
		marked = true;
		p++;
	}
	while (p < l->end && *p == ' ' && (l->syntax->flags & SYNTAX_SHELL))
		p++;
	if (p < l->end && strchr("'\"\\", *p)) {
		marked = true;
		p++;
	}
	for (word = p; p < l->end && is_word(*p);)
		p++;
	/* x <<name shifts, unless that is written as the names of here-documents mostly are. */
	if (p > word && !(*word >= '0' && *word <= '9') &&
	    (marked || (*word >= 'A' && *word <= 'Z')) && l->heredocs < HEREDOCS)
		l->heredoc[l->heredocs++] = (struct str){word, (size_t)(p - word)};
	code(l, 2);
}

/* The line end before here-documents: their lines are strings, those that end them code. */
static void
heredoc_lines(struct lexer *l)
{
	l->p++;
	for (size_t i = 0; i < l->heredocs; i++) {
		const char *to = heredoc_end(l, l->p, l->heredoc[i]);

		if (to) {
			take(l, to, SOURCE_STRING);
			l->p = line_end(l, to);
			l->p += l->p < l->end && i + 1 < l->heredocs;
		}
	}
	l->heredocs = 0;
}

/* =pod at a line's start. */
static bool
pod(struct lexer *l)
{
	const char *p = l->p;

	if ((p > l->text && p[-1] != '\n') || l->end - p < 2 || !is_word(p[1]))
		return false;
	while (p < l->end && !at(l, p, "=end") && !at(l, p, "=cut"))
		p = line_end(l, p) + (line_end(l, p) < l->end);
	take(l, line_end(l, p), SOURCE_COMMENT);
	return true;
}

/* What only some languages have; false where there is nothing of the kind here. */
static bool
special(struct lexer *l)
{
	unsigned flags = l->syntax->flags;
	char c = *l->p;

	if (c == '\n' && l->heredocs > 0) {
		heredoc_lines(l);
		return true;
	}
	if ((flags & SYNTAX_TEMPLATE) && strchr("`{}", c))
		return in_template(l);
	if ((flags & SYNTAX_REGEX) && c == '/')
		return regex(l);
	if ((flags & SYNTAX_RAW_CPP) && c == '"')
		return raw_cpp(l);
	if ((flags & SYNTAX_RAW_HASH) && c == '#')
		return raw_hash(l);
	if ((flags & SYNTAX_POD) && c == '=')
		return pod(l);
	if ((flags & SYNTAX_TICK) && c == '\'') {
		tick(l);
		return true;
	}
	if ((flags & SYNTAX_HEREDOC) && at(l, l->p, "<<")) {
		heredoc(l);
		return true;
	}
	if ((flags & SYNTAX_LONG) && long_level(l, l->p) >= 0) {
		const char *from = l->p;
		int level = long_level(l, from);

		code(l, (size_t)level + 2);
		take(l, long_close(l, l->p, level), SOURCE_STRING);
		if (l->p < l->end)
			code(l, (size_t)level + 2);
		return true;
	}
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
		if (!comment(&l) && !special(&l) && !quoted(&l))
			l.p++;
}
