#include "report/reading.h"

/* Headings of what holds no findings, by their words. */

/* Those of other languages, wherever they stand in a heading. */
static const char other_after[] =
	"目录|统计|总结|小结|结论|摘要|概览|汇总|总体评价|行动计划|修复优先级|修复顺序|下一步|"
	"路线图|目次|まとめ|概要|結論|次のステップ|対応計画|優先順位|推奨アクション|요약|결론|"
	"총평|조치 계획|권장 조치|조치 사항|권장 사항|다음 단계|우선순위|로드맵|액션|Resumen|"
	"Conclusi|Conclusõ|Conclusão|Resumo|Próximos pasos|Próximos passos|Plan de acción|"
	"Plano de ação|Prochaines étapes|Plan d'action|Synthèse|Zusammenfassung|Fazit|"
	"Nächste Schritte|Maßnahmenplan|Riepilogo|Podsumowanie|Następne kroki|Özet|Sonuç|"
	"Recomendações|RECOMENDAÇÕES|Recomendaciones|RECOMENDACIONES|Recommandations|"
	"Empfehlungen|Raccomandazioni|Рекомендации|Kesimpulan|Ringkasan|Итог|Сводка|Сводная|Вывод|"
	"Заключение|План |Порядок|Следующие шаги|"
	"Приоритет|Висновк|Підсум|Kết luận|Tóm tắt";
static const char other_clean[] =
	"已验证|优点|亮点|做得好|良好|已排除|误报|良い点|評価できる|問題なし|장점|잘된|좋은 "
	"점|양호|"
	"문제 없|Puntos fuertes|Fortalezas|Aspectos positivos|Pontos fortes|Pontos positivos|"
	"Points forts|Stärken|Positiv|Punti di forza|Что хорошо|Сильные стороны|Положительн|"
	"Хорошо|Ложные срабатывания|Что сделано|Mocne strony|Güçlü yönler|Kelebihan|Điểm mạnh|"
	"Metodolog|Méthodolog|Методолог|方法论";

/*
 * Whether one of these nouns is what the heading is about, and not what is wrong with it: it is the last of its words,
 * or the first and "of" or the like follows.
 */
static bool
is_about(const char *words, const char *list)
{
	size_t len = strlen(words);
	struct str noun, rest, next;

	while ((noun = list_next(&list)).len > 0) {
		if (len >= noun.len + 2 && words[len - noun.len - 2] == ' ' &&
		    memcmp(words + len - noun.len - 1, noun.ptr, noun.len) == 0)
			return true;
		if (strncmp(words + 1, noun.ptr, noun.len) != 0 || words[1 + noun.len] != ' ')
			continue;
		rest = str_of(words + 1 + noun.len);
		next = word_next(&rest);
		if (word_among(next, "of|for|by|and|in|to|table"))
			return true;
	}
	return false;
}

static bool
is_among(struct str heading, const char *nouns, const char *phrases)
{
	char words[WORDS_MAX + 2];

	if (words_of(heading, words) && (is_about(words, nouns) || words_any(words, phrases)))
		return true;
	return words_of(word_front(heading), words) && is_about(words, nouns);
}

/* Nouns that a heading is about, and phrases anywhere in it. */
static const struct {
	enum aside aside;
	const char *nouns, *phrases;
} asides[] = {
	{ASIDE_CLEAN,
         "contents|toc|methodology|strengths|score|scores|scorecard|metrics|statistics|"
         "references|disclaimer|disclaimers|classification|criteria|definitions|legend|matrix|"
         "glossary|acknowledgements|acknowledgments|dismissed|rejected|passed|disproved|scope|"
         "assumptions",
         "table of contents|positive|^good|what's good|what is good|what went well|"
         "what was checked|what works|working well|done well|well done|best practices followed|"
         "non findings|non issues|false positives|not bugs|not a bug|not an issue|not issues|"
         "score card|files to review|files reviewed|files analyzed|severity levels|"
         "severity guide|no issues|ruled out|checked and fine|verified safe|verified ok|"
         "verified false positive|not vulnerable|out of scope|tested and passed|confirmed safe|"
         "clean areas|no bugs|no findings|no finding|not findings|not confirmed|dependency graph|"
         "correctly implemented|verified correct|correct behavior|files with|secure practices|"
         "verified clean|looks good|checked and clean|^passed|^rejected|^dismissed|^acceptable"},
	{ASIDE_AFTER,
         "summary|appendix|conclusion|conclusions|roadmap|timeline|changelog|deliverables|"
         "checklist|questions|themes|takeaways|decision|decisions|verdict",
         "issues to create|change log|release notes|version history|^appendix|^conclusion|"
         "^overview$|^observations$|^notes$|executive|priority actions|fixes applied|"
         "completed fixes|action plan|action items|next steps|next step|remediation plan|"
         "order of fixes|recommended order|fix order|key fixes|priority matrix|"
         "testing recommendations|^recommendations$|fix plan|priority order|implementation plan|"
         "^general recommendations|^key recommendations|^priority recommendations|"
         "verification steps|test plan|^resolution plan|quick wins|future work|"
         "recommended priority|priority fixes|proposed fixes|recommended fixes|fix steps|"
         "recommended actions|immediate actions|immediate action required|actions required|"
         "testing plan|test commands|release criteria|missing tests|test gaps|testing gaps|"
         "coverage gaps|tests to add|suggested tests|how to contribute|^contact|fix proposal|"
         "proposed changes|changes required"},
	{ASIDE_LOOSE, "dashboard|compliance|introduction|poc|pocs",
         "test results|^about|^audit scope|overall|^test coverage|files changed|poc snippets|"
         "proof of concept|^poc"},
	{ASIDE_IDEAS,
         "opportunities|architecture|structure|components|environment|setup|"
         "background",
         "areas for improvement"},
};

enum aside
word_aside(struct str heading)
{
	if (word_has_any(heading, other_clean))
		return ASIDE_CLEAN;
	if (word_has_any(heading, other_after))
		return ASIDE_AFTER;
	for (size_t i = 0; i < sizeof(asides) / sizeof(*asides); i++)
		if (is_among(heading, asides[i].nouns, asides[i].phrases))
			return asides[i].aside;
	return ASIDE_NONE;
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
		"^add|^added|^removed|^updated|^implemented|^refactored|^fix|^update|^modify|"
		"^create|^implement|^remove|^use|^consider|^refactor|^replace|^improve|^ensure|"
		"^change|^move|^extract|^rename|^split|^document|^test|^verify|^enable|^disable|"
		"^run|^review|^write|^convert|^upgrade|^introduce|^delete|^check|^make|^set|"
		"^apply";
	char words[WORDS_MAX + 2];

	s = word_strip(s);
	if (str_starts(s, STR("`")))
		return false;
	if (s.len > WORDS_MAX / 2)
		s.len = WORDS_MAX / 2;
	return words_of(s, words) && words_any(words, verbs);
}
