#include "store/socket_wait.h"

#include "base/clock.h"
#include "store/module_host.h"

#include <errno.h>
#include <poll.h>

/* As poll takes it, rounded up. */
static int
milliseconds(double seconds)
{
	return seconds > 0 ? seconds < 1e6 ? (int)(seconds * 1000) + 1 : 1000000000 : 0;
}

bool
socket_ready(int fd, short events, double deadline)
{
	for (;;) {
		double left = deadline - clock_mono();
		struct pollfd p = {.fd = fd, .events = events};
		int n = poll(&p, 1, milliseconds(left));

		if (n != 0 && (n > 0 || errno != EINTR))
			return n > 0;
		if (n == 0 && left <= 0)
			return false;
	}
}

bool
socket_wait(int fd, int other, double seconds)
{
	struct pollfd p[] = {{.fd = fd, .events = POLLIN},
	                     {.fd = other, .events = POLLIN},
	                     {.fd = host_signal_fd(), .events = POLLIN}};

	return poll(p, sizeof(p) / sizeof(p[0]), milliseconds(seconds)) > 0 &&
	       (p[0].revents || p[1].revents);
}
