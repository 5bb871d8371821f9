/*
 * Runs a fuzz target over its corpus: linked with fuzz/NAME.c as fuzz/NAME.t.
 */
#include "tap.h"

#include "base/file.h"

#include <dirent.h>
#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void
replay(const char *dir, const char *name)
{
	char *path = path_join(dir, name);
	struct buf b = BUF_INIT;

	if (ok(file_read(path, SIZE_MAX, &b), "%s", name)) {
		/* A copy of its own length, so that a sanitizer sees a byte read beyond it. */
		uint8_t *copy = xmalloc(b.len ? b.len : 1);

		memcpy(copy, buf_cstr(&b), b.len);
		LLVMFuzzerTestOneInput(copy, b.len);
		free(copy);
	}
	buf_release(&b);
	free(path);
}

int
main(int argc, char **argv)
{
	const char *srcdir = getenv("srcdir"), *name = strrchr(argv[0], '/');
	struct buf dir = BUF_INIT;
	struct dirent **entries;
	int n;

	(void)argc;
	name = name ? name + 1 : argv[0];
	buf_printf(&dir, "%s/fuzz/corpus/%.*s", srcdir ? srcdir : ".", (int)strcspn(name, "."),
	           name);
	n = scandir(buf_cstr(&dir), &entries, NULL, alphasort);
	ok(n > 2, "%s holds a corpus", dir.ptr);
	for (int i = 0; i < n; i++) {
		if (entries[i]->d_name[0] != '.')
			replay(dir.ptr, entries[i]->d_name);
		free(entries[i]);
	}
	if (n >= 0)
		free(entries);
	buf_release(&dir);
	return done_testing();
}
