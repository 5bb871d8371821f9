/*
 * Waiting at sockets, for the modules: within a time limit, however often it is interrupted, and for as long as no watched
 * signal comes.
 */
#ifndef STORE_SOCKET_WAIT_H
#define STORE_SOCKET_WAIT_H

#include <stdbool.h>

/* Until FD is ready for EVENTS of poll(2); false when DEADLINE, by clock_mono, has passed. */
bool socket_ready(int fd, short events, double deadline);

/* Until something can be read at FD, or at OTHER (-1: none), SECONDS at most, or until a signal comes. True: at one of them. */
bool socket_wait(int fd, int other, double seconds);

#endif
