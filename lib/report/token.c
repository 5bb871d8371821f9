#include "report/token.h"

#include "base/hash.h"
#include "base/utf8.h"
#include "source/lang.h"

#include <stdlib.h>

/* Of the languages that are audited most, in byte order. */
static const char *const keywords[] = {
	"False",   "None",      "Null",     "Self",      "True",     "abstract", "and",
	"as",      "assert",    "async",    "auto",      "await",    "begin",    "bool",
	"boolean", "break",     "byte",     "case",      "catch",    "char",     "class",
	"const",   "continue",  "def",      "default",   "defer",    "delete",   "do",
	"done",    "double",    "elif",     "else",      "end",      "enum",     "except",
	"export",  "extends",   "external", "false",     "fi",       "final",    "finally",
	"float",   "fn",        "for",      "foreach",   "from",     "func",     "function",
	"global",  "go",        "goto",     "if",        "impl",     "import",   "in",
	"include", "int",       "internal", "is",        "lambda",   "let",      "long",
	"match",   "memory",    "mut",      "namespace", "new",      "nil",      "none",
	"not",     "null",      "nullptr",  "or",        "override", "package",  "pass",
	"private", "protected", "pub",      "public",    "pure",     "raise",    "require",
	"return",  "returns",   "self",     "short",     "signed",   "size_t",   "static",
	"std",     "str",       "string",   "struct",    "super",    "switch",   "template",
	"then",    "this",      "throw",    "throws",    "true",     "try",      "type",
	"typedef", "typename",  "uint",     "uint256",   "unless",   "unsafe",   "unsigned",
	"use",     "using",     "var",      "view",      "void",     "when",     "where",
	"while",   "with",      "yield",
};

static int
keyword_cmp(const void *key, const void *element)
{
	return str_cmp(*(const struct str *)key, str_of(*(const char *const *)element));
}

bool
token_is_keyword(struct str text)
{
	return bsearch(&text, keywords, sizeof(keywords) / sizeof(*keywords), sizeof(*keywords),
	               keyword_cmp) != NULL;
}

enum byte_class { OTHER, BLANK, WORD, QUOTE, DROPPED, HIGH };

static const unsigned char class_of[256] = {
	[' '] = BLANK,
	['\t'] = BLANK,
	['\r'] = BLANK,
	['\f'] = BLANK,
	['\v'] = BLANK,
	['\n'] = BLANK,
	[0] = BLANK,
	[','] = DROPPED,
	[';'] = DROPPED,
	['\''] = QUOTE,
	['"'] = QUOTE,
	['`'] = QUOTE,
	['0' ... '9'] = WORD,
	['_'] = WORD,
	['$'] = WORD,
	['@'] = OTHER,
	['A' ... 'Z'] = WORD,
	['a' ... 'z'] = WORD,
	[0x80 ... 0xff] = HIGH,
};

/* What the three bytes at P, of a sequence outside ASCII, stand for; WORD for a letter of some script. */
static unsigned
high_class(const char *p, size_t len, uint32_t *id)
{
	unsigned char a = (unsigned char)p[0], b = len > 1 ? (unsigned char)p[1] : 0,
		      c = len > 2 ? (unsigned char)p[2] : 0;

	if ((len == 2 && a == 0xc2 && b == 0xa0) ||
	    (len == 3 && a == 0xef && b == 0xbb && c == 0xbf) ||
	    (len == 3 && a == 0xe3 && b == 0x80 && c == 0x80) ||
	    (len == 3 && a == 0xe2 && b == 0x80 && (c <= 0x8f || c == 0xaf)))
		return BLANK;
	if (len == 3 && a == 0xe2 && b == 0x80 && c >= 0x98 && c <= 0x9f)
		return QUOTE;
	if (len == 3 && a == 0xe2 && b == 0x80 && c == 0xa6) {
		*id = TOKEN_ELISION;
		return OTHER;
	}
	/* U+2190 to U+21FF, U+2794 to U+27BF */
	if (len == 3 && a == 0xe2 && ((b >= 0x86 && b <= 0x87) || (b == 0x9e && c >= 0x94))) {
		*id = TOKEN_ARROW;
		return OTHER;
	}
	return WORD;
}

static size_t
sequence(const char *p, const char *end)
{
	size_t len = utf8_length(p, end);

	return len > 0 ? len : 1;
}

static const char *
word_end(const char *p, const char *end)
{
	uint32_t unused;

	while (p < end) {
		unsigned char byte = (unsigned char)*p;

		if (class_of[byte] == WORD) {
			p++;
		} else if (class_of[byte] == HIGH) {
			size_t len = sequence(p, end);

			if (high_class(p, len, &unused) != WORD)
				break;
			p += len;
		} else {
			break;
		}
	}
	return p;
}

static void
pass(struct token_reader *r, size_t len)
{
	r->p += len;
	if (r->mask)
		r->mask += len;
}

/* Take a token of LEN bytes. */
static bool
take(struct token_reader *r, uint32_t id, size_t len, struct token *token, struct str *text)
{
	*token = (struct token){id, r->line};
	*text = (struct str){r->p, len};
	pass(r, len);
	return true;
}

static uint32_t
word_id(struct str s)
{
	return (uint32_t)hash_bytes(s, 0) | TOKEN_WORD;
}

bool
token_next(struct token_reader *r, struct token *token, struct str *text)
{
	while (r->p < r->end) {
		unsigned char byte = (unsigned char)*r->p;
		unsigned class = class_of[byte];
		uint32_t id = byte;
		size_t len = 1;

		if (r->mask && *r->mask == SOURCE_COMMENT && byte != '\n') {
			pass(r, 1);
			continue;
		}
		if (class == HIGH) {
			len = sequence(r->p, r->end);
			class = high_class(r->p, len, &id);
		}
		if (class == WORD) {
			len = (size_t)(word_end(r->p, r->end) - r->p);
			return take(r, word_id((struct str){r->p, len}), len, token, text);
		}
		if (class == QUOTE)
			return take(r, '"', len, token, text);
		if (byte == '.' && r->end - r->p >= 3 && memcmp(r->p, "...", 3) == 0)
			return take(r, TOKEN_ELISION, 3, token, text);
		if (class == OTHER && !(byte == '\\' && r->p + 1 < r->end && r->p[1] == '\n'))
			return take(r, id, len, token, text);
		r->line += byte == '\n';
		pass(r, len);
	}
	return false;
}

/* Made of several words: "api_key", "apiKey". */
static bool
is_compound(struct str s)
{
	for (size_t i = 1; i + 1 < s.len; i++)
		if (s.ptr[i] == '_' || (s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' && s.ptr[i - 1] >= 'a' &&
		                        s.ptr[i - 1] <= 'z'))
			return true;
	return false;
}

double
token_weight(struct token token, struct str text)
{
	if (!(token.id & TOKEN_WORD))
		return 0.05;
	if (token_is_keyword(text))
		return 0.25;
	if (text.len <= 2 || (text.ptr[0] >= '0' && text.ptr[0] <= '9'))
		return 0.5;
	return 1 + (text.len < 12 ? (double)text.len / 12 : 1.0) + (is_compound(text) ? 0.8 : 0);
}
