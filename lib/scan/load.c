/* A rule, as its file has it. */
#include "scan/load.h"
#include "scan/test.h"

static const char *const rule_keys[] = {"absent",  "below",     "cwe",    "defines",    "fix",
                                        "globs",   "id",        "impact", "inside",     "languages",
                                        "message", "multiline", "not",    "not-inside", "pattern",
                                        "refers",  "requires",  "sees",   "severity",   "tests",
                                        "title",   "where",     NULL};
static const char *const view_names[] = {"code", "strings", "text", NULL};

int
load_word(const struct load *l, const struct yaml *node, const char *const *words)
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

struct str
load_text(const struct load *l, const char *key, bool required)
{
	const struct yaml *node = yaml_get(l->rule->node, key);
	struct str text = node ? yaml_text(l->file, node) : STR("");

	if (required && text.len == 0)
		yaml_fault(l->file, node ? node : l->rule->node, "rule without %s", key);
	return str_trim(text);
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
		rule->language[1 + load_word(l, n, lang_names())] = true;
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
	struct str text = load_text(l, key, false), name;
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

	rule->id = load_text(l, "id", true);
	if (rule->id.len > 0 && !str_is_name(rule->id))
		yaml_fault(l->file, id, "id: '" STR_FMT "': letters, digits, '-' and '_' alone",
		           STR_ARG(rule->id));
	load_text(l, "title", true);
	if (severity)
		rule->severity = (enum severity)(1 + load_word(l, severity, severity_name + 1));
	else
		yaml_fault(l->file, rule->node, "rule without severity");
	rule->cwe = load_text(l, "cwe", false);
	rule->below = load_text(l, "below", false);
	if (below && !scan_is_version(rule->below))
		yaml_fault(l->file, below, "below: '" STR_FMT "' is no version such as 3.10",
		           STR_ARG(rule->below));
}

void
load_rule(const struct load *l)
{
	struct scan_rule *rule = l->rule;
	const struct yaml *node = rule->node, *n;

	yaml_expect_keys(l->file, node, rule_keys);
	read_what(l);
	read_languages(l);
	if ((n = yaml_get(node, "multiline")))
		rule->multiline = yaml_bool(l->file, n);
	if ((n = yaml_get(node, "sees")))
		rule->view = (enum scan_view)load_word(l, n, view_names);
	if ((n = yaml_get(node, "pattern")))
		load_pattern(l, n, false, &rule->pattern);
	else
		yaml_fault(l->file, node, "rule without pattern");
	if (rule->pattern.fixed) {
		load_names(l, n, rule->pattern.fixed);
		rule->literals = literals_of(rule->pattern.text, &l->rules->arena);
	}
	rule->pattern_names = rule->names;
	load_refers(l);
	load_patterns(l, "not", &rule->not );
	load_patterns(l, "inside", &rule->inside);
	load_patterns(l, "not-inside", &rule->not_inside);
	load_patterns(l, "requires", &rule->requires);
	load_patterns(l, "absent", &rule->absent);
	load_defines(l);
	read_where(l);
	rule->title = read_shown(l, "title");
	rule->message = read_shown(l, "message");
	rule->impact = read_shown(l, "impact");
	rule->fix = read_shown(l, "fix");
	if (rule->message.len == 0)
		rule->message = rule->title;
	test_check(l->file, yaml_get(node, "tests"));
}
