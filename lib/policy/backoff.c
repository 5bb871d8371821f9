#include "policy/backoff.h"

#include <math.h>
#include <stddef.h>

const char *const backoff_words[] = {"full", "none", NULL};

double
backoff_delay(const struct backoff *b, unsigned attempt, double random)
{
	/* 2^1024 is no double: beyond that the cap decides anyway. */
	double delay = fmin(ldexp(b->base, attempt < 1024 ? (int)attempt : 1024), b->max);

	return b->jitter == BACKOFF_FULL ? delay * random : delay;
}
