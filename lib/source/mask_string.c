/* Strings, and what else quotes: templates, patterns, characters, raw strings. */
#include "source/lexer.h"

size_t
lexer_escape(const struct lexer *l, const char *p, char but)
{
	if (*p != '\\' || l->end - p < 2 || p[1] == but)
		return 1;
	return p[1] == '\r' && l->end - p > 2 && p[2] == '\n' ? 3 : 2;
}

void
lexer_string(struct lexer *l, const char *from, const char *close, unsigned flags)
{
	size_t len = strlen(close);
	const char *p = from;

	lexer_code(l, (size_t)(from - l->p));
	while (p < l->end) {
		if (*p == '\n' && !(flags & QUOTE_LINES))
			break;
		if (*p == *close && lexer_at(l, p, close)) {
			if (!(flags & QUOTE_DOUBLED) || !lexer_at(l, p + len, close))
				break;
			p += len;
		}
		p += flags & QUOTE_ESCAPE ? lexer_escape(l, p, 0) : 1;
	}
	lexer_take(l, p, SOURCE_STRING);
	if (p < l->end && *p == *close)
		lexer_code(l, len);
}

bool
lexer_quoted(struct lexer *l)
{
	if ((l->syntax->flags & SYNTAX_FORMAT) && lexer_format(l))
		return true;
	for (size_t i = 0; i < 5 && l->syntax->quote[i].open; i++) {
		const struct quote *q = &l->syntax->quote[i];

		if (!lexer_at(l, l->p, q->open))
			continue;
		if ((q->flags & QUOTE_APART) && l->p > l->text &&
		    (lexer_is_word(l->p[-1]) || l->p[-1] == ')' || l->p[-1] == ']'))
			continue;
		lexer_string(l, l->p + strlen(q->open), q->close, q->flags);
		return true;
	}
	return false;
}

/* A backquote, or the brace that ends code within one: text up to the next `${` or the end. */
static void template(struct lexer *l)
{
	const char *p = l->p + 1;

	lexer_code(l, 1);
	for (; p < l->end && *p != '`'; p++) {
		if (*p == '\\' && l->end - p > 1) {
			p++;
		} else if (lexer_at(l, p, "${") && l->templates < TEMPLATES) {
			lexer_take(l, p, SOURCE_STRING);
			lexer_code(l, 2);
			l->brace[l->templates++] = 0;
			return;
		}
	}
	lexer_take(l, p, SOURCE_STRING);
	if (p < l->end)
		lexer_code(l, 1);
}

bool
lexer_template(struct lexer *l)
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

	while (end > l->text &&
	       (lexer_is_space(end[-1]) || l->mask[end - 1 - l->text] == SOURCE_COMMENT))
		end--;
	if (end == l->text)
		return true;
	p = --end;
	if (!lexer_is_word(*end))
		return !strchr(")]}\"'`", *end);
	while (p > l->text && lexer_is_word(p[-1]))
		p--;
	for (size_t i = 0; words[i]; i++)
		if (str_is((struct str){p, (size_t)(end - p) + 1}, words[i]))
			return true;
	return false;
}

bool
lexer_regex(struct lexer *l)
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
	lexer_code(l, 1);
	lexer_take(l, p, SOURCE_STRING);
	lexer_code(l, 1);
	return true;
}

void
lexer_tick(struct lexer *l)
{
	const char *p = l->p + 1;

	if (p < l->end && *p == '\\') {
		lexer_string(l, p, "'", QUOTE_ESCAPE);
		return;
	}
	if (p < l->end && *p != '\n' && *p != '\'') {
		for (p++; p < l->end && ((unsigned char)*p & 0xc0) == 0x80;)
			p++;
		if (p < l->end && *p == '\'') {
			lexer_string(l, l->p + 1, "'", 0);
			return;
		}
	}
	lexer_code(l, 1);
}

bool
lexer_raw_cpp(struct lexer *l)
{
	char close[20] = ")";
	const char *open = l->p + 1;
	size_t len = 0;

	if (l->p == l->text || l->p[-1] != 'R')
		return false;
	while (open + len < l->end && len < 16 && open[len] != '(' && !lexer_is_space(open[len]))
		len++;
	if (open + len == l->end || open[len] != '(')
		return false;
	memcpy(close + 1, open, len);
	close[len + 1] = '"';
	lexer_string(l, open + len + 1, close, QUOTE_LINES);
	return true;
}

bool
lexer_raw_hash(struct lexer *l)
{
	char close[20] = "\"";
	size_t n = 0;

	while (l->p + n < l->end && l->p[n] == '#' && n < 16)
		n++;
	if (l->p + n == l->end || l->p[n] != '"')
		return false;
	memset(close + 1, '#', n);
	lexer_string(l, l->p + n + 1, close, QUOTE_LINES);
	return true;
}

int
lexer_long_level(const struct lexer *l, const char *p)
{
	int level = 0;

	if (p == l->end || *p != '[')
		return -1;
	for (p++; p < l->end && *p == '=' && level < 32; p++)
		level++;
	return p < l->end && *p == '[' ? level : -1;
}

const char *
lexer_long_close(const struct lexer *l, const char *p, int level)
{
	char mark[40] = "]";

	memset(mark + 1, '=', (size_t)level);
	mark[level + 1] = ']';
	return lexer_find(l, p, mark);
}

bool
lexer_long(struct lexer *l)
{
	int level = lexer_long_level(l, l->p);

	if (level < 0)
		return false;
	lexer_code(l, (size_t)level + 2);
	lexer_take(l, lexer_long_close(l, l->p, level), SOURCE_STRING);
	if (l->p < l->end)
		lexer_code(l, (size_t)level + 2);
	return true;
}
