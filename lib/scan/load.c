/* Rules from files. */
#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "scan/test.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

static const char *const top_keys[] = {"rules", NULL};
static const char *const rule_keys[] = {"absent",  "below",     "cwe",    "defines",    "fix",
                                        "globs",   "id",        "impact", "inside",     "languages",
                                        "message", "multiline", "not",    "not-inside", "pattern",
                                        "refers",  "requires",  "sees",   "severity",   "tests",
                                        "title",   "where",     NULL};
static const char *const pattern_keys[] = {"in", "pattern", NULL};
static const char *const defines_keys[] = {"has", "lacks", "pattern", NULL};
static const char *const view_names[] = {"code", "strings", "text", NULL};
static const char *const scope_names[] = {"file", "class", "function", "block", "after", NULL};

struct load {
	struct scan_rules *rules;
	const struct yaml_file *file;
	struct scan_rule *rule;
};

/* The index among WORDS of what NODE says. */
static int
read_word(const struct load *l, const struct yaml *node, const char *const *words)
{
	struct str text = yaml_text(l->file, node);
	const char *near = str_nearest(text, words);
	int i = 0;

	while (words[i] && !str_is(text, words[i]))
		i++;
	if (words[i])
		return i;
	yaml_fault(l->file, node, "%s: '" STR_FMT "' is not known%s%s%s",
	           node->key.ptr ? node->key.ptr : "value", STR_ARG(text),
	           near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
	return 0;
}

static struct str
read_text(const struct load *l, const char *key, bool required)
{
	const struct yaml *node = yaml_get(l->rule->node, key);
	struct str text = node ? yaml_text(l->file, node) : STR("");

	if (required && text.len == 0)
		yaml_fault(l->file, node ? node : l->rule->node, "rule without %s", key);
	return str_trim(text);
}

/* Take the names of P's groups as captures of the rule. */
static void
add_names(const struct load *l, const struct yaml *node, const struct pattern *p)
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

/* Compile what NODE says, where FILLS with the captures known so far. The compiled one is kept where it needs none. */
static void
read_pattern(const struct load *l, const struct yaml *node, bool fills, struct scan_pattern *out)
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
		read_pattern(l, node, true, out);
		return;
	}
	yaml_expect_keys(l->file, node, pattern_keys);
	in = yaml_get(node, "in");
	pattern = yaml_get(node, "pattern");
	if (in)
		out->scope = (enum scan_scope)read_word(l, in, scope_names);
	if (pattern)
		read_pattern(l, pattern, true, out);
	else
		yaml_fault(l->file, node, "expected 'pattern'");
}

static void
read_patterns(const struct load *l, const char *key, struct scan_patterns *list)
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

static void
read_languages(const struct load *l)
{
	struct scan_rule *rule = l->rule;
	const struct yaml *node = yaml_get(rule->node, "languages"),
			  *globs = yaml_get(rule->node, "globs");

	rule->any_language = !node;
	if (node)
		yaml_expect(l->file, node, YAML_LIST, "languages");
	for (const struct yaml *n = node ? node->child : NULL; n; n = n->next)
		rule->language[1 + read_word(l, n, lang_names())] = true;
	if (globs)
		yaml_expect(l->file, globs, YAML_LIST, "globs");
	for (const struct yaml *n = globs ? globs->child : NULL; n; n = n->next) {
		GROW(rule->glob, rule->globs, rule->glob_cap);
		rule->glob[rule->globs++] = yaml_text(l->file, n);
	}
	if (!node && !globs)
		yaml_fault(l->file, rule->node, "rule without languages or globs");
}

static void
read_defines(const struct load *l)
{
	struct scan_rule *rule = l->rule;
	const struct yaml *node = yaml_get(rule->node, "defines"), *pattern, *has, *lacks;

	if (!node)
		return;
	if (node->type != YAML_MAP) {
		read_pattern(l, node, true, &rule->defines);
		return;
	}
	yaml_expect_keys(l->file, node, defines_keys);
	pattern = yaml_get(node, "pattern");
	has = yaml_get(node, "has");
	lacks = yaml_get(node, "lacks");
	if (pattern)
		read_pattern(l, pattern, true, &rule->defines);
	else
		yaml_fault(l->file, node, "expected 'pattern'");
	if (has)
		read_pattern(l, has, true, &rule->has);
	if (lacks)
		read_pattern(l, lacks, true, &rule->lacks);
}

static void
read_refers(const struct load *l)
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
		add_names(l, node, compiled);
		if (rule->names == rule->pattern_names)
			yaml_fault(l->file, node, "refers: captures nothing");
	}
	if (compiled != p->fixed)
		pattern_free((struct pattern *)compiled);
	buf_release(&b);
}

static void
read_where(const struct load *l)
{
	const struct yaml *node = yaml_get(l->rule->node, "where");
	struct cond_error error;
	struct buf words = BUF_INIT;
	struct cond *c;

	if (!node)
		return;
	c = l->rule->where = cond_compile(yaml_text(l->file, node), 0, &error);
	if (!c) {
		cond_error_text(&error, &words);
		yaml_fault(l->file, node, "where: %s", buf_cstr(&words));
		buf_release(&words);
	}
	for (size_t i = 0; c && i < cond_members(c); i++) {
		struct str m = cond_member(c, i);

		if (rule_capture(l->rule, m) < 0 && !str_is(m, "path") && !str_is(m, "line") &&
		    !str_is(m, "text"))
			yaml_fault(l->file, node, "where: '" STR_FMT "' is not captured",
			           STR_ARG(m));
	}
}

/* A text in which captures are shown. */
static struct str
read_shown(const struct load *l, const char *key)
{
	struct str text = read_text(l, key, false), name;
	struct buf b = BUF_INIT;

	if (!fill_in(l->rule, text, NULL, false, &b, &name)) {
		yaml_fault(l->file, yaml_get(l->rule->node, key),
		           "%s: '" STR_FMT "' is not captured", key, STR_ARG(name));
		text = STR("");
	}
	buf_release(&b);
	return text;
}

static void
read_what(const struct load *l)
{
	struct scan_rule *rule = l->rule;
	const struct yaml *severity = yaml_get(rule->node, "severity"),
			  *below = yaml_get(rule->node, "below");
	const struct yaml *id = yaml_get(rule->node, "id");

	rule->id = read_text(l, "id", true);
	if (rule->id.len > 0 && !str_is_name(rule->id))
		yaml_fault(l->file, id, "id: '" STR_FMT "': letters, digits, '-' and '_' alone",
		           STR_ARG(rule->id));
	read_text(l, "title", true);
	if (severity)
		rule->severity = (enum severity)(1 + read_word(l, severity, severity_name + 1));
	else
		yaml_fault(l->file, rule->node, "rule without severity");
	rule->cwe = read_text(l, "cwe", false);
	rule->below = read_text(l, "below", false);
	if (below && !scan_is_version(rule->below))
		yaml_fault(l->file, below, "below: '" STR_FMT "' is no version such as 3.10",
		           STR_ARG(rule->below));
}

static void
read_rule(const struct load *l)
{
	struct scan_rule *rule = l->rule;
	const struct yaml *node = rule->node, *n;

	yaml_expect_keys(l->file, node, rule_keys);
	read_what(l);
	read_languages(l);
	if ((n = yaml_get(node, "multiline")))
		rule->multiline = yaml_bool(l->file, n);
	if ((n = yaml_get(node, "sees")))
		rule->view = (enum scan_view)read_word(l, n, view_names);
	if ((n = yaml_get(node, "pattern")))
		read_pattern(l, n, false, &rule->pattern);
	else
		yaml_fault(l->file, node, "rule without pattern");
	if (rule->pattern.fixed) {
		add_names(l, n, rule->pattern.fixed);
		rule->literals = literals_of(rule->pattern.text, &l->rules->arena);
	}
	rule->pattern_names = rule->names;
	read_refers(l);
	read_patterns(l, "not", &rule->not );
	read_patterns(l, "inside", &rule->inside);
	read_patterns(l, "not-inside", &rule->not_inside);
	read_patterns(l, "requires", &rule->requires);
	read_patterns(l, "absent", &rule->absent);
	read_defines(l);
	read_where(l);
	rule->title = read_shown(l, "title");
	rule->message = read_shown(l, "message");
	rule->impact = read_shown(l, "impact");
	rule->fix = read_shown(l, "fix");
	if (rule->message.len == 0)
		rule->message = rule->title;
	test_check(l->file, yaml_get(node, "tests"));
}

static int
by_id(const void *a, const void *b)
{
	return str_cmp(((const struct scan_rule *)a)->id, ((const struct scan_rule *)b)->id);
}

static void
add_rule(struct scan_rules *rules, const struct yaml_file *file, const struct yaml *node)
{
	struct scan_rule rule = {.file = file, .node = node};
	const struct load l = {.rules = rules, .file = file, .rule = &rule};

	if (node->type != YAML_MAP) {
		yaml_fault(file, node, "rule: expected a map");
		return;
	}
	read_rule(&l);
	for (size_t i = 0; i < rules->count; i++)
		if (str_eq(rules->rule[i].id, rule.id))
			yaml_fault(file, node, "the id '" STR_FMT "' again, as in line %u of %s",
			           STR_ARG(rule.id), rules->rule[i].node->line,
			           rules->rule[i].file->name);
	if (rules->count == SCAN_RULES_MAX)
		yaml_fault(file, node, "more than %d rules", SCAN_RULES_MAX);
	if (!rule.pattern.fixed || rules->count == SCAN_RULES_MAX) {
		rule_release(&rule);
		return;
	}
	GROW(rules->rule, rules->count, rules->cap);
	rules->rule[rules->count++] = rule;
}

void
scan_rules_add(struct scan_rules *rules, const struct yaml_file *file)
{
	const struct yaml *list;

	if (file->root) {
		yaml_expect(file, file->root, YAML_MAP, "rules");
		yaml_expect_keys(file, file->root, top_keys);
	}
	list = yaml_get(file->root, "rules");
	if (!list)
		yaml_fault(file, file->root, "no rules: expected 'rules'");
	else
		yaml_expect(file, list, YAML_LIST, "rules");
	for (const struct yaml *n = list ? list->child : NULL; n; n = n->next)
		add_rule(rules, file, n);
	if (rules->count > 0)
		qsort(rules->rule, rules->count, sizeof(*rules->rule), by_id);
	free(rules->list);
	rules->list = NULL;
}

static void
load_file(struct scan_rules *rules, const char *path)
{
	struct yaml_file *file = xcalloc(1, sizeof(*file));

	yaml_load(file, arena_copy(&rules->arena, str_of(path)).ptr);
	GROW(rules->file, rules->files, rules->file_cap);
	rules->file[rules->files++] = file;
	scan_rules_add(rules, file);
}

static int
is_rules_file(const struct dirent *entry)
{
	struct str name = str_of(entry->d_name);
	const char *dot = memrchr(name.ptr, '.', name.len);

	return name.ptr[0] != '.' && dot && (strcmp(dot, ".yaml") == 0 || strcmp(dot, ".yml") == 0);
}

void
scan_rules_load(struct scan_rules *rules, const char *path)
{
	struct dirent **entry;
	int n = scandir(path, &entry, is_rules_file, alphasort);

	if (n < 0 && errno != ENOTDIR && strcmp(path, "-") != 0)
		die(EROS_NOINPUT, "cannot_open", strerror(errno), "%s", path);
	if (n < 0)
		load_file(rules, path);
	if (n == 0)
		die(EROS_CONFIG, "bad_config", NULL,
		    "%s: no rules files (*.yaml) in this directory", path);
	for (int i = 0; i < n; i++) {
		char *name = path_join(path, entry[i]->d_name);

		load_file(rules, name);
		free(name);
		free(entry[i]);
	}
	if (n >= 0)
		free(entry);
}

struct scan_rules *
scan_rules_new(void)
{
	return xcalloc(1, sizeof(struct scan_rules));
}

void
scan_rules_free(struct scan_rules *rules)
{
	if (!rules)
		return;
	for (size_t i = 0; i < rules->count; i++)
		rule_release(&rules->rule[i]);
	for (size_t i = 0; i < rules->files; i++) {
		yaml_release(rules->file[i]);
		free(rules->file[i]);
	}
	arena_release(&rules->arena);
	free(rules->rule);
	free(rules->file);
	free(rules->list);
	free(rules);
}

size_t
scan_rules_count(const struct scan_rules *rules)
{
	return rules->count;
}

const struct sarif_rule *
scan_rules_list(struct scan_rules *rules)
{
	if (!rules->list) {
		rules->list = xcalloc(rules->count + 1, sizeof(*rules->list));
		for (size_t i = 0; i < rules->count; i++) {
			const struct scan_rule *r = &rules->rule[i];

			rules->list[i] =
				(struct sarif_rule){r->id, r->title, r->fix, r->cwe, r->severity};
		}
	}
	return rules->list;
}
