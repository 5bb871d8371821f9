/* Sets of rules, from files. */
#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "scan/load.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>

static const char *const top_keys[] = {"rules", NULL};

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
	load_rule(&l);
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
	const struct yaml *list = yaml_top_list(file, top_keys, "rules");

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
