/*
 * An outlet writes records to a descriptor without ever waiting for its reader, whatever it is: pipe, FIFO, file,
 * socket or terminal.
 *
 * Records of several writers on one pipe or file stay whole, however long they are and whoever is killed: see
 * record/share.h. Regular files are opened for appending.
 *
 * The descriptor given is shared with other processes and stays as it is; a pipe or terminal is opened a second time to
 * be non-blocking.
 */
#ifndef PROC_OUTLET_H
#define PROC_OUTLET_H

#include "record/share.h"

#include <sys/types.h>

struct outlet {
	int fd; /* to poll for POLLOUT when `retry` is 0 */

	/* After outlet_write took nothing: seconds until to try again; 0: when fd can be written to. */
	double retry;

	/* private */
	int given;
	struct share share;
	enum { OUTLET_FILE, OUTLET_PIPE, OUTLET_SOCKET, OUTLET_OTHER } kind;
	bool waits;  /* fd is blocking: ask poll(2) before each write */
	bool locked; /* we hold the lock of `share` */
	bool middle; /* a record has been written in part */
};

void outlet_init(struct outlet *o, int fd);

/*
 * Write from DATA, which goes on where the last call stopped, as many whole records as can be written now. Returns
 * how many bytes that were: 0 where it would have to wait, or -1 with errno.
 */
ssize_t outlet_write(struct outlet *o, const char *data, size_t len);

/* Close both descriptors. False with errno where that reports that earlier writes failed. */
bool outlet_close(struct outlet *o);

#endif
