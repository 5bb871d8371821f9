/*
 * Patterns: PCRE2 with its JIT where there is one, and with limits.
 *
 * PCRE2 counts its steps anew at each place where a match may begin, so its limit alone would let a long text cost
 * the limit times its length. The limit that is set falls as texts grow, and bounds the whole search.
 *
 * Some work it does not count at all: what a lookahead passes over without backtracking, what a back reference
 * compares, what \X takes together. Where such work may be done at every place the pattern is heavy,
 * and searched for in short texts only. Repeats elsewhere the JIT does not try twice.
 */
#include "rule/cond_code.h"
#include "rule/pattern_code.h"

#include <stdio.h>

enum {
	TOTAL_LIMIT = 100 * COND_MATCH_LIMIT, /* of the whole search, for texts of over 100 bytes */
	LEAST_LIMIT = 100,                    /* what each place has even in the longest text */
	HEAVY_TEXT = 8 << 10,  /* the longest text in which a heavy pattern is sought */
};

bool
pattern_flag(char flag, unsigned *options)
{
	switch (flag) {
	case 'i': *options |= PCRE2_CASELESS; return true;
	case 'm': *options |= PCRE2_MULTILINE; return true;
	case 's': *options |= PCRE2_DOTALL; return true;
	case 'x': *options |= PCRE2_EXTENDED; return true;
	default: return false;
	}
}

/* (*NO_JIT), (*LIMIT_MATCH=n) and their like, which begin a pattern, change how it is run. */
static bool
has_setting(struct str text)
{
	return text.len > 2 && text.ptr[0] == '(' && text.ptr[1] == '*' && text.ptr[2] >= 'A' &&
	       text.ptr[2] <= 'Z';
}

/* Past the class that begins at *P. */
static const char *
class_end(const char *p, const char *end)
{
	p += 1 + (end - p > 1 && p[1] == '^');
	p += end - p > 0 && *p == ']';
	while (p < end && *p != ']')
		p += 1 + (*p == '\\' && end - p > 1);
	return p;
}

/*
 * Whether a lookahead may scan on without end, by repeating or by calling something that does, or there is
 * \X. What is unclear counts as yes. TEXT is a pattern that PCRE2 has accepted.
 */
static bool
scans_ahead(struct str text)
{
	const char *end = text.ptr + text.len;
	unsigned depth = 0, ahead = 0; /* ahead: the depth at which the lookahead began */

	for (const char *p = text.ptr; p < end; p++) {
		bool special = *p == '(' && end - p > 2 && (p[1] == '?' || p[1] == '*');

		if (*p == '\\' && end - p > 1) {
			p++;
			if (*p == 'X' || (ahead && (*p == 'Q' || *p == 'g')))
				return true;
		} else if (*p == '[') {
			p = class_end(p, end);
		} else if (*p == '(') {
			depth++;
			if (special && ahead && strchr("RP&+-0123456789", p[2]))
				return true;
			if (special && !ahead && (p[1] == '*' || p[2] == '=' || p[2] == '!'))
				ahead = depth;
			p += special;
		} else if (*p == ')') {
			if (ahead == depth)
				ahead = 0;
			depth--;
		} else if (ahead && strchr("*+{", *p)) {
			return true;
		}
	}
	return false;
}

static bool
is_heavy(const pcre2_code *code, struct str text)
{
	uint32_t references, options;

	pcre2_pattern_info(code, PCRE2_INFO_BACKREFMAX, &references);
	pcre2_pattern_info(code, PCRE2_INFO_ALLOPTIONS, &options);
	return references > 0 || (!(options & PCRE2_ANCHORED) && scans_ahead(text));
}

struct pattern *
pattern_compile(struct str text, unsigned options, struct cond_error *error)
{
	int code;
	size_t offset;
	struct pattern *p;
	pcre2_code *compiled;

	error->column = 1;
	if (has_setting(text)) {
		snprintf(error->reason, sizeof(error->reason), "a pattern cannot begin with '(*'");
		return NULL;
	}
	compiled = pcre2_compile((PCRE2_SPTR)text.ptr, text.len,
	                         options | PCRE2_UTF | PCRE2_MATCH_INVALID_UTF |
	                                 PCRE2_NEVER_BACKSLASH_C,
	                         &code, &offset, NULL);
	if (!compiled) {
		char words[128];

		pcre2_get_error_message(code, (PCRE2_UCHAR *)words, sizeof(words));
		snprintf(error->reason, sizeof(error->reason), "bad pattern: %s", words);
		error->column = (unsigned)offset + 1;
		return NULL;
	}
	p = xmalloc(sizeof(*p));
	*p = (struct pattern){.code = compiled,
	                      .context = pcre2_match_context_create(NULL),
	                      .data = pcre2_match_data_create(1, NULL),
	                      .heavy = is_heavy(compiled, text)};
	pcre2_set_heap_limit(p->context, HEAP_LIMIT);
	if (pcre2_jit_compile(compiled, PCRE2_JIT_COMPLETE) == 0) {
		p->stack = pcre2_jit_stack_create(JIT_STACK_MIN, JIT_STACK_MAX, NULL);
		pcre2_jit_stack_assign(p->context, NULL, p->stack);
	}
	return p;
}

void
pattern_free(struct pattern *p)
{
	if (!p)
		return;
	pcre2_jit_stack_free(p->stack);
	pcre2_match_data_free(p->data);
	pcre2_match_context_free(p->context);
	pcre2_code_free(p->code);
	free(p);
}

size_t cond_given_up;

static uint32_t
limit_for(const struct pattern *p, size_t len)
{
	size_t limit = TOTAL_LIMIT / (len + 1);

	if (limit < LEAST_LIMIT || p->heavy)
		return LEAST_LIMIT;
	return limit > COND_MATCH_LIMIT ? COND_MATCH_LIMIT : (uint32_t)limit;
}

int
pattern_match(const struct pattern *p, struct str text)
{
	int rc = PCRE2_ERROR_MATCHLIMIT;

	pcre2_set_match_limit(p->context, limit_for(p, text.len));
	if (!p->heavy || text.len <= HEAVY_TEXT)
		rc = pcre2_match(p->code, (PCRE2_SPTR)text.ptr, text.len, 0, 0, p->data,
		                 p->context);
	if (rc >= 0)
		return 1;
	if (rc == PCRE2_ERROR_NOMATCH)
		return 0;
	cond_given_up++;
	return -1;
}

struct str
pattern_span(const struct pattern *p, struct str text)
{
	const size_t *at = pcre2_get_ovector_pointer(p->data);

	/* Of a lookbehind's making the end may lie before the start (\K). */
	return at[0] > at[1] ? STR_NONE : (struct str){text.ptr + at[0], at[1] - at[0]};
}
