#include "base/signals.h"

#include <stddef.h>

volatile sig_atomic_t signal_caught;

static void
note(int number)
{
	if (!signal_caught)
		signal_caught = number;
}

void
signal_watch(void)
{
	static const int numbers[] = {SIGTERM, SIGINT, SIGHUP};
	struct sigaction action = {.sa_handler = note}, before;

	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++)
		if (sigaction(numbers[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(numbers[i], &action, NULL);
}
