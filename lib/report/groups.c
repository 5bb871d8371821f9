#include "report/reading.h"

#include <ctype.h>

/* Headings that only rate what is below them. */

/* What headings of groups have besides a severity. */
static const char generic[] =
	"severity|risk|risks|priority|issues|issue|findings|finding|bugs|bug|vulnerabilities|"
	"vulnerability|problems|problem|items|impact|level|security|fix|fixes|first|immediately|"
	"must|should|the|and|or|of|in|by|all|a|with|total|count|found|fixed|open|remaining|new|"
	"next|defects|errors|quality|code|recommendations|action|required|concerns|applied|tier|"
	"category|group|section|part|table|now|soon|asap|before|release|production|deployment|"
	"needs|attention|detailed|details|list|to|have|nice|be|weaknesses|flaws|non|no|s|report|"
	"reports|summary|observations|address|models|agree|resolved|acknowledged|blocking|"
	"breaking|show|stoppers|confirmed|verified|pending|status|active|remediation|deferred|"
	"unresolved|suggestions|improvements|warnings|logic|runtime|class|rated|unfixed|needed";

static bool
is_generic(struct str word)
{
	if (isdigit((unsigned char)word.ptr[0]) || word.len == 1)
		return true;
	return word_among(word, generic);
}

bool
word_is_generic(struct str s)
{
	struct str rest = s, word;

	while ((word = word_next(&rest)).len > 0)
		if (!is_generic(word) && severity_of_word(word) == SEVERITY_UNKNOWN)
			return false;
	return true;
}

/* What groups are of. */
static bool
is_plural(struct str word)
{
	static const char nouns[] =
		"issues|findings|bugs|vulnerabilities|problems|risks|items|defects|errors|"
		"warnings|comments";

	return word_among(word, nouns);
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
is_signed_group(struct str heading, enum severity *severity)
{
	const char *bracket = memchr(heading.ptr, '(', heading.len);
	struct str rest = {heading.ptr, bracket ? (size_t)(bracket - heading.ptr) : heading.len};
	struct str word, last = STR("");

	*severity = severity_of_sign(heading);
	while ((word = word_next(&rest)).len > 0)
		last = word;
	return *severity != SEVERITY_UNKNOWN && is_plural(last);
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
		if (words == 0 && severity_of_word(word) == SEVERITY_UNKNOWN)
			return false;
		last = word;
		words++;
	}
	return words > 1 && words <= 4 && is_plural(last);
}

/* Whether what stands behind a rank ends there, or goes on to tell more of the group: "Medium Priority (Refactoring)". */
static bool
is_break(struct str rest)
{
	struct str s = str_trim(rest);

	return s.len == 0 || strchr("(/&,[", s.ptr[0]) ||
	       word_among(word_next(&s), "and|or|to|for");
}

/* "Severidad alta", "重大 (優先修正)", "严重问题": all before a bracket is a severity, and at most what has it. */
static bool
is_other_group(struct str heading, enum severity *severity)
{
	const char *bracket = memchr(heading.ptr, '(', heading.len);
	struct str front = word_strip(
		(struct str){heading.ptr, bracket ? (size_t)(bracket - heading.ptr) : heading.len});
	struct str rest = front, word = text_word_next(&rest), next = text_word_next(&rest);

	*severity = word_severity(front);
	if (*severity == SEVERITY_UNKNOWN || word.len == 0)
		return false;
	/* "Media" alone may be anything. */
	if (next.len == 0)
		return (unsigned char)word.ptr[0] >= 0x80
		               ? word.len <= 30
		               : !word_among(word, "media|medio|orta|grave") &&
		                         word_is_severity(front);
	return word_is_severity(front) && !memchr(front.ptr, ':', front.len) &&
	       !memmem(front.ptr, front.len, "\xe2\x80\x94", 3) &&
	       !memmem(front.ptr, front.len, " - ", 3);
}

bool
word_is_group(struct str heading, enum severity *severity)
{
	struct str rest = heading, word;
	enum severity last = SEVERITY_UNKNOWN;
	bool plain = true, plural = false, after = false, negated = false;

	*severity = SEVERITY_UNKNOWN;
	while ((word = word_next(&rest)).len > 0) {
		enum severity s = word_among(word, "note|information") ? SEVERITY_UNKNOWN
		                                                       : severity_of_word(word);

		if (s != SEVERITY_UNKNOWN && *severity == SEVERITY_UNKNOWN)
			*severity = negated && s == SEVERITY_CRITICAL ? SEVERITY_INFO : s;
		/* "Critical vulnerabilities (high severity)". */
		if (last != SEVERITY_UNKNOWN && word_among(word, "severity"))
			*severity = last;
		negated = word_among(word, "non");
		last = negated ? SEVERITY_UNKNOWN : s;
		plural = plural || (after && is_plural(word));
		after = s != SEVERITY_UNKNOWN ||
		        (after && word_among(word, "risk|severity|priority"));
		plural = plural || (after && s == SEVERITY_UNKNOWN && is_break(rest));
		plain = plain && (s != SEVERITY_UNKNOWN || is_generic(word));
	}
	if (*severity == SEVERITY_UNKNOWN)
		return is_other_group(heading, severity) || is_signed_group(heading, severity);
	return (plain || plural || is_short_group(heading)) && !is_foreign_entry(heading);
}
