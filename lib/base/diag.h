/*
 * Diagnostics: one line each on stderr, "eros-health: samples.jsonl:17: bad record: cause".
 *
 * The message names the offending value, is lower case and has no full stop. With EROS_LOG=json in the
 * environment each is a JSON object instead, with the members type "diagnostic", command, error (a
 * stable name such as "bad_record"), message and, where known, cause. A cause is the reason in words,
 * usually strerror(errno); NULL where the message says it all.
 *
 * Control characters in the text are written as \xNN, so that input cannot drive a terminal.
 */
#ifndef BASE_DIAG_H
#define BASE_DIAG_H

#include <stdnoreturn.h>

#define PRINTF_LIKE(f, a) __attribute__((format(printf, f, a)))

/* Report and go on. errno is preserved. */
void diag(const char *error, const char *cause, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Report and exit with status. */
noreturn void die(int status, const char *error, const char *cause, const char *fmt, ...)
        PRINTF_LIKE(4, 5);

/* Misuse found after the options were read: always text, always EROS_USAGE, hints at --help. */
noreturn void die_usage(const char *fmt, ...) PRINTF_LIKE(1, 2);

#endif
