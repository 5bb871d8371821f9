#include "report/reading.h"

#include <ctype.h>

/*
 * The lines of a fence as quotes. Lines that are locations part it into quotes of their own; of a diff the old lines are
 * the quote and the new ones the fix; line numbers written at the starts of lines are taken off.
 */

/* "126 | code", "126: code", "126\tcode", "> 126 code": how long the number and its mark are, or 0. */
static size_t
numbered(struct str s, uint32_t *number)
{
	size_t n = 0, k;
	uint64_t v = 0;

	while (n < s.len &&
	       (s.ptr[n] == ' ' || s.ptr[n] == '>' || s.ptr[n] == '*' || s.ptr[n] == 'L'))
		n++;
	for (k = n; k < s.len && isdigit((unsigned char)s.ptr[k]) && k < n + 7; k++)
		v = v * 10 + (uint64_t)(s.ptr[k] - '0');
	if (k == n || v == 0)
		return 0;
	*number = (uint32_t)v;
	if (k == s.len)
		return k;
	n = k;
	while (n < s.len && s.ptr[n] == ' ')
		n++;
	if (n < s.len && (s.ptr[n] == '|' || s.ptr[n] == ':'))
		return n + 1 + (n + 1 < s.len && s.ptr[n + 1] == ' ');
	if (n + 2 < s.len && (memcmp(s.ptr + n, "\xe2\x86\x92", 3) == 0 ||
	                      memcmp(s.ptr + n, "\xe2\x94\x82", 3) == 0))
		return n + 3 + (n + 3 < s.len && s.ptr[n + 3] == ' ');
	if (s.ptr[k] == '\t')
		return k + 1;
	return n > k ? (n - k > 1 ? k + 2 : k + 1) : 0;
}

/* Whether the lines are written with numbers that do not fall. */
static bool
has_numbers(const struct line *line, size_t count)
{
	size_t text = 0, with = 0;
	uint32_t last = 0, number;

	for (size_t i = 0; i < count; i++) {
		if (str_trim(line[i].text).len == 0)
			continue;
		text++;
		if (numbered(line[i].text, &number) > 0 && number > last) {
			with++;
			last = number;
		}
	}
	return with >= 2 ? with * 10 >= text * 7
	                 : with == 1 && text == 1 && last > 9 &&
	                           memchr(line[0].text.ptr, '|', line[0].text.len);
}

/* "> code" or "| code", on every line. */
static bool
has_bars(const struct line *line, size_t count)
{
	size_t text = 0;

	for (size_t i = 0; i < count; i++) {
		struct str s = str_trim(line[i].text);

		if (s.len == 0)
			continue;
		text++;
		if ((s.ptr[0] != '>' && s.ptr[0] != '|') || (s.len > 1 && s.ptr[1] != ' '))
			return false;
	}
	return text > 0;
}

static size_t
bar_length(struct str s)
{
	size_t n = 0;

	while (n < s.len && s.ptr[n] == ' ')
		n++;
	return n < s.len ? n + (n + 1 < s.len ? 2 : 1) : n;
}

void
quote_add(struct building *b, const struct line *line, const uint32_t *number, size_t count,
          enum claim_role role, struct str language)
{
	struct claim_quote *q;

	while (count > 0 && str_trim(line[count - 1].text).len == 0)
		count--;
	while (count > 0 && str_trim(line->text).len == 0) {
		line++;
		number = number ? number + 1 : NULL;
		count--;
	}
	if (count == 0)
		return;
	GROW(b->quote, b->quotes, b->quote_cap);
	q = &b->quote[b->quotes++];
	*q = (struct claim_quote){
		.lines = count,
		.role = role,
		.language = claims_keep(b->out, language),
		.location = role == CLAIM_INLINE || role == CLAIM_REMEDY_INLINE ? -1 : b->under,
		.line = line->number};
	q->text = arena_take(&b->out->arena, count * sizeof(*q->text));
	for (size_t i = 0; i < count; i++)
		q->text[i] = (struct claim_line){claims_keep(b->out, line[i].text), line[i].number,
		                                 number ? number[i] : 0};
}

/* A comment that says what the lines below it are: "# BEFORE", "// Fixed:"; -1 where it is none. */
static int
turn_of(struct str line)
{
	static const char *const before[] = {
		"before",   "vulnerable", "bad",     "current", "wrong",    "old",      "buggy",
		"original", "incorrect",  "problem", "broken",  "existing", "insecure", NULL};
	static const char *const after[] = {"after",       "fixed",     "good",     "fix",
	                                    "correct",     "new",       "proposed", "secure",
	                                    "recommended", "suggested", "better",   "safe",
	                                    "instead",     "corrected", NULL};
	struct str s = str_trim(line), t;
	size_t n = 0;

	if (s.len < 4 || s.len > 60 ||
	    !(s.ptr[0] == '#' || str_starts(s, STR("//")) || str_starts(s, STR("/*")) ||
	      str_starts(s, STR("--")) || str_starts(s, STR("<!--"))))
		return -1;
	while (s.len > 0 && strchr("#/*-<! ", s.ptr[0]))
		s = str_from(s, 1);
	t = word_strip(s);
	while (n < t.len && isalpha((unsigned char)t.ptr[n]))
		n++;
	if (n < t.len && t.ptr[n] == ' ' && t.len > 24 && !memchr(t.ptr, ':', t.len))
		return -1;
	for (size_t i = 0; before[i]; i++)
		if (strlen(before[i]) == n && strncasecmp(before[i], t.ptr, n) == 0)
			return CLAIM_QUOTE;
	for (size_t i = 0; after[i]; i++)
		if (strlen(after[i]) == n && strncasecmp(after[i], t.ptr, n) == 0)
			return CLAIM_REMEDY;
	return -1;
}

/* The lines of a diff that stand on one side of it. */
static void
diff_side(struct building *b, const struct fence *f, char drop, enum claim_role role)
{
	struct line *line = xcalloc(f->lines + 1, sizeof(*line));
	size_t count = 0;
	bool any = false;

	for (size_t i = 0; i < f->lines; i++) {
		struct str s = f->line[i].text;
		char sign = s.len > 0 ? s.ptr[0] : ' ';

		if (str_starts(s, STR("+++")) || str_starts(s, STR("---")) ||
		    str_starts(s, STR("diff ")) || str_starts(s, STR("index ")) || sign == drop)
			continue;
		if (str_starts(s, STR("@@"))) {
			if (any)
				quote_add(b, line, NULL, count, role, STR(""));
			count = 0;
			any = false;
			continue;
		}
		any = any || sign == '-' || sign == '+';
		line[count] = f->line[i];
		if (sign == '-' || sign == '+' || sign == ' ')
			line[count].text = str_from(s, s.len > 0);
		count++;
	}
	if (any || role == CLAIM_QUOTE)
		quote_add(b, line, NULL, count, role, STR(""));
	free(line);
}

static bool
is_diff(const struct fence *f)
{
	size_t signs = 0, text = 0, old = 0;

	if (str_is(f->info, "diff") || str_is(f->info, "patch") ||
	    str_starts(f->info, STR("diff ")))
		return true;
	for (size_t i = 0; i < f->lines; i++) {
		struct str s = f->line[i].text;

		text += s.len > 0;
		signs += s.len > 1 && (s.ptr[0] == '+' || s.ptr[0] == '-') && s.ptr[1] != s.ptr[0];
		old += s.len > 1 && s.ptr[0] == '-';
		if (str_starts(s, STR("@@ -")))
			return true;
	}
	/* All old may be a list as well. */
	return signs >= 2 && signs * 2 >= text && old < signs && f->info.len > 0 &&
	       !str_starts(f->info, STR("y")) && !str_starts(f->info, STR("m")) &&
	       !str_starts(f->info, STR("text"));
}

/* Whether there is more than a comment, such as names what the location below it is. */
static bool
has_code(const struct line *line, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct str s = str_trim(line[i].text);

		if (s.len > 0 && s.ptr[0] != '#' && !str_starts(s, STR("//")))
			return true;
	}
	return false;
}

/* The lines without numbers and bars, cut where a location or a turn stands. */
static void
plain_read(struct building *b, const struct fence *f, enum claim_role role, struct str language)
{
	bool numbers = has_numbers(f->line, f->lines),
	     bars = !numbers && has_bars(f->line, f->lines);
	struct line *line = xcalloc(f->lines + 1, sizeof(*line));
	uint32_t *number = xcalloc(f->lines + 1, sizeof(*number));
	size_t count = 0;

	for (size_t i = 0; i < f->lines; i++) {
		int turn = role == CLAIM_DEMO ? -1 : turn_of(f->line[i].text);

		line[count] = f->line[i];
		number[count] = 0;
		if (turn >= 0) {
			quote_add(b, line, number, count, role, language);
			role = (enum claim_role)turn;
			count = 0;
			continue;
		}
		if (numbers)
			line[count].text = str_from(f->line[i].text,
			                            numbered(f->line[i].text, &number[count]));
		else if (bars)
			line[count].text = str_from(f->line[i].text, bar_length(f->line[i].text));
		else if (role == CLAIM_QUOTE && f->line[i].text.len < 300) {
			int under = b->under;
			size_t locations = b->locations;

			if (location_line(b, f->line[i].text, f->line[i].number)) {
				int found = b->under;

				b->under = under;
				if (has_code(line, count))
					quote_add(b, line, number, count, role, language);
				b->under =
					locations == b->locations ? found : (int)b->locations - 1;
				count = 0;
				continue;
			}
		}
		count++;
	}
	quote_add(b, line, number, count, role, language);
	free(number);
	free(line);
}

void
quotes_read(struct building *b, const struct fence *f, enum claim_role role)
{
	struct str language = f->info;
	char lower[24];
	size_t n = 0;

	while (n < language.len && n < sizeof(lower) && !strchr(" :{,", language.ptr[n])) {
		lower[n] = (char)tolower((unsigned char)language.ptr[n]);
		n++;
	}
	language = (struct str){lower, n};
	/* "python:src/a.py", "12:15:src/a.py": where some editors write the place. */
	if (role == CLAIM_QUOTE && n < f->info.len)
		locations_read(b, str_from(f->info, isdigit((unsigned char)lower[0]) ? 0 : n + 1),
		               NULL, 0, f->number, CLAIM_CODE);
	else if (role == CLAIM_QUOTE && memchr(f->info.ptr, '/', f->info.len))
		location_line(b, f->info, f->number);
	if (role != CLAIM_DEMO && is_diff(f)) {
		diff_side(b, f, '+', CLAIM_QUOTE);
		diff_side(b, f, '-', CLAIM_REMEDY);
		return;
	}
	plain_read(b, f, role, language);
}
