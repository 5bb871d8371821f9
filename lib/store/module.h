/*
 * Finding the backend for a kind of URL, loading its module where it is one.
 */
#ifndef STORE_MODULE_H
#define STORE_MODULE_H

#include "store/backend.h"

/*
 * The function that opens URL's kind of store. EROS_CONFIG with the reason in WHY where there is no such kind, or
 * its module is not installed.
 */
int module_find(const struct store_url *url, backend_open **open, struct buf *why);

#endif
