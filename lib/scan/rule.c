/* What a rule says of itself. */
#include "scan/rule.h"

#include "base/num.h"
#include "source/ignore.h"

#include <stdlib.h>

int
rule_capture(const struct scan_rule *rule, struct str name)
{
	for (size_t i = 0; i < rule->names; i++)
		if (str_eq(rule->name[i], name))
			return (int)i;
	return -1;
}

bool
rule_is_about(const struct scan_rule *rule, struct str path, enum lang lang)
{
	if (!rule->any_language && !rule->language[lang])
		return false;
	for (size_t i = 0; i < rule->globs; i++) {
		const char *slash = memrchr(path.ptr, '/', path.len);
		bool whole = memchr(rule->glob[i].ptr, '/', rule->glob[i].len) != NULL;

		if (glob_matches(rule->glob[i],
		                 whole || !slash ? path
		                                 : str_from(path, (size_t)(slash - path.ptr) + 1)))
			return true;
	}
	return rule->globs == 0;
}

/* The next number of a version; false at the end. */
static bool
part(struct str *version, uint64_t *number)
{
	const char *dot = version->len > 0 ? memchr(version->ptr, '.', version->len) : NULL;
	struct str s = {version->ptr, dot ? (size_t)(dot - version->ptr) : version->len};

	*number = 0;
	if (version->len == 0)
		return false;
	*version = str_from(*version, s.len + (dot != NULL));
	return num_parse_count(s, 999999999, number);
}

bool
scan_is_version(struct str s)
{
	uint64_t number;

	if (s.len == 0 || s.ptr[s.len - 1] == '.')
		return false;
	while (s.len > 0)
		if (!part(&s, &number))
			return false;
	return true;
}

bool
rule_counts_for(const struct scan_rule *rule, struct str target)
{
	struct str below = rule->below;
	uint64_t a, b;

	if (below.len == 0)
		return true;
	if (target.len == 0)
		return false;
	while (target.len > 0 || below.len > 0) {
		part(&target, &a);
		part(&below, &b);
		if (a != b)
			return a < b;
	}
	return false;
}

static void
pattern_release(struct scan_pattern *p)
{
	pattern_free(p->fixed);
}

static void
patterns_release(struct scan_patterns *list)
{
	for (size_t i = 0; i < list->count; i++)
		pattern_release(&list->item[i]);
	free(list->item);
}

void
rule_release(struct scan_rule *rule)
{
	pattern_release(&rule->pattern);
	patterns_release(&rule->not );
	patterns_release(&rule->inside);
	patterns_release(&rule->not_inside);
	patterns_release(&rule->requires);
	patterns_release(&rule->absent);
	pattern_release(&rule->refers);
	pattern_release(&rule->defines);
	pattern_release(&rule->has);
	pattern_release(&rule->lacks);
	cond_free(rule->where);
	free(rule->glob);
	free(rule->name);
}

static void
add_quoted(struct buf *out, struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		unsigned char c = (unsigned char)s.ptr[i];

		if (c < 0x80 && c > ' ' && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z') &&
		    !(c >= 'A' && c <= 'Z') && c != '_')
			buf_byte(out, '\\');
		buf_byte(out, s.ptr[i]);
	}
}

bool
fill_in(const struct scan_rule *rule, struct str text, const struct str *value, bool quoted,
        struct buf *out, struct str *name)
{
	while (text.len > 0) {
		const char *open = memmem(text.ptr, text.len, "{{", 2), *close = NULL;
		size_t before = open ? (size_t)(open - text.ptr) : text.len;
		int i;

		if (open)
			close = memmem(open, text.len - before, "}}", 2);
		if (!close)
			before = text.len;
		buf_add(out, text.ptr, before);
		text = str_from(text, before);
		if (!close)
			break;
		*name = str_trim((struct str){open + 2, (size_t)(close - open) - 2});
		i = rule_capture(rule, *name);
		if (i < 0)
			return false;
		if (!value)
			buf_str(out, "x");
		else if (quoted)
			add_quoted(out, value[i]);
		else
			buf_span(out, value[i]);
		text = str_from(text, (size_t)(close - text.ptr) + 2);
	}
	return true;
}
