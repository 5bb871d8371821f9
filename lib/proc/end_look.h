/*
 * For the parts of end.h: who is to be ended, as the process table shows it.
 */
#ifndef PROC_END_LOOK_H
#define PROC_END_LOOK_H

#include "proc/end.h"

enum { END_MARK_NONE, END_MARK_TARGET, END_MARK_DEEP, END_MARK_NEVER };

/* Look at the table, and mark in it who is a target and who is never to be touched. False with errno. */
bool end_look(struct end *e);

/* The mark of ROW in the last look. */
unsigned char *end_mark(struct end *e, const struct table_row *row);

/* Take in what the last look shows below the targets, and tell `before`; the number of those that are new. */
size_t end_collect(struct end *e);

bool end_spares(struct end *e, const struct table_row *row);

/* Open a target and wait for it. False where it has to be tried again, descriptors being short. */
bool end_open(struct end *e, struct end_target *t);

#endif
