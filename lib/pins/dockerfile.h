/*
 * A Dockerfile taken apart: its text in a copy in which comments and the ends of continued lines are blank, so that an
 * instruction is one span with each byte where it is in the text; and what its variables are by default.
 */
#ifndef PINS_DOCKERFILE_H
#define PINS_DOCKERFILE_H

#include "pins/pins_file.h"

struct dockerfile {
	struct pins_file *f;
	char *copy;
	struct map
		values; /* struct str by name: of ARG and ENV; no ptr where it is set from outside */
	struct map stages; /* names, lower case */
};

/* The next word of *S, at blanks, quotes left out around it; false at the end. */
bool dockerfile_word(struct str *s, struct str *word);

/*
 * WORD with its variables put in, in the arena where there are any; *open is set where one has no value here.
 */
struct str dockerfile_expand(struct dockerfile *d, struct str word, bool *open);

struct pins_place dockerfile_place(struct dockerfile *d, const char *at);

/* What apt-get install is asked for in SCRIPT, commands of a shell. */
void dockerfile_apt(struct dockerfile *d, struct str script);

#endif
