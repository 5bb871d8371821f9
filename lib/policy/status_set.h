/*
 * A set of exit statuses, as a user lists them: "1,64-78,KILL". A signal counts as the status that a shell gives it,
 * 128 plus its number.
 */
#ifndef POLICY_STATUS_SET_H
#define POLICY_STATUS_SET_H

#include "base/str.h"

#include <stdint.h>

enum { STATUS_MAX = 255 };

struct status_set {
	uint8_t has[STATUS_MAX + 1];
	bool any; /* something was added */
};

/*
 * Add LIST: numbers from 1 to STATUS_MAX, ranges of them, names of signals with or without SIG. 0, being success,
 * cannot be in a set of failures. False where *WRONG, an item of it, is none of these.
 */
bool status_set_add(struct status_set *s, const char *list, struct str *wrong);

#endif
