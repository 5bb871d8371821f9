#include "policy/alert_rules.h"

#include "base/exit.h"
#include "base/hash.h"

#include <stdio.h>

static const char *const top_keys[] = {"groups", "tests", NULL};
static const char *const group_keys[] = {"by", "labels", "name", "rules", NULL};
static const char *const rule_keys[] = {"alert", "annotations",     "by",     "expr",
                                        "for",   "keep_firing_for", "labels", NULL};

const struct alert_by alert_by_agent = {.path = {{"agent", 5}}, .count = 1};

/* Texts. */

/* What stands between the braces: a member's path, $labels.NAME or $value. */
static bool
piece_of(struct str inner, struct alert_piece *piece)
{
	static const char labels[] = "$labels.";

	*piece = (struct alert_piece){PIECE_MEMBER, inner};
	if (str_is(inner, "$value")) {
		piece->kind = PIECE_VALUE;
		return true;
	}
	if (str_starts(inner, str_of(labels))) {
		*piece = (struct alert_piece){PIECE_LABEL, str_from(inner, sizeof(labels) - 1)};
		inner = piece->text;
	}
	for (size_t i = 0; i < inner.len; i++)
		if (strchr(" \t\n|$(){}\"'", inner.ptr[i]))
			return false;
	return inner.len > 0;
}

static void
add_piece(struct alert_label *label, struct alert_piece piece)
{
	if (piece.kind == PIECE_TEXT && piece.text.len == 0)
		return;
	GROW(label->piece, label->pieces, label->piece_cap);
	label->piece[label->pieces++] = piece;
}

const char *
alert_label_compile(struct alert_label *label)
{
	struct str rest = label->text;
	const char *open;

	while ((open = memmem(rest.ptr, rest.len, "{{", 2))) {
		struct alert_piece piece = {PIECE_TEXT, {rest.ptr, (size_t)(open - rest.ptr)}};
		const char *close;

		rest = str_from(rest, piece.text.len + 2);
		close = memmem(rest.ptr, rest.len, "}}", 2);
		if (!close)
			return "'{{' without '}}'";
		add_piece(label, piece);
		if (!piece_of(str_trim((struct str){rest.ptr, (size_t)(close - rest.ptr)}), &piece))
			return "expected a member, $labels.NAME or $value between '{{' and '}}'";
		add_piece(label, piece);
		rest = str_from(rest, (size_t)(close - rest.ptr) + 2);
	}
	add_piece(label, (struct alert_piece){PIECE_TEXT, rest});
	return NULL;
}

/* Paths. */

static bool
paths_have(const struct paths *p, struct str path)
{
	for (size_t i = 0; i < p->count; i++)
		if (str_eq(p->path[i], path))
			return true;
	return false;
}

static void
paths_add(struct paths *p, struct str path)
{
	if (paths_have(p, path))
		return;
	GROW(p->path, p->count, p->cap);
	p->path[p->count++] = path;
}

static bool
by_has(const struct alert_by *by, struct str path)
{
	for (size_t i = 0; i < by->count; i++)
		if (str_eq(by->path[i], path))
			return true;
	return false;
}

static bool
by_same(const struct alert_by *a, const struct alert_by *b)
{
	for (size_t i = 0; i < a->count && a->count == b->count; i++)
		if (!str_eq(a->path[i], b->path[i]))
			return false;
	return a->count == b->count;
}

static size_t
by_index(struct alert_rules *rules, const struct alert_by *by)
{
	for (size_t i = 0; i < rules->bys; i++)
		if (by_same(&rules->by[i], by))
			return i;
	GROW(rules->by, rules->bys, rules->by_cap);
	rules->by[rules->bys] = *by;
	rules->by[rules->bys].rules = 0;
	return rules->bys++;
}

/* Rules. */

static uint64_t
rule_id(const struct alert_rule *rule)
{
	uint64_t id = hash_bytes(rule->name, 0);

	for (size_t i = 0; i < rule->labels.count; i++) {
		id = hash_bytes(rule->labels.label[i].name, id);
		id = hash_bytes(rule->labels.label[i].text, id);
	}
	return id;
}

/* The members of the record itself that the condition names, but for those that every record has. */
static void
find_paths(const struct alert_rule *rule, const struct alert_by *by, bool by_type,
           struct paths *paths)
{
	for (int all = 0; all < 2 && paths->count == 0; all++)
		for (size_t i = 0; i < cond_members(rule->cond); i++) {
			struct str path = cond_member(rule->cond, i);
			bool common = by_has(by, path) || str_is(path, "ts") ||
			              (str_is(path, "type") && !by_type);

			if (cond_reads(rule->cond, i) && (all || !common))
				paths_add(paths, path);
		}
}

/*
 * What a record must have to speak for the rule, and against it. What every record has counts only where the condition
 * names nothing else; the type may speak for a rule, but another type says nothing against it.
 */
static void
find_witnesses(struct alert_rule *rule, const struct alert_by *by)
{
	find_paths(rule, by, true, &rule->speaks_for);
	find_paths(rule, by, false, &rule->speaks_against);
	rule->reads = rule->speaks_for.count > 0;
	rule->asks = cond_asks(rule->cond);
}

/* Its value is told, its texts name members, and one that counts too is judged again between records. */
static void
find_keeps(struct alert_rule *rule)
{
	const struct alert_labels *texts[] = {&rule->labels, &rule->annotations};

	for (size_t i = 0; i < cond_members(rule->cond); i++)
		if (rule->windows == 0 ? i == 0 : cond_reads(rule->cond, i))
			paths_add(&rule->keeps, cond_member(rule->cond, i));
	for (size_t t = 0; t < 2; t++)
		for (size_t i = 0; i < texts[t]->count; i++)
			for (size_t p = 0; p < texts[t]->label[i].pieces; p++)
				if (texts[t]->label[i].piece[p].kind == PIECE_MEMBER)
					paths_add(&rule->keeps, texts[t]->label[i].piece[p].text);
}

/* Whether the condition can hold because nothing comes. */
static bool
holds_in_silence(const struct alert_rule *rule)
{
	static const double none[ALERT_WINDOWS_MAX];
	struct record empty = RECORD_INIT;

	if (rule->windows == 0)
		return false;
	for (size_t i = 0; i < rule->windows; i++)
		if (cond_window(rule->cond, i)->absent)
			return true;
	return !rule->reads && cond_eval(rule->cond, &empty, none);
}

/* Compile the rule's condition, and find out what follows from it. */
static bool
rule_compile(struct alert_rule *rule, const struct alert_by *by, struct cond_error *error)
{
	rule->cond = cond_compile(rule->expr, COND_WINDOWS, error);
	if (!rule->cond)
		return false;
	error->column = cond_constant_part(rule->cond);
	if (error->column > 0) {
		snprintf(error->reason, sizeof(error->reason),
		         "constant: the same for every record");
		return false;
	}
	error->column = 1;
	rule->windows = cond_windows(rule->cond);
	if (rule->windows > ALERT_WINDOWS_MAX) {
		snprintf(error->reason, sizeof(error->reason), "more than %d counts over time",
		         ALERT_WINDOWS_MAX);
		return false;
	}
	find_witnesses(rule, by);
	find_keeps(rule);
	rule->silence = holds_in_silence(rule);
	rule->id = rule_id(rule);
	return true;
}

static void
rule_release(struct alert_rule *rule)
{
	struct alert_labels *texts[] = {&rule->labels, &rule->annotations};

	for (size_t t = 0; t < 2; t++) {
		for (size_t i = 0; i < texts[t]->count; i++)
			free(texts[t]->label[i].piece);
		free(texts[t]->label);
	}
	free(rule->speaks_for.path);
	free(rule->speaks_against.path);
	free(rule->keeps.path);
	cond_free(rule->cond);
}

static const struct alert_rule *
same_id(const struct alert_rules *rules, uint64_t id)
{
	for (size_t i = 0; i < rules->count; i++)
		if (rules->rule[i].id == id)
			return &rules->rule[i];
	return NULL;
}

static void
rule_add(struct alert_rules *rules, struct alert_rule *rule, const struct alert_by *by)
{
	rule->by = by_index(rules, by);
	rule->place = rules->by[rule->by].rules++;
	GROW(rules->rule, rules->count, rules->cap);
	rules->rule[rules->count++] = *rule;
	if (!rules->share)
		rules->share = cond_share_new();
	cond_share_add(rules->share, rule->cond);
}

bool
alert_rules_condition(struct alert_rules *rules, struct str name, struct str expr,
                      const struct alert_defaults *defaults, struct cond_error *error)
{
	struct alert_rule rule = {
		.name = name, .expr = expr, .hold = defaults->hold, .keep = defaults->keep};

	if (!rule_compile(&rule, &defaults->by, error)) {
		rule_release(&rule);
		return false;
	}
	if (same_id(rules, rule.id)) {
		snprintf(error->reason, sizeof(error->reason), "given twice");
		rule_release(&rule);
		return false;
	}
	rule_add(rules, &rule, &defaults->by);
	return true;
}

/* Files. */

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
			yaml_die(file, n, "%s: bad name '%s'", what, n->key.ptr);
		if (reason)
			yaml_die(file, n, "%s: %s: %s", what, n->key.ptr, reason);
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

		if (path.len == 0 || by_has(by, path))
			yaml_die(file, n, "by: %s member", path.len ? "the same" : "an empty");
		if (by->count == ALERT_BY_MAX)
			yaml_die(file, n, "by: more than %d members", ALERT_BY_MAX);
		by->path[by->count++] = path;
	}
}

static struct str
read_required(const struct yaml_file *file, const struct yaml *map, const char *key,
              const char *fault)
{
	const struct yaml *node = yaml_get(map, key);
	struct str text;

	if (!node)
		yaml_die(file, map, "%s", fault);
	text = yaml_text(file, node);
	if (text.len == 0)
		yaml_die(file, node, "%s", fault);
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
	if (!rule_compile(&rule, &by, &error)) {
		struct buf text = BUF_INIT;

		cond_error_text(&error, &text);
		yaml_die(file, yaml_get(node, "expr"), "%s: %s", rule.name.ptr, buf_cstr(&text));
	}
	if ((other = same_id(rules, rule.id)))
		yaml_die(file, node, "%s: the same name and labels as the rule in line %u of %s",
		         rule.name.ptr, other->line, other->file);
	rule_add(rules, &rule, &by);
}

void
alert_rules_add(struct alert_rules *rules, const struct yaml_file *file)
{
	const struct yaml *groups;

	if (file->root) {
		yaml_expect(file, file->root, YAML_MAP, "rules");
		yaml_expect_keys(file, file->root, top_keys);
	}
	groups = yaml_get(file->root, "groups");
	if (!groups)
		die(EROS_CONFIG, "bad_config", NULL, "%s: no rules: expected 'groups'", file->name);
	yaml_expect(file, groups, YAML_LIST, "groups");
	for (const struct yaml *g = groups->child; g; g = g->next) {
		const struct yaml *list;

		yaml_expect(file, g, YAML_MAP, "group");
		yaml_expect_keys(file, g, group_keys);
		list = yaml_get(g, "rules");
		if (!list)
			yaml_die(file, g, "group without rules");
		yaml_expect(file, list, YAML_LIST, "rules");
		for (const struct yaml *r = list->child; r; r = r->next)
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

void
alert_rules_release(struct alert_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++)
		rule_release(&rules->rule[i]);
	for (size_t i = 0; i < rules->files; i++) {
		yaml_release(rules->file[i]);
		free(rules->file[i]);
	}
	if (rules->share)
		cond_share_free(rules->share);
	free(rules->rule);
	free(rules->by);
	free(rules->file);
	*rules = (struct alert_rules)ALERT_RULES_INIT;
}
