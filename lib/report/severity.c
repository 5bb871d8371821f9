#include "report/reading.h"

#include <ctype.h>

/* Severities in words, letters and emoji. */

static const struct {
	const char *word;
	enum claim_severity severity;
} severities[] = {
	{"critical", CLAIM_CRITICAL},
	{"crit", CLAIM_CRITICAL},
	{"blocker", CLAIM_CRITICAL},
	{"blocking", CLAIM_CRITICAL},
	{"p0", CLAIM_CRITICAL},
	{"s0", CLAIM_CRITICAL},
	{"sev0", CLAIM_CRITICAL},
	{"high", CLAIM_HIGH},
	{"severe", CLAIM_HIGH},
	{"major", CLAIM_HIGH},
	{"p1", CLAIM_HIGH},
	{"s1", CLAIM_HIGH},
	{"sev1", CLAIM_HIGH},
	{"important", CLAIM_HIGH},
	{"urgent", CLAIM_CRITICAL},
	{"medium", CLAIM_MEDIUM},
	{"med", CLAIM_MEDIUM},
	{"moderate", CLAIM_MEDIUM},
	{"p2", CLAIM_MEDIUM},
	{"s2", CLAIM_MEDIUM},
	{"sev2", CLAIM_MEDIUM},
	{"mid", CLAIM_MEDIUM},
	{"low", CLAIM_LOW},
	{"minor", CLAIM_LOW},
	{"p3", CLAIM_LOW},
	{"s3", CLAIM_LOW},
	{"sev3", CLAIM_LOW},
	{"info", CLAIM_INFO},
	{"informational", CLAIM_INFO},
	{"information", CLAIM_INFO},
	{"informative", CLAIM_INFO},
	{"note", CLAIM_INFO},
	{"nit", CLAIM_INFO},
	{"nitpick", CLAIM_INFO},
	{"gas", CLAIM_INFO},
	{"trivial", CLAIM_INFO},
	{"qa", CLAIM_INFO},
	{"noncritical", CLAIM_INFO},
	{"p4", CLAIM_INFO},
	{"optimization", CLAIM_INFO},
	{"cosmetic", CLAIM_INFO},
};

static const struct {
	const char *emoji;
	enum claim_severity severity;
} emojis[] = {
	{"\xf0\x9f\x94\xb4", CLAIM_CRITICAL}, {"\xf0\x9f\x9a\xa8", CLAIM_CRITICAL},
	{"\xf0\x9f\x9f\xa0", CLAIM_HIGH},     {"\xf0\x9f\x9f\xa1", CLAIM_MEDIUM},
	{"\xf0\x9f\x9f\xa2", CLAIM_LOW},      {"\xf0\x9f\x94\xb5", CLAIM_INFO},
	{"\xe2\x9a\xaa", CLAIM_INFO},
};

static enum claim_severity
severity_of_word(struct str word)
{
	for (size_t i = 0; i < sizeof(severities) / sizeof(*severities); i++)
		if (strlen(severities[i].word) == word.len &&
		    strncasecmp(severities[i].word, word.ptr, word.len) == 0)
			return severities[i].severity;
	return CLAIM_UNSTATED;
}

/* That of the first sign in the list of them that S has in it. */
static enum claim_severity
severity_of_emoji(struct str s)
{
	for (size_t i = 0; i < sizeof(emojis) / sizeof(*emojis); i++)
		if (memmem(s.ptr, s.len, emojis[i].emoji, strlen(emojis[i].emoji)))
			return emojis[i].severity;
	return CLAIM_UNSTATED;
}

/* Those of other scripts: all of a text, or up to the first mark. */
static const struct {
	const char *word;
	enum claim_severity severity;
} others[] = {
	{"致命", CLAIM_CRITICAL}, {"严重", CLAIM_CRITICAL}, {"紧急", CLAIM_CRITICAL},
	{"緊急", CLAIM_CRITICAL}, {"重大", CLAIM_CRITICAL}, {"심각", CLAIM_CRITICAL},
	{"高", CLAIM_HIGH},       {"高危", CLAIM_HIGH},     {"较高", CLAIM_HIGH},
	{"높음", CLAIM_HIGH},     {"中", CLAIM_MEDIUM},     {"中危", CLAIM_MEDIUM},
	{"中等", CLAIM_MEDIUM},   {"중간", CLAIM_MEDIUM},   {"低", CLAIM_LOW},
	{"低危", CLAIM_LOW},      {"较低", CLAIM_LOW},      {"轻微", CLAIM_LOW},
	{"낮음", CLAIM_LOW},      {"提示", CLAIM_INFO},     {"信息", CLAIM_INFO},
};

/* Those of other languages, by how they begin: "crítica", "критическая". */
static const struct {
	const char *stem;
	enum claim_severity severity;
} stems[] = {
	{"crític", CLAIM_CRITICAL}, {"critic", CLAIM_CRITICAL}, {"Crític", CLAIM_CRITICAL},
	{"critiq", CLAIM_CRITICAL}, {"kritis", CLAIM_CRITICAL}, {"критич", CLAIM_CRITICAL},
	{"Критич", CLAIM_CRITICAL}, {"КРИТИЧ", CLAIM_CRITICAL}, {"alta", CLAIM_HIGH},
	{"alto", CLAIM_HIGH},       {"hoch", CLAIM_HIGH},       {"haute", CLAIM_HIGH},
	{"élevé", CLAIM_HIGH},      {"Élevé", CLAIM_HIGH},      {"высок", CLAIM_HIGH},
	{"Высок", CLAIM_HIGH},      {"ВЫСОК", CLAIM_HIGH},      {"media", CLAIM_MEDIUM},
	{"medio", CLAIM_MEDIUM},    {"média", CLAIM_MEDIUM},    {"médio", CLAIM_MEDIUM},
	{"Média", CLAIM_MEDIUM},    {"Médio", CLAIM_MEDIUM},    {"moyen", CLAIM_MEDIUM},
	{"mittel", CLAIM_MEDIUM},   {"средн", CLAIM_MEDIUM},    {"Средн", CLAIM_MEDIUM},
	{"СРЕДН", CLAIM_MEDIUM},    {"baja", CLAIM_LOW},        {"bajo", CLAIM_LOW},
	{"baixa", CLAIM_LOW},       {"baixo", CLAIM_LOW},       {"faible", CLAIM_LOW},
	{"niedrig", CLAIM_LOW},     {"низк", CLAIM_LOW},        {"Низк", CLAIM_LOW},
	{"НИЗК", CLAIM_LOW},
};

/* Of the first word, which is all there is, or all before a mark; endings of four bytes, eight of other scripts. */
static enum claim_severity
severity_of_stem(struct str s)
{
	size_t n = 0, len;

	while (n < s.len && (isalpha((unsigned char)s.ptr[n]) || (unsigned char)s.ptr[n] >= 0x80))
		n++;
	if (n + 1 < s.len && s.ptr[n] == ' ' && isalpha((unsigned char)s.ptr[n + 1]))
		return CLAIM_UNSTATED;
	for (size_t i = 0; i < sizeof(stems) / sizeof(*stems); i++) {
		len = strlen(stems[i].stem);
		if (n >= len && n <= len + 8 && strncasecmp(s.ptr, stems[i].stem, len) == 0)
			return stems[i].severity;
	}
	return CLAIM_UNSTATED;
}

static enum claim_severity
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

enum claim_severity
word_severity(struct str words)
{
	struct str rest = words, word;
	bool negated = false;

	while ((word = word_next(&rest)).len > 0) {
		enum claim_severity s = severity_of_word(word);

		if (s != CLAIM_UNSTATED)
			return negated && s == CLAIM_CRITICAL ? CLAIM_INFO : s;
		negated = (word.len == 3 && strncasecmp(word.ptr, "non", 3) == 0) ||
		          (word.len == 3 && strncasecmp(word.ptr, "not", 3) == 0);
	}
	return severity_of_other(words) != CLAIM_UNSTATED ? severity_of_other(words)
	                                                  : severity_of_emoji(words);
}

bool
word_is_severity(struct str s)
{
	static const char *const around[] = {
		"non", "severity", "risk",  "priority", "issue", "bug",      "impact",
		"to",  "finding",  "level", "security", "best",  "practice", NULL};
	struct str rest = s, word;
	size_t words = 0, severe = 0, i;

	for (; (word = word_next(&rest)).len > 0; words++) {
		if (severity_of_word(word) != CLAIM_UNSTATED) {
			severe++;
			continue;
		}
		for (i = 0; around[i] && (strlen(around[i]) != word.len ||
		                          strncasecmp(around[i], word.ptr, word.len) != 0);)
			i++;
		if (!around[i])
			return false;
	}
	return severe > 0 ? words <= 4 : words == 0 && word_severity(s) != CLAIM_UNSTATED;
}

/* What headings of groups have besides a severity. */
static const char *const generic[] = {
	"severity",
	"risk",
	"risks",
	"priority",
	"issues",
	"issue",
	"findings",
	"finding",
	"bugs",
	"bug",
	"vulnerabilities",
	"vulnerability",
	"problems",
	"problem",
	"items",
	"impact",
	"level",
	"security",
	"fix",
	"fixes",
	"first",
	"immediately",
	"must",
	"should",
	"the",
	"and",
	"or",
	"of",
	"in",
	"by",
	"all",
	"a",
	"with",
	"total",
	"count",
	"found",
	"fixed",
	"open",
	"remaining",
	"new",
	"next",
	"defects",
	"errors",
	"quality",
	"code",
	"recommendations",
	"action",
	"required",
	"concerns",
	"applied",
	"tier",
	"category",
	"group",
	"section",
	"part",
	"table",
	"now",
	"soon",
	"asap",
	"before",
	"release",
	"production",
	"deployment",
	"needs",
	"attention",
	"detailed",
	"details",
	"list",
	"to",
	"have",
	"nice",
	"be",
	"weaknesses",
	"flaws",
	"non",
	"no",
	"s",
	"report",
	"reports",
	"summary",
	"observations",
	"address",
	"models",
	"agree",
	"resolved",
	"acknowledged",
	"blocking",
	"breaking",
	"show",
	"stoppers",
	"confirmed",
	"verified",
	"pending",
	"status",
	"active",
	"remediation",
	"deferred",
	"unresolved",
	"suggestions",
	"improvements",
	"warnings",
	"logic",
	"runtime",
	"class",
	"rated",
	"unfixed",
	"needed",
	NULL,
};

static bool
is_among(struct str word, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == word.len && strncasecmp(*words, word.ptr, word.len) == 0)
			return true;
	return false;
}

static bool
is_generic(struct str word)
{
	if (isdigit((unsigned char)word.ptr[0]) || word.len == 1)
		return true;
	return is_among(word, generic);
}

bool
word_is_generic(struct str s)
{
	struct str rest = s, word;

	while ((word = word_next(&rest)).len > 0)
		if (!is_generic(word) && severity_of_word(word) == CLAIM_UNSTATED)
			return false;
	return true;
}

/* What groups are of. */
static bool
is_plural(struct str word)
{
	static const char *const nouns[] = {"issues",   "findings", "bugs",     "vulnerabilities",
	                                    "problems", "risks",    "items",    "defects",
	                                    "errors",   "warnings", "comments", NULL};

	return is_among(word, nouns);
}

/* "2. 미구현 메서드 (Critical)": a number, and words that we cannot read, so that they are no group's. */
static bool
is_foreign_entry(struct str s)
{
	struct str t = word_strip(s);

	if (t.len == 0 || !isdigit((unsigned char)t.ptr[0]))
		return false;
	for (size_t i = 0; i < t.len; i++)
		if ((unsigned char)t.ptr[i] >= 0xc0 && mark_length(t.ptr + i, t.ptr + t.len) == 0)
			return true;
	return false;
}

/* "🟡 Functional bugs (tests fail)": the sign says how severe they are. */
static bool
is_signed_group(struct str heading, enum claim_severity *severity)
{
	const char *bracket = memchr(heading.ptr, '(', heading.len);
	struct str rest = {heading.ptr, bracket ? (size_t)(bracket - heading.ptr) : heading.len};
	struct str word, last = STR("");

	*severity = severity_of_emoji(heading);
	while ((word = word_next(&rest)).len > 0)
		last = word;
	return *severity != CLAIM_UNSTATED && is_plural(last);
}

/* "Critical performance problems": few words, of which the first rates and the last is what groups are of. */
static bool
is_short_group(struct str heading)
{
	struct str rest = word_strip(heading), word, last = STR("");
	size_t words = 0;

	if (memchr(rest.ptr, ':', rest.len))
		return false;
	while ((word = word_next(&rest)).len > 0) {
		if (words == 0 && severity_of_word(word) == CLAIM_UNSTATED)
			return false;
		last = word;
		words++;
	}
	return words > 1 && words <= 4 && is_plural(last);
}

bool
word_is_group(struct str heading, enum claim_severity *severity)
{
	static const char *const ranks[] = {"risk", "severity", "priority", NULL};
	static const char *const rating[] = {"severity", NULL}, *const no[] = {"non", NULL};
	struct str rest = heading, word;
	enum claim_severity last = CLAIM_UNSTATED;
	bool plain = true, plural = false, after = false, negated = false;

	*severity = CLAIM_UNSTATED;
	while ((word = word_next(&rest)).len > 0) {
		enum claim_severity s = severity_of_word(word);

		if (s != CLAIM_UNSTATED && *severity == CLAIM_UNSTATED)
			*severity = negated && s == CLAIM_CRITICAL ? CLAIM_INFO : s;
		/* "Critical vulnerabilities (high severity)". */
		if (last != CLAIM_UNSTATED && is_among(word, rating))
			*severity = last;
		negated = is_among(word, no);
		last = negated ? CLAIM_UNSTATED : s;
		plural = plural || (after && is_plural(word));
		after = s != CLAIM_UNSTATED || (after && is_among(word, ranks));
		plain = plain && (s != CLAIM_UNSTATED || is_generic(word));
	}
	if (*severity == CLAIM_UNSTATED)
		return is_signed_group(heading, severity);
	return (plain || plural || is_short_group(heading)) && !is_foreign_entry(heading);
}
