/*
 * What eros-pins reads from: a tree, or the directory that a single file is in.
 */
#ifndef BIN_PINS_H
#define BIN_PINS_H

#include "pins/pins.h"
#include "source/tree.h"

struct pins_root {
	struct source_tree *
		tree; /* NULL where it is a directory of which only what is asked for is looked at */
	int fd;       /* of that directory */
};

/* As struct pins has it; ROOT is a struct pins_root. No link is followed, and nothing but a regular file is read. */
enum pins_open pins_root_open(struct pins_root *root, struct str path, struct buf *text);

#endif
