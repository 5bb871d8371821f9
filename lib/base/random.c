#include "base/random.h"

#include <stdint.h>
#include <stdio.h>
#include <sys/random.h>

double
random_unit(void)
{
	uint32_t bits;

	if (getrandom(&bits, sizeof(bits), 0) != (ssize_t)sizeof(bits))
		bits = UINT32_C(1) << 31;
	return (double)bits / 4294967296.0;
}

void
random_key(char key[static RANDOM_KEY])
{
	unsigned char bits[RANDOM_KEY / 2];

	/* Only an interruption before the pool is ready could leave some out, and this is long after boot. */
	while (getrandom(bits, sizeof(bits), 0) != (ssize_t)sizeof(bits))
		;
	for (size_t i = 0; i < sizeof(bits); i++)
		snprintf(key + 2 * i, 3, "%02x", bits[i]);
}
