/*
 * YAML, read by libyaml into a small tree that keeps line numbers, so that what is wrong with a
 * file can be said where it stands: "rules.yaml:12: unknown key 'thresold' (did you mean
 * 'threshold'?)".
 *
 * Duplicate keys, aliases, merge keys and tags are errors: rule files are small and written by
 * hand, and an alias is how a small file explodes. So are a second document, nesting deeper than
 * YAML_MAX_DEPTH and more than YAML_MAX_NODES nodes.
 *
 * Functions that check report the fault by diag() themselves, as "FILE:LINE: …", and exit with
 * EROS_CONFIG: what a command was told to do is not to be guessed.
 */
#ifndef RULE_YAML_H
#define RULE_YAML_H

#include "base/arena.h"

#include <stdint.h>

enum { YAML_MAX_DEPTH = 32, YAML_MAX_NODES = 1 << 20 };

enum yaml_type { YAML_SCALAR, YAML_LIST, YAML_MAP };

struct yaml {
	enum yaml_type type;
	bool quoted;           /* a scalar in quotes or a block: text, whatever it looks like */
	unsigned line, column; /* from 1; columns count characters */
	struct str text;       /* scalar; NUL-terminated */
	struct str key;        /* this node's key in the map that holds it; NUL-terminated */
	unsigned key_line;
	struct yaml *child, *next; /* children of a list or a map, in order */
	size_t count;              /* children */
};

struct yaml_error {
	unsigned line;
	char reason[160];
};

struct yaml_file {
	const char *name;  /* for messages */
	struct yaml *root; /* NULL for an empty file */
	/*
	 * Where set, a fault ends nothing: the first is noted here and reading goes on, what is wrong being taken
	 * for empty. For fuzzers and tests.
	 */
	struct yaml_error *fault;
	/* private */
	struct arena arena;
};

/* Parse TEXT; false with *error set where it is not acceptable. NAME must outlive FILE. */
bool yaml_parse(struct yaml_file *file, const char *name, struct str text,
                struct yaml_error *error);

/*
 * The same for a text that was not written for us: anchors, tags and merge keys are passed over, an alias is an empty scalar, of
 * several documents the first is taken.
 */
bool yaml_parse_foreign(struct yaml_file *file, const char *name, struct str text,
                        struct yaml_error *error);

/* Read and parse the file at PATH; dies with EROS_NOINPUT or EROS_CONFIG. */
void yaml_load(struct yaml_file *file, const char *path);
void yaml_release(struct yaml_file *file);

/* Report a fault at NODE and die with EROS_CONFIG. */
_Noreturn void yaml_die(const struct yaml_file *file, const struct yaml *node, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The same, unless FILE has a place for its fault: then that is noted, where it is the first. */
void yaml_fault(const struct yaml_file *file, const struct yaml *node, const char *fmt, ...)
	__attribute__((format(printf, 3, 4)));

/* The child KEY of MAP, or NULL. MAP may be NULL. */
const struct yaml *yaml_get(const struct yaml *map, const char *key);

/* MAP must be a map that holds no keys but the NULL-terminated KEYS. */
void yaml_expect_keys(const struct yaml_file *file, const struct yaml *map,
                      const char *const *keys);

/* NODE must be of that type; WHAT names it in the message: "rules.yaml:3: groups: expected a list".
 */
void yaml_expect(const struct yaml_file *file, const struct yaml *node, enum yaml_type type,
                 const char *what);

/*
 * The list KEY of FILE's root, which has to be a map that holds no keys but KEYS: a file of rules, or of groups of them. What is
 * wrong with that is a fault; NULL where there is no list.
 */
const struct yaml *yaml_top_list(const struct yaml_file *file, const char *const *keys,
                                 const char *key);

/* Typed reading of a scalar; dies naming key, line and value where it is something else. */
struct str yaml_text(const struct yaml_file *file, const struct yaml *node);
double yaml_number(const struct yaml_file *file, const struct yaml *node, double min, double max);
double yaml_duration(const struct yaml_file *file, const struct yaml *node);
uint64_t yaml_count(const struct yaml_file *file, const struct yaml *node, uint64_t min,
                    uint64_t max);
bool yaml_bool(const struct yaml_file *file, const struct yaml *node);

#endif
