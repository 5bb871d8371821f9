/*
 * Scanning a source tree by rules, which eros-rules(5) describes.
 *
 *   struct scan_rules *rules = scan_rules_new();
 *   scan_rules_load(rules, path);                    a file, or a directory of them; dies where they are wrong
 *   scan_tree(rules, &tree, &options, &result);
 *   for (size_t i = 0; i < result.count; i++) … result.finding[i].rule, .locations[0].path, .line
 *   scan_result_release(&result); scan_rules_free(rules);
 *
 * The findings are in order of path, line and rule, whatever the number of threads. Each has its rule, severity, title,
 * message, fix, one location, the fingerprint of its line, and that line as evidence.
 */
#ifndef SCAN_SCAN_H
#define SCAN_SCAN_H

#include "finding/sarif.h"
#include "rule/yaml.h"
#include "source/tree.h"

struct scan_rules;

struct scan_rules *scan_rules_new(void);
void scan_rules_free(struct scan_rules *rules);

/*
 * Add the rules of FILE, which must outlive RULES; what is wrong is told by yaml_fault. A rule of the same id as one that is
 * there already is wrong, too.
 */
void scan_rules_add(struct scan_rules *rules, const struct yaml_file *file);

/* Add those of the file at PATH, or of all files *.yaml and *.yml in that directory. */
void scan_rules_load(struct scan_rules *rules, const char *path);

size_t scan_rules_count(const struct scan_rules *rules);

/* Their ids, titles, fixes and severities, in order of their ids; freed with RULES. */
const struct sarif_rule *scan_rules_list(struct scan_rules *rules);

struct scan_options {
	struct str target; /* the version that the code is to run under, "3.9"; empty where any */
	unsigned threads;  /* 0: as many as are worth while */
	/* Where set: only files at these paths, or below them; as source_path_normal has them; NULL-terminated. */
	const char *const *paths;
};

struct scan_result {
	struct finding *finding;
	size_t count, cap;
	size_t files;      /* that were searched */
	size_t suppressed; /* findings that a comment in the source does not want */
	size_t given_up;   /* searches that took too long, so that something may have been missed */
	size_t too_large;  /* files that were not read for their size */
	struct arena arena;
};

/* Scan TREE. What cannot be read raises tree->status, see source/tree.h. */
void scan_tree(const struct scan_rules *rules, struct source_tree *tree,
               const struct scan_options *options, struct scan_result *result);
void scan_result_release(struct scan_result *result);

/* A version as dotted numbers, at most 9 digits each: "3.10". */
bool scan_is_version(struct str s);

/*
 * Run the tests that stand beside the rules. For one that fails TELL is called with where it stands and what is wrong.
 * Returns how many failed.
 */
size_t scan_test(const struct scan_rules *rules,
                 void (*tell)(void *arg, const char *file, unsigned line, const char *what),
                 void *arg, size_t *tests);

#endif
