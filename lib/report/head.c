#include "report/number.h"

#include <ctype.h>

/* What a title begins with. */

bool
head_rate(struct head *h, struct str words)
{
	/* A sign gives way to a word: "(HIGH) 🔴". */
	if (h->severity != SEVERITY_UNKNOWN && (text_word_length(word_strip(h->words)) > 0 ||
	                                        word_severity(words) == SEVERITY_UNKNOWN))
		return false;
	h->severity = word_severity(words);
	h->words = word_strip(words);
	if (h->words.len == 0)
		h->words = str_trim(words);
	return h->severity != SEVERITY_UNKNOWN;
}

/* What begins with a severity and says little else: "HIGH", "CRITICAL - fix now", "Severity: High". */
bool
head_is_rating(struct str s)
{
	struct str t = word_strip(s);
	size_t n = text_word_length(t);

	if (s.len > 60)
		return false;
	if (n == 8 && strncasecmp(t.ptr, "severity", 8) == 0)
		return word_severity(t) != SEVERITY_UNKNOWN;
	return word_is_severity(s) ||
	       (n > 0 && n < s.len && word_is_severity((struct str){t.ptr, n}) &&
	        (separator_length(str_from(t, n)) > 0 || memchr(t.ptr, '(', t.len) ||
	         str_starts(str_from(t, n), STR(" / "))));
}

/* "P0" */
static bool
is_rank(struct str s)
{
	return s.len == 2 && s.ptr[0] == 'P' && isdigit((unsigned char)s.ptr[1]);
}

/* A bracket at the start: number, severity, status or box. False where it is part of the title. */
static bool
head_bracket(struct str *s, struct head *h)
{
	struct str in;
	size_t n, length = bracket_first(*s, &in);

	if (length == 0)
		return false;
	while (in.len > 0 && (in.ptr[0] == '[' || in.ptr[0] == '#'))
		in = str_from(in, 1);
	n = name_length(in);
	if (is_rank(in)) {
		head_rate(h, in);
	} else if (n > 0 && n == in.len) {
		h->number = in;
		h->named = h->numbered = true;
	} else if (number_length(in) > 0 && number_length(in) == in.len && h->number.len == 0) {
		h->number = in;
		h->numbered = true;
	} else if (head_is_rating(in)) {
		head_rate(h, in);
	} else if (in.len <= 30 && word_said(in, &h->said_kind)) {
		h->said = in;
	} else if (!(in.len <= 1 && (in.len == 0 || strchr("xX ", in.ptr[0])))) {
		return false;
	}
	*s = past_marks(*s, length);
	return true;
}

/* "Bug #3", "Issue 4:", and "Phase 2", which is none. */
static bool
head_noun(struct str *s, struct head *h)
{
	size_t n, k, d = 0;
	enum noun noun = noun_at(*s, &n);
	bool hash;

	for (k = n; k < s->len && strchr(" #-", s->ptr[k]);)
		k++;
	if (noun == NOUN_NONE || k == n)
		return false;
	d = number_length(str_from(*s, k));
	if (d == 0)
		d = name_length(str_from(*s, k));
	/* "Issue A: …" */
	if (d == 0 && noun == NOUN_FINDING && k + 1 < s->len && isupper((unsigned char)s->ptr[k]) &&
	    separator_length(str_from(*s, k + 1)) > 0 && !strchr("- ", s->ptr[k + 1]))
		d = 1;
	if (d == 0)
		return false;
	h->step = h->step || noun == NOUN_STEP;
	hash = memchr(s->ptr + n, '#', k - n) != NULL;
	if ((!hash && k + d < s->len && separator_length(str_from(*s, k + d)) == 0 &&
	     s->ptr[k + d + 1] != '(' && s->ptr[k + d + 1] != '['))
		return false;
	h->number = (struct str){s->ptr + k, d};
	h->named = h->numbered = noun != NOUN_STEP;
	*s = past_marks(*s, k + d);
	return true;
}

/* "2.4 Race": a number of parts, before a capital or code. */
static bool
is_section_number(struct str s, size_t n)
{
	return memchr(s.ptr, '.', n) && n + 2 < s.len && s.ptr[n] == ' ' &&
	       (isupper((unsigned char)s.ptr[n + 1]) || s.ptr[n + 1] == '`' ||
	        (unsigned char)s.ptr[n + 1] >= 0x80);
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
		if (separator_length(after) > 0 || (after.len > 1 && strchr("([", after.ptr[1])) ||
		    memchr(s->ptr, '-', n) || (n <= 3 && strchr("CHMLIGQ", s->ptr[0]))) {
			h->number = (struct str){s->ptr, n};
			h->named = h->numbered = true;
			*s = past_marks(*s, n);
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
	if (!hash && separator_length(after) == 0 && !is_section_number(*s, n))
		return false;
	/* "3 - 5 connections", "2.0: …" and times are numbers of something else. */
	if (!hash && after.len > 1 && after.ptr[0] == ':' && isdigit((unsigned char)after.ptr[1]))
		return false;
	/* Any section of a report has the latter. */
	h->number = (struct str){s->ptr + hash, n};
	h->numbered = hash || separator_length(after) > 0;
	*s = past_marks(*s, hash + n);
	return true;
}

/* A severity at the start, that something parts from the title, or that is in capitals. */
static bool
head_severity(struct str *s, struct head *h)
{
	static const char more[] = "priority|severity|risk|issue|bug|impact";
	size_t n = text_word_length(*s), k;
	struct str word = {s->ptr, n}, after;
	bool capitals = n > 2;

	if (n == 0 || (h->severity != SEVERITY_UNKNOWN && text_word_length(h->words) > 0))
		return false;
	if (n == 8 && strncasecmp(s->ptr, "severity", 8) == 0 && s->len > 9 && s->ptr[8] == ':') {
		*s = past_marks(*s, 9);
		return head_severity(s, h);
	}
	for (size_t i = 0; i < n; i++)
		capitals = capitals && isupper((unsigned char)s->ptr[i]);
	/* "INFO returns made-up data" */
	if (!word_is_severity(word) || (!capitals && word_among(word, "note")) ||
	    (severity_of_word(word) == SEVERITY_INFO && separator_length(str_from(*s, n)) == 0))
		return false;
	after = str_from(*s, n);
	if (after.len > 1 && (after.ptr[0] == ' ' || after.ptr[0] == '-')) {
		k = letters_length(str_from(after, 1));
		if (word_among((struct str){after.ptr + 1, k}, more)) {
			word.len = n + 1 + k;
			after = str_from(*s, word.len);
		}
	}
	if (after.len > 0 && after.ptr[0] == '-' && after.len > 1 && after.ptr[1] != ' ')
		return false;
	if (separator_length(after) == 0 && !capitals)
		return false;
	/* The word goes before an emoji. */
	h->severity = SEVERITY_UNKNOWN;
	if (!head_rate(h, word))
		return false;
	*s = past_marks(*s, word.len);
	return true;
}

/* "`[High]` title", "`HIGH` title": a severity that is written as code. */
static bool
head_code(struct str *s, struct head *h)
{
	const char *close = s->ptr[0] == '`' ? memchr(s->ptr + 1, '`', s->len - 1) : NULL;
	struct str in, word;

	if (!close || h->severity != SEVERITY_UNKNOWN)
		return false;
	in = word = (struct str){s->ptr + 1, (size_t)(close - s->ptr) - 1};
	if (bracket_first(in, &word) != in.len)
		word = in;
	if (!word_is_severity(word) || !head_rate(h, word))
		return false;
	*s = past_marks(*s, in.len + 2);
	return s->len > 0;
}

static bool
head_said(struct str *s, struct head *h)
{
	size_t n = text_word_length(*s);

	if (n < 4 || h->said.len > 0 || n >= s->len || !strchr(":-", s->ptr[n]) ||
	    !word_said((struct str){s->ptr, n}, &h->said_kind))
		return false;
	h->said = (struct str){s->ptr, n};
	*s = past_marks(*s, n);
	return true;
}

/* "Line 1041: ", "`12-15`: ": where it is, before what it is. */
static bool
head_lines(struct str *s)
{
	bool code = s->ptr[0] == '`';
	size_t n = code ? 1 : letters_length(*s), last = 0;

	if (!code && ((n != 4 && n != 5) || strncasecmp(s->ptr, "lines", n) != 0))
		return false;
	for (; n < s->len &&
	       (strchr("0123456789 -,~", s->ptr[n]) || (unsigned char)s->ptr[n] >= 0x80);
	     n++)
		if (isdigit((unsigned char)s->ptr[n]))
			last = n + 1;
	if (last == 0 || (code && (n + 1 >= s->len || s->ptr[n] != '`' || s->ptr[n + 1] != ':')) ||
	    (!code && separator_length(str_from(*s, last)) == 0 &&
	     !str_starts(str_from(*s, last), STR(" ["))))
		return false;
	*s = past_marks(*s, code ? n + 2 : last);
	return true;
}

/* What is passed over may have a sign in it that rates the finding: "BUG-3: 🔴". */
static void
head_sign(struct head *h, struct str passed)
{
	while (passed.len > 0 && mark_length(passed.ptr, passed.ptr + passed.len) < 3)
		passed = str_from(passed, 1);
	if (severity_of_sign(passed) != SEVERITY_UNKNOWN)
		head_rate(h, passed);
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
		s = past_marks(s, 0);
		more = s.len > 0 && (head_bracket(&s, h) || head_number(&s, h) || head_lines(&s) ||
		                     head_noun(&s, h) || head_severity(&s, h) || head_code(&s, h) ||
		                     head_said(&s, h));
		if (h->severity == SEVERITY_UNKNOWN && s.len > 0)
			head_sign(h, (struct str){before.ptr, (size_t)(s.ptr - before.ptr)});
	}
	head_end(&s, h);
	h->title = s;
	/* A box that is ticked says so, too. */
	s = str_trim(text);
	if (h->said.len == 0 && (str_starts(s, STR("[x]")) || str_starts(s, STR("[X]")))) {
		h->said = (struct str){s.ptr, 3};
		h->said_kind = CLAIM_SAID_FIXED;
	}
}

bool
head_is_signed(const struct head *h)
{
	return h->severity != SEVERITY_UNKNOWN && text_word_length(word_strip(h->words)) == 0;
}

bool
head_is_rank(const struct head *h, struct str text, enum severity *severity)
{
	struct str s = word_strip(text);

	if (s.len > 2 && s.ptr[0] == 'P' && isdigit((unsigned char)s.ptr[1]) &&
	    !isalnum((unsigned char)s.ptr[2]) && s.ptr[2] != '-' && s.ptr[2] != '.')
		*severity = word_severity((struct str){s.ptr, 2});
	else if (h->severity != SEVERITY_UNKNOWN && h->title.len > 0 && !h->numbered &&
	         (h->words.ptr == s.ptr || head_is_signed(h)))
		*severity = h->severity;
	else
		return false;
	return *severity != SEVERITY_UNKNOWN;
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
