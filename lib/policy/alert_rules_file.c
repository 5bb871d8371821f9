/* Alerting rules from files. */
#include "policy/alert_rules.h"

static const char *const top_keys[] = {"groups", "tests", NULL};
static const char *const group_keys[] = {"by", "labels", "name", "rules", NULL};
static const char *const rule_keys[] = {"alert", "annotations",     "by",     "expr",
                                        "for",   "keep_firing_for", "labels", NULL};

static bool
is_label_name(struct str s)
{
	for (size_t i = 0; i < s.len; i++) {
		char c = s.ptr[i];

		if (!(c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
		      (i > 0 && c >= '0' && c <= '9')))
			return false;
	}
	return s.len > 0;
}

static void
labels_set(struct alert_labels *labels, struct alert_label label)
{
	for (size_t i = 0; i < labels->count; i++)
		if (str_eq(labels->label[i].name, label.name)) {
			free(labels->label[i].piece);
			labels->label[i] = label;
			return;
		}
	GROW(labels->label, labels->count, labels->cap);
	labels->label[labels->count++] = label;
}

static void
read_labels(const struct yaml_file *file, const struct yaml *node, const char *what,
            struct alert_labels *labels)
{
	if (!node)
		return;
	yaml_expect(file, node, YAML_MAP, what);
	for (const struct yaml *n = node->child; n; n = n->next) {
		struct alert_label label = {.name = n->key, .text = yaml_text(file, n)};
		const char *reason = alert_label_compile(&label);

		if (!is_label_name(n->key) || str_is(n->key, "alertname"))
			yaml_fault(file, n, "%s: bad name '%s'", what, n->key.ptr);
		if (reason)
			yaml_fault(file, n, "%s: %s: %s", what, n->key.ptr, reason);
		labels_set(labels, label);
	}
}

static void
read_by(const struct yaml_file *file, const struct yaml *node, struct alert_by *by)
{
	if (!node)
		return;
	yaml_expect(file, node, YAML_LIST, "by");
	by->count = 0;
	for (const struct yaml *n = node->child; n; n = n->next) {
		struct str path = yaml_text(file, n);

		if (path.len == 0 || alert_by_has(by, path))
			yaml_fault(file, n, "by: %s",
			           path.len ? "the same member twice" : "an empty member");
		else if (by->count == ALERT_BY_MAX)
			yaml_fault(file, n, "by: more than %d members", ALERT_BY_MAX);
		else
			by->path[by->count++] = path;
	}
}

static struct str
read_required(const struct yaml_file *file, const struct yaml *map, const char *key,
              const char *fault)
{
	const struct yaml *node = yaml_get(map, key);
	struct str text = node ? yaml_text(file, node) : STR("");

	if (text.len == 0)
		yaml_fault(file, node ? node : map, "%s", fault);
	return text;
}

static void
read_rule(struct alert_rules *rules, const struct yaml_file *file, const struct yaml *node,
          const struct yaml *group)
{
	struct alert_rule rule = {.file = file->name, .line = node->line};
	struct alert_by by = alert_by_agent;
	const struct alert_rule *other;
	const struct yaml *n;
	struct buf text = BUF_INIT;
	struct cond_error error;

	yaml_expect(file, node, YAML_MAP, "rule");
	yaml_expect_keys(file, node, rule_keys);
	rule.name = read_required(file, node, "alert", "rule without a name (alert)");
	rule.expr = read_required(file, node, "expr", "rule without a condition (expr)");
	if ((n = yaml_get(node, "for")))
		rule.hold = yaml_duration(file, n);
	if ((n = yaml_get(node, "keep_firing_for")))
		rule.keep = yaml_duration(file, n);
	read_by(file, yaml_get(group, "by"), &by);
	read_by(file, yaml_get(node, "by"), &by);
	read_labels(file, yaml_get(group, "labels"), "labels", &rule.labels);
	read_labels(file, yaml_get(node, "labels"), "labels", &rule.labels);
	read_labels(file, yaml_get(node, "annotations"), "annotations", &rule.annotations);
	if (alert_rules_put(rules, &rule, &by, &error, &other))
		return;
	if (other) {
		yaml_fault(file, node, "%s: the same name and labels as the rule in line %u of %s",
		           rule.name.ptr, other->line, other->file);
	} else {
		cond_error_text(&error, &text);
		yaml_fault(file, yaml_get(node, "expr"), "%s: %s", rule.name.ptr, buf_cstr(&text));
		buf_release(&text);
	}
}

void
alert_rules_add(struct alert_rules *rules, const struct yaml_file *file)
{
	const struct yaml *groups = yaml_top_list(file, top_keys, "groups");

	for (const struct yaml *g = groups ? groups->child : NULL; g; g = g->next) {
		const struct yaml *list = yaml_get(g, "rules");

		yaml_expect(file, g, YAML_MAP, "group");
		yaml_expect_keys(file, g, group_keys);
		if (!list)
			yaml_fault(file, g, "group without rules");
		else
			yaml_expect(file, list, YAML_LIST, "rules");
		for (const struct yaml *r = list ? list->child : NULL; r; r = r->next)
			read_rule(rules, file, r, g);
	}
}

void
alert_rules_load(struct alert_rules *rules, const char *path)
{
	struct yaml_file *file = xcalloc(1, sizeof(*file));

	yaml_load(file, path);
	GROW(rules->file, rules->files, rules->file_cap);
	rules->file[rules->files++] = file;
	alert_rules_add(rules, file);
}
