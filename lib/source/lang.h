/*
 * Languages: which one a file is written in, and what in its text is comment, string or code.
 *
 * A language is known by the file's name (Makefile, x.py), else by the "#!" line of its text. The mask is that of a
 * lexer with a table per language: strings, comments, here-documents and regular expressions as the language has
 * them, no grammar. It has an answer for any bytes, whatever is unfinished or invalid in them: a string that may not
 * go over a line end ends there.
 */
#ifndef SOURCE_LANG_H
#define SOURCE_LANG_H

#include "base/buf.h"

enum lang {
	LANG_NONE, /* not known */
	LANG_C,
	LANG_CPP,
	LANG_CSHARP,
	LANG_CSS,
	LANG_DART,
	LANG_DOCKERFILE,
	LANG_ELIXIR,
	LANG_GO,
	LANG_GROOVY,
	LANG_HASKELL,
	LANG_HCL,
	LANG_HTML,
	LANG_INI,
	LANG_JAVA,
	LANG_JAVASCRIPT,
	LANG_JSON,
	LANG_KOTLIN,
	LANG_LISP,
	LANG_LUA,
	LANG_MAKE,
	LANG_MARKDOWN,
	LANG_PERL,
	LANG_PHP,
	LANG_PROTO,
	LANG_PYTHON,
	LANG_R,
	LANG_RUBY,
	LANG_RUST,
	LANG_SCALA,
	LANG_SHELL,
	LANG_SOLIDITY,
	LANG_SQL,
	LANG_SWIFT,
	LANG_TEXT,
	LANG_TOML,
	LANG_TYPESCRIPT,
	LANG_YAML,
	LANG_COUNT
};

enum lang_blocks { BLOCKS_NONE, BLOCKS_BRACES, BLOCKS_INDENT };

/* By the last part of PATH; LANG_NONE where that does not tell. */
enum lang lang_of_path(struct str path);

/* By the path, else by the "#!" that TEXT begins with. */
enum lang lang_of(struct str path, struct str text);

/* The name in lower case, "python"; and the language of a name, LANG_NONE where there is none of it. */
const char *lang_name(enum lang lang);
enum lang lang_named(struct str name);

/* All names, NULL-terminated, for messages. */
const char *const *lang_names(void);

/* The usual ending of a file's name in that language, "py"; empty where none is. */
struct str lang_ending(enum lang lang);

/* Text for people, in which code is at best quoted: Markdown and plain text. */
bool lang_is_prose(enum lang lang);

/* How blocks are told apart. */
enum lang_blocks lang_blocks(enum lang lang);

/*
 * What each byte is. A comment has its marks with it; the quotes around a string count as code, so that without
 * comments and strings `f("a") # b` is `f(" ")`. A line end that ends a comment is code.
 */
enum source_kind { SOURCE_CODE, SOURCE_COMMENT, SOURCE_STRING };

/* Put one byte, an enum source_kind, for each byte of TEXT into MASK, which is emptied first. */
void lang_mask(enum lang lang, struct str text, struct buf *mask);

/* Whether nothing in TEXT can begin a comment or a string, so that all of it is of one kind. */
bool lang_is_plain(enum lang lang, struct str text);

#endif
