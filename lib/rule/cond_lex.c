#include "rule/cond_lex.h"

#include "base/clock.h"
#include "base/num.h"
#include "base/utf8.h"

#include <stdio.h>

void
lex_fail(struct lexer *l, unsigned column, const char *fmt, ...)
{
	va_list ap;

	if (l->failed)
		return;
	l->failed = true;
	l->error->column = column;
	va_start(ap, fmt);
	vsnprintf(l->error->reason, sizeof(l->error->reason), fmt, ap);
	va_end(ap);
	l->token.kind = TOKEN_END;
}

struct str
lex_clip(struct str s)
{
	size_t len = 0;

	while (len < s.len && len < 40)
		len += utf8_length(s.ptr + len, s.ptr + s.len);
	return (struct str){s.ptr, len};
}

void
lex_expected(struct lexer *l, const char *what)
{
	struct str before = lex_clip(l->before);

	if (before.len > 0)
		lex_fail(l, l->token.column, "expected %s after '" STR_FMT "'", what,
		         STR_ARG(before));
	else
		lex_fail(l, l->token.column, "expected %s", what);
}

static unsigned
column(const struct lexer *l, const char *p)
{
	return (unsigned)(p - l->text) + 1;
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

static bool
begins_name(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static bool
goes_on(char c)
{
	return begins_name(c) || is_digit(c);
}

static void
skip_space(struct lexer *l)
{
	while (l->p < l->end && strchr(" \t\r\n", *l->p))
		l->p++;
}

/* The token from START to where the lexer is now. */
static void
done(struct lexer *l, const char *start, enum token_kind kind)
{
	l->token.kind = kind;
	l->token.source = (struct str){start, (size_t)(l->p - start)};
}

static void
lex_number(struct lexer *l)
{
	const char *start = l->p;
	struct str s;
	double seconds;

	while (l->p < l->end && (goes_on(*l->p) || *l->p == '.' ||
	                         ((*l->p == '+' || *l->p == '-') && (l->p[-1] | 0x20) == 'e')))
		l->p++;
	s = (struct str){start, (size_t)(l->p - start)};
	if (num_parse(s, &l->token.number))
		done(l, start, TOKEN_NUMBER);
	else if (duration_parse(s, &seconds))
		lex_fail(l, column(l, start),
		         "a duration such as '" STR_FMT "' belongs after 'over'",
		         STR_ARG(lex_clip(s)));
	else
		lex_fail(l, column(l, start), "bad number '" STR_FMT "'", STR_ARG(lex_clip(s)));
}

/* The string S, quotes included, as JSON has it: in double quotes. */
static void
add_json(struct buf *b, struct str s)
{
	char quote = s.ptr[0];

	buf_byte(b, '"');
	for (size_t i = 1; i + 1 < s.len; i++) {
		if (s.ptr[i] == '"')
			buf_byte(b, '\\');
		if (s.ptr[i] == '\\' && (s.ptr[i + 1] != '\'' || quote == '"'))
			buf_byte(b, s.ptr[i++]);
		else if (s.ptr[i] == '\\')
			i++;
		buf_byte(b, s.ptr[i]);
	}
	buf_byte(b, '"');
}

/* To the end of what begins here, which is the same character not after a backslash. */
static bool
find_end(struct lexer *l, const char *what)
{
	const char *start = l->p;

	for (l->p++; l->p < l->end && *l->p != *start; l->p++) {
		if (*l->p == '\\' && l->p + 1 < l->end)
			l->p++;
	}
	if (l->p == l->end) {
		lex_fail(l, column(l, start), "unterminated %s", what);
		return false;
	}
	l->p++;
	return true;
}

static void
lex_text(struct lexer *l)
{
	const char *start = l->p;
	struct buf json = BUF_INIT, padded = BUF_INIT, scratch = BUF_INIT;
	struct json value;
	struct json_error error;

	if (!find_end(l, "string"))
		return;
	done(l, start, TOKEN_TEXT);
	add_json(&json, l->token.source);
	buf_padded(&padded, buf_view(&json));
	if (json_scan((struct str){padded.ptr, json.len}, &value, &error)) {
		struct str s = json_string(value, &scratch);

		l->token.text = (struct str){memcpy(l->pool, s.len ? s.ptr : "", s.len), s.len};
		l->pool += s.len;
	} else {
		lex_fail(l, column(l, start + (*start == '"' ? error.offset : 0)), "%s",
		         error.reason);
	}
	buf_release(&json);
	buf_release(&padded);
	buf_release(&scratch);
}

/* One part of a path: letters, or anything in backquotes. */
static bool
lex_part(struct lexer *l)
{
	const char *start = l->p;
	size_t quotes = *start == '`';

	if (quotes) {
		const char *end = memchr(start + 1, '`', (size_t)(l->end - start - 1));

		if (!end || end == start + 1) {
			lex_fail(l, column(l, start), end ? "empty name" : "unterminated name");
			return false;
		}
		l->p = end + 1;
		l->token.quoted = true;
	} else {
		while (l->p < l->end && goes_on(*l->p))
			l->p++;
	}
	memcpy(l->pool, start + quotes, (size_t)(l->p - start) - 2 * quotes);
	l->pool += (size_t)(l->p - start) - 2 * quotes;
	return true;
}

static const struct keyword {
	const char *word;
	enum token_kind kind;
} keywords[] = {
	{"or", TOKEN_OR},     {"and", TOKEN_AND},     {"not", TOKEN_NOT},   {"in", TOKEN_IN},
	{"true", TOKEN_TRUE}, {"false", TOKEN_FALSE}, {"null", TOKEN_NULL},
};

static void
lex_name(struct lexer *l)
{
	const char *start = l->p;
	char *path = l->pool;

	if (!lex_part(l))
		return;
	while (l->end - l->p > 1 && *l->p == '.' && (goes_on(l->p[1]) || l->p[1] == '`')) {
		*l->pool++ = *l->p++;
		if (!lex_part(l))
			return;
	}
	done(l, start, TOKEN_NAME);
	l->token.text = (struct str){path, (size_t)(l->pool - path)};
	for (size_t i = 0; i < sizeof(keywords) / sizeof(keywords[0]); i++) {
		if (str_is(l->token.source, keywords[i].word))
			l->token.kind = keywords[i].kind;
	}
}

/* Operators, longer ones before what they begin with. Those with a hint are of other languages. */
static const struct symbol {
	const char *text;
	enum token_kind kind;
	int value;
	const char *hint;
} symbols[] = {
	{"==", TOKEN_TEST, TEST_EQ, NULL},
	{"=~", TOKEN_MATCH, true, NULL},
	{"!=", TOKEN_TEST, TEST_NE, NULL},
	{"!~", TOKEN_MATCH, false, NULL},
	{"<>", TOKEN_END, 0, "use '!='"},
	{"<=", TOKEN_TEST, TEST_LE, NULL},
	{">=", TOKEN_TEST, TEST_GE, NULL},
	{"<", TOKEN_TEST, TEST_LT, NULL},
	{">", TOKEN_TEST, TEST_GT, NULL},
	{"=", TOKEN_END, 0, "use '==' to compare"},
	{"&&", TOKEN_END, 0, "use 'and'"},
	{"||", TOKEN_END, 0, "use 'or'"},
	{"!", TOKEN_END, 0, "use 'not'"},
	{"~", TOKEN_END, 0, "use '=~' to match"},
	{"+", TOKEN_OPERATOR, OP_ADD, NULL},
	{"-", TOKEN_OPERATOR, OP_SUBTRACT, NULL},
	{"*", TOKEN_OPERATOR, OP_MULTIPLY, NULL},
	{"/", TOKEN_OPERATOR, OP_DIVIDE, NULL},
	{"%", TOKEN_OPERATOR, OP_REMAINDER, NULL},
	{"(", TOKEN_OPEN, 0, NULL},
	{")", TOKEN_CLOSE, 0, NULL},
	{",", TOKEN_COMMA, 0, NULL},
	{".", TOKEN_END, 0, "a name has no dot before it, a number has a digit"},
};

static void
lex_symbol(struct lexer *l)
{
	struct str rest = {l->p, (size_t)(l->end - l->p)};
	const char *start = l->p;
	size_t n;

	for (size_t i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		const struct symbol *s = &symbols[i];

		if (!str_starts(rest, str_of(s->text)))
			continue;
		if (s->hint) {
			lex_fail(l, column(l, start), "unknown operator '%s': %s", s->text,
			         s->hint);
			return;
		}
		l->p += strlen(s->text);
		done(l, start, s->kind);
		l->token.op = (enum op)s->value;
		l->token.test = (enum test)s->value;
		l->token.match = s->value;
		return;
	}
	n = utf8_length(rest.ptr, l->end);
	lex_fail(l, column(l, start), "unexpected '%.*s'", (int)n, start);
}

static void
begin(struct lexer *l)
{
	l->before = l->token.source;
	skip_space(l);
	l->token = (struct token){.column = column(l, l->p)};
}

void
lex_next(struct lexer *l)
{
	const char *last = l->p;

	if (l->failed)
		return;
	begin(l);
	if (l->p == l->end)
		l->token.column = column(l, last);
	else if (is_digit(*l->p))
		lex_number(l);
	else if (*l->p == '"' || *l->p == '\'')
		lex_text(l);
	else if (begins_name(*l->p) || *l->p == '`')
		lex_name(l);
	else
		lex_symbol(l);
}

struct pattern *
lex_pattern(struct lexer *l)
{
	struct cond_error error;
	unsigned options = 0;
	struct pattern *p;
	const char *start;
	struct str body;

	lex_next(l);
	if (l->token.kind != TOKEN_OPERATOR || l->token.op != OP_DIVIDE) {
		lex_expected(l, "a /pattern/");
		return NULL;
	}
	start = --l->p;
	if (!find_end(l, "pattern"))
		return NULL;
	body = (struct str){start + 1, (size_t)(l->p - start) - 2};
	for (; l->p < l->end && goes_on(*l->p); l->p++) {
		if (!pattern_flag(*l->p, &options)) {
			lex_fail(l, column(l, l->p), "unknown flag '%c' (there are i, m, s and x)",
			         *l->p);
			return NULL;
		}
	}
	done(l, start, TOKEN_END);
	p = pattern_compile(body, options, &error);
	if (!p)
		lex_fail(l, column(l, body.ptr) + error.column - 1, "%s", error.reason);
	lex_next(l);
	return p;
}

bool
lex_duration(struct lexer *l, double *seconds)
{
	const char *last = l->p, *start;

	if (l->failed)
		return false;
	begin(l);
	start = l->p;
	while (l->p < l->end && (goes_on(*l->p) || *l->p == '.'))
		l->p++;
	done(l, start, TOKEN_END);
	if (!duration_parse(l->token.source, seconds) || *seconds <= 0) {
		if (l->p == start)
			l->token.column = column(l, start == l->end ? last : start);
		lex_expected(l, "a duration such as 5m");
		return false;
	}
	lex_next(l);
	return true;
}
