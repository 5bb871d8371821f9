/*
 * Linked into each module: the few functions of base that it uses, by way of the table that it was given. A module has no
 * other link to the program, so it does not matter how that was built.
 */
#include "store/module_host.h"

#include "base/clock.h"
#include "base/hash.h"

#include <stdint.h>
#include <stdlib.h>

static const struct store_host *host;

void
host_set(const struct store_host *table)
{
	host = table;
}

int
host_signal_fd(void)
{
	return host->signal_fd();
}

double
clock_mono(void)
{
	return host->clock_mono();
}

uint64_t
hash_bytes(struct str s, uint64_t seed)
{
	return host->hash(s, seed);
}

void *
xmalloc(size_t size)
{
	return host->alloc(NULL, size);
}

/* More than there can be where that is no size: then alloc ends the program, as it does without memory. */
static size_t
product(size_t count, size_t size)
{
	size_t all;

	return __builtin_mul_overflow(count, size, &all) ? SIZE_MAX : all;
}

void *
xcalloc(size_t count, size_t size)
{
	void *ptr = host->alloc(NULL, product(count, size));

	memset(ptr, 0, count * size);
	return ptr;
}

void *
xreallocarray(void *ptr, size_t count, size_t size)
{
	return host->alloc(ptr, product(count, size));
}

void
buf_grow(struct buf *b, size_t extra)
{
	host->grow(b, extra);
}

const char *
buf_cstr(struct buf *b)
{
	*buf_room(b, 1) = '\0';
	return b->ptr;
}

void
buf_printf(struct buf *b, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	host->vprintf(b, fmt, ap);
	va_end(ap);
}
