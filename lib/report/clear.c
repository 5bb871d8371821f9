#include "report/outline.h"

/* Reports that say themselves that there is nothing to report. */

/* What may stand between "no" and "issues"; "a zero base that leads to issues" is something else. */
static bool
is_between(struct str word)
{
	static const char words[] =
		"security|known|open|new|other|further|additional|significant|obvious|code|logic|"
		"serious|real|actual|remaining|such|of|the|these|confirmed|potential|exploitable|"
		"memory|or|and|severity|risk|unresolved|outstanding|actionable|functional|"
		"correctness|blocking|material|immediate|apparent|clear|specific|safety|related|"
		"injection|quality";

	return word_among(word, words) || severity_of_word(word) != SEVERITY_UNKNOWN;
}

/* "No issues found", "0 critical vulnerabilities were identified": at the start of REST or further on. */
static bool
says_none(struct str rest)
{
	struct str word;
	int since = -1, after = -1; /* words since "no", and since what there is none of */

	while ((word = word_next(&rest)).len > 0) {
		if (after >= 0 &&
		    word_among(word, "found|identified|detected|discovered|reported|remain|"
		                     "remaining|exist|present|observed"))
			return true;
		after = after >= 0 && after < 4 ? after + 1 : -1;
		if (since >= 0 &&
		    word_among(word, "issues|issue|bugs|bug|vulnerabilities|vulnerability|"
		                     "findings|problems|defects|errors|flaws"))
			after = 0;
		since = word_among(word, "no|zero|0")                 ? 0
		        : since >= 0 && since < 5 && is_between(word) ? since + 1
		                                                      : -1;
	}
	return after == 0;
}

bool
word_is_none_found(struct str s)
{
	static const char others[] =
		"未发现问题|没有发现问题|問題なし|問題は見つかりません|문제 없음|발견되지 않|"
		"не обнаружено|не найдено|No se encontraron|Nenhum problema|Aucun problème|"
		"Keine Fehler|Keine Probleme";

	return word_has_any(s, others) || says_none(s);
}

/* Whether anything is rated, or marked as wrong: then a report may say of one of its parts only that it is well. */
static bool
is_faulted(const struct outline *o)
{
	for (size_t i = 0; i < o->count; i++) {
		const struct title *t = &o->title[i];

		if (t->notes.severities + t->notes.tagged + t->notes.faulted + t->notes.rated > 0)
			return true;
	}
	return false;
}

bool
outline_is_clear(const struct outline *o)
{
	bool said = false;

	for (size_t i = 0; i < o->p->count && !said; i++) {
		const struct piece *piece = &o->p->piece[i];

		said = (piece->kind == PIECE_HEADING || piece->kind == PIECE_TEXT ||
		        piece->kind == PIECE_CELL) &&
		       piece->text.len < 400 && word_is_none_found(piece->text);
	}
	return said && !is_faulted(o);
}
