/*
 * The patterns of .gitignore files, as gitignore(5) has them.
 *
 * A struct ignore is the file of one directory; those of the directories that hold it are reached by outer.
 */
#ifndef SOURCE_IGNORE_H
#define SOURCE_IGNORE_H

#include "base/buf.h"

struct ignore_pattern {
	struct str glob;
	bool negated, directory,
		anchored; /* ANCHORED: matched against the path from the file's directory on */
};

struct ignore {
	const struct ignore *outer;
	size_t base; /* length of the path of its directory, its '/' included */
	struct buf text;
	struct ignore_pattern *pattern;
	size_t patterns, cap;
};

/* Take TEXT, what a .gitignore file holds, over from I->text, where the caller has put it. */
void ignore_parse(struct ignore *i);
void ignore_release(struct ignore *i);

/* Whether PATH, from the root on, is left out by I or one outside it. */
bool ignore_matches(const struct ignore *i, struct str path, bool directory);

/* Whether GLOB matches all of TEXT: ? and * and [ ] for anything but '/', and ** as a part of a path for any parts. */
bool glob_matches(struct str glob, struct str text);

#endif
