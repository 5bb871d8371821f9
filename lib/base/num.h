/*
 * Numbers as text.
 */
#ifndef BASE_NUM_H
#define BASE_NUM_H

#include "base/str.h"

#include <stdint.h>

/* Room that num_format needs. */
enum { NUM_SIZE = 32 };

/*
 * Read a JSON number (RFC 8259 grammar: no leading +, no leading zero, no hexadecimal, no spaces), correctly
 * rounded. False where S is no such number or its value overflows a double.
 */
bool num_parse(struct str s, double *value);

/* A decimal count of at most MAX: digits only. False where it is not. For options and members that count. */
bool num_parse_count(struct str s, uint64_t max, uint64_t *value);

/* A size in bytes: digits with an optional suffix K, M or G (powers of 1024). */
bool num_parse_size(struct str s, uint64_t *bytes);

/* Write VALUE in the fewest digits that read back as it; "null" where it is not finite. Returns the length. */
size_t num_format(char out[static NUM_SIZE], double value);

#endif
