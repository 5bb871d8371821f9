/*
 * Options, by argp, the same way in every command: --help on stdout with status 0, misuse on stderr with
 * EROS_USAGE, options end at the first operand, "--" is accepted.
 */
#ifndef BASE_OPTIONS_H
#define BASE_OPTIONS_H

#include "base/str.h"

#include <argp.h>
#include <stdint.h>

/* Keys of long options that have no short form begin here. */
enum { OPTION_LONG = 0x100, OPTION_SHARED = 0x1000 };

/* Parse the options; returns the operands, NULL-terminated. Children get their input in ARGP_KEY_INIT. */
char **options_parse(const struct argp *argp, int argc, char **argv, void *input);

/* The same for a command that runs no other: options may also stand among and after the operands, up to a "--". */
char **options_parse_mixed(const struct argp *argp, int argc, char **argv, void *input);

/* An option's argument as what it must be, else a message that names option and value, and EROS_USAGE. */
double option_duration(struct argp_state *state, const char *option, const char *arg);
double option_number(struct argp_state *state, const char *option, const char *arg, double min,
                     double max);
uint64_t option_count(struct argp_state *state, const char *option, const char *arg, uint64_t min,
                      uint64_t max);
size_t option_size(struct argp_state *state, const char *option, const char *arg, size_t min, size_t max);
const char *option_name(struct argp_state *state, const char *option, const char *arg);

/* The index of ARG among the NULL-terminated WORDS. */
int option_word(struct argp_state *state, const char *option, const char *arg,
                const char *const *words);

#endif
