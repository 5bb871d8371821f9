/*
 * Any bytes: a path up to the first line end, and patterns after it. One that is plain text matches itself.
 */
#include "source/ignore.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool
is_plain(struct str glob)
{
	for (size_t i = 0; i < glob.len; i++)
		if (memchr("*?[\\", glob.ptr[i], 4))
			return false;
	return true;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct ignore ignore = {.base = 0};
	struct str rest = {(const char *)data, size}, path;

	if (!str_line(&rest, &path))
		return 0;
	buf_span(&ignore.text, rest);
	ignore_parse(&ignore);
	ignore_matches(&ignore, path, true);
	ignore_matches(&ignore, path, false);
	for (size_t i = 0; i < ignore.patterns; i++) {
		struct str glob = ignore.pattern[i].glob;

		if (is_plain(glob) && !glob_matches(glob, glob))
			abort();
	}
	ignore_release(&ignore);
	return 0;
}
