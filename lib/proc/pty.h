/*
 * A pseudo-terminal for a program that writes whole blocks when it sees no terminal.
 */
#ifndef PROC_PTY_H
#define PROC_PTY_H

#include <stdbool.h>

/*
 * Open a pair, both close-on-exec. The terminal is raw: what is written to it arrives unchanged, without CR before LF and
 * without echo. False with errno.
 */
bool pty_open(int *master, int *terminal);

#endif
