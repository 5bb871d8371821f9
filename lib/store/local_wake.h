/*
 * Waking one waiter on the same host, at a cost that does not grow with the number of those who wait. PostgreSQL's NOTIFY has
 * every connection that listens in the database look for itself, whatever channel it listens to.
 *
 * A waiter listens at an abstract socket (unix(7)): that needs no directory and goes away with the process. It is
 * named by the user and a number that waiter and waker make of the same things. Who wakes connects, which is all that there is
 * to say, and believes a listener of the same user only. A failure is never one of the waiter's: it is then to be woken in
 * the other way.
 */
#ifndef STORE_LOCAL_WAKE_H
#define STORE_LOCAL_WAKE_H

#include <stdbool.h>
#include <stdint.h>

/* A descriptor that is readable from when it is woken, to be closed by close(2); -1 where there is none to be had. */
int local_waiter_open(uint64_t number);

/* Whether it was woken since the last time. FD may be -1. */
bool local_waiter_take(int fd);

/* True: the waiter of that number has been woken. False: there is none here that could be. */
bool local_wake(uint64_t number);

#endif
