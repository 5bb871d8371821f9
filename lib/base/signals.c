#include "base/signals.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/eventfd.h>
#include <unistd.h>

volatile sig_atomic_t signal_caught;
int signal_fd = -1;

static void
note(int number)
{
	int saved = errno;
	uint64_t one = 1;

	if (!signal_caught)
		signal_caught = number;
	if (write(signal_fd, &one, sizeof(one)) < 0) {
		/* full: it is readable already */
	}
	errno = saved;
}

void
signal_watch(void)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	struct sigaction action = {.sa_handler = note, .sa_flags = SA_RESETHAND}, before;

	if (signal_fd < 0)
		signal_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
}
