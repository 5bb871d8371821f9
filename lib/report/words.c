#include "report/reading.h"

#include "base/utf8.h"

#include <ctype.h>

/*
 * The vocabulary of reports. What is asked about is compared in lower case, without marks and emoji, words one space
 * apart.
 */

enum { WORDS_MAX = 96 };

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

/* The words of S; false where they are more than a label or heading has. */
static bool
words_of(struct str s, char out[static WORDS_MAX + 2])
{
	size_t n = 0;

	out[n++] = ' ';
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (isalnum((unsigned char)c) || c == '\'') {
			if (n >= WORDS_MAX)
				return false;
			out[n++] = (char)tolower((unsigned char)c);
		} else if (out[n - 1] != ' ') {
			if (n >= WORDS_MAX)
				return false;
			out[n++] = ' ';
		}
	}
	if (out[n - 1] != ' ')
		out[n++] = ' ';
	out[n] = 0;
	return true;
}

/* Of a table: "^x" where the words begin so, "x$" end so, "^x$" are these, "x" have it among them. */
static bool
words_match(const char *words, const char *pattern)
{
	size_t n = strlen(pattern), len = strlen(words);
	bool begin = pattern[0] == '^', end = pattern[n - 1] == '$';
	const char *p = words;

	pattern += begin;
	n -= (size_t)begin + (size_t)end;
	if (begin)
		return strncmp(words + 1, pattern, n) == 0 && words[1 + n] == ' ' &&
		       (!end || words[2 + n] == 0);
	if (end)
		return len >= n + 2 && words[len - n - 2] == ' ' &&
		       strncmp(words + len - n - 1, pattern, n) == 0;
	while ((p = strchr(p, ' ')) != NULL && p[1]) {
		p++;
		if (strncmp(p, pattern, n) == 0 && p[n] == ' ')
			return true;
	}
	return false;
}

static bool
words_any(const char *words, const char *const *patterns)
{
	for (; *patterns; patterns++)
		if (words_match(words, *patterns))
			return true;
	return false;
}

static const struct {
	enum field field;
	const char *words[40];
} labels[] = {
	{FIELD_ASIDE,
         {"likelihood",      "confidence",    "probability",  "exploitability", "difficulty",
          "effort",          "^found by",     "^reported by", "^discovered by", "^submitted by",
          "^author",         "^authors",      "^date",        "^tools used$",   "^tool used$",
          "^tool$",          "^references$",  "^reference$",  "^links$",        "^see also$",
          "^flagged by",     "^owner$",       "^owners$",     "^tags$",         "^cvss$",
          "^cvss score$",    "^cvss vector$", "^reviewer",    "^assigned",      "^estimated",
          "^eta$",           "^source$",      "^sources$",    "^note$",         "^notes$",
          "^exit criterion", "^overall"}},
	{FIELD_SEVERITY,
         {"^severity", "^severity$", "severity$", "^risk level$", "^risk rating$", "^risk$",
          "^criticality", "^rating$", "^level$", "^threat level", "^sev$", "^impact level$",
          "^risk severity"}},
	{FIELD_PRIORITY, {"^priority$", "^fix priority$", "^urgency$"}},
	{FIELD_LINES,
         {"^line$", "^lines$", "^line s$", "^line number", "^line numbers", "^line no", "^line nos",
          "^line range", "^line ranges", "^lines affected$", "^affected lines$", "^loc$"}},
	{FIELD_LOCATION,
         {"^file",
          "^files",
          "^location",
          "^locations",
          "^path",
          "^paths",
          "^where",
          "^affected file",
          "^affected files",
          "^affected code",
          "^affected location",
          "^affected locations",
          "^affected component",
          "^affected components",
          "^affected contract",
          "^affected contracts",
          "^affected",
          "^code location",
          "^source location",
          "^relevant github",
          "^github links$",
          "^context$",
          "^target$",
          "^targets$",
          "^component",
          "^components$",
          "^module$",
          "^modules$",
          "^lines of code",
          "^instances$",
          "^code snippet$",
          "^citations$",
          "^site$",
          "^code references$"}},
	{FIELD_LOCATION,
         {"^found in$", "^occurrences$", "^relevant code$", "^links to affected code$", "^code$",
          "^code path$", "^filename$", "^file name$", "^same in$", "^also in$", "^scope$",
          "^vulnerable file", "^vulnerable files", "^source file", "^source files", "^in$",
          "^position$", "^evidence location$"}},
	{FIELD_FIX,
         {"^fix$",
          "^fixes$",
          "^proposed fix",
          "^suggested fix",
          "^recommended fix",
          "^recommendation",
          "^recommendations",
          "^recommended",
          "^remediation",
          "^mitigation",
          "^mitigations",
          "^suggestion",
          "^suggested",
          "^solution",
          "^proposed",
          "^how to fix",
          "^patch$",
          "^action$",
          "^action required$",
          "^possible fix",
          "^fix recommendation",
          "^fix suggestion",
          "^fix applied",
          "^fixed code",
          "^corrected code",
          "^after$",
          "^required fix",
          "^to fix",
          "^correct code",
          "^good$",
          "^secure code",
          "^changes made$",
          "^short term",
          "^long term",
          "^remedy",
          "^plan$"}},
	{FIELD_FIX,
         {"^fix code",
          "^code fix",
          "^improved code",
          "^correct implementation",
          "^fix implementation",
          "^should be",
          "^better",
          "^resolution steps",
          "^suggested change",
          "^minimal fix",
          "^quick fix",
          "^fix direction",
          "^fix options",
          "^what to do",
          "^solutions",
          "^fixed version",
          "^optimized",
          "^preferred fix",
          "^workaround",
          "^next step",
          "^committable suggestion",
          "^prompt for ai agents"}},
	{FIELD_DEMO,
         {"^poc",
          "^proof of concept",
          "^proofs of concept",
          "^exploit",
          "^attack scenario",
          "^attack path",
          "^steps to reproduce",
          "^reproduction",
          "^reproduce",
          "^how to reproduce",
          "^exploit scenario",
          "^exploitation",
          "^test$",
          "^test case",
          "^tests$",
          "^attack vector",
          "^test output",
          "^output$",
          "^log",
          "^logs$",
          "^error message",
          "^stack trace",
          "^coded poc",
          "^poc code",
          "^repro",
          "^example attack",
          "^attack example",
          "^verification$",
          "^to verify",
          "^exploit code",
          "^example exploit",
          "^test plan",
          "^how to test",
          "^runtime output"}},
	{FIELD_STATUS,
         {"^status", "^state$", "^verdict", "^resolution$", "^client response", "^team response",
          "^developer response", "^fix status", "^project response", "^alleviation", "^client",
          "^response$", "^triage"}},
	{FIELD_CATEGORY,
         {"^category", "^type$", "^cwe", "^class$", "^rule", "^bug type", "^vulnerability type",
          "^issue type", "^finding type", "^kind$", "^weakness$", "^check$", "^detector"}},
	{FIELD_IMPACT,
         {"^impact",
          "^impacts",
          "^consequence",
          "^consequences",
          "^effect",
          "^why it matters",
          "^security impact",
          "^business impact",
          "^potential impact",
          "^risk impact",
          "^why this matters",
          "^damage",
          "^failure mode",
          "^failure scenario",
          "^impact explanation",
          "^user impact",
          "^root cause impact",
          "^root cause and impact",
          "^result$",
          "^risks$",
          "^harm"}},
	{FIELD_TITLE,
         {"^title$", "^name$", "^finding$", "^finding title$", "^issue title$", "^issue name$",
          "^vulnerability$", "^vulnerability name$", "^bug name$", "^bug title$"}},
	{FIELD_NUMBER,
         {"^id$", "^finding id$", "^issue id$", "^bug id$", "^number$", "^no$", "^ref$",
          "^vulnerability id$"}},
	{FIELD_DESCRIPTION,
         {"^description",
          "^summary$",
          "^detail",
          "^details",
          "^issue$",
          "^problem",
          "^bug$",
          "^the bug$",
          "^the issue$",
          "^the problem$",
          "^vulnerability detail",
          "^vulnerability details",
          "^vulnerability description",
          "^root cause",
          "^explanation",
          "^observation$",
          "^what$",
          "^why$",
          "^current code",
          "^vulnerable code",
          "^current implementation",
          "^evidence",
          "^reason",
          "^problematic code",
          "^background$",
          "^overview$",
          "^analysis$",
          "^finding description",
          "^technical detail",
          "^technical details",
          "^code evidence",
          "^buggy code",
          "^before$",
          "^bad$",
          "^current behavior",
          "^current behaviour",
          "^what's wrong"}},
	{FIELD_DESCRIPTION,
         {"^brief description$",
          "^short description$",
          "^bug description",
          "^issue description",
          "^cause$",
          "^symptom",
          "^symptoms",
          "^original code",
          "^existing code",
          "^original issue",
          "^snippet$",
          "^what happens",
          "^actual",
          "^expected",
          "^why it's wrong",
          "^why it is wrong",
          "^assessment$",
          "^internal pre conditions$",
          "^external pre conditions$",
          "^bugs$",
          "^issues$",
          "^problem statement",
          "^what it does",
          "^comment",
          "^discussion$",
          "^concern$",
          "^rationale$",
          "^current$"}},
};

enum field
word_field(struct str label)
{
	char words[WORDS_MAX + 2];

	label = word_strip(label);
	if (label.len == 0 || label.len > 60 || !words_of(label, words))
		return FIELD_NONE;
	for (size_t i = 0; i < sizeof(labels) / sizeof(*labels); i++)
		for (size_t k = 0; k < 40 && labels[i].words[k]; k++)
			if (words_match(words, labels[i].words[k]))
				return labels[i].field;
	return FIELD_NONE;
}

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

/* The next word of *rest, or an empty one at the end. */
static struct str
next_word(struct str *rest)
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

enum claim_severity
word_severity(struct str words)
{
	struct str rest = words, word;
	bool negated = false;

	while ((word = next_word(&rest)).len > 0) {
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

	for (; (word = next_word(&rest)).len > 0; words++) {
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

	while ((word = next_word(&rest)).len > 0)
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
	while ((word = next_word(&rest)).len > 0) {
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

bool
word_is_findings(struct str heading)
{
	static const char *const patterns[] = {"findings",
	                                       "issues",
	                                       "bugs",
	                                       "vulnerabilities",
	                                       "defects",
	                                       "detailed findings",
	                                       "bug list",
	                                       "problems",
	                                       "bug report",
	                                       "issue details",
	                                       "errors",
	                                       "weaknesses",
	                                       "bug inventory",
	                                       "flaws",
	                                       "security issues",
	                                       "risks",
	                                       "concerns",
	                                       "security audit",
	                                       "code review comments",
	                                       "review comments",
	                                       "outside diff range comments",
	                                       "actionable comments posted",
	                                       "must fix",
	                                       "should fix",
	                                       "nitpick comments",
	                                       "comments",
	                                       "detailed analysis",
	                                       NULL};
	char words[WORDS_MAX + 2];

	return words_of(heading, words) && words_any(words, patterns);
}

bool
word_is_aside(struct str heading)
{
	static const char *const patterns[] = {"summary",
	                                       "table of contents",
	                                       "^contents$",
	                                       "toc",
	                                       "methodology",
	                                       "positive",
	                                       "strengths",
	                                       "^good",
	                                       "what's good",
	                                       "what works",
	                                       "working well",
	                                       "done well",
	                                       "well done",
	                                       "passed",
	                                       "best practices followed",
	                                       "non findings",
	                                       "non issues",
	                                       "false positives",
	                                       "not bugs",
	                                       "not a bug",
	                                       "not issues",
	                                       "poc",
	                                       "pocs",
	                                       "poc snippets",
	                                       "proof of concept",
	                                       "action plan",
	                                       "action items",
	                                       "next steps",
	                                       "roadmap",
	                                       "remediation plan",
	                                       "order of fixes",
	                                       "recommended order",
	                                       "fix order",
	                                       "timeline",
	                                       "score",
	                                       "scores",
	                                       "scorecard",
	                                       "score card",
	                                       "metrics",
	                                       "statistics",
	                                       "conclusion",
	                                       "conclusions",
	                                       "appendix",
	                                       "references",
	                                       "checklist",
	                                       "test results",
	                                       "files reviewed",
	                                       "files analyzed",
	                                       "disclaimer",
	                                       "disclaimers",
	                                       "^about",
	                                       "introduction",
	                                       "classification",
	                                       "criteria",
	                                       "definitions",
	                                       "severity levels",
	                                       "severity guide",
	                                       "legend",
	                                       "key fixes",
	                                       "priority matrix",
	                                       "matrix",
	                                       "testing recommendations",
	                                       "^recommendations$",
	                                       "overall",
	                                       "glossary",
	                                       "acknowledgements",
	                                       "acknowledgments",
	                                       "no issues",
	                                       "ruled out",
	                                       "checked and fine",
	                                       "verified safe",
	                                       "verified ok",
	                                       "verified false positive",
	                                       "rejected",
	                                       "dismissed",
	                                       "not vulnerable",
	                                       "out of scope",
	                                       "fix plan",
	                                       "priority order",
	                                       "implementation plan",
	                                       "^general recommendations",
	                                       "^key recommendations",
	                                       "^priority recommendations",
	                                       "recommendations summary",
	                                       "^scope$",
	                                       "^audit scope",
	                                       "files changed",
	                                       "verification steps",
	                                       "changelog",
	                                       "^observations$",
	                                       "^notes$",
	                                       "^overview$",
	                                       "risk classification",
	                                       "executive",
	                                       "future work",
	                                       "test plan",
	                                       "^resolution plan",
	                                       "dashboard",
	                                       "compliance",
	                                       "quick wins",
	                                       "tested and passed",
	                                       "confirmed safe",
	                                       "clean areas",
	                                       "^test coverage",
	                                       "no bugs",
	                                       "no findings",
	                                       "not findings",
	                                       "not confirmed",
	                                       "dependency graph",
	                                       "disproved",
	                                       "correctly implemented",
	                                       "secure practices",
	                                       "security strengths",
	                                       NULL};
	char words[WORDS_MAX + 2];

	return words_of(heading, words) && words_any(words, patterns);
}

bool
word_is_empty(struct str title)
{
	static const char *const patterns[] = {
		"^potential issue$",           "^refactor suggestion$", "^nitpick$", "^issue$",
		"^verification inconclusive$", "^suggestion$",          "^bug$",     NULL};
	char words[WORDS_MAX + 2];

	return words_of(word_strip(title), words) && words_any(words, patterns);
}

bool
word_said(struct str s, enum claim_said_kind *kind)
{
	static const struct {
		enum claim_said_kind kind;
		const char *words[16];
	} table[] = {
		{CLAIM_SAID_REFUTED,
	         {"false positive", "invalid", "disputed", "not a bug", "rejected", "refuted",
	          "not valid", "by design", "disproved"}},
		{CLAIM_SAID_ACKNOWLEDGED,
	         {"acknowledged", "won't fix", "wontfix", "accepted", "deferred", "acknowledge",
	          "risk accepted"}},
		{CLAIM_SAID_CONFIRMED,
	         {"unresolved", "not fixed", "unfixed", "unpatched", "not resolved", "still open",
	          "to be fixed", "needs fix", "pending fix", "fix pending", "partially fixed",
	          "partially resolved", "not mitigated", "fix now"}},
		{CLAIM_SAID_FIXED,
	         {"fixed", "resolved", "mitigated", "patched", "corrected", "remediated", "closed",
	          "done"}},
		{CLAIM_SAID_CONFIRMED,
	         {"verified", "confirmed", "open", "valid", "reproduced", "pending", "todo",
	          "active", "reported", "unaddressed"}},
	};
	char words[WORDS_MAX + 2];

	if (s.len > 90)
		s.len = 90;
	if (!words_of(s, words))
		return false;
	for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++)
		for (size_t k = 0; k < 16 && table[i].words[k]; k++)
			if (words_match(words, table[i].words[k])) {
				*kind = table[i].kind;
				return true;
			}
	return false;
}

/* How many words of four letters and more A has, and how many of them B has, too. */
static void
words_shared(struct str a, struct str b, size_t *all, size_t *shared)
{
	struct str word;

	*all = *shared = 0;
	while ((word = next_word(&a)).len > 0) {
		struct str rest = b, other;

		if (word.len < 3)
			continue;
		++*all;
		while ((other = next_word(&rest)).len > 0)
			if (other.len == word.len &&
			    strncasecmp(other.ptr, word.ptr, word.len) == 0) {
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
