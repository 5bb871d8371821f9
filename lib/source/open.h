/*
 * Inside of source: opening what lies in an untrusted tree.
 */
#ifndef SOURCE_OPEN_H
#define SOURCE_OPEN_H

#include "base/str.h"

/* Open PATH below DIR for reading, part by part, so that no link on the way is followed; -1 with errno. */
int source_open(int dir, struct str path);

#endif
