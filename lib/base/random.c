#include "base/random.h"

#include <stdint.h>
#include <sys/random.h>

double
random_unit(void)
{
	uint32_t bits;

	if (getrandom(&bits, sizeof(bits), 0) != (ssize_t)sizeof(bits))
		bits = UINT32_C(1) << 31;
	return (double)bits / 4294967296.0;
}
