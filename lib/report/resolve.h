/*
 * Which files of a tree a path in a report means.
 *
 * The path may be one of another machine, so leading parts are taken off, as few as it takes until what is left is a file
 * of the tree, or the end of the path of one (a leading directory may be missing too). A bare name that several files have
 * is the one that the report named before, or the one nearest to what it named before; else all of them are
 * meant. Of several files those that are no backup copies go first. What comes out is always a file of the tree.
 */
#ifndef REPORT_RESOLVE_H
#define REPORT_RESOLVE_H

#include "base/map.h"
#include "source/tree.h"

enum resolve_how {
	RESOLVE_NOTHING,   /* the tree has no such file */
	RESOLVE_DIRECTORY, /* it is one */
	RESOLVE_EXACT,     /* as written */
	RESOLVE_STRIPPED,  /* leading parts were taken off */
	RESOLVE_LEADING,   /* leading parts were missing */
	RESOLVE_BARE,      /* a bare name, of one file */
	RESOLVE_NAMED,     /* one of several, by what the report named before */
	RESOLVE_SEVERAL,   /* ambiguous */
	RESOLVE_ELSEWHERE, /* a file of that name, in a directory of another: at best it was moved */
};

enum { RESOLVE_MOST = 8 };

struct resolved {
	enum resolve_how how;
	uint32_t file[RESOLVE_MOST]; /* indices into tree->file */
	size_t files;
	size_t several; /* how many there were to choose from */
};

struct resolver {
	const struct source_tree *tree;
	struct map named; /* "REPORT/NAME" -> index of the file last named so */
	struct map last;  /* "REPORT" -> index of the file named last */
};

void resolver_init(struct resolver *l, const struct source_tree *tree);
void resolver_release(struct resolver *l);

/* What PATH means in the report of that number, which is taken for having named it. */
void resolve_path(struct resolver *l, uint32_t report, struct str path, struct resolved *out);

/* How, in words: "leading directories taken off". */
const char *resolve_words(enum resolve_how how);

#endif
