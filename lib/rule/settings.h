/*
 * Settings: what a command can be tuned by. Each is given by an option, by the environment, by a policy file,
 * or is built in; the first of these that gives it counts.
 *
 * A command keeps its settings in a struct and describes them in a table:
 *
 *   static const struct setting table[] = {
 *           {"risk.degraded", SETTING_NUMBER, offsetof(struct limits, risk_degraded), 0, 1, NULL,
            "Degraded from this risk_score up (0.15)"},
 *           {0},
 *   };
 *
 * The name serves everywhere: as the option --risk-degraded, in the environment as EROS_HEALTH_RISK_DEGRADED, and in a
 * policy file, which the option --policy names, as
 *
 *   health:
 *     default:
 *       risk: {degraded: 0.15, critical: 0.30}
 *     specialties:
 *       code:
 *         risk: {critical: 0.40}
 *
 * One policy file serves several commands, each of which reads the block of its own name. A specialty has the
 * values of default but for those it gives itself. Options and environment count for every specialty.
 *
 *   settings_init(&s, "health", table, &builtin, sizeof(builtin));
 *   {&s.argp, 0, NULL, 0}                                  a child of the command's argp; its input is &s
 *   settings_load(&s, s.policy);                           once, after the options
 *   const struct limits *l = settings_of(&s, r, scratch);  for each record
 */
#ifndef RULE_SETTINGS_H
#define RULE_SETTINGS_H

#include "base/buf.h"
#include "base/map.h"
#include "record/record.h"

#include <argp.h>
#include <stdint.h>

enum setting_type {
	SETTING_NUMBER,   /* double */
	SETTING_DURATION, /* double, in seconds */
	SETTING_COUNT,    /* uint64_t */
	SETTING_FLAG,     /* bool; as an option it takes no argument */
	SETTING_WORD,     /* int, an index into words */
};

struct setting {
	const char *name; /* lower-case words joined by '.' and '_'; NULL ends the table */
	enum setting_type type;
	size_t offset;   /* in the command's struct */
	double min, max; /* of a number, duration or count */
	const char *const *words;
	const char *help; /* of the option */
};

struct settings {
	const char *block;
	const struct setting *table;
	size_t size;
	void *values;       /* of default: what counts where a specialty has no section */
	struct argp argp;   /* an option for each setting, and --policy */
	const char *policy; /* the file that --policy named, or NULL */

	/*
	 * Set by the command where it needs it: called with each set of values when it is complete.
	 * It may prepare members that derive from others, and returns false, with REASON, where
	 * values contradict each other.
	 */
	bool (*ready)(void *values, struct buf *reason);

	/* private */
	struct map specialties;
	void *given;
	unsigned char *source;
	struct argp_option *options;
};

/* BUILTIN is a struct of SIZE bytes, copied. */
void settings_init(struct settings *s, const char *block, const struct setting *table,
                   const void *builtin, size_t size);
void settings_release(struct settings *s);

/*
 * Read the policy file at PATH, unless that is NULL, then the environment, and put everything in order. Dies:
 * EROS_NOINPUT where the file cannot be read, EROS_CONFIG for what is wrong in it or
 * in the environment, EROS_USAGE where values contradict each other because of an option.
 */
void settings_load(struct settings *s, const char *path);

/* Whether some specialty has values of its own. */
static inline bool
settings_vary(const struct settings *s)
{
	return s->specialties.count > 0;
}

/*
 * Every set of values in turn: that of default first, with an empty SPECIALTY. VALUES is the one before, NULL to
 * begin; NULL after the last.
 */
const void *settings_each(const struct settings *s, const void *values, struct str *specialty);

/* The values for SPECIALTY; those of default where it has no section or is empty. */
const void *settings_for(const struct settings *s, struct str specialty);

/* The values for the specialty of R; SCRATCH as record_string has it. */
static inline const void *
settings_of(const struct settings *s, const struct record *r, struct buf *scratch)
{
	return settings_vary(s) ? settings_for(s, record_string(r, STR("specialty"), scratch))
	                        : s->values;
}

#endif
