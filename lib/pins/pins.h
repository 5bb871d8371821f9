/*
 * Pins: which versions in files of dependencies are not exact.
 *
 *   struct pins p = {.open = open_beside, .found = on_found, .malformed = on_malformed, .arg = &app};
 *   pins_check(&p, pins_kind_of(path), path, text);      for each file
 *   pins_release(&p);
 *
 * A version is exact where the file alone says which one is installed, today and later: one version, a whole commit, a
 * digest. All else is a finding of one of the rules below. What is local to the tree has no version.
 *
 * Nothing here opens a file: what a file includes and the lock files beside it are asked of open(). Texts are bytes of
 * anybody's; reading them takes time linear in their length.
 */
#ifndef PINS_PINS_H
#define PINS_PINS_H

#include "base/map.h"
#include "finding/finding.h"
#include "finding/sarif.h"

enum pins_kind {
	PINS_NONE, /* no file of dependencies that is known here */
	PINS_REQUIREMENTS,
	PINS_PYPROJECT,
	PINS_PACKAGE,
	PINS_CARGO,
	PINS_GOMOD,
	PINS_GEMFILE,
	PINS_DOCKERFILE,
	PINS_ACTIONS,
	PINS_PRECOMMIT,
	PINS_KINDS
};

enum pins_open {
	PINS_OPENED,
	PINS_MISSING, /* there is no such file */
	PINS_OUTSIDE, /* it lies outside of what may be read */
};

struct pins {
	/* Add the text of the file at PATH, which is relative to the root as those that pins_check gets, to TEXT. */
	enum pins_open (*open)(void *arg, struct str path, struct buf *text);
	void (*found)(void *arg, const struct finding *f); /* F lives until it returns */
	void (*malformed)(void *arg, struct str path, size_t line, const char *reason);
	void *arg;
	struct str prefix; /* goes before each path that is told: "sub/" */
	bool lock_ok;      /* what a lock file has is no finding */

	/* private */
	struct map seen; /* ids of findings that were told */
	struct map lock; /* versions by name, of the lock file read last */
	struct str lock_path;
	struct arena lock_arena;
};

#define PINS_INIT                                                                    \
	{                                                                            \
		.seen = MAP_INIT(sizeof(char)), .lock = MAP_INIT(sizeof(struct str)) \
	}

void pins_release(struct pins *p);

/* What kind of file that is, by its path. */
enum pins_kind pins_kind_of(struct str path);

/* Judge the file at PATH that holds TEXT. Findings come in the order of the lines, for each file that it includes too. */
void pins_check(struct pins *p, enum pins_kind kind, struct str path, struct str text);

/* The rules, for SARIF. */
extern const struct sarif_rule pins_rules[];
extern const size_t pins_rule_count;

#endif
