/*
 * Inside of lang: what the lexer knows of a language.
 */
#ifndef SOURCE_SYNTAX_H
#define SOURCE_SYNTAX_H

#include "source/lang.h"

enum {
	QUOTE_ESCAPE = 1,  /* a backslash takes the next byte with it */
	QUOTE_LINES = 2,   /* may go over line ends */
	QUOTE_DOUBLED = 4, /* the closing mark twice is one of the string's bytes */
	QUOTE_APART = 8,   /* opens only where no word or closing bracket stands right before it */
};

struct quote {
	const char *open, *close;
	unsigned flags;
};

enum {
	SYNTAX_NESTED = 1,       /* block comments nest */
	SYNTAX_HASH_APART = 2,   /* a line comment needs white space, or ; & | ( ), before it */
	SYNTAX_LINE_FIRST = 4,   /* a line comment must be the first thing on its line */
	SYNTAX_REGEX = 8,        /* /pattern/ where an operand is expected */
	SYNTAX_TEMPLATE = 16,    /* `text ${code} text` */
	SYNTAX_TICK = 32,        /* 'x' is a character, 'name a lifetime or a symbol */
	SYNTAX_HEREDOC = 64,     /* <<WORD, <<-WORD, <<~WORD, <<<WORD */
	SYNTAX_RAW_CPP = 128,    /* R"x(text)x" */
	SYNTAX_RAW_HASH = 256,   /* r#"text"#, #"text"# */
	SYNTAX_LONG = 512,       /* [[text]], [==[text]==], and after -- as comments */
	SYNTAX_POD = 1024,       /* =begin or =pod, to =end or =cut, at line starts */
	SYNTAX_ATTRIBUTE = 2048, /* #[ begins no comment */
	SYNTAX_SHELL = 4096,     /* << WORD needs no mark and may be apart */
	SYNTAX_FORMAT = 8192,    /* f"text {code} text" */
};

struct syntax {
	const char *line[3];
	const char *block[2][2]; /* how they open and close */
	struct quote quote[5];   /* of two that fit the first counts */
	unsigned flags;
};

const struct syntax *lang_syntax(enum lang lang);

#endif
