/*
 * Versions as they are written in the various kinds of files: exact or not.
 */
#ifndef PINS_VERSION_H
#define PINS_VERSION_H

#include "pins/pins_file.h"

/* A whole commit of git: 40 or 64 hexadecimal digits. */
bool version_is_commit(struct str ref);

/* The ref of a version control URL: a commit is exact, anything else moves, and so does no ref at all. */
enum pin version_ref(struct str ref);

/*
 * A URL that a package is fetched from: git+https://host/path@ref, or an archive, which is exact where its name holds a
 * version or a digest of it is given.
 */
enum pin version_url(struct str url);

/* An image: name[:tag][@digest]. */
enum pin version_image(struct str image);

/* Digits, letters, dots, hyphens and plus signs, a digit first, or a v and a digit. */
bool version_is_plain(struct str version);

/* As npm has it: "1.2.3", "^1", "npm:other@1.0.0", "github:a/b#ref", "latest". */
enum pin version_npm(struct str spec);

/* As Cargo has it: only "=1.2.3" is exact. */
enum pin version_cargo(struct str spec);

/* As Poetry has it: "1.2.3" and "==1.2.3" are exact. */
enum pin version_poetry(struct str spec);

/* A requirement of PEP 508 taken apart. Everything is a view of its text. */
struct requirement {
	struct str name;
	struct str spec; /* all that says which version, as written, or the URL */
	struct str marker;
	enum pin pin;
};

/* Where TEXT is none: a constant that says why. A path to something local is exact and has no name. */
const char *requirement_parse(struct str text, struct requirement *r);

/* NAME as indexes compare it: lower case, each run of "-_." one hyphen. */
struct str requirement_name(struct arena *a, struct str name);

#endif
