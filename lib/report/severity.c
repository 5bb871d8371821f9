#include "report/reading.h"

#include "base/utf8.h"

#include <ctype.h>

/* Severities in words of any language we know, in letters and as signs. */

static const char *const english[SEVERITY_COUNT] = {
	[SEVERITY_CRITICAL] = "critical|crit|extreme|blocker|blocking|p0|s0|sev0|urgent",
	[SEVERITY_HIGH] = "high|severe|major|important|elevated|p1|s1|sev1",
	[SEVERITY_MEDIUM] = "medium|med|moderate|mid|warning|warnings|p2|s2|sev2",
	[SEVERITY_LOW] = "low|minor|p3|s3|sev3",
	[SEVERITY_INFO] =
		"info|informational|information|informative|note|nit|nitpick|gas|trivial|qa|"
		"noncritical|p4|optimization|cosmetic",
};

/* Those of other languages, as they stand, for much in English begins like them. */
static const char *const latin[SEVERITY_COUNT] = {
	[SEVERITY_CRITICAL] =
		"critico|critica|criticos|criticas|critique|critiques|kritisch|kritische|kritis|"
		"kritik|kritiek|kritisk|krytyczny|krytyczna|krytyczne|bloqueante",
	[SEVERITY_HIGH] = "alta|alto|altas|altos|hoch|hohe|haute|hoog|wysoki|wysoka|wysokie|"
			  "tinggi|majeur|majeure|grave|graves|elevada|elevado",
	[SEVERITY_MEDIUM] = "media|medio|medias|medios|moyen|moyenne|mittel|gemiddeld|medel|orta|"
			    "sedang|moderado|moderada",
	[SEVERITY_LOW] = "baja|bajo|bajas|bajos|baixa|baixo|baixas|bassa|basso|faible|niedrig|"
			 "niedrige|laag|niski|niska|niskie|rendah|mineur|mineure|leve|leves",
};

/* And those with letters of their own, by how they begin: "crítica", "критическая". */
static const char *const stems[SEVERITY_COUNT] = {
	[SEVERITY_CRITICAL] = "crític|критич|блокер",
	[SEVERITY_HIGH] = "élevé|hög|yüksek|высок|висок|важн",
	[SEVERITY_MEDIUM] = "média|médio|średn|střed|средн|середн",
	[SEVERITY_LOW] = "låg|nízk|düşük|низк|низьк",
	[SEVERITY_INFO] = "информ|інформ",
};

/* Those of scripts that do not part words, as they stand; the longer ones also as the beginning of more. */
static const char *const scripts[SEVERITY_COUNT] = {
	[SEVERITY_CRITICAL] = "致命|致命的|严重|嚴重|紧急|緊急|危急|重大|심각|치명|치명적|긴급",
	[SEVERITY_HIGH] = "高|高危|较高|高优|重要|높음|상",
	[SEVERITY_MEDIUM] = "中|中危|中等|中优|一般|중간|보통|중",
	[SEVERITY_LOW] = "低|低危|较低|低优|轻微|軽微|次要|낮음|경미|하",
	[SEVERITY_INFO] = "提示|信息|情報|정보",
};

/* The worst comes first. */
static const char *const signs[SEVERITY_COUNT] = {
	[SEVERITY_CRITICAL] = "🔴|🚨", [SEVERITY_HIGH] = "🟠", [SEVERITY_MEDIUM] = "🟡",
	[SEVERITY_LOW] = "🟢",     [SEVERITY_INFO] = "🔵|⚪",
};

size_t
text_word_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && mark_length(s.ptr + n, s.ptr + s.len) == 0)
		n += utf8_length(s.ptr + n, s.ptr + s.len);
	return n;
}

struct str
text_word_next(struct str *rest)
{
	struct str word;
	size_t n;

	while (rest->len > 0 && (n = mark_length(rest->ptr, rest->ptr + rest->len)) > 0)
		*rest = str_from(*rest, n);
	word = (struct str){rest->ptr, text_word_length(*rest)};
	*rest = str_from(*rest, word.len);
	return word;
}

/* WORD in small letters, Latin and Cyrillic, as far as there is room. */
static struct str
word_fold(struct str word, char out[static 64])
{
	size_t n = 0;

	for (; n < word.len && n < 63; n++) {
		unsigned char c = (unsigned char)word.ptr[n],
			      before = n > 0 ? (unsigned char)out[n - 1] : 0;

		out[n] = (char)(c < 0x80 ? tolower(c) : c);
		if (before == 0xc3 && c >= 0x80 && c <= 0x9e)
			out[n] = (char)(c + 0x20);
		else if (before == 0xd0 && c >= 0x90 && c <= 0x9f)
			out[n] = (char)(c + 0x20);
		else if (before == 0xd0 && c >= 0xa0 && c <= 0xaf) {
			out[n - 1] = (char)0xd1;
			out[n] = (char)(c - 0x20);
		}
	}
	return (struct str){out, n};
}

enum severity
severity_of_word(struct str word)
{
	for (int i = SEVERITY_CRITICAL; i > SEVERITY_UNKNOWN; i--)
		if (word_among(word, english[i]))
			return (enum severity)i;
	return SEVERITY_UNKNOWN;
}

enum severity
severity_of_sign(struct str s)
{
	for (int i = SEVERITY_CRITICAL; i > SEVERITY_UNKNOWN; i--) {
		const char *list = signs[i];
		struct str sign;

		while ((sign = list_next(&list)).len > 0)
			if (memmem(s.ptr, s.len, sign.ptr, sign.len))
				return (enum severity)i;
	}
	return SEVERITY_UNKNOWN;
}

/* That of a word of another language. BEGINS: or of more that is written in one with it, "严重问题". */
static enum severity
severity_of_other(struct str word, bool begins)
{
	char folded[64];
	struct str w = word_fold(word, folded), known;

	for (int i = SEVERITY_CRITICAL; i > SEVERITY_UNKNOWN; i--) {
		const char *list = stems[i];

		if (latin[i] && word_among(w, latin[i]))
			return (enum severity)i;
		while ((known = list_next(&list)).len > 0)
			if (str_starts(w, known) && w.len <= known.len + 12)
				return (enum severity)i;
		for (list = scripts[i]; (known = list_next(&list)).len > 0;)
			if (str_eq(w, known) || (begins && known.len > 3 && str_starts(w, known)))
				return (enum severity)i;
	}
	return SEVERITY_UNKNOWN;
}

enum severity
word_severity(struct str words)
{
	struct str rest = words, word = text_word_next(&rest);
	bool negated = false, few;
	size_t count = 0;

	while (count < 4 && text_word_next(&rest).len > 0)
		count++;
	few = count < 3;
	rest = str_from(words, (size_t)(word.ptr + word.len - words.ptr));
	/* In running text only what something parts from the rest: "Alta (…) …". */
	for (bool first = true; word.len > 0; first = false, word = text_word_next(&rest)) {
		enum severity s = severity_of_word(word);

		if (s != SEVERITY_UNKNOWN)
			return negated && s == SEVERITY_CRITICAL ? SEVERITY_INFO : s;
		if (few ||
		    (first && rest.len > 1 &&
		     !(rest.ptr[0] == ' ' && mark_length(rest.ptr + 1, rest.ptr + rest.len) == 0)))
			s = severity_of_other(word, true);
		if (s != SEVERITY_UNKNOWN)
			return s;
		negated = word_among(word, "non|not");
	}
	return severity_of_sign(words);
}

enum severity
word_severity_ends(struct str s)
{
	struct str rest = s, word, first = STR(""), last = STR("");
	enum severity severity;

	while ((word = text_word_next(&rest)).len > 0) {
		last = word;
		if (first.len == 0 && !isdigit((unsigned char)word.ptr[0]))
			first = word;
	}
	severity = severity_of_word(first);
	if (severity == SEVERITY_UNKNOWN)
		severity = severity_of_other(first, true);
	if (severity == SEVERITY_UNKNOWN)
		severity = severity_of_word(last);
	return severity != SEVERITY_UNKNOWN ? severity : severity_of_other(last, false);
}

enum severity
severity_of_score(struct str s)
{
	struct str t = str_trim(s);
	size_t n = digits_length(t);
	uint32_t tenths = 0;

	if (n == 0 || n > 2 || n + 1 >= t.len || t.ptr[n] != '.' ||
	    digits_length(str_from(t, n + 1)) != 1)
		return SEVERITY_UNKNOWN;
	for (size_t i = 0; i < n + 2; i++)
		tenths = i == n ? tenths : tenths * 10 + (uint32_t)(t.ptr[i] - '0');
	return tenths > 100   ? SEVERITY_UNKNOWN
	       : tenths >= 90 ? SEVERITY_CRITICAL
	       : tenths >= 70 ? SEVERITY_HIGH
	       : tenths >= 40 ? SEVERITY_MEDIUM
	       : tenths >= 1  ? SEVERITY_LOW
	                      : SEVERITY_INFO;
}

bool
word_is_severity(struct str s)
{
	static const char around[] =
		"very|cvss|score|base|non|severity|risk|threat|priority|issue|bug|impact|to|"
		"finding|"
		"level|security|best|practice|prioridad|severidad|prioridade|severidade|priorité|"
		"gravité|priorität|приоритет|критичность|риск|gravedad|gravidade|gravità|"
		"severità|schweregrad|sévérité|важность|приоритета|критичности|重要度|优先级|"
		"优先度|優先度|우선순위|심각도|严重程度|级别|등급";
	struct str rest = s, word;
	size_t words = 0, severe = 0;
	bool scored = false;

	while ((word = text_word_next(&rest)).len > 0) {
		/* "CVSS 9.8 (Critical)" */
		scored = scored || word_among(word, "cvss|score");
		if (scored && digits_length(word) == word.len)
			continue;
		words++;
		if (severity_of_word(word) != SEVERITY_UNKNOWN ||
		    severity_of_other(word, false) != SEVERITY_UNKNOWN)
			severe++;
		else if (!word_among(word, around))
			return false;
	}
	return severe > 0 ? words <= 4 : words == 0 && severity_of_sign(s) != SEVERITY_UNKNOWN;
}

/* What a number begins with, where it stands for a severity. */
static const char *const letters[SEVERITY_COUNT] = {
	[SEVERITY_CRITICAL] = "C|CR|CRIT|CRITICAL",    [SEVERITY_HIGH] = "H|HIGH",
	[SEVERITY_MEDIUM] = "M|MED|MEDIUM|WR|WARN",    [SEVERITY_LOW] = "L|LOW",
	[SEVERITY_INFO] = "I|IN|INFO|G|GAS|N|NC|QA|Q",
};

/* "C1": a letter and a number, with nothing between them, which may as well be the third of four lists. */
static char
bare_letter(const struct claim *c)
{
	struct str n = c->number;

	return n.len > 1 && letters_length(n) == 1 && isdigit((unsigned char)n.ptr[1]) ? n.ptr[0]
	                                                                               : 0;
}

/* Of what names the claims from FROM on have in bare letters: whether these are severities, two of them at least. */
static bool
are_severities(const struct claims *c, size_t from)
{
	bool seen[26] = {false};
	size_t count = 0;

	for (size_t i = from; i < c->count; i++) {
		char letter = bare_letter(&c->claim[i]);

		if (!letter)
			continue;
		if (!strchr("CHMLIGNQ", letter))
			return false;
		count += !seen[letter - 'A'];
		seen[letter - 'A'] = true;
	}
	return count > 1;
}

/* "Q-HIGH-1": a severity written out within a name; else that of the letters it begins with. */
static enum severity
severity_of_name(struct str name)
{
	struct str rest = name, word, first = {name.ptr, letters_length(name)};

	while ((word = word_next(&rest)).len > 0)
		if (word.len > 2 && severity_of_word(word) != SEVERITY_UNKNOWN)
			return severity_of_word(word);
	for (int i = SEVERITY_CRITICAL; i > SEVERITY_UNKNOWN; i--)
		if (first.len > 0 && first.len < name.len && word_among(first, letters[i]))
			return (enum severity)i;
	return SEVERITY_UNKNOWN;
}

void
severities_guess(struct claims *claims, size_t from)
{
	bool bare = are_severities(claims, from);

	for (size_t k = from; k < claims->count; k++) {
		struct claim *c = &claims->claim[k];

		if (c->severity != SEVERITY_UNKNOWN || (bare_letter(c) && !bare))
			continue;
		c->severity = severity_of_name(c->number);
		if (c->severity == SEVERITY_UNKNOWN)
			continue;
		c->severity_words = c->number;
		c->severity_line = c->line;
	}
}
