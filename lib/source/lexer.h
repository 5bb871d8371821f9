/*
 * Inside of lang_mask: the lexer's state, and its steps. A step that returns false has taken nothing; what a step goes over is
 * code where it says nothing else.
 */
#ifndef SOURCE_LEXER_H
#define SOURCE_LEXER_H

#include "source/syntax.h"

enum { HEREDOCS = 4, TEMPLATES = 16, BEGINS = 16 };

struct lexer {
	const struct syntax *syntax;
	const char *text, *p, *end;
	unsigned char *mask; /* of text[0] */
	struct str heredoc[HEREDOCS];
	size_t heredocs;
	unsigned brace[TEMPLATES]; /* open braces in each template's code */
	size_t templates;
	bool unfinished; /* a string with code in braces had no end, so that no further one is sought */
	bool begins[256];   /* what comments, strings and the rest begin with */
	char begin[BEGINS]; /* the same bytes */
	size_t begin_count;
};

/* The bytes up to TO are of KIND. */
void lexer_take(struct lexer *l, const char *to, enum source_kind kind);

/* N bytes are code. */
static inline void
lexer_code(struct lexer *l, size_t n)
{
	l->p += n;
}

/* Whether MARK, not empty, stands at P. */
bool lexer_at(const struct lexer *l, const char *p, const char *mark);

/* Where MARK is found from P on, and the line that P is on ends; else the end. */
const char *lexer_find(const struct lexer *l, const char *p, const char *mark);
const char *lexer_line_end(const struct lexer *l, const char *p);

bool lexer_is_word(char c);
bool lexer_is_space(char c);

/* A string from FROM, after its opening mark, on: its contents, and a closing mark as code. */
void lexer_string(struct lexer *l, const char *from, const char *close, unsigned flags);
bool lexer_quoted(struct lexer *l);

/* How many bytes the one at P is with what a backslash there takes with it, which is not BUT. */
size_t lexer_escape(const struct lexer *l, const char *p, char but);

/* f"text {code} text", at its quote. */
bool lexer_format(struct lexer *l);

/* A backquote, or a brace in the code of a template. */
bool lexer_template(struct lexer *l);

/* A pattern that the slash begins, where an operand is expected. */
bool lexer_regex(struct lexer *l);

/* A character; else 'name, whose tick is code. */
void lexer_tick(struct lexer *l);

/* R"x(text)x", at its quote; #"text"# with any number of #, at the first of them. */
bool lexer_raw_cpp(struct lexer *l);
bool lexer_raw_hash(struct lexer *l);

/* [[text]] or [==[text]==]; [[ or [==[ at P: how many = there are, else -1; where the ]==] of LEVEL stands. */
bool lexer_long(struct lexer *l);
int lexer_long_level(const struct lexer *l, const char *p);
const char *lexer_long_close(const struct lexer *l, const char *p, int level);

/* <<WORD: note what ends the text that begins on the next line. */
void lexer_heredoc(struct lexer *l);

/* The line end before here-documents: their lines are strings, those that end them code. */
void lexer_heredoc_lines(struct lexer *l);

/* =pod at a line's start. */
bool lexer_pod(struct lexer *l);

#endif
