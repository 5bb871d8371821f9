/*
 * Alerting rules: what eros-rules(5) describes under ALERT RULES, compiled.
 *
 * Everything is read once, at start; a fault in a file ends the command (EROS_CONFIG). Strings are views into
 * the loaded files, or into what the caller gave, and live as long as the rules do.
 */
#ifndef POLICY_ALERT_RULES_H
#define POLICY_ALERT_RULES_H

#include "rule/cond.h"
#include "rule/yaml.h"

enum { ALERT_BY_MAX = 8, ALERT_WINDOWS_MAX = 8 };

/* Text with values in it, "{{ agent }} is silent": pieces in order, each a literal or a value. */
struct alert_piece {
	enum { PIECE_TEXT, PIECE_MEMBER, PIECE_LABEL, PIECE_VALUE } kind;
	struct str text; /* the literal, the member's path or the label's name */
};

struct alert_label {
	struct str name, text; /* as written */
	struct alert_piece *piece;
	size_t pieces, piece_cap;
};

struct alert_labels {
	struct alert_label *label;
	size_t count, cap;
};

/* The members that records are grouped by, as paths. Rules with the same ones share their groups. */
struct alert_by {
	struct str path[ALERT_BY_MAX];
	size_t count;
	size_t rules; /* how many rules have it */
};

/* What a rule wants of a record beside its condition, looked up as the conditions look it up. */
struct path {
	struct str text;
	struct memo *memo;
};

struct paths {
	struct path *path;
	size_t count, cap;
};

struct alert_rule {
	struct str name, expr;
	uint64_t id; /* of name and labels: the same from run to run */
	const char *file;
	unsigned line;
	struct cond *cond;
	double hold, keep; /* for, keep_firing_for */
	struct alert_labels labels, annotations;
	size_t by, place; /* index of its alert_by, and of the rule among those that have it */
	size_t windows;
	bool reads;                  /* looks at the record itself, not only at windows */
	bool silence;                /* may hold because nothing comes: --stale does not end it */
	bool asks;                   /* by exists(), so that a missing member can speak for it */
	struct paths speaks_for;     /* a record with one of these that fulfils it is for it */
	struct paths speaks_against; /* one with one of these that does not is against it */
	struct paths
		keeps; /* the members kept of a record, for the texts and for a later evaluation */
};

struct alert_rules {
	struct alert_rule *rule;
	size_t count, cap;
	struct alert_by *by;
	size_t bys, by_cap;
	struct cond_share *share; /* of all conditions; NULL where there are none */
	struct yaml_file **file;  /* what was loaded */
	size_t files, file_cap;
};

#define ALERT_RULES_INIT \
	{                \
		0        \
	}

/* What rules that are a condition alone have in common. */
struct alert_defaults {
	double hold, keep;
	struct alert_by by;
};

/* Grouping where nothing is said: by agent. */
extern const struct alert_by alert_by_agent;

/* Add the rules of the file at PATH. */
void alert_rules_load(struct alert_rules *rules, const char *path);

/* Add those of a file that is parsed already; FILE stays the caller's, who may have it note its fault. */
void alert_rules_add(struct alert_rules *rules, const struct yaml_file *file);

/* Add a rule that is a condition alone. False with *ERROR set where that is wrong. */
bool alert_rules_condition(struct alert_rules *rules, struct str name, struct str expr,
                           const struct alert_defaults *defaults, struct cond_error *error);

/*
 * Add RULE, of which all is given but what follows from its condition. False where that is wrong, with *ERROR set, or
 * where *TWIN has its name and labels; what RULE owns is then released.
 */
bool alert_rules_put(struct alert_rules *rules, struct alert_rule *rule, const struct alert_by *by,
                     struct cond_error *error, const struct alert_rule **twin);
bool alert_by_has(const struct alert_by *by, struct str path);

void alert_rules_release(struct alert_rules *rules);

/*
 * Report by diag() each member that the rules name and eros-record(5) does not; add a record of type "check", with
 * how many rules and hints there are, to OUT.
 */
void alert_rules_check(const struct alert_rules *rules, struct buf *out);

/* Grouping by the members that TEXT has, separated by commas. False where they are too many, or one is empty or twice. */
bool alert_by_parse(struct alert_by *by, struct str text);

/* Compile label->text into pieces; NULL, or what is wrong with its braces. */
const char *alert_label_compile(struct alert_label *label);

/*
 * Run the test cases in each of the rules files at PATH, against its own rules. Adds what failed, got and wanted, to
 * FAILURES, and a record of type "test", with how many cases there are and how many failed, to OUT. Returns the latter.
 */
size_t alert_rules_test(const char **path, size_t count, struct buf *out, struct buf *failures);

#endif
