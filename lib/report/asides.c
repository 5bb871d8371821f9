#include "report/reading.h"

/* Headings of what holds no findings, by their words. */

/* Contents, statistics and conclusions in other scripts. */
static bool
is_after(struct str heading)
{
	static const char *const words[] = {"目录", "统计", "总结",   "小结", "结论", "摘要",
	                                    "概览", "目次", "まとめ", "요약", "결론", NULL};

	for (size_t i = 0; words[i]; i++)
		if (memmem(heading.ptr, heading.len, words[i], strlen(words[i])))
			return true;
	return false;
}

enum aside
word_aside(struct str heading)
{
	static const char clean[] =
		"table of contents|^contents$|toc|methodology|positive|strengths|^good|"
		"what's good|what works|working well|done well|well done|passed|"
		"best practices followed|non findings|non issues|false positives|not bugs|"
		"not a bug|not issues|score|scores|scorecard|score card|metrics|statistics|"
		"references|files to review|files reviewed|files analyzed|disclaimer|"
		"disclaimers|classification|criteria|definitions|severity levels|"
		"severity guide|legend|matrix|glossary|acknowledgements|acknowledgments|"
		"no issues|ruled out|checked and fine|verified safe|verified ok|"
		"verified false positive|rejected|dismissed|not vulnerable|out of scope|"
		"risk classification|tested and passed|confirmed safe|clean areas|no bugs|"
		"no findings|not findings|not confirmed|dependency graph|disproved|"
		"correctly implemented|verified correct|correct behavior|files with|"
		"secure practices|security strengths";
	static const char after[] =
		"summary|appendix|conclusion|conclusions|^overview$|^observations$|^notes$|"
		"executive|priority actions|fixes applied|completed fixes|action plan|"
		"action items|next steps|roadmap|remediation plan|order of fixes|"
		"recommended order|fix order|timeline|key fixes|priority matrix|"
		"testing recommendations|^recommendations$|fix plan|priority order|"
		"implementation plan|^general recommendations|^key recommendations|"
		"^priority recommendations|recommendations summary|verification steps|"
		"test plan|^resolution plan|quick wins|future work|recommended priority|"
		"priority fixes|proposed fixes|recommended fixes|fix steps|"
		"recommended actions|immediate actions|immediate action required|"
		"actions required|testing plan|test commands|release criteria|"
		"how to contribute|^contact|checklist|fix proposal|proposed changes|"
		"changes required";
	static const char brief[] =
		"test results|dashboard|compliance|introduction|^about|^scope$|^audit scope|"
		"overall|changelog|^test coverage|files changed|poc|pocs|poc snippets|"
		"proof of concept";
	char words[WORDS_MAX + 2];

	if (is_after(heading))
		return ASIDE_AFTER;
	if (!words_of(heading, words))
		return ASIDE_NONE;
	if (words_any(words, clean))
		return ASIDE_CLEAN;
	if (words_any(words, after))
		return ASIDE_AFTER;
	return words_any(words, brief) ? ASIDE_LOOSE : ASIDE_NONE;
}

bool
word_is_one(struct str title)
{
	static const char nouns[] = "bug|issue|vulnerability|defect|crash|error|incident";
	char words[WORDS_MAX + 2];

	return words_of(title, words) && words_any(words, nouns);
}

bool
word_is_guide(struct str title)
{
	static const char guides[] = "checklist|guidelines|template|how to";
	char words[WORDS_MAX + 2];

	return words_of(title, words) && words_any(words, guides);
}

bool
word_is_action(struct str s)
{
	static const char verbs[] =
		"^add|^fix|^update|^modify|^create|^implement|^remove|^use|^consider|"
		"^refactor|^replace|^improve|^ensure|^change|^move|^extract|^rename|^split|"
		"^document|^test|^verify|^enable|^disable|^run|^review|^write|^convert|"
		"^upgrade|^introduce|^delete|^check|^make|^set|^apply";
	char words[WORDS_MAX + 2];

	s = word_strip(s);
	if (s.len > WORDS_MAX / 2)
		s.len = WORDS_MAX / 2;
	return words_of(s, words) && words_any(words, verbs);
}
