#include "report/reading.h"

#include <ctype.h>

/* Severities in words, letters and emoji. */

static const struct {
	const char *word;
	enum severity severity;
} severities[] = {
	{"critical", SEVERITY_CRITICAL},
	{"crit", SEVERITY_CRITICAL},
	{"blocker", SEVERITY_CRITICAL},
	{"blocking", SEVERITY_CRITICAL},
	{"p0", SEVERITY_CRITICAL},
	{"s0", SEVERITY_CRITICAL},
	{"sev0", SEVERITY_CRITICAL},
	{"high", SEVERITY_HIGH},
	{"severe", SEVERITY_HIGH},
	{"major", SEVERITY_HIGH},
	{"p1", SEVERITY_HIGH},
	{"s1", SEVERITY_HIGH},
	{"sev1", SEVERITY_HIGH},
	{"important", SEVERITY_HIGH},
	{"urgent", SEVERITY_CRITICAL},
	{"medium", SEVERITY_MEDIUM},
	{"med", SEVERITY_MEDIUM},
	{"moderate", SEVERITY_MEDIUM},
	{"p2", SEVERITY_MEDIUM},
	{"s2", SEVERITY_MEDIUM},
	{"sev2", SEVERITY_MEDIUM},
	{"mid", SEVERITY_MEDIUM},
	{"low", SEVERITY_LOW},
	{"minor", SEVERITY_LOW},
	{"p3", SEVERITY_LOW},
	{"s3", SEVERITY_LOW},
	{"sev3", SEVERITY_LOW},
	{"info", SEVERITY_INFO},
	{"informational", SEVERITY_INFO},
	{"information", SEVERITY_INFO},
	{"informative", SEVERITY_INFO},
	{"note", SEVERITY_INFO},
	{"nit", SEVERITY_INFO},
	{"nitpick", SEVERITY_INFO},
	{"gas", SEVERITY_INFO},
	{"trivial", SEVERITY_INFO},
	{"qa", SEVERITY_INFO},
	{"noncritical", SEVERITY_INFO},
	{"p4", SEVERITY_INFO},
	{"optimization", SEVERITY_INFO},
	{"cosmetic", SEVERITY_INFO},
};

static const struct {
	const char *emoji;
	enum severity severity;
} emojis[] = {
	{"\xf0\x9f\x94\xb4", SEVERITY_CRITICAL}, {"\xf0\x9f\x9a\xa8", SEVERITY_CRITICAL},
	{"\xf0\x9f\x9f\xa0", SEVERITY_HIGH},     {"\xf0\x9f\x9f\xa1", SEVERITY_MEDIUM},
	{"\xf0\x9f\x9f\xa2", SEVERITY_LOW},      {"\xf0\x9f\x94\xb5", SEVERITY_INFO},
	{"\xe2\x9a\xaa", SEVERITY_INFO},
};

enum severity
severity_of_word(struct str word)
{
	for (size_t i = 0; i < sizeof(severities) / sizeof(*severities); i++)
		if (strlen(severities[i].word) == word.len &&
		    strncasecmp(severities[i].word, word.ptr, word.len) == 0)
			return severities[i].severity;
	return SEVERITY_UNKNOWN;
}

enum severity
severity_of_sign(struct str s)
{
	for (size_t i = 0; i < sizeof(emojis) / sizeof(*emojis); i++)
		if (memmem(s.ptr, s.len, emojis[i].emoji, strlen(emojis[i].emoji)))
			return emojis[i].severity;
	return SEVERITY_UNKNOWN;
}

/* Those of other scripts: all of a text, or up to the first mark. */
static const struct {
	const char *word;
	enum severity severity;
} others[] = {
	{"致命", SEVERITY_CRITICAL}, {"严重", SEVERITY_CRITICAL}, {"紧急", SEVERITY_CRITICAL},
	{"緊急", SEVERITY_CRITICAL}, {"重大", SEVERITY_CRITICAL}, {"심각", SEVERITY_CRITICAL},
	{"高", SEVERITY_HIGH},       {"高危", SEVERITY_HIGH},     {"较高", SEVERITY_HIGH},
	{"높음", SEVERITY_HIGH},     {"中", SEVERITY_MEDIUM},     {"中危", SEVERITY_MEDIUM},
	{"中等", SEVERITY_MEDIUM},   {"중간", SEVERITY_MEDIUM},   {"低", SEVERITY_LOW},
	{"低危", SEVERITY_LOW},      {"较低", SEVERITY_LOW},      {"轻微", SEVERITY_LOW},
	{"낮음", SEVERITY_LOW},      {"提示", SEVERITY_INFO},     {"信息", SEVERITY_INFO},
};

/* Those of other languages, by how they begin: "crítica", "критическая". */
static const struct {
	const char *stem;
	enum severity severity;
} stems[] = {
	{"crític", SEVERITY_CRITICAL}, {"critic", SEVERITY_CRITICAL}, {"Crític", SEVERITY_CRITICAL},
	{"critiq", SEVERITY_CRITICAL}, {"kritis", SEVERITY_CRITICAL}, {"критич", SEVERITY_CRITICAL},
	{"Критич", SEVERITY_CRITICAL}, {"КРИТИЧ", SEVERITY_CRITICAL}, {"alta", SEVERITY_HIGH},
	{"alto", SEVERITY_HIGH},       {"hoch", SEVERITY_HIGH},       {"haute", SEVERITY_HIGH},
	{"élevé", SEVERITY_HIGH},      {"Élevé", SEVERITY_HIGH},      {"высок", SEVERITY_HIGH},
	{"Высок", SEVERITY_HIGH},      {"ВЫСОК", SEVERITY_HIGH},      {"media", SEVERITY_MEDIUM},
	{"medio", SEVERITY_MEDIUM},    {"média", SEVERITY_MEDIUM},    {"médio", SEVERITY_MEDIUM},
	{"Média", SEVERITY_MEDIUM},    {"Médio", SEVERITY_MEDIUM},    {"moyen", SEVERITY_MEDIUM},
	{"mittel", SEVERITY_MEDIUM},   {"средн", SEVERITY_MEDIUM},    {"Средн", SEVERITY_MEDIUM},
	{"СРЕДН", SEVERITY_MEDIUM},    {"baja", SEVERITY_LOW},        {"bajo", SEVERITY_LOW},
	{"baixa", SEVERITY_LOW},       {"baixo", SEVERITY_LOW},       {"faible", SEVERITY_LOW},
	{"niedrig", SEVERITY_LOW},     {"низк", SEVERITY_LOW},        {"Низк", SEVERITY_LOW},
	{"НИЗК", SEVERITY_LOW},
};

/* Of the first word, which is all there is, or all before a mark; endings of four bytes, eight of other scripts. */
static enum severity
severity_of_stem(struct str s)
{
	size_t n = 0, len;

	while (n < s.len && (isalpha((unsigned char)s.ptr[n]) || (unsigned char)s.ptr[n] >= 0x80))
		n++;
	if (n + 1 < s.len && s.ptr[n] == ' ' && isalpha((unsigned char)s.ptr[n + 1]))
		return SEVERITY_UNKNOWN;
	for (size_t i = 0; i < sizeof(stems) / sizeof(*stems); i++) {
		len = strlen(stems[i].stem);
		if (n >= len && n <= len + 8 && strncasecmp(s.ptr, stems[i].stem, len) == 0)
			return stems[i].severity;
	}
	return SEVERITY_UNKNOWN;
}

static enum severity
severity_of_other(struct str s)
{
	size_t n = 0;

	s = word_strip(s);
	while (n < s.len && (unsigned char)s.ptr[n] >= 0x80)
		n++;
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (str_is((struct str){s.ptr, n}, others[i].word))
			return others[i].severity;
	return severity_of_stem(s);
}

enum severity
word_severity(struct str words)
{
	struct str rest = words, word;
	bool negated = false;

	while ((word = word_next(&rest)).len > 0) {
		enum severity s = severity_of_word(word);

		if (s != SEVERITY_UNKNOWN)
			return negated && s == SEVERITY_CRITICAL ? SEVERITY_INFO : s;
		negated = (word.len == 3 && strncasecmp(word.ptr, "non", 3) == 0) ||
		          (word.len == 3 && strncasecmp(word.ptr, "not", 3) == 0);
	}
	return severity_of_other(words) != SEVERITY_UNKNOWN ? severity_of_other(words)
	                                                    : severity_of_sign(words);
}

/* "严重问题": what begins so. */
static enum severity
severity_of_prefix(struct str s)
{
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		if (strlen(others[i].word) > 3 && str_starts(s, str_of(others[i].word)))
			return others[i].severity;
	return SEVERITY_UNKNOWN;
}

enum severity
word_severity_ends(struct str s)
{
	struct str word[2] = {STR(""), STR("")};

	for (size_t i = 0, n; i < s.len; i += n) {
		struct str rest = str_from(s, i);

		n = mark_length(rest.ptr, s.ptr + s.len);
		if (n > 0)
			continue;
		while (n < rest.len && (((unsigned char)rest.ptr[n] & 0xc0) == 0x80 ||
		                        mark_length(rest.ptr + n, s.ptr + s.len) == 0))
			n++;
		word[1] = (struct str){rest.ptr, n};
		if (word[0].len == 0 && !isdigit((unsigned char)rest.ptr[0]))
			word[0] = word[1];
	}
	for (int i = 0; i < 2; i++) {
		enum severity severity = severity_of_word(word[i]);

		if (severity == SEVERITY_UNKNOWN && word[i].len > 0)
			severity = severity_of_other(word[i]);
		if (severity == SEVERITY_UNKNOWN)
			severity = severity_of_prefix(word[i]);
		if (severity != SEVERITY_UNKNOWN)
			return severity;
	}
	return SEVERITY_UNKNOWN;
}

bool
word_is_severity(struct str s)
{
	static const char around[] =
		"non|severity|risk|priority|issue|bug|impact|to|finding|level|security|best|"
		"practice";
	struct str rest = s, word;
	size_t words = 0, severe = 0;

	for (; (word = word_next(&rest)).len > 0; words++) {
		if (severity_of_word(word) != SEVERITY_UNKNOWN) {
			severe++;
			continue;
		}
		if (!word_among(word, around))
			return false;
	}
	return severe > 0 ? words <= 4 : words == 0 && word_severity(s) != SEVERITY_UNKNOWN;
}

void
severity_guess(struct claim *c)
{
	static const struct {
		const char *name;
		enum severity severity;
	} letters[] = {{"C", SEVERITY_CRITICAL},
	               {"CRIT", SEVERITY_CRITICAL},
	               {"CRITICAL", SEVERITY_CRITICAL},
	               {"H", SEVERITY_HIGH},
	               {"HIGH", SEVERITY_HIGH},
	               {"M", SEVERITY_MEDIUM},
	               {"MED", SEVERITY_MEDIUM},
	               {"MEDIUM", SEVERITY_MEDIUM},
	               {"L", SEVERITY_LOW},
	               {"LOW", SEVERITY_LOW},
	               {"I", SEVERITY_INFO},
	               {"INFO", SEVERITY_INFO},
	               {"G", SEVERITY_INFO},
	               {"GAS", SEVERITY_INFO},
	               {"N", SEVERITY_INFO},
	               {"NC", SEVERITY_INFO},
	               {"QA", SEVERITY_INFO},
	               {"Q", SEVERITY_INFO}};
	size_t n = 0;

	while (n < c->number.len && isalpha((unsigned char)c->number.ptr[n]))
		n++;
	for (size_t i = 0;
	     c->severity == SEVERITY_UNKNOWN && n > 0 && i < sizeof(letters) / sizeof(*letters);
	     i++)
		if (strlen(letters[i].name) == n &&
		    strncasecmp(letters[i].name, c->number.ptr, n) == 0) {
			c->severity = letters[i].severity;
			c->severity_words = c->number;
			c->severity_line = c->line;
		}
}
