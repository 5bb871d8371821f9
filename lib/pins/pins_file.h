/*
 * One file of dependencies as it is being judged: what its reader says about each version becomes findings.
 */
#ifndef PINS_PINS_FILE_H
#define PINS_PINS_FILE_H

#include "pins/pins.h"
#include "record/json.h"

enum pin {
	PIN_EXACT,
	PIN_MISSING, /* no version at all */
	PIN_RANGE,   /* more than one version will do */
	PIN_MOVING,  /* a tag, a branch, a name such as "latest": what it stands for may change */
	PIN_UNREAD,  /* what it includes was not read */
};

struct pins_place {
	size_t line, column;
};

struct pins_file {
	struct pins *pins;
	enum pins_kind kind;
	struct str path, text;
	struct arena arena;

	/* private */
	struct finding *found;
	size_t count, cap;
	struct map nth; /* how many findings there are of the same rule, name and version */
	bool lock_sought, locked; /* whether the lock in pins is that of this file */
	const char *mark;
	struct pins_place mark_place;
};

void pins_file_init(struct pins_file *f, struct pins *p, enum pins_kind kind, struct str path,
                    struct str text);

/* Tell the findings, in order, and free all. */
void pins_file_finish(struct pins_file *f);

/* What PIN says of the dependency NAME, which is written as SPEC (may be empty), at PLACE. Nothing for PIN_EXACT. */
void pins_add(struct pins_file *f, struct pins_place place, enum pin pin, struct str name,
              struct str spec);

void pins_malformed(struct pins_file *f, size_t line, const char *reason);

/* Where the byte at P, which is in the text, stands. Linear where P does not go back. */
struct pins_place pins_place(struct pins_file *f, const char *p);

/* "DIR/PATH" without "./" and "..", in the file's arena, DIR being that of the file; empty where it leads out of the root. */
struct str pins_beside(struct pins_file *f, struct str path);

/* Whether a lock file beside F, or above it, has NAME: in which version, and its path. */
bool pins_locked(struct pins_file *f, struct str name, struct str *version, struct str *lock);

/* The readers. */
void requirements_check(struct pins *p, struct str path, struct str text);
void pyproject_check(struct pins_file *f);
void package_check(struct pins_file *f);
void cargo_check(struct pins_file *f);
void gomod_check(struct pins_file *f);
void gemfile_check(struct pins_file *f);
void dockerfile_check(struct pins_file *f);
void actions_check(struct pins_file *f);
void precommit_check(struct pins_file *f);

#endif
