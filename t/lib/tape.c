#include "proc/tape.h"

#include "tap.h"

#include <errno.h>
#include <unistd.h>

enum { CHUNK = 1000, CHUNKS = 3 * TAPE_MEMORY / CHUNK };

/* Byte N of what is written. */
static char
byte(uint64_t n)
{
	return (char)(n * 31 + n / 251);
}

static bool
add(struct tape *t, size_t len)
{
	char data[CHUNK];

	for (size_t i = 0; i < len; i++)
		data[i] = byte(t->len + i);
	return tape_add(t, data, len);
}

/* Whether all from FROM on is as it was written, read SIZE bytes at a time. */
static bool
reads_back(const struct tape *t, uint64_t from, size_t size)
{
	char data[70000];
	ssize_t n;

	while ((n = tape_read(t, from, data, size)) > 0)
		for (ssize_t i = 0; i < n; i++, from++)
			if (data[i] != byte(from))
				return false;
	return n == 0 && from == t->len;
}

static void
test_copy(const struct tape *t)
{
	struct buf all = BUF_INIT;
	FILE *f = tmpfile();
	char data[4096];
	size_t n;

	ok(tape_copy(t, fileno(f)), "it is copied");
	rewind(f);
	while ((n = fread(data, 1, sizeof(data), f)) > 0)
		buf_add(&all, data, n);
	is_int((long long)all.len, (long long)t->len, "in full");
	for (n = 0; n < all.len && all.ptr[n] == byte(n); n++)
		;
	is_int((long long)n, (long long)all.len, "byte for byte");
	ok(!tape_copy(t, -1) && errno == EBADF, "where that can be written to");
	fclose(f);
	buf_release(&all);
}

int
main(void)
{
	struct tape t = TAPE_INIT;
	bool good = true;

	ok(reads_back(&t, 0, 10), "an empty tape");
	setenv("TMPDIR", "/nonexistent", 1);
	while (t.len + CHUNK <= TAPE_MEMORY)
		good &= add(&t, CHUNK);
	ok(good && reads_back(&t, 0, 4096), "a little is held in memory");
	ok(!add(&t, CHUNK) && errno == ENOENT, "more wants a file");
	is_int((long long)t.len, TAPE_MEMORY / CHUNK * CHUNK,
	       "and where none can be made nothing is added");
	unsetenv("TMPDIR");
	for (int i = 0; i < CHUNKS; i++)
		good &= add(&t, CHUNK);
	ok(good, "much is held on disk");
	ok(reads_back(&t, 0, 7) && reads_back(&t, 0, 65536), "and read back");
	ok(reads_back(&t, TAPE_MEMORY - 3, 5) && reads_back(&t, TAPE_MEMORY, 4096) &&
	           reads_back(&t, t.len - 1, 4096) && reads_back(&t, t.len, 4096),
	   "from anywhere");
	ok(add(&t, 1) && reads_back(&t, 0, 4096), "a little more follows what is on disk");
	test_copy(&t);
	tape_reset(&t);
	is_int((long long)t.len, 0, "it is emptied");
	ok(add(&t, CHUNK) && reads_back(&t, 0, 4096), "and used again");
	tape_release(&t);
	return done_testing();
}
