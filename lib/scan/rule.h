/*
 * Inside of scan: a rule as it was read.
 */
#ifndef SCAN_RULE_H
#define SCAN_RULE_H

#include "rule/pattern.h"
#include "scan/literals.h"
#include "scan/scan.h"
#include "scan/sieve.h"

/* In which of its three forms a text is searched. */
enum scan_view {
	VIEW_CODE,    /* without comments and what is between quotes: spaces in their place */
	VIEW_STRINGS, /* without comments; a match may not begin within a string */
	VIEW_TEXT,    /* as it is */
};

enum scan_scope {
	SCOPE_FILE,
	SCOPE_CLASS,    /* the innermost class around the match */
	SCOPE_FUNCTION, /* likewise */
	SCOPE_BLOCK,    /* the block that the match opens, else the innermost around it */
	SCOPE_AFTER,    /* what of that block comes after the match */
};

/* A pattern, in which {{name}} stands for what was captured under that name. */
struct scan_pattern {
	struct str text;       /* no ptr: there is none */
	struct pattern *fixed; /* compiled; NULL where there is something to fill in */
	enum scan_scope scope;
	unsigned options;
};

struct scan_patterns {
	struct scan_pattern *item;
	size_t count, cap;
};

struct scan_rule {
	struct str id, title, message, impact, fix, cwe, below;
	enum severity severity;
	bool any_language, language[LANG_COUNT];
	struct str *glob;
	size_t globs, glob_cap;
	bool multiline;
	enum scan_view view;
	struct scan_pattern pattern;
	struct literals literals;
	struct scan_patterns not, inside, not_inside, requires, absent;
	struct scan_pattern refers, defines, has, lacks;
	struct cond *where;
	struct str *name; /* of captures: those of pattern, then those of refers */
	size_t names, name_cap, pattern_names;
	const struct yaml_file *file;
	const struct yaml *node;
};

enum { SCAN_NAMES = 16, SCAN_RULES_MAX = 10000 };

struct scan_rules {
	struct scan_rule *rule; /* in order of their ids, once all are there */
	size_t count, cap;
	struct yaml_file **file;
	size_t files, file_cap;
	struct sarif_rule *list;
	struct arena arena;
};

/* The index of NAME among the captures of RULE, or -1. */
int rule_capture(const struct scan_rule *rule, struct str name);

/* Whether RULE is about files at PATH in LANG. */
bool rule_is_about(const struct scan_rule *rule, struct str path, enum lang lang);

/* Whether it counts for code that is to run under TARGET, which may be empty. */
bool rule_counts_for(const struct scan_rule *rule, struct str target);

void rule_release(struct scan_rule *rule);

/*
 * Put TEXT with what was captured in the place of each {{name}} into OUT: QUOTED, so that a pattern takes it for what it is.
 * False, with NAME, where RULE has no such capture. With VALUE NULL each counts as "x".
 */
bool fill_in(const struct scan_rule *rule, struct str text, const struct str *value, bool quoted,
             struct buf *out, struct str *name);

#endif
