#include "store/local_wake.h"

#include <stddef.h>
#include <stdio.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* So many wakes may lie there unseen; who comes then is told that it did not succeed. */
enum { BACKLOG = 4 };

/* An abstract name begins with a NUL and ends with the length. */
static socklen_t
address_of(uint64_t number, struct sockaddr_un *address)
{
	*address = (struct sockaddr_un){.sun_family = AF_UNIX};
	return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1) +
	       (socklen_t)snprintf(address->sun_path + 1, sizeof(address->sun_path) - 1,
	                           "eros/wake/%u/%016jx", (unsigned)geteuid(), (uintmax_t)number);
}

static int
new_socket(void)
{
	return socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

int
local_waiter_open(uint64_t number)
{
	struct sockaddr_un address;
	socklen_t size = address_of(number, &address);
	int fd = new_socket();

	if (fd >= 0 &&
	    (bind(fd, (struct sockaddr *)&address, size) != 0 || listen(fd, BACKLOG) != 0)) {
		close(fd);
		fd = -1;
	}
	return fd;
}

bool
local_waiter_take(int fd)
{
	bool any = false;
	int waker;

	while (fd >= 0 && (waker = accept4(fd, NULL, NULL, SOCK_CLOEXEC)) >= 0) {
		any = true;
		close(waker);
	}
	return any;
}

bool
local_wake(uint64_t number)
{
	struct sockaddr_un address;
	socklen_t size = address_of(number, &address);
	struct ucred peer = {.uid = (uid_t)-1};
	socklen_t peer_size = sizeof(peer);
	int fd = new_socket();
	bool woken = fd >= 0 && connect(fd, (struct sockaddr *)&address, size) == 0 &&
	             getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &peer_size) == 0 &&
	             peer.uid == geteuid();

	if (fd >= 0)
		close(fd);
	return woken;
}
