#include "report/fill.h"

#include <ctype.h>

/* What a finding says about others of its report: "covered by 1)", "duplicate of M-02", "see also #5". */

static const struct {
	const char *words;
	enum claim_hint_kind kind;
} phrases[] = {
	{"covered by ", CLAIM_HINT_PART},   {"part of ", CLAIM_HINT_PART},
	{"included in ", CLAIM_HINT_PART},  {"addressed by ", CLAIM_HINT_PART},
	{"subsumed by ", CLAIM_HINT_PART},  {"consequence of ", CLAIM_HINT_PART},
	{"duplicate of ", CLAIM_HINT_SAME}, {"dup of ", CLAIM_HINT_SAME},
	{"same as ", CLAIM_HINT_SAME},      {"identical to ", CLAIM_HINT_SAME},
	{"duplicates ", CLAIM_HINT_SAME},   {"see also ", CLAIM_HINT_SEE},
	{"related to ", CLAIM_HINT_SEE},    {"similar to ", CLAIM_HINT_SEE},
	{"see ", CLAIM_HINT_SEE},           {"cf. ", CLAIM_HINT_SEE},
};

/* The number that S begins with, or empty. A bare one may count anything, but where it closes a bracket or the line. */
static struct str
number_of(struct str s, enum claim_hint_kind kind)
{
	struct head h;
	size_t n = 0;

	if (s.len > 40)
		s.len = 40;
	head_read(s, STR(""), &h);
	if (h.number.len > 0 || kind == CLAIM_HINT_SEE)
		return h.number;
	while (n < s.len && isdigit((unsigned char)s.ptr[n]))
		n++;
	return n > 0 && (n == s.len || strchr(").,;]", s.ptr[n])) ? (struct str){s.ptr, n}
	                                                          : STR("");
}

static bool
phrase_at(struct str s, size_t at, const char *words)
{
	size_t n = strlen(words);

	return at + n < s.len && strncasecmp(s.ptr + at, words, n) == 0 &&
	       (at == 0 || !isalnum((unsigned char)s.ptr[at - 1]));
}

/* The first place of a phrase in S that a number follows; false where there is none. */
static bool
phrase_find(struct str s, size_t phrase, size_t *at, struct str *number)
{
	size_t n = strlen(phrases[phrase].words);

	for (*at = 0; *at + n < s.len; ++*at) {
		if (!phrase_at(s, *at, phrases[phrase].words))
			continue;
		*number = number_of(str_from(s, *at + n), phrases[phrase].kind);
		if (number->len > 0)
			return true;
	}
	return false;
}

void
hints_read(struct building *b, struct str s, uint32_t line)
{
	struct str number, words;
	size_t at;

	for (size_t i = 0; i < sizeof(phrases) / sizeof(*phrases); i++) {
		if (!phrase_find(s, i, &at, &number))
			continue;
		words = str_from(s, at);
		words.len = words.len < 80 ? words.len : 80;
		GROW(b->hint, b->hints, b->hint_cap);
		b->hint[b->hints++] =
			(struct claim_hint){phrases[i].kind, claims_keep(b->out, number),
		                            claims_keep(b->out, word_strip(words)), line};
		return;
	}
}
