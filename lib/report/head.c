#include "report/reading.h"

#include <ctype.h>

static bool
is_word(struct str s, const char *const *words)
{
	for (; *words; words++)
		if (strlen(*words) == s.len && strncasecmp(*words, s.ptr, s.len) == 0)
			return true;
	return false;
}

static size_t
digits(struct str s)
{
	size_t n = 0;

	while (n < s.len && isdigit((unsigned char)s.ptr[n]))
		n++;
	return n;
}

static size_t
letters(struct str s)
{
	size_t n = 0;

	while (n < s.len && isalpha((unsigned char)s.ptr[n]))
		n++;
	return n;
}

/* "1", "2.3", "4a": how long it is. */
static size_t
number_length(struct str s)
{
	size_t n = digits(s);

	if (n == 0 || n > 6)
		return 0;
	while (n + 1 < s.len && s.ptr[n] == '.' && isdigit((unsigned char)s.ptr[n + 1]))
		n += 1 + digits(str_from(s, n + 1));
	if (n < s.len && islower((unsigned char)s.ptr[n]) &&
	    (n + 1 == s.len || !isalnum((unsigned char)s.ptr[n + 1])))
		n++;
	return n;
}

/* "M-01", "BUG-003", "TOB-ABC-4", "H2": how long it is. Names of standards are none. */
static size_t
name_length(struct str s)
{
	static const char *const others[] = {
		"UTF", "SHA",  "MD",   "RSA",    "AES",  "ES",  "HTTP", "IPV", "BASE", "OAUTH",
		"INT", "UINT", "ERC",  "EIP",    "BIP",  "RFC", "CVE",  "CWE", "ISO",  "TLS",
		"WIN", "EC",   "HTML", "Python", "PEP",  "IPv", "Base", "GPT", "Web",  "OAuth",
		"CSS", "SSL",  "ECMA", "COVID",  "GHSA", "X",   "TOP",  "Top", "Q",    NULL};
	size_t head = letters(s), n = head;

	if (head == 0 || head > 14 || !isupper((unsigned char)s.ptr[0]) ||
	    is_word((struct str){s.ptr, head}, others))
		return 0;
	for (size_t k = 1; k < head; k++)
		if (islower((unsigned char)s.ptr[k]) && n < s.len && s.ptr[n] != '-')
			return 0;
	for (;;) {
		size_t k = digits(str_from(s, n));

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
		k = letters(str_from(s, n));
		if (k > 12)
			return 0;
		n += k;
	}
	if (n < s.len && islower((unsigned char)s.ptr[n]) &&
	    (n + 1 == s.len || !isalnum((unsigned char)s.ptr[n + 1])))
		n++;
	return n == s.len || (!isalnum((unsigned char)s.ptr[n]) && s.ptr[n] != '_') ? n : 0;
}

/* How long the marks at the start of S are that part a number from a title; 0 where there are none. */
static size_t
separator(struct str s)
{
	size_t n = 0, k, marks = 0;
	const char *end = s.ptr + s.len;

	while (n < s.len && !strchr("`_/([\"'.#@$<", s.ptr[n]) &&
	       (k = mark_length(s.ptr + n, end)) > 0) {
		marks += s.ptr[n] != ' ';
		n += k;
	}
	if (n < s.len && s.ptr[n] == '.' && (n + 1 == s.len || s.ptr[n + 1] == ' '))
		return n + 1 + separator(str_from(s, n + 1));
	return marks > 0 || n == s.len ? n : 0;
}

static void
skip(struct str *s, size_t n)
{
	const char *end = s->ptr + s->len;
	size_t k;

	*s = str_from(*s, n);
	while (s->len > 0 && !strchr("`_/([\"'#@$<", s->ptr[0]) && s->ptr[0] != '.' &&
	       (k = mark_length(s->ptr, end)) > 0)
		*s = str_from(*s, k);
	if (s->len > 1 && s->ptr[0] == '.' && s->ptr[1] == ' ')
		skip(s, 1);
}

static bool
set_severity(struct head *h, struct str words)
{
	/* A sign gives way to a word: "(HIGH) 🔴". */
	if (h->severity != CLAIM_UNSTATED &&
	    (letters(word_strip(h->words)) > 0 || word_severity(words) == CLAIM_UNSTATED))
		return false;
	h->severity = word_severity(words);
	h->words = word_strip(words);
	if (h->words.len == 0)
		h->words = str_trim(words);
	return h->severity != CLAIM_UNSTATED;
}

/* What begins with a severity and says little else: "HIGH", "CRITICAL - fix now", "Severity: High". */
static bool
is_severity_note(struct str s)
{
	struct str t = word_strip(s);
	size_t n = letters(t);

	if (s.len > 60)
		return false;
	if (n == 8 && strncasecmp(t.ptr, "severity", 8) == 0)
		return word_severity(t) != CLAIM_UNSTATED;
	return word_is_severity(s) ||
	       (n > 0 && n < s.len && word_is_severity((struct str){t.ptr, n}) &&
	        (separator(str_from(t, n)) > 0 || memchr(t.ptr, '(', t.len) ||
	         str_starts(str_from(t, n), STR(" / "))));
}

/* A bracket at the start: number, severity, status or box. False where it is part of the title. */
static bool
head_bracket(struct str *s, struct head *h)
{
	const char *close = memchr(s->ptr, s->ptr[0] == '[' ? ']' : ')', s->len);
	struct str in;
	size_t n;

	if (!close)
		return false;
	in = str_trim((struct str){s->ptr + 1, (size_t)(close - s->ptr) - 1});
	while (in.len > 0 && (in.ptr[0] == '[' || in.ptr[0] == '#'))
		in = str_from(in, 1);
	n = name_length(in);
	if (n > 0 && n == in.len) {
		h->number = in;
		h->named = h->numbered = true;
	} else if (number_length(in) > 0 && number_length(in) == in.len && h->number.len == 0) {
		h->number = in;
		h->numbered = true;
	} else if (is_severity_note(in)) {
		set_severity(h, in);
	} else if (in.len <= 30 && word_said(in, &h->said_kind)) {
		h->said = in;
	} else if (!(in.len <= 1 && (in.len == 0 || strchr("xX ", in.ptr[0])))) {
		return false;
	}
	skip(s, (size_t)(close - s->ptr) + 1);
	return true;
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

/* "Bug #3", "Issue 4:", and "Phase 2", which is none. */
static bool
head_noun(struct str *s, struct head *h)
{
	static const char *const nouns[] = {
		"bug",      "issue",  "finding",     "vulnerability", "problem", "defect", "flaw",
		"weakness", "vuln",   "observation", "concern",       "comment", "error",  "risk",
		"item",     "hidden", "critical",    "security",      NULL};
	static const char *const steps[] = {
		"phase",       "step",           "part",        "week",  "day",      "sprint",
		"section",     "chapter",        "stage",       "task",  "round",    "appendix",
		"option",      "solution",       "milestone",   "test",  "example",  "figure",
		"table",       "scenario",       "cycle",       "tier",  "level",    "case",
		"pass",        "commit",         "pr",          "batch", "lesson",   "iteration",
		"wave",        "file",           "line",        "fix",   "priority", "action",
		"improvement", "recommendation", "enhancement", NULL};
	size_t other = other_noun(*s), n = other > 0 ? other : letters(*s), k = n, d;
	bool hash = false;

	if (n == 0)
		return false;
	while (k < s->len && (s->ptr[k] == ' ' || s->ptr[k] == '#' || s->ptr[k] == '-')) {
		hash = hash || s->ptr[k] == '#';
		k++;
	}
	d = k > n ? number_length(str_from(*s, k)) : 0;
	if (d == 0 && k > n)
		d = name_length(str_from(*s, k));
	if (d == 0)
		return false;
	if (is_word((struct str){s->ptr, n}, steps)) {
		h->step = true;
		return false;
	}
	if (other == 0 && !is_word((struct str){s->ptr, n}, nouns))
		return false;
	if (!hash && k + d < s->len && separator(str_from(*s, k + d)) == 0 &&
	    s->ptr[k + d + 1] != '(' && s->ptr[k + d + 1] != '[')
		return false;
	h->number = (struct str){s->ptr + k, d};
	h->named = h->numbered = true;
	skip(s, k + d);
	return true;
}

/* "2.4 Race": a number of parts, before a capital or code. */
static bool
is_section_number(struct str s, size_t n)
{
	return memchr(s.ptr, '.', n) && n + 2 < s.len && s.ptr[n] == ' ' &&
	       (isupper((unsigned char)s.ptr[n + 1]) || s.ptr[n + 1] == '`');
}

/* A number or name of a finding at the start. */
static bool
head_number(struct str *s, struct head *h)
{
	size_t n = name_length(*s), hash = s->len > 0 && s->ptr[0] == '#';
	struct str after;

	/* "P0" ranks it. */
	if (h->named || (n == 2 && s->ptr[0] == 'P'))
		return false;
	if (n > 0) {
		after = str_from(*s, n);
		if (separator(after) > 0 || (after.len > 1 && strchr("([", after.ptr[1])) ||
		    memchr(s->ptr, '-', n) || (n <= 3 && strchr("CHMLIGQ", s->ptr[0]))) {
			h->number = (struct str){s->ptr, n};
			h->named = h->numbered = true;
			skip(s, n);
			return true;
		}
		return false;
	}
	if (h->numbered || h->number.len > 0)
		return false;
	n = number_length(str_from(*s, hash));
	if (n == 0)
		return false;
	after = str_from(*s, hash + n);
	if (!hash && separator(after) == 0 && !is_section_number(*s, n))
		return false;
	/* "3 - 5 connections", "2.0: …" and times are numbers of something else. */
	if (!hash && after.len > 1 && after.ptr[0] == ':' && isdigit((unsigned char)after.ptr[1]))
		return false;
	/* Any section of a report has the latter. */
	h->number = (struct str){s->ptr + hash, n};
	h->numbered = hash || separator(after) > 0;
	skip(s, hash + n);
	return true;
}

/* A severity at the start, that something parts from the title, or that is in capitals. */
static bool
head_severity(struct str *s, struct head *h)
{
	static const char *const more[] = {"priority", "severity", "risk", "issue",
	                                   "bug",      "impact",   NULL};
	size_t n = letters(*s), k;
	struct str word = {s->ptr, n}, after;
	bool capitals = n > 2;

	if (n == 1 && s->ptr[0] == 'P' && digits(str_from(*s, 1)) == 1)
		n = word.len = 2;
	if (n == 0 || (h->severity != CLAIM_UNSTATED && letters(h->words) > 0))
		return false;
	if (n == 8 && strncasecmp(s->ptr, "severity", 8) == 0 && s->len > 9 && s->ptr[8] == ':') {
		skip(s, 9);
		return head_severity(s, h);
	}
	if (!word_is_severity(word))
		return false;
	for (size_t i = 0; i < n; i++)
		capitals = capitals && isupper((unsigned char)s->ptr[i]);
	after = str_from(*s, n);
	if (after.len > 1 && (after.ptr[0] == ' ' || after.ptr[0] == '-')) {
		k = letters(str_from(after, 1));
		if (is_word((struct str){after.ptr + 1, k}, more)) {
			word.len = n + 1 + k;
			after = str_from(*s, word.len);
		}
	}
	if (after.len > 0 && after.ptr[0] == '-' && after.len > 1 && after.ptr[1] != ' ')
		return false;
	if (separator(after) == 0 && !capitals)
		return false;
	/* The word goes before an emoji. */
	h->severity = CLAIM_UNSTATED;
	if (!set_severity(h, word))
		return false;
	skip(s, word.len);
	return true;
}

static bool
head_said(struct str *s, struct head *h)
{
	size_t n = letters(*s);

	if (n < 4 || h->said.len > 0 || n >= s->len || !strchr(":-", s->ptr[n]) ||
	    !word_said((struct str){s->ptr, n}, &h->said_kind))
		return false;
	h->said = (struct str){s->ptr, n};
	skip(s, n);
	return true;
}

/* "Line 1041: ", "`12-15`: ": where it is, before what it is. */
static bool
head_lines(struct str *s)
{
	bool code = s->ptr[0] == '`';
	size_t n = code ? 1 : letters(*s), last = 0;

	if (!code && ((n != 4 && n != 5) || strncasecmp(s->ptr, "lines", n) != 0))
		return false;
	for (; n < s->len &&
	       (strchr("0123456789 -,~", s->ptr[n]) || (unsigned char)s->ptr[n] >= 0x80);
	     n++)
		if (isdigit((unsigned char)s->ptr[n]))
			last = n + 1;
	if (last == 0 || (code && (n + 1 >= s->len || s->ptr[n] != '`' || s->ptr[n + 1] != ':')) ||
	    (!code && separator(str_from(*s, last)) == 0))
		return false;
	skip(s, code ? n + 2 : last);
	return true;
}

/* What TAIL, taken from the end of a title, says; false where it belongs to the title. */
static bool
head_tail(struct str tail, struct head *h, bool loose)
{
	struct str t = word_strip(tail);

	if (is_severity_note(tail) && (t.len > 0 || word_severity(tail) != CLAIM_UNSTATED))
		return set_severity(h, tail);
	if (t.len > 0 && t.len <= 40 && h->said.len == 0 &&
	    (!loose || isupper((unsigned char)t.ptr[0])) && word_said(t, &h->said_kind)) {
		h->said = t;
		return true;
	}
	return false;
}

/* The bracket that S ends in, from its opening on; false where it does not end in one. */
static bool
last_bracket(struct str s, size_t *open)
{
	char close = s.len > 0 ? s.ptr[s.len - 1] : 0;
	char begin = close == ')' ? '(' : '[';
	size_t depth = 0;

	if (close != ')' && close != ']')
		return false;
	for (size_t i = s.len; i-- > 0;) {
		depth += s.ptr[i] == close;
		if (s.ptr[i] == begin && --depth == 0) {
			*open = i;
			return i > 0;
		}
	}
	return false;
}

/* Where the last dash, colon, bar or emoji of S ends, after which there is a tail. */
static bool
last_break(struct str s, size_t *at, size_t *length)
{
	const char *end = s.ptr + s.len;

	for (size_t i = s.len > 48 ? s.len - 48 : 0, found = 0; i < s.len;) {
		size_t n = mark_length(s.ptr + i, end);

		if (n > 1 || (n == 1 && strchr("|:", s.ptr[i])) ||
		    (n == 1 && s.ptr[i] == '-' && i > 0 && strchr(" -", s.ptr[i - 1]))) {
			*at = i;
			*length = n;
			found = 1;
		}
		i += n > 0 ? n : 1;
		if (i >= s.len)
			return found;
	}
	return false;
}

/* The length of S without the marks it ends in, and signs that are no severity: "(HIGH) ❌". */
static size_t
sign_before(struct str s)
{
	for (size_t at = s.len; at > 0; s.len = at) {
		at--;
		if (strchr(" *_:-|", s.ptr[at]))
			continue;
		while (at > 0 && ((unsigned char)s.ptr[at] & 0xc0) == 0x80)
			at--;
		if (s.len - at < 3 || mark_length(s.ptr + at, s.ptr + s.len) == 0 ||
		    word_severity(str_from(s, at)) != CLAIM_UNSTATED)
			break;
	}
	return s.len;
}

static void
head_end(struct str *s, struct head *h)
{
	for (int i = 0; i < 4; i++) {
		size_t at = 0, n = 0;
		struct str t = *s;

		t.len = sign_before(t);
		if (last_bracket(t, &at) &&
		    head_tail((struct str){t.ptr + at + 1, t.len - at - 2}, h, false)) {
			*s = str_trim((struct str){s->ptr, at});
			continue;
		}
		if (last_break(t, &at, &n) && at > 0 && head_tail(str_from(t, at), h, true)) {
			*s = str_trim((struct str){s->ptr, at});
			continue;
		}
		break;
	}
	*s = word_strip(*s);
	if (h->severity != CLAIM_UNSTATED && s->len > 8 &&
	    strncasecmp(s->ptr + s->len - 8, "severity", 8) == 0)
		*s = word_strip((struct str){s->ptr, s->len - 8});
}

void
head_read(struct str text, struct str marker, struct head *h)
{
	struct str s = str_trim(text), before;

	*h = (struct head){.title = STR(""),
	                   .number = STR(""),
	                   .words = STR(""),
	                   .said = STR(""),
	                   .more = STR("")};
	if (marker.len > 0 && isdigit((unsigned char)marker.ptr[0])) {
		h->number = (struct str){marker.ptr, number_length(marker)};
		h->numbered = true;
	}
	for (bool more = true; more && s.len > 0;) {
		before = s;
		skip(&s, 0);
		if (s.len == 0)
			break;
		if (s.ptr > before.ptr && h->severity == CLAIM_UNSTATED)
			set_severity(h, (struct str){before.ptr, (size_t)(s.ptr - before.ptr)});
		more = (strchr("[(", s.ptr[0]) && head_bracket(&s, h)) || head_number(&s, h) ||
		       head_lines(&s) || head_noun(&s, h) || head_severity(&s, h) ||
		       head_said(&s, h);
	}
	head_end(&s, h);
	h->title = s;
}

bool
head_is_signed(const struct head *h)
{
	return h->severity != CLAIM_UNSTATED && letters(word_strip(h->words)) == 0;
}

bool
head_is_rank(const struct head *h, struct str text, enum claim_severity *severity)
{
	struct str s = word_strip(text);

	if (s.len > 2 && s.ptr[0] == 'P' && isdigit((unsigned char)s.ptr[1]) &&
	    !isalnum((unsigned char)s.ptr[2]) && s.ptr[2] != '-' && s.ptr[2] != '.')
		*severity = word_severity((struct str){s.ptr, 2});
	else if (h->severity != CLAIM_UNSTATED && h->title.len > 0 && !h->numbered &&
	         (h->words.ptr == s.ptr || head_is_signed(h)))
		*severity = h->severity;
	else
		return false;
	return *severity != CLAIM_UNSTATED;
}

bool
line_is_finding(struct str line)
{
	struct str s = str_trim(line), cell;
	const char *bar = memchr(s.ptr, '|', s.len);
	size_t bars = 0;

	if (!bar)
		return false;
	cell = str_trim((struct str){s.ptr, (size_t)(bar - s.ptr)});
	for (size_t i = 0; i < s.len; i++)
		bars += s.ptr[i] == '|';
	return bars >= 2 && cell.len > 0 && cell.len <= 20 && word_is_severity(cell);
}
