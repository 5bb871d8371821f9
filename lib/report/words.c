#include "report/reading.h"

#include "base/utf8.h"

#include <ctype.h>

/* What headings and titles say. The names of fields are in fields.c, severities
 * in severity.c. */

size_t
mark_length(const char *p, const char *end)
{
	size_t n = utf8_length(p, end);
	unsigned char a = (unsigned char)p[0], b = n > 1 ? (unsigned char)p[1] : 0;

	if (n == 1)
		return isalnum(a) ? 0 : 1;
	/* U+00A1 to U+00BF, U+2000 to U+2BFF, U+3000 to U+303F, and U+1F000 on. */
	if ((n == 2 && a == 0xc2) || (n == 3 && a == 0xe2 && b <= 0xaf) ||
	    (n == 3 && a == 0xe3 && b == 0x80) || (n == 4 && a == 0xf0 && b == 0x9f) ||
	    (n == 3 && a == 0xef && b == 0xbf))
		return n;
	return n == 0 ? 1 : 0;
}

struct str
word_strip(struct str s)
{
	const char *p = s.ptr, *end = s.ptr + s.len;
	size_t n;

	while (p < end && !strchr("`_/([.\"@$<", *p) && (n = mark_length(p, end)) > 0)
		p += n;
	while (end > p) {
		const char *last = end - 1;

		while (last > p && ((unsigned char)*last & 0xc0) == 0x80)
			last--;
		if (strchr("`_/)]?!\"'.>", *last) || mark_length(last, end) == 0)
			break;
		end = last;
	}
	return (struct str){p, (size_t)(end - p)};
}

struct str
word_front(struct str heading)
{
	struct str s = word_strip(heading);

	for (size_t i = 1; i + 1 < s.len; i++)
		if (strchr("(:[", s.ptr[i]) || str_starts(str_from(s, i), STR("- ")) ||
		    str_starts(str_from(s, i), STR("—")))
			return (struct str){s.ptr, i};
	return s;
}

bool
words_of(struct str s, char out[static WORDS_MAX + 2])
{
	size_t n = 0;

	out[n++] = ' ';
	for (size_t i = 0, length; i < s.len; i += length) {
		bool mark = s.ptr[i] != '\'' && mark_length(s.ptr + i, s.ptr + s.len) > 0;

		length = utf8_length(s.ptr + i, s.ptr + s.len);
		length = length > 0 ? length : 1;
		if (n + length > WORDS_MAX)
			return false;
		if (mark && out[n - 1] != ' ')
			out[n++] = ' ';
		for (size_t k = 0; !mark && k < length; k++)
			out[n++] = (char)tolower((unsigned char)s.ptr[i + k]);
	}
	if (out[n - 1] != ' ')
		out[n++] = ' ';
	out[n] = 0;
	return true;
}

struct str
list_next(const char **list)
{
	const char *from = *list, *bar = strchr(from, '|');
	size_t n = bar ? (size_t)(bar - from) : strlen(from);

	*list = from + n + (bar != NULL);
	return (struct str){from, n};
}

bool
word_has_any(struct str s, const char *list)
{
	struct str part;

	while ((part = list_next(&list)).len > 0)
		if (memmem(s.ptr, s.len, part.ptr, part.len))
			return true;
	return false;
}

bool
words_match(const char *words, struct str pattern)
{
	bool begin = pattern.ptr[0] == '^', end = pattern.ptr[pattern.len - 1] == '$';
	struct str in = {pattern.ptr + begin, pattern.len - begin - end};
	/* From U+3000 on scripts do not part words. */
	bool part = (unsigned char)in.ptr[0] >= 0xe3;
	size_t len, most;

	if (begin && words[1] != in.ptr[0])
		return false;
	len = strlen(words);
	most = begin ? 1 : len;
	for (size_t at = 1; at <= most && at + in.len < len; at++)
		if (words[at] == in.ptr[0] &&
		    (part || (words[at - 1] == ' ' && words[at + in.len] == ' ')) &&
		    (!end || at + in.len + 1 == len) && memcmp(words + at, in.ptr, in.len) == 0)
			return true;
	return false;
}

/* Lists are gone through all the time, so that this is done without looking for each end first. */
bool
word_among(struct str s, const char *list)
{
	if (s.len == 0)
		return false;
	for (const char *p = list; *p;) {
		size_t n = 0;

		while (n < s.len &&
		       tolower((unsigned char)p[n]) == tolower((unsigned char)s.ptr[n]))
			n++;
		if (n == s.len && (p[n] == '|' || p[n] == '\0'))
			return true;
		p = strchr(p + n, '|');
		if (!p)
			return false;
		p++;
	}
	return false;
}

static size_t
class_length(struct str s, int (*is)(int c))
{
	size_t n = 0;

	while (n < s.len && is((unsigned char)s.ptr[n]))
		n++;
	return n;
}

size_t
digits_length(struct str s)
{
	return class_length(s, isdigit);
}

size_t
letters_length(struct str s)
{
	return class_length(s, isalpha);
}

struct str
word_next(struct str *rest)
{
	size_t from = 0, to;

	while (from < rest->len && !isalnum((unsigned char)rest->ptr[from]))
		from++;
	for (to = from; to < rest->len && isalnum((unsigned char)rest->ptr[to]);)
		to++;
	rest->ptr += from;
	rest->len -= from;
	from = to - from;
	*rest = str_from(*rest, from);
	return (struct str){rest->ptr - from, from};
}

bool
words_any(const char *words, const char *patterns)
{
	struct str pattern;

	while ((pattern = list_next(&patterns)).len > 0)
		if (words_match(words, pattern))
			return true;
	return false;
}

bool
word_is_findings(struct str heading)
{
	static const char patterns[] =
		"findings|issues|bugs|vulnerabilities|defects|detailed findings|bug list|"
		"problems|bug report|issue details|errors|weaknesses|bug inventory|flaws|"
		"security issues|risks|concerns|security audit|code review comments|"
		"review comments|outside diff range comments|actionable comments posted|must fix|"
		"should fix|nitpick comments|comments|detailed analysis";
	char words[WORDS_MAX + 2];

	return words_of(heading, words) && words_any(words, patterns);
}

bool
word_is_clear(struct str s)
{
	struct str word;

	s = word_strip(s);
	word = word_next(&s);
	return str_is(word, "OK") || str_is(word, "Ok") || str_is(word, "None") ||
	       str_is(word, "NONE") || str_is(word, "Pass") || str_is(word, "PASS") ||
	       str_is(word, "Correct") || str_is(word, "Safe");
}

bool
word_is_praise(struct str s)
{
	s = str_trim(s);
	return str_starts(s, STR("\xe2\x9c\x85")) || str_starts(s, STR("\xe2\x9c\x93")) ||
	       str_starts(s, STR("\xe2\x9c\x94"));
}

bool
word_is_empty(struct str title)
{
	static const char patterns[] = "^potential issue$|^refactor suggestion$|^nitpick$|"
				       "^issue$|^verification inconclusive$|^suggestion$|^bug$";
	char words[WORDS_MAX + 2];

	return words_of(word_strip(title), words) && words_any(words, patterns);
}

bool
word_said(struct str s, enum claim_said_kind *kind)
{
	static const struct {
		enum claim_said_kind kind;
		const char *words;
	} table[] = {
		{CLAIM_SAID_REFUTED, "误报|誤検知|false positive|invalid|disputed|not a bug|"
	                             "rejected|refuted|not valid|by design|disproved"},
		{CLAIM_SAID_ACKNOWLEDGED,
	         "acknowledged|won't fix|wontfix|accepted|deferred|acknowledge|risk accepted"},
		{CLAIM_SAID_CONFIRMED,
	         "未修复|未解决|未修正|未対応|미해결|unresolved|not fixed|unfixed|unpatched|"
	         "not resolved|still open|to be fixed|needs fix|pending fix|fix pending|"
	         "partially fixed|partially resolved|not mitigated|fix now"},
		{CLAIM_SAID_FIXED,
	         "已修复|已解决|修正済み|해결됨|corregido|corrigido|resuelto|resolvido|"
	         "исправлено|решено|corrigé|behoben|fixed|resolved|mitigated|patched|corrected|"
	         "remediated|closed|done"},
		{CLAIM_SAID_CONFIRMED, "открыт|открыто|abierto|aberto|verified|confirmed|open|"
	                               "valid|reproduced|pending|todo|active|reported|unaddressed"},
	};
	char words[WORDS_MAX + 2];

	if (s.len > 90)
		s.len = 90;
	if (!words_of(s, words))
		return false;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		if (words_any(words, table[i].words)) {
			*kind = table[i].kind;
			return true;
		}
	return false;
}

/* How many words of four letters and more A has, and how many of them B has,
 * too. */
static void
words_shared(struct str a, struct str b, size_t *all, size_t *shared)
{
	struct str word;

	*all = *shared = 0;
	while ((word = text_word_next(&a)).len > 0) {
		struct str rest = b, other;

		if (word.len < 3)
			continue;
		++*all;
		while ((other = text_word_next(&rest)).len > 0)
			if (str_eq_case(other, word)) {
				++*shared;
				break;
			}
	}
}

bool
word_alike(struct str a, struct str b)
{
	size_t of_a, of_b, in_a, in_b;

	if (a.len > 200)
		a.len = 200;
	if (b.len > 200)
		b.len = 200;
	words_shared(a, b, &of_a, &in_a);
	words_shared(b, a, &of_b, &in_b);
	return of_a > 0 && of_b > 0 && in_a * 5 >= of_a * 3 && in_b * 5 >= of_b * 3;
}

bool
word_within(struct str a, struct str b)
{
	size_t all, shared;

	if (a.len > 200)
		a.len = 200;
	if (b.len > 400)
		b.len = 400;
	words_shared(a, b, &all, &shared);
	return all >= 3 && shared == all;
}

bool
word_is_code(struct str line)
{
	static const char *const begins[] = {
		"def ",   "class ",  "import ",  "from ",   "return",    "if (",   "for (",
		"while ", "except",  "try:",     "else",    "function ", "const ", "let ",
		"var ",   "public ", "private ", "static ", "#include",  "async ", "await ",
		"raise ", "throw ",  "elif ",    "with ",   "pass",      "@",      "//",
		"/*",     "func ",   "fn ",      "struct ", "require(",  "self.",  "this.",
		"emit ",  "SELECT ", "INSERT ",  "UPDATE ", NULL};
	struct str s = str_trim(line);

	if (s.len == 0)
		return false;
	for (size_t i = 0; begins[i]; i++)
		if (str_starts(s, str_of(begins[i])))
			return true;
	if (strchr(";{}", s.ptr[s.len - 1]) || str_starts(s, STR("}")))
		return true;
	for (size_t i = 0; i + 1 < s.len; i++) {
		if (s.ptr[i] == '(' && i > 0 &&
		    (isalnum((unsigned char)s.ptr[i - 1]) || s.ptr[i - 1] == '_') &&
		    (s.ptr[i + 1] == ')' || s.ptr[s.len - 1] == ')' || s.ptr[s.len - 1] == ':'))
			return true;
		if (memcmp(s.ptr + i, "= ", 2) == 0 && i > 0 &&
		    (s.ptr[i - 1] == ' ' || s.ptr[i - 1] == '+'))
			return true;
	}
	return false;
}
