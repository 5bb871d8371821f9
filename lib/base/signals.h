/*
 * Signals that end a command in order. The handler only notes the number and makes signal_fd readable, so that
 * a poll() over it cannot miss one; the command finishes what it holds and exits with 128 plus the
 * number. A second signal of the same kind has its default effect: it ends a command that is stuck.
 */
#ifndef BASE_SIGNALS_H
#define BASE_SIGNALS_H

#include <signal.h>

/* The first of SIGTERM, SIGINT and SIGHUP that came, or 0. */
extern volatile sig_atomic_t signal_caught;

/* Readable once a signal was caught; -1 before signal_watch. */
extern int signal_fd;

/* Note these from now on. A signal that was ignored at start (nohup) stays ignored. */
void signal_watch(void);

#endif
