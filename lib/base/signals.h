/*
 * Signals that end a command in order. The handler only notes the number; a blocking call is interrupted
 * (EINTR), and the command looks at signal_caught, finishes what it holds, and exits with 128 plus it.
 */
#ifndef BASE_SIGNALS_H
#define BASE_SIGNALS_H

#include <signal.h>

/* The first of SIGTERM, SIGINT and SIGHUP that came, or 0. */
extern volatile sig_atomic_t signal_caught;

/* Note these from now on. A signal that was ignored at start (nohup) stays ignored. */
void signal_watch(void);

#endif
