/* Patterns in long texts. */
#include "base/mem.h"
#include "rule/pattern_code.h"

#include <stdlib.h>

enum {
	SEARCH_TOTAL = 50 * 1000 * 1000, /* steps in a text, at all places together */
	SEARCH_LEAST = 500,              /* at each place, in the longest text */
	SEARCH_MOST = 1000 * 1000,       /* and in a short one */
};

struct search {
	pcre2_match_context *context;
	pcre2_match_data *data;
	pcre2_jit_stack *stack;
	unsigned groups; /* that the last match has told about */
};

struct search *
search_new(void)
{
	struct search *s = xmalloc(sizeof(*s));

	*s = (struct search){.context = pcre2_match_context_create(NULL),
	                     .data = pcre2_match_data_create(SEARCH_GROUPS, NULL),
	                     .stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL)};
	pcre2_set_heap_limit(s->context, HEAP_LIMIT);
	pcre2_jit_stack_assign(s->context, NULL, s->stack);
	return s;
}

void
search_free(struct search *s)
{
	if (!s)
		return;
	pcre2_jit_stack_free(s->stack);
	pcre2_match_data_free(s->data);
	pcre2_match_context_free(s->context);
	free(s);
}

static uint32_t
limit_for(size_t len)
{
	size_t limit = SEARCH_TOTAL / (len + 1);

	return (uint32_t)(limit < SEARCH_LEAST  ? SEARCH_LEAST
	                  : limit > SEARCH_MOST ? SEARCH_MOST
	                                        : limit);
}

int
search_next(struct search *s, const struct pattern *p, struct str text, size_t from)
{
	int rc;

	if (p->heavy && text.len > SEARCH_HEAVY)
		return -1;
	pcre2_set_match_limit(s->context, limit_for(text.len));
	rc = pcre2_match(p->code, (PCRE2_SPTR)text.ptr, text.len, from, 0, s->data, s->context);
	/* 0: it matches, and has more groups than there is room for. */
	s->groups = rc == 0 ? SEARCH_GROUPS : rc > 0 ? (unsigned)rc : 0;
	return rc >= 0 ? 1 : rc == PCRE2_ERROR_NOMATCH ? 0 : -1;
}

bool
search_group(const struct search *s, unsigned n, size_t *from, size_t *to)
{
	const size_t *at = pcre2_get_ovector_pointer(s->data);

	if (n >= s->groups || at[2 * n] == PCRE2_UNSET)
		return false;
	*from = at[2 * n];
	/* Of a lookahead's making the start may lie after the end (\K). */
	*to = at[2 * n + 1] < *from ? *from : at[2 * n + 1];
	return true;
}

size_t
pattern_names(const struct pattern *p)
{
	uint32_t count;

	pcre2_pattern_info(p->code, PCRE2_INFO_NAMECOUNT, &count);
	return count;
}

/* An entry of the table of names: the number in two bytes, the name with a NUL. */
static PCRE2_SPTR
name_entry(const struct pattern *p, size_t i)
{
	uint32_t size;
	PCRE2_SPTR table;

	pcre2_pattern_info(p->code, PCRE2_INFO_NAMEENTRYSIZE, &size);
	pcre2_pattern_info(p->code, PCRE2_INFO_NAMETABLE, &table);
	return table + i * size;
}

struct str
pattern_name(const struct pattern *p, size_t i)
{
	return str_of((const char *)name_entry(p, i) + 2);
}

unsigned
pattern_group(const struct pattern *p, struct str name)
{
	for (size_t i = 0, count = pattern_names(p); i < count; i++) {
		PCRE2_SPTR entry = name_entry(p, i);

		if (str_is(name, (const char *)entry + 2))
			return (unsigned)entry[0] << 8 | entry[1];
	}
	return 0;
}
