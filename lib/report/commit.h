/*
 * Which commit is checked out in a tree, by reading .git as the bytes that it is: git itself is not run, as a tree may
 * tell it to run something.
 */
#ifndef REPORT_COMMIT_H
#define REPORT_COMMIT_H

#include "base/arena.h"

/* In hexadecimal digits; empty where the tree at ROOT has no .git directory, or what is in it is not understood. */
struct str commit_of(const char *root, struct arena *a);

#endif
