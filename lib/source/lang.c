/* The languages: names, endings, and how each writes comments and strings. */
#include "source/syntax.h"

#define ESCAPED                          \
	{                                \
		"\"", "\"", QUOTE_ESCAPE \
	}
#define TICKED                         \
	{                              \
		"'", "'", QUOTE_ESCAPE \
	}
#define SLASHES      \
	{            \
		"//" \
	}
#define STARS                      \
	{                          \
		{                  \
			"/*", "*/" \
		}                  \
	}
#define C_LIKE(f)                                    \
	{                                            \
		SLASHES, STARS, {ESCAPED, TICKED}, f \
	}

static const struct syntax none;
static const struct syntax c_like = C_LIKE(0);
static const struct syntax cpp = C_LIKE(SYNTAX_RAW_CPP);
static const struct syntax csharp = {SLASHES,
                                     STARS,
                                     {{"\"\"\"", "\"\"\"", QUOTE_LINES},
                                      {"@\"", "\"", QUOTE_LINES | QUOTE_DOUBLED},
                                      ESCAPED,
                                      TICKED},
                                     0};
static const struct syntax css = {{NULL}, STARS, {ESCAPED, TICKED}, 0};
static const struct syntax go = {SLASHES, STARS, {ESCAPED, TICKED, {"`", "`", QUOTE_LINES}}, 0};
static const struct syntax haskell = {
	{"--"}, {{"{-", "-}"}}, {ESCAPED}, SYNTAX_NESTED | SYNTAX_TICK};
static const struct syntax hcl = {{"#", "//"}, STARS, {ESCAPED}, SYNTAX_HEREDOC};
static const struct syntax html = {{NULL}, {{"<!--", "-->"}}, {{NULL, NULL, 0}}, 0};
static const struct syntax ini = {{"#", ";"}, {{NULL}}, {{NULL, NULL, 0}}, SYNTAX_LINE_FIRST};
static const struct syntax json = {SLASHES, STARS, {ESCAPED}, 0};
static const struct syntax java = {
	SLASHES, STARS, {{"\"\"\"", "\"\"\"", QUOTE_ESCAPE | QUOTE_LINES}, ESCAPED, TICKED}, 0};
static const struct syntax javascript = {
	SLASHES, STARS, {ESCAPED, TICKED}, SYNTAX_REGEX | SYNTAX_TEMPLATE};
static const struct syntax kotlin = {
	SLASHES, STARS, {{"\"\"\"", "\"\"\"", QUOTE_LINES}, ESCAPED, TICKED}, SYNTAX_NESTED};
static const struct syntax lisp = {
	{";"}, {{"#|", "|#"}}, {{"\"", "\"", QUOTE_ESCAPE | QUOTE_LINES}}, 0};
static const struct syntax lua = {{"--"}, {{NULL}}, {ESCAPED, TICKED}, SYNTAX_LONG};
static const struct syntax dockerfile = {{"#"}, {{NULL}}, {ESCAPED}, SYNTAX_LINE_FIRST};
static const struct syntax make = {{"#"}, {{NULL}}, {{NULL, NULL, 0}}, 0};
static const struct syntax perl = {{"#"},
                                   {{NULL}},
                                   {{"\"", "\"", QUOTE_ESCAPE | QUOTE_LINES | QUOTE_APART},
                                    {"'", "'", QUOTE_ESCAPE | QUOTE_LINES | QUOTE_APART}},
                                   SYNTAX_HASH_APART | SYNTAX_HEREDOC | SYNTAX_POD};
static const struct syntax php = {
	{"//", "#"},
	STARS,
	{{"\"", "\"", QUOTE_ESCAPE | QUOTE_LINES}, {"'", "'", QUOTE_ESCAPE | QUOTE_LINES}},
	SYNTAX_HEREDOC | SYNTAX_ATTRIBUTE};
static const struct syntax python = {{"#"},
                                     {{NULL}},
                                     {{"\"\"\"", "\"\"\"", QUOTE_ESCAPE | QUOTE_LINES},
                                      {"'''", "'''", QUOTE_ESCAPE | QUOTE_LINES},
                                      ESCAPED,
                                      TICKED},
                                     SYNTAX_FORMAT};
static const struct syntax hashes = {{"#"}, {{NULL}}, {ESCAPED, TICKED}, 0};
static const struct syntax ruby = {{"#"},
                                   {{NULL}},
                                   {{"\"", "\"", QUOTE_ESCAPE | QUOTE_LINES},
                                    {"'", "'", QUOTE_ESCAPE | QUOTE_LINES},
                                    {"`", "`", QUOTE_ESCAPE}},
                                   SYNTAX_HASH_APART | SYNTAX_REGEX | SYNTAX_HEREDOC | SYNTAX_POD};
static const struct syntax rust = {SLASHES,
                                   STARS,
                                   {{"\"", "\"", QUOTE_ESCAPE | QUOTE_LINES}},
                                   SYNTAX_NESTED | SYNTAX_TICK | SYNTAX_RAW_HASH};
static const struct syntax scala = {
	SLASHES, STARS, {{"\"\"\"", "\"\"\"", QUOTE_LINES}, ESCAPED}, SYNTAX_NESTED | SYNTAX_TICK};
static const struct syntax shell = {{"#"},
                                    {{NULL}},
                                    {{"$'", "'", QUOTE_ESCAPE | QUOTE_LINES},
                                     {"\"", "\"", QUOTE_ESCAPE | QUOTE_LINES},
                                     {"'", "'", QUOTE_LINES}},
                                    SYNTAX_HASH_APART | SYNTAX_HEREDOC | SYNTAX_SHELL};
static const struct syntax sql = {
	{"--"},
	STARS,
	{{"'", "'", QUOTE_LINES | QUOTE_DOUBLED}, {"\"", "\"", QUOTE_DOUBLED}, {"`", "`", 0}},
	0};
static const struct syntax swift = {SLASHES,
                                    STARS,
                                    {{"\"\"\"", "\"\"\"", QUOTE_ESCAPE | QUOTE_LINES}, ESCAPED},
                                    SYNTAX_NESTED | SYNTAX_RAW_HASH};
static const struct syntax toml = {{"#"},
                                   {{NULL}},
                                   {{"\"\"\"", "\"\"\"", QUOTE_ESCAPE | QUOTE_LINES},
                                    {"'''", "'''", QUOTE_LINES},
                                    ESCAPED,
                                    {"'", "'", 0}},
                                   0};
static const struct syntax yaml = {{"#"},
                                   {{NULL}},
                                   {{"\"", "\"", QUOTE_ESCAPE | QUOTE_LINES | QUOTE_APART},
                                    {"'", "'", QUOTE_LINES | QUOTE_DOUBLED | QUOTE_APART}},
                                   SYNTAX_HASH_APART};

/* NAMES are whole file names in lower case; PROGRAMS, what a "#!" line may name. */
static const struct language {
	const char *name;
	const char *endings, *names, *programs; /* words, each with a space after it */
	const struct syntax *syntax;
	enum lang_blocks blocks;
} languages[LANG_COUNT] = {
	[LANG_NONE] = {NULL, "", "", "", &none, BLOCKS_NONE},
	[LANG_C] = {"c", "c h ", "", "", &c_like, BLOCKS_BRACES},
	[LANG_CPP] = {"cpp", "cpp cc cxx c++ hpp hh hxx ipp inl cu cuh mm ", "", "", &cpp,
                      BLOCKS_BRACES},
	[LANG_CSHARP] = {"csharp", "cs ", "", "", &csharp, BLOCKS_BRACES},
	[LANG_CSS] = {"css", "css scss less ", "", "", &css, BLOCKS_BRACES},
	[LANG_DART] = {"dart", "dart ", "", "", &java, BLOCKS_BRACES},
	[LANG_DOCKERFILE] = {"dockerfile", "dockerfile containerfile ", "dockerfile containerfile ",
                             "", &dockerfile, BLOCKS_NONE},
	[LANG_ELIXIR] = {"elixir", "ex exs ", "", "elixir ", &python, BLOCKS_INDENT},
	[LANG_GO] = {"go", "go ", "", "", &go, BLOCKS_BRACES},
	[LANG_GROOVY] = {"groovy", "groovy gradle ", "jenkinsfile ", "groovy ", &java,
                         BLOCKS_BRACES},
	[LANG_HASKELL] = {"haskell", "hs ", "", "runhaskell ", &haskell, BLOCKS_INDENT},
	[LANG_HCL] = {"hcl", "tf hcl tfvars ", "", "", &hcl, BLOCKS_BRACES},
	[LANG_HTML] = {"html", "html htm xhtml xml svg vue svelte ", "", "", &html, BLOCKS_NONE},
	[LANG_INI] = {"ini", "ini cfg conf env properties service ", ".env .editorconfig ", "",
                      &ini, BLOCKS_NONE},
	[LANG_JAVA] = {"java", "java ", "", "", &java, BLOCKS_BRACES},
	[LANG_JAVASCRIPT] = {"javascript", "js jsx mjs cjs ", "", "node nodejs ", &javascript,
                             BLOCKS_BRACES},
	[LANG_JSON] = {"json", "json jsonl jsonc json5 ipynb sarif ", "", "", &json, BLOCKS_BRACES},
	[LANG_KOTLIN] = {"kotlin", "kt kts ", "", "", &kotlin, BLOCKS_BRACES},
	[LANG_LISP] = {"lisp", "lisp cl el clj cljs scm ", "", "sbcl guile ", &lisp, BLOCKS_NONE},
	[LANG_LUA] = {"lua", "lua ", "", "lua ", &lua, BLOCKS_INDENT},
	[LANG_MAKE] = {"make", "mk mak make ", "makefile gnumakefile makefile.am makefile.in ",
                       "make ", &make, BLOCKS_NONE},
	[LANG_MARKDOWN] = {"markdown", "md markdown mdx rst adoc org ", "", "", &none, BLOCKS_NONE},
	[LANG_PERL] = {"perl", "pl pm t ", "", "perl ", &perl, BLOCKS_BRACES},
	[LANG_PHP] = {"php", "php phtml ", "", "php ", &php, BLOCKS_BRACES},
	[LANG_PROTO] = {"proto", "proto ", "", "", &c_like, BLOCKS_BRACES},
	[LANG_PYTHON] = {"python", "py pyi pyw pyx ", "sconstruct wscript ",
                         "python python2 python3 pypy pypy3 ", &python, BLOCKS_INDENT},
	[LANG_R] = {"r", "r ", "", "rscript ", &hashes, BLOCKS_BRACES},
	[LANG_RUBY] = {"ruby", "rb rake gemspec ", "gemfile rakefile vagrantfile ", "ruby ", &ruby,
                       BLOCKS_INDENT},
	[LANG_RUST] = {"rust", "rs ", "", "", &rust, BLOCKS_BRACES},
	[LANG_SCALA] = {"scala", "scala sbt ", "", "scala ", &scala, BLOCKS_BRACES},
	[LANG_SHELL] = {"shell", "sh bash zsh ksh ", ".bashrc .profile .zshrc ",
                        "sh bash dash zsh ksh ash ", &shell, BLOCKS_BRACES},
	[LANG_SOLIDITY] = {"solidity", "sol ", "", "", &c_like, BLOCKS_BRACES},
	[LANG_SQL] = {"sql", "sql ddl ", "", "", &sql, BLOCKS_NONE},
	[LANG_SWIFT] = {"swift", "swift ", "", "swift ", &swift, BLOCKS_BRACES},
	[LANG_TEXT] = {"text", "txt text log ", "readme license licence copying changelog ", "",
                       &none, BLOCKS_NONE},
	[LANG_TOML] = {"toml", "toml ", "pipfile cargo.lock poetry.lock ", "", &toml, BLOCKS_NONE},
	[LANG_TYPESCRIPT] = {"typescript", "ts tsx mts cts ", "", "deno ts-node ", &javascript,
                             BLOCKS_BRACES},
	[LANG_YAML] = {"yaml", "yaml yml ", "", "", &yaml, BLOCKS_INDENT},
};

enum { WORD_MAX = 32 };

/* WORD in lower case, with the space that ends each word of a list; empty where it is too long to be one. */
static struct str
fold(struct str word, char out[static WORD_MAX + 2])
{
	if (word.len == 0 || word.len > WORD_MAX || memchr(word.ptr, ' ', word.len))
		return STR("");
	for (size_t i = 0; i < word.len; i++) {
		char c = word.ptr[i];

		out[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
	}
	out[word.len] = ' ';
	out[word.len + 1] = '\0';
	return (struct str){out, word.len + 1};
}

static bool
list_has(const char *list, struct str word)
{
	for (const char *p = list; word.len > 0 && (p = strstr(p, word.ptr)); p++)
		if (p == list || p[-1] == ' ')
			return true;
	return false;
}

static enum lang
find(size_t member, struct str word)
{
	char folded[WORD_MAX + 2];
	struct str s = fold(word, folded);

	for (int i = LANG_NONE + 1; s.len > 0 && i < LANG_COUNT; i++) {
		const char *list;

		memcpy(&list, (const char *)&languages[i] + member, sizeof(list));
		if (list_has(list, s))
			return (enum lang)i;
	}
	return LANG_NONE;
}

/* What stands after the last BYTE of S; all of it where there is none. */
static struct str
after(struct str s, char byte)
{
	const char *p = s.len > 0 ? memrchr(s.ptr, byte, s.len) : NULL;

	return p ? str_from(s, (size_t)(p - s.ptr) + 1) : s;
}

enum lang
lang_of_path(struct str path)
{
	struct str name = after(path, '/'), ending = after(name, '.');
	enum lang lang = find(offsetof(struct language, names), name);

	if (lang == LANG_NONE && ending.len < name.len)
		lang = find(offsetof(struct language, endings), ending);
	if (lang == LANG_NONE && ending.len < name.len) /* Dockerfile.dev, Makefile.old */
		lang = find(offsetof(struct language, names),
		            (struct str){name.ptr,
		                         (size_t)((const char *)memchr(name.ptr, '.', name.len) -
		                                  name.ptr)});
	return lang;
}

/* The program that a "#!" line runs, without its version's decimals: python3 of "/usr/bin/env -S python3.11 -u". */
static struct str
program(struct str line)
{
	struct str word = STR(""), rest = str_from(line, 2);

	for (;;) {
		const char *space;

		rest = str_trim(rest);
		space = rest.len > 0 ? memchr(rest.ptr, ' ', rest.len) : NULL;
		word = (struct str){rest.ptr, space ? (size_t)(space - rest.ptr) : rest.len};
		if (word.len == 0)
			return STR("");
		rest = str_from(rest, word.len);
		if (word.ptr[0] != '-' && !str_is(after(word, '/'), "env"))
			break;
	}
	word = after(word, '/');
	for (size_t i = 0; i < word.len; i++)
		if (word.ptr[i] == '.')
			word.len = i;
	return word;
}

enum lang
lang_of(struct str path, struct str text)
{
	enum lang lang = lang_of_path(path);
	struct str line;

	if (lang == LANG_NONE && str_starts(text, STR("#!")) && str_line(&text, &line))
		lang = find(offsetof(struct language, programs), program(line));
	return lang;
}

const char *
lang_name(enum lang lang)
{
	return languages[lang].name ? languages[lang].name : "";
}

const char *const *
lang_names(void)
{
	static const char *names[LANG_COUNT];

	for (int i = LANG_NONE + 1; i < LANG_COUNT; i++)
		names[i - 1] = languages[i].name;
	return names;
}

enum lang
lang_named(struct str name)
{
	for (int i = LANG_NONE + 1; i < LANG_COUNT; i++)
		if (str_is(name, languages[i].name))
			return (enum lang)i;
	return LANG_NONE;
}

struct str
lang_ending(enum lang lang)
{
	const char *all = languages[lang].endings;

	return (struct str){all, strcspn(all, " ")};
}

bool
lang_is_prose(enum lang lang)
{
	return lang == LANG_MARKDOWN || lang == LANG_TEXT;
}

enum lang_blocks
lang_blocks(enum lang lang)
{
	return languages[lang].blocks;
}

const struct syntax *
lang_syntax(enum lang lang)
{
	return languages[lang].syntax;
}
