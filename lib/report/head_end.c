#include "report/number.h"

#include <ctype.h>

/* What a title ends in: a severity or a status, in brackets, behind a dash, or as a sign. */

/* What TAIL, taken from the end of a title, says; false where it belongs to the title. */
static bool
head_tail(struct str tail, struct head *h, bool loose)
{
	struct str t = word_strip(tail);

	if (head_is_rating(tail) && (t.len > 0 || word_severity(tail) != SEVERITY_UNKNOWN))
		return head_rate(h, tail);
	if (t.len > 0 && t.len <= 40 && h->said.len == 0 &&
	    (!loose || isupper((unsigned char)t.ptr[0])) && word_said(t, &h->said_kind)) {
		h->said = t;
		return true;
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
		    word_severity(str_from(s, at)) != SEVERITY_UNKNOWN)
			break;
	}
	return s.len;
}

/* "Title `HIGH`": the code that S ends in, and where it begins; 0 where there is none, or nothing before it. */
static size_t
code_last(struct str s, struct str *in)
{
	size_t at = s.len > 2 && s.ptr[s.len - 1] == '`' ? s.len - 1 : 0;

	while (at > 0 && s.ptr[at - 1] != '`')
		at--;
	if (at < 2)
		return 0;
	*in = (struct str){s.ptr + at, s.len - at - 1};
	return at - 1;
}

/* Where the last word of S begins. */
static size_t
last_word(struct str s)
{
	size_t at = s.len;

	while (at > 0 && s.ptr[at - 1] != ' ')
		at--;
	return at;
}

/*
 * "5.2 Re-entrancy in withdraw Major Acknowledged": a word with a capital behind small ones rates the finding, and another
 * behind it may say what became of it.
 */
static bool
head_word(struct str *s, struct head *h)
{
	size_t said = last_word(*s), at;
	struct str before = str_trim((struct str){s->ptr, said}), word = str_from(*s, said);
	enum claim_said_kind kind;
	bool status = word_said(word, &kind) && isupper((unsigned char)word.ptr[0]);

	if (status)
		word = str_from(before, last_word(before));
	at = (size_t)(word.ptr - s->ptr);
	if (h->number.len == 0 || at < 8 || word.len == 0 || !isupper((unsigned char)word.ptr[0]) ||
	    severity_of_word(word) == SEVERITY_UNKNOWN ||
	    !islower((unsigned char)s->ptr[last_word(str_trim((struct str){s->ptr, at}))]) ||
	    !head_rate(h, word))
		return false;
	if (status && h->said.len == 0) {
		h->said = str_from(*s, said);
		h->said_kind = kind;
	}
	*s = str_trim((struct str){s->ptr, at});
	return true;
}

void
head_end(struct str *s, struct head *h)
{
	for (int i = 0; i < 4; i++) {
		size_t at = 0, n = 0;
		struct str t = *s, in;

		t.len = sign_before(t);
		at = bracket_last(t, &in);
		if (at == 0)
			at = code_last(t, &in);
		if (at > 0 && head_tail(in, h, false)) {
			*s = str_trim((struct str){s->ptr, at});
			continue;
		}
		if (last_break(t, &at, &n) && at > 0 && head_tail(str_from(t, at), h, true)) {
			*s = str_trim((struct str){s->ptr, at});
			continue;
		}
		if (head_word(s, h))
			continue;
		break;
	}
	*s = word_strip(*s);
	if (h->severity != SEVERITY_UNKNOWN && s->len > 8 &&
	    strncasecmp(s->ptr + s->len - 8, "severity", 8) == 0)
		*s = word_strip((struct str){s->ptr, s->len - 8});
}
