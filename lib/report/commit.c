#include "report/commit.h"

#include "base/file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

/* packed-refs of a large project has some megabytes. */
enum { MAX_REFS = 16 << 20, MAX_REF = 4096 };

/* Add what the regular file PATH beneath DIR holds, without following a link anywhere. */
static bool
read_beneath(int dir, const char *path, size_t max, struct buf *b)
{
	int fd = file_open_beneath(dir, str_of(path), O_RDONLY | O_NONBLOCK | O_NOCTTY);
	struct stat st;
	bool done;

	if (fd < 0)
		return false;
	done = fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fd_read(fd, max, b);
	close(fd);
	return done;
}

static struct str
hash_in(struct str s)
{
	size_t n = 0;

	while (n < s.len && isxdigit((unsigned char)s.ptr[n]))
		n++;
	return n == 40 || n == 64 ? (struct str){s.ptr, n} : STR("");
}

static struct str
packed(struct str refs, struct str name)
{
	struct str line;

	while (str_line(&refs, &line)) {
		struct str hash = hash_in(line);

		if (hash.len > 0 && line.len == hash.len + 1 + name.len &&
		    str_eq(str_from(line, hash.len + 1), name))
			return hash;
	}
	return STR("");
}

struct str
commit_of(const char *root, struct arena *a)
{
	struct buf head = BUF_INIT, ref = BUF_INIT;
	struct str found = STR(""), s;
	int top = open(root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	int git =
		top >= 0 ? openat(top, ".git", O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;

	if (git >= 0 && read_beneath(git, "HEAD", MAX_REF, &head)) {
		s = str_trim(buf_view(&head));
		found = hash_in(s);
		if (str_starts(s, STR("ref: refs/"))) {
			s = arena_copy(a, str_from(s, 5));
			if (read_beneath(git, s.ptr, MAX_REF, &ref))
				found = hash_in(str_trim(buf_view(&ref)));
			else if (read_beneath(git, "packed-refs", MAX_REFS, &ref))
				found = packed(buf_view(&ref), s);
		}
	}
	found = found.len > 0 ? arena_copy(a, found) : STR("");
	if (git >= 0)
		close(git);
	if (top >= 0)
		close(top);
	buf_release(&head);
	buf_release(&ref);
	return found;
}
