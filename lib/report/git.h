/*
 * Asking git about the history of a tree that nobody trusts.
 *
 * git runs programs that a repository's configuration names: hooks, fsmonitor, filters, textconv, diff drivers, pagers,
 * credential helpers, transports for objects that are missing. So it is never shown that configuration: it runs with a
 * repository of our own in a temporary directory, which has nothing but the commit that HEAD of the tree names and,
 * where the clone is shallow, where it ends; of the tree's .git it reads the objects alone. Its environment is made
 * anew: no configuration of system or user, no prompts, no replacement objects, no fetching.
 *
 * A .git that leads out of the tree is refused: one that is a file or a link, links among its objects, alternates. What of
 * it is no regular file is refused too, and each run has a time limit.
 */
#ifndef REPORT_GIT_H
#define REPORT_GIT_H

#include "base/buf.h"

enum { GIT_HEX = 65, GIT_SECONDS = 60 };

struct git {
	char *dir;     /* ours */
	char *objects; /* the tree's */
	char head[GIT_HEX];
};

/* False with a constant REASON where the tree at ROOT has no history that can be asked. */
bool git_open(struct git *g, const char *root, const char **reason);
void git_close(struct git *g);

/*
 * Run git with ARGS, which ends in NULL, and INPUT on its standard input; what it writes is added to OUT. False where it
 * fails, takes longer than GIT_SECONDS, or writes more than MAX bytes.
 */
bool git_run(const struct git *g, const char *const *args, struct str input, size_t max,
             struct buf *out);

#endif
