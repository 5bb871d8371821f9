/*
 * Inside of scan: reading a rule. What is wrong is told as a fault of its file, and reading goes on.
 */
#ifndef SCAN_LOAD_H
#define SCAN_LOAD_H

#include "scan/rule.h"

struct load {
	struct scan_rules *rules;
	const struct yaml_file *file;
	struct scan_rule *rule; /* has its node */
};

void load_rule(const struct load *l);

/* The index among WORDS of what NODE says. */
int load_word(const struct load *l, const struct yaml *node, const char *const *words);

/* Take the names of P's groups as captures of the rule. */
void load_names(const struct load *l, const struct yaml *node, const struct pattern *p);

/* Compile what NODE says, where FILLS with the captures known so far. The compiled one is kept where it needs none. */
void load_pattern(const struct load *l, const struct yaml *node, bool fills,
                  struct scan_pattern *out);

/* Those under KEY, one or a list. */
void load_patterns(const struct load *l, const char *key, struct scan_patterns *list);

void load_refers(const struct load *l);
void load_defines(const struct load *l);

#endif
