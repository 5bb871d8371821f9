/*
 * The parts of eros-store.
 */
#ifndef BIN_STORE_H
#define BIN_STORE_H

#include "record/filter.h"
#include "store/command.h"
#include "store/image.h"

struct app {
	struct filter filter; /* of load; its writer serves all */
	struct store_command command;
	struct store *store;
	char **operands;
	struct store_image image;
	double wait; /* negative: for ever */
	double older;
	uint64_t after;
	bool given_after, dry_run;
	int status;
};

struct buf *store_out(struct app *a);
void store_done(struct app *a);

/* End where STATUS is a failure of the store. */
void store_must(struct app *a, int status);

/* Write a record of it; ARG is the app. */
bool store_show_scope(void *arg, const struct store_scope *scope);

/* For the scopes that are meant, by name: the operands, or all. */
void store_each_scope(struct app *a, void (*visit)(struct app *a, const char *scope));

/* The verbs that are more than a few lines; load only says what the filter is to do with its records. */
void store_dump(struct app *a);
void store_load(struct app *a);
void store_migrate(struct app *a);
void store_watch(struct app *a);

#endif
