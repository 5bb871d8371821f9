/* What goes by lines: here-documents, and the documentation that =begin or =pod begins. */
#include "source/lexer.h"

/* The line from P on that ends a here-document; NULL where there is none, so that it was a shift. */
static const char *
heredoc_end(const struct lexer *l, const char *p, struct str word)
{
	for (; p < l->end; p = lexer_line_end(l, p) + (lexer_line_end(l, p) < l->end)) {
		struct str line = str_trim((struct str){p, (size_t)(lexer_line_end(l, p) - p)});

		if (str_starts(line, word) &&
		    (line.len == word.len || !lexer_is_word(line.ptr[word.len])))
			return p;
	}
	return NULL;
}

void
lexer_heredoc(struct lexer *l)
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
	for (word = p; p < l->end && lexer_is_word(*p);)
		p++;
	/* x <<name shifts, unless that is written as the names of here-documents mostly are. */
	if (p > word && !(*word >= '0' && *word <= '9') &&
	    (marked || (*word >= 'A' && *word <= 'Z')) && l->heredocs < HEREDOCS)
		l->heredoc[l->heredocs++] = (struct str){word, (size_t)(p - word)};
	lexer_code(l, 2);
}

void
lexer_heredoc_lines(struct lexer *l)
{
	l->p++;
	for (size_t i = 0; i < l->heredocs; i++) {
		const char *to = heredoc_end(l, l->p, l->heredoc[i]);

		if (to) {
			lexer_take(l, to, SOURCE_STRING);
			l->p = lexer_line_end(l, to);
			l->p += l->p < l->end && i + 1 < l->heredocs;
		}
	}
	l->heredocs = 0;
}

bool
lexer_pod(struct lexer *l)
{
	const char *p = l->p;

	if ((p > l->text && p[-1] != '\n') || l->end - p < 2 || !lexer_is_word(p[1]))
		return false;
	while (p < l->end && !lexer_at(l, p, "=end") && !lexer_at(l, p, "=cut"))
		p = lexer_line_end(l, p) + (lexer_line_end(l, p) < l->end);
	lexer_take(l, lexer_line_end(l, p), SOURCE_COMMENT);
	return true;
}
