#include "report/number.h"

#include "base/utf8.h"

#include <ctype.h>

/* Numbers and names of findings, and what parts them from a title. */

/* "2024-11-12" */
static bool
is_date(struct str s)
{
	return digits_length(s) == 4 && s.len >= 7 && s.ptr[4] == '-' &&
	       digits_length(str_from(s, 5)) == 2;
}

size_t
number_length(struct str s)
{
	size_t n = digits_length(s);

	if (n == 0 || n > 6 || is_date(s))
		return 0;
	while (n + 1 < s.len && s.ptr[n] == '.' && isdigit((unsigned char)s.ptr[n + 1]))
		n += 1 + digits_length(str_from(s, n + 1));
	if (n < s.len && islower((unsigned char)s.ptr[n]) &&
	    (n + 1 == s.len || !isalnum((unsigned char)s.ptr[n + 1])))
		n++;
	return n;
}

/* "Б-2": a letter of another script or a few, and a number behind a dash. */
static size_t
other_name(struct str s)
{
	size_t n = 0, k = 0;

	while (n < s.len && n <= 12 && (unsigned char)s.ptr[n] >= 0x80 &&
	       mark_length(s.ptr + n, s.ptr + s.len) == 0)
		n += utf8_length(s.ptr + n, s.ptr + s.len);
	if (n > 0 && n <= 12 && n < s.len && s.ptr[n] == '-')
		k = digits_length(str_from(s, ++n));
	return k > 0 && k <= 5 && (n + k == s.len || !isalnum((unsigned char)s.ptr[n + k])) ? n + k
	                                                                                    : 0;
}

/* Names of standards are none. */
size_t
name_length(struct str s)
{
	static const char others[] =
		"UTF|SHA|MD|RSA|AES|ES|HTTP|IPV|BASE|OAUTH|INT|UINT|ERC|EIP|BIP|RFC|CVE|CWE|ISO|"
		"TLS|WIN|EC|HTML|Python|PEP|IPv|Base|GPT|Web|OAuth|CSS|SSL|ECMA|COVID|GHSA|X|TOP|"
		"Top|Q";
	size_t head = letters_length(s), n = head;

	if (head == 0)
		return other_name(s);
	/* "m-01" */
	if (head == 1 && islower((unsigned char)s.ptr[0]) && s.len > 3 && s.ptr[1] == '-' &&
	    digits_length(str_from(s, 2)) == 2)
		return 4;
	/* But "Q-HIGH-1" is one. */
	if (head > 14 || !isupper((unsigned char)s.ptr[0]) ||
	    (word_among((struct str){s.ptr, head}, others) &&
	     !(head + 1 < s.len && s.ptr[head] == '-' && isupper((unsigned char)s.ptr[head + 1]))))
		return 0;
	for (size_t k = 1; k < head; k++)
		if (islower((unsigned char)s.ptr[k]) && n < s.len && s.ptr[n] != '-')
			return 0;
	for (;;) {
		size_t k = digits_length(str_from(s, n));

		if (k > 0 && k <= 5) {
			n += k;
			if (n + 1 < s.len && (s.ptr[n] == '-' || s.ptr[n] == '.') &&
			    isdigit((unsigned char)s.ptr[n + 1])) {
				n++;
				continue;
			}
			break;
		}
		if (n >= s.len || (s.ptr[n] != '-' && s.ptr[n] != '_') || n + 1 >= s.len)
			return 0;
		n++;
		k = letters_length(str_from(s, n));
		if (k > 12)
			return 0;
		n += k;
	}
	if (n < s.len && islower((unsigned char)s.ptr[n]) &&
	    (n + 1 == s.len || !isalnum((unsigned char)s.ptr[n + 1])))
		n++;
	return n == s.len || (!isalnum((unsigned char)s.ptr[n]) && s.ptr[n] != '_') ? n : 0;
}

size_t
bracket_first(struct str s, struct str *in)
{
	const char *close = s.len == 0        ? NULL
	                    : s.ptr[0] == '[' ? memchr(s.ptr, ']', s.len)
	                    : s.ptr[0] == '(' ? memchr(s.ptr, ')', s.len)
	                                      : NULL;

	if (!close)
		return 0;
	*in = str_trim((struct str){s.ptr + 1, (size_t)(close - s.ptr) - 1});
	return (size_t)(close - s.ptr) + 1;
}

size_t
bracket_last(struct str s, struct str *in)
{
	char close = s.len > 0 ? s.ptr[s.len - 1] : 0;
	char begin = close == ')' ? '(' : '[';
	size_t depth = 0;

	for (size_t i = s.len; (close == ')' || close == ']') && i-- > 0;) {
		depth += s.ptr[i] == close;
		if (s.ptr[i] != begin || --depth > 0)
			continue;
		*in = (struct str){s.ptr + i + 1, s.len - i - 2};
		return i;
	}
	return 0;
}

size_t
separator_length(struct str s)
{
	size_t n = 0, k, marks = 0;
	const char *end = s.ptr + s.len;

	while (n < s.len && !strchr("`_/([\"'.#@$<", s.ptr[n]) &&
	       (k = mark_length(s.ptr + n, end)) > 0) {
		marks += s.ptr[n] != ' ';
		n += k;
	}
	if (n < s.len && s.ptr[n] == '.' && (n + 1 == s.len || s.ptr[n + 1] == ' '))
		return n + 1 + separator_length(str_from(s, n + 1));
	return marks > 0 || n == s.len ? n : 0;
}

struct str
past_marks(struct str s, size_t n)
{
	const char *end = s.ptr + s.len;
	size_t k;

	s = str_from(s, n);
	while (s.len > 0 && !strchr("`_/([\"'#@$<", s.ptr[0]) && s.ptr[0] != '.' &&
	       (k = mark_length(s.ptr, end)) > 0)
		s = str_from(s, k);
	return s.len > 1 && s.ptr[0] == '.' && s.ptr[1] == ' ' ? past_marks(s, 1) : s;
}

/* "Проблема 1.1: ": how long the noun of another language is that a number follows, or 0. */
static size_t
other_noun(struct str s)
{
	static const char *const nouns[] = {
		"Проблема", "ПРОБЛЕМА", "Ошибка", "ОШИБКА", "Баг",    "БАГ",    "Уязвимость",
		"Problema", "Problème", "Fallo",  "Erro",   "Fehler", "Défaut", "Vulnerabilidad",
		"问题",     "漏洞",     "缺陷",   "問題",   "バグ",   "문제",   "버그"};

	for (size_t i = 0; i < sizeof(nouns) / sizeof(*nouns); i++)
		if (str_starts(s, str_of(nouns[i])))
			return strlen(nouns[i]);
	return 0;
}

enum noun
noun_at(struct str s, size_t *length)
{
	static const char nouns[] =
		"bug|issue|finding|vulnerability|problem|defect|flaw|weakness|vuln|observation|"
		"concern|comment|error|risk|item|hidden|critical|security|report";
	static const char steps[] =
		"phase|step|part|week|day|sprint|section|chapter|stage|task|round|appendix|"
		"option|solution|milestone|test|example|figure|table|scenario|cycle|tier|level|"
		"case|pass|commit|pr|batch|lesson|iteration|wave|file|line|fix|priority|action|"
		"improvement|recommendation|enhancement";
	struct str word = {s.ptr, letters_length(s)};

	*length = other_noun(s);
	if (*length > 0)
		return NOUN_FINDING;
	*length = word.len;
	return word_among(word, nouns)   ? NOUN_FINDING
	       : word_among(word, steps) ? NOUN_STEP
	                                 : NOUN_NONE;
}
