/*
 * What the commands that use the store share: --store, and opening it.
 *
 *   struct store_command c = STORE_COMMAND_INIT;
 *   struct argp_child children[] = {{&store_argp, 0, NULL, 0}, {0}};     with state->child_inputs[0] = &c
 *   struct store *s = store_command_open(&c);
 *
 * The password in the argument of --store is overwritten at once, since others can see a command line.
 */
#ifndef STORE_COMMAND_H
#define STORE_COMMAND_H

#include "store/store.h"

#include <argp.h>

struct store_command {
	char *url; /* NULL: by the environment */
};

#define STORE_COMMAND_INIT \
	{                  \
		NULL       \
	}

extern const struct argp store_argp;

/* The URL of an option or operand, copied, and hidden where it stood. To be freed. */
char *store_command_url(char *arg);

/* The store; where it cannot be opened the command ends, saying why. Releases C. */
struct store *store_command_open(struct store_command *c);

#endif
