/*
 * What a module has of the program that loaded it. Functions of base under their usual names go through the table
 * too (module_host.c); here is what has no such name.
 */
#ifndef STORE_MODULE_HOST_H
#define STORE_MODULE_HOST_H

#include "store/backend.h"

/* To be called first, by the function that a module exports. */
void host_set(const struct store_host *table);

int host_signal_fd(void);

#endif
