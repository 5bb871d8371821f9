/*
 * Which file systems a store may lie on: those whose locks and shared memory are this host's own. On one that several
 * hosts share, SQLite's write-ahead log would be damaged without any error.
 */
#ifndef STORE_FILESYSTEM_H
#define STORE_FILESYSTEM_H

#include "base/buf.h"

/* EROS_OK, or EROS_CONFIG with the reason in WHY, where the directory of PATH is on a network file system. */
int filesystem_check(const char *path, struct buf *why);

/* The name of the network file system with this statfs(2) type, or NULL. */
const char *filesystem_network(unsigned long type);

/*
 * The name of the network file system that is mounted as device MAJOR:MINOR by a program (FUSE), or NULL; MOUNTS is what
 * /proc/self/mountinfo says, see proc(5).
 */
const char *filesystem_fuse(struct str mounts, unsigned major, unsigned minor);

#endif
