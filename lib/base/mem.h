/*
 * Allocation that does not return failure: a command that runs out of memory says so and exits 71.
 * What is returned is owned by the caller and freed with free().
 */
#ifndef BASE_MEM_H
#define BASE_MEM_H

#include <stddef.h>

void *xmalloc(size_t size);
void *xcalloc(size_t count, size_t size);
void *xrealloc(void *ptr, size_t size);
void *xreallocarray(void *ptr, size_t count, size_t size);
char *xstrdup(const char *s);
char *xstrndup(const char *s, size_t len);

/* Make room for one element more in ARRAY, whose capacity is kept in the lvalue CAP. */
#define GROW(array, count, cap)                                                                    \
	do {                                                                                       \
		if ((count) >= (cap)) {                                                            \
			(cap) = (cap) ? (cap) * 2 : 8;                                             \
			(array) = xreallocarray((array), (cap), sizeof(*(array)));                 \
		}                                                                                  \
	} while (0)

#endif
