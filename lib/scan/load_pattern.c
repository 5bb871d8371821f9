/* The patterns of a rule. */
#include "scan/load.h"

static const char *const pattern_keys[] = {"in", "pattern", NULL};
static const char *const defines_keys[] = {"has", "lacks", "pattern", NULL};
static const char *const scope_names[] = {"file", "class", "function", "block", "after", NULL};

void
load_names(const struct load *l, const struct yaml *node, const struct pattern *p)
{
	struct scan_rule *rule = l->rule;

	for (size_t i = 0; i < pattern_names(p); i++) {
		struct str name = pattern_name(p, i);

		if (rule_capture(rule, name) >= 0) {
			if (rule->pattern_names > 0)
				yaml_fault(l->file, node, "'" STR_FMT "' is captured twice",
				           STR_ARG(name));
			continue;
		}
		if (rule->names == SCAN_NAMES) {
			yaml_fault(l->file, node, "more than %d captures", SCAN_NAMES);
			return;
		}
		if (pattern_group(p, name) >= SEARCH_GROUPS)
			yaml_fault(l->file, node, "'" STR_FMT "' is beyond the group %d",
			           STR_ARG(name), SEARCH_GROUPS - 1);
		GROW(rule->name, rule->names, rule->name_cap);
		rule->name[rule->names++] = arena_copy(&l->rules->arena, name);
	}
}

void
load_pattern(const struct load *l, const struct yaml *node, bool fills, struct scan_pattern *out)
{
	struct str text = yaml_text(l->file, node), name = STR("");
	bool filled = fills && text.len > 1 && memmem(text.ptr, text.len, "{{", 2);
	struct buf b = BUF_INIT, words = BUF_INIT;
	struct cond_error error;
	struct pattern *p;

	out->options = 0;
	pattern_flag('m', &out->options);
	if (!fills)
		buf_span(&b, text);
	else if (!fill_in(l->rule, text, NULL, true, &b, &name))
		yaml_fault(l->file, node, "'" STR_FMT "' is not captured", STR_ARG(name));
	p = pattern_compile(b.len > 0 ? buf_view(&b) : STR("(?!)"), out->options, &error);
	if (!p) {
		cond_error_text(&error, &words);
		yaml_fault(l->file, node, "%s: %s", node->key.ptr ? node->key.ptr : "pattern",
		           buf_cstr(&words));
	} else if (text.len == 0) {
		yaml_fault(l->file, node, "an empty pattern");
	}
	out->text = p && text.len > 0 ? text : STR_NONE;
	if (filled || text.len == 0) {
		pattern_free(p);
		p = NULL;
	}
	out->fixed = p;
	buf_release(&b);
	buf_release(&words);
}

/* A pattern by itself, or with the part of the text in which it is to be. */
static void
read_scoped(const struct load *l, const struct yaml *node, struct scan_pattern *out)
{
	const struct yaml *in, *pattern;

	if (node->type != YAML_MAP) {
		load_pattern(l, node, true, out);
		return;
	}
	yaml_expect_keys(l->file, node, pattern_keys);
	in = yaml_get(node, "in");
	pattern = yaml_get(node, "pattern");
	if (in)
		out->scope = (enum scan_scope)load_word(l, in, scope_names);
	if (pattern)
		load_pattern(l, pattern, true, out);
	else
		yaml_fault(l->file, node, "expected 'pattern'");
}

void
load_patterns(const struct load *l, const char *key, struct scan_patterns *list)
{
	const struct yaml *node = yaml_get(l->rule->node, key);
	const struct yaml *one = node && node->type == YAML_LIST ? node->child : node;

	for (; one; one = node->type == YAML_LIST ? one->next : NULL) {
		struct scan_pattern p = {.scope = SCOPE_FILE};

		read_scoped(l, one, &p);
		if (!p.text.ptr)
			continue;
		GROW(list->item, list->count, list->cap);
		list->item[list->count++] = p;
	}
}

void
load_defines(const struct load *l)
{
	struct scan_rule *rule = l->rule;
	const struct yaml *node = yaml_get(rule->node, "defines"), *pattern, *has, *lacks;

	if (!node)
		return;
	if (node->type != YAML_MAP) {
		load_pattern(l, node, true, &rule->defines);
		return;
	}
	yaml_expect_keys(l->file, node, defines_keys);
	pattern = yaml_get(node, "pattern");
	has = yaml_get(node, "has");
	lacks = yaml_get(node, "lacks");
	if (pattern)
		load_pattern(l, pattern, true, &rule->defines);
	else
		yaml_fault(l->file, node, "expected 'pattern'");
	if (has)
		load_pattern(l, has, true, &rule->has);
	if (lacks)
		load_pattern(l, lacks, true, &rule->lacks);
}

void
load_refers(const struct load *l)
{
	struct scan_rule *rule = l->rule;
	const struct yaml *node = yaml_get(rule->node, "refers");
	struct scan_pattern *p = &rule->refers;
	const struct pattern *compiled;
	struct buf b = BUF_INIT;
	struct cond_error error;
	struct str name;

	if (!node)
		return;
	read_scoped(l, node, p);
	if (!p->text.ptr)
		return;
	compiled = p->fixed;
	if (!compiled && fill_in(rule, p->text, NULL, true, &b, &name))
		compiled = pattern_compile(buf_view(&b), p->options, &error);
	if (compiled) {
		load_names(l, node, compiled);
		if (rule->names == rule->pattern_names)
			yaml_fault(l->file, node, "refers: captures nothing");
	}
	if (compiled != p->fixed)
		pattern_free((struct pattern *)compiled);
	buf_release(&b);
}
