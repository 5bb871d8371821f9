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
	for (size_t i = 0; i < sizeof(emojis) / sizeof(*emojis); i++)
		if (memmem(words.ptr, words.len, emojis[i].emoji, 4))
			return emojis[i].severity;
	return CLAIM_UNSTATED;
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
is_generic(struct str word)
{
	if (isdigit((unsigned char)word.ptr[0]) || word.len == 1)
		return true;
	for (size_t i = 0; generic[i]; i++)
		if (strlen(generic[i]) == word.len &&
		    strncasecmp(generic[i], word.ptr, word.len) == 0)
			return true;
	return false;
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

bool
word_is_group(struct str heading, enum claim_severity *severity)
{
	static const char *const nouns[] = {"issues",   "findings", "bugs",  "vulnerabilities",
	                                    "problems", "risks",    "items", "defects",
	                                    "errors",   NULL};
	struct str rest = heading, word;
	bool plain = true, plural = false, after = false, negated = false;

	*severity = CLAIM_UNSTATED;
	while ((word = word_next(&rest)).len > 0) {
		enum claim_severity s = severity_of_word(word);

		if (s != CLAIM_UNSTATED && *severity == CLAIM_UNSTATED)
			*severity = negated && s == CLAIM_CRITICAL ? CLAIM_INFO : s;
		negated = word.len == 3 && strncasecmp(word.ptr, "non", 3) == 0;
		for (size_t i = 0; after && nouns[i]; i++)
			plural = plural || (strlen(nouns[i]) == word.len &&
			                    strncasecmp(nouns[i], word.ptr, word.len) == 0);
		after = s != CLAIM_UNSTATED ||
		        (after && (str_is(word, "Risk") || str_is(word, "risk") ||
		                   str_is(word, "Severity") || str_is(word, "severity") ||
		                   str_is(word, "SEVERITY") || str_is(word, "Priority") ||
		                   str_is(word, "priority") || str_is(word, "PRIORITY") ||
		                   str_is(word, "RISK")));
		plain = plain && (s != CLAIM_UNSTATED || is_generic(word));
	}
	return *severity != CLAIM_UNSTATED && (plain || plural);
}
