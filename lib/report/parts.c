#include "report/reading.h"

#include <ctype.h>

/*
 * A file may hold several reports between lines that mark where they begin and end:
 *
 *   **--- Report 1 ---**     === AUDIT REPORT: core ===     [END OF PROVIDED CONTEXT]     <report name="x">
 *
 * What stands before the first mark and after the last end is no report. A fence that is never closed must not reach
 * into the next report, so marks count inside fences too.
 */

static bool
is_mark(char c)
{
	return strchr("-=#*~_<>[]/| \t", c) != NULL;
}

static bool
has_word(struct str s, const char *word)
{
	size_t n = strlen(word);

	for (size_t i = 0; i + n <= s.len; i++)
		if (strncasecmp(s.ptr + i, word, n) == 0 &&
		    (i == 0 || !isalpha((unsigned char)s.ptr[i - 1])) &&
		    (i + n == s.len || !isalpha((unsigned char)s.ptr[i + n])))
			return true;
	return false;
}

/* Take off the marks at both ends; true where they are such as separate reports. */
static bool
unwrap(struct str s, struct str *inner)
{
	size_t from = 0, to = s.len;
	bool ruled, boxed;

	while (from < to && is_mark(s.ptr[from]))
		from++;
	while (to > from && is_mark(s.ptr[to - 1]))
		to--;
	*inner = (struct str){s.ptr + from, to - from};
	ruled = memmem(s.ptr, from, "---", 3) || memmem(s.ptr, from, "===", 3) ||
	        memmem(s.ptr, from, "***", 3) || memmem(s.ptr, from, "###", 3);
	boxed = memchr(s.ptr, '[', from) || memchr(s.ptr, '<', from);
	if (ruled && s.len - to < 3)
		return false;
	return inner->len > 0 && inner->len <= 80 && (ruled || boxed);
}

enum mark { MARK_NONE, MARK_BEGIN, MARK_END };

static enum mark
mark_of(struct str line, struct str *name)
{
	struct str s = str_trim(line);
	bool tag, context, report;

	if (s.len < 8 || s.len > 200 || !is_mark(s.ptr[0]) || !unwrap(s, name))
		return MARK_NONE;
	tag = memchr(s.ptr, '<', s.len - name->len) || memchr(s.ptr, '[', s.len - name->len);
	report = has_word(*name, "report") || has_word(*name, "audit");
	context = has_word(*name, "reports") || has_word(*name, "context");
	if (has_word(*name, "end") && (report || context))
		return MARK_END;
	if (tag && s.ptr[0] == '<' && s.len > 1 && s.ptr[1] == '/')
		return report ? MARK_END : MARK_NONE;
	if (!report || context)
		return MARK_NONE;
	if (tag && memchr(s.ptr, '[', s.len) && !has_word(*name, "start") &&
	    !has_word(*name, "begin"))
		return MARK_NONE;
	/* "--- Report 1 ---" says which; a heading that is only underlined on both sides does not. */
	if (strncasecmp(name->ptr, "report", 6) == 0 || has_word(*name, "start") ||
	    has_word(*name, "begin") || memchr(name->ptr, ':', name->len))
		return MARK_BEGIN;
	for (size_t i = 0; i < name->len; i++)
		if (isdigit((unsigned char)name->ptr[i]))
			return MARK_BEGIN;
	return MARK_NONE;
}

static size_t
part_add(struct part **parts, size_t count, size_t *cap, struct part part)
{
	GROW(*parts, count, *cap);
	(*parts)[count] = part;
	return count + 1;
}

size_t
parts_find(const struct page *l, struct part **parts)
{
	size_t count = 0, cap = 0;
	struct part open = {STR_NONE, 0, 0};
	bool inside = false;
	struct str name;

	*parts = NULL;
	for (size_t i = 0; i < l->count; i++) {
		enum mark mark = mark_of(l->line[i].text, &name);

		if (mark == MARK_NONE)
			continue;
		open.to = i;
		if (inside)
			count = part_add(parts, count, &cap, open);
		inside = mark == MARK_BEGIN;
		open = (struct part){name, i + 1, 0};
	}
	open.to = l->count;
	if (inside)
		count = part_add(parts, count, &cap, open);
	if (count == 0)
		count = part_add(parts, count, &cap, (struct part){STR(""), 0, l->count});
	return count;
}
