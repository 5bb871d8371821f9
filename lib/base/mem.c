#include "base/mem.h"

#include "base/exit.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* diag() allocates, so it cannot tell that memory is gone. */
static void *
checked(void *ptr, size_t size)
{
	static const char message[] = ": out of memory\n";
	const char *name = program_invocation_short_name;

	if (ptr || size == 0)
		return ptr;
	if (write(STDERR_FILENO, name, strlen(name)) < 0 ||
	    write(STDERR_FILENO, message, sizeof(message) - 1) < 0)
		_exit(EROS_OS);
	_exit(EROS_OS);
}

void *
xmalloc(size_t size)
{
	return checked(malloc(size), size);
}

void *
xcalloc(size_t count, size_t size)
{
	return checked(calloc(count, size), count * size);
}

void *
xrealloc(void *ptr, size_t size)
{
	return checked(realloc(ptr, size), size);
}

void *
xreallocarray(void *ptr, size_t count, size_t size)
{
	return checked(reallocarray(ptr, count, size), 1);
}

char *
xstrdup(const char *s)
{
	return checked(strdup(s), 1);
}

char *
xstrndup(const char *s, size_t len)
{
	return checked(strndup(s, len), 1);
}
