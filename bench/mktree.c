/*
 * mktree DIR [FILES]: make a source tree below DIR, the same on every run: by default 4600 files, 76 MB, of which two thirds are
 * Python, in packages; some have thousands of lines.
 *
 * Lines are put together from what such code is made of. A few of them are of the kind that rules look for.
 */
#include "base/buf.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

enum { BYTES = 16500 }; /* of a file, on average */

static uint64_t state = 88172645463325252ULL;

static unsigned
draw(unsigned below)
{
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (unsigned)(state >> 32) % below;
}

static const char *const words[] = {
	"agent",   "request", "result",  "config",  "client", "server", "payload", "status",
	"message", "queue",   "session", "timeout", "model",  "vector", "buffer",  "handler",
	"memory",  "context", "channel", "metrics", "event",  "worker", "policy",  "record"};

static const char *
word(void)
{
	return words[draw(sizeof(words) / sizeof(words[0]))];
}

static void
add_line(struct buf *b, unsigned depth)
{
	for (unsigned i = 0; i < depth; i++)
		buf_str(b, "    ");
	switch (draw(40)) {
	case 0: buf_printf(b, "# %s of the %s, see %s\n", word(), word(), word()); break;
	case 1: buf_printf(b, "if self.%s is None or len(%s) == 0:\n", word(), word()); break;
	case 2: buf_printf(b, "for %s in self.%s_list:\n", word(), word()); break;
	case 3: buf_printf(b, "try:\n"); break;
	case 4: buf_printf(b, "return self.%s[%s_id]\n", word(), word()); break;
	case 5:
		buf_printf(b, "logger.info(f\"%s {self.%s} took {%s:.2f}s\")\n", word(), word(),
		           word());
		break;
	case 6: buf_printf(b, "raise ValueError(\"no %s in %s\")\n", word(), word()); break;
	case 7: buf_printf(b, "with self._%s_lock:\n", word()); break;
	case 8: buf_printf(b, "\"\"\"Take the %s of a %s.\"\"\"\n", word(), word()); break;
	case 9: buf_str(b, "\n"); break;
	case 10: buf_printf(b, "await asyncio.sleep(self.%s_interval)\n", word()); break;
	case 11: buf_printf(b, "assert isinstance(%s, dict), %s\n", word(), word()); break;
	case 12: buf_printf(b, "self.%s.append(%s)\n", word(), word()); break;
	default:
		buf_printf(b, "self.%s_%s = %s.get(\"%s\", %u) + self._%s(%s)\n", word(), word(),
		           word(), word(), draw(1000), word(), word());
	}
}

static void
add_fault(struct buf *b, unsigned depth)
{
	static const char *const faults[] = {"except:\n",
	                                     "data = pickle.loads(message)\n",
	                                     "while True:\n",
	                                     "except Exception as e:\n",
	                                     "self.context = None\n",
	                                     "allow_origins=[\"*\"],\n",
	                                     "time.sleep(1)\n",
	                                     "self._stop_event.set()\n",
	                                     "eval(f\"{value}\")\n",
	                                     "for attempt in range(3):\n",
	                                     "self.history.append(x)\n"};

	for (unsigned i = 0; i < depth; i++)
		buf_str(b, "    ");
	buf_str(b, faults[draw(sizeof(faults) / sizeof(faults[0]))]);
}

static void
make_text(struct buf *b, size_t size)
{
	unsigned depth = 0;

	while (b->len < size) {
		unsigned kind = draw(100);

		if (kind == 0)
			buf_printf(b, "\n\nclass %s%u(Base):\n", word(), draw(1000));
		else if (kind < 4)
			buf_printf(b, "\n    def %s_%s(self, %s, %s=None):\n", word(), word(),
			           word(), word());
		else if (kind == 4)
			add_fault(b, 2);
		else
			add_line(b, kind == 5 ? 1 : 2 + depth);
		if (draw(6) == 0)
			depth = draw(3);
	}
}

static bool
make_directory(const char *path)
{
	return mkdir(path, 0755) == 0 || errno == EEXIST;
}

static bool
put(const char *path, struct str text)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	bool done = fd >= 0 && fd_write(fd, text.ptr, text.len);

	if (fd >= 0)
		close(fd);
	return done;
}

/* The file NUMBER of the tree at ROOT. */
static bool
make_file(const char *root, unsigned number, struct buf *text)
{
	static const char *const endings[] = {"py", "py", "py", "py", "md", "js"};
	size_t size = draw(20) == 0 ? BYTES * 8 : BYTES / 4 + draw(BYTES);
	struct buf path = BUF_INIT;
	bool made;

	buf_reset(text);
	buf_printf(&path, "%s/package%u", root, number / 40);
	made = make_directory(buf_cstr(&path));
	buf_printf(&path, "/%s_%u.%s", word(), number, endings[number % 6]);
	make_text(text, size);
	made = made && put(buf_cstr(&path), buf_view(text));
	if (!made)
		perror(path.ptr);
	buf_release(&path);
	return made;
}

int
main(int argc, char **argv)
{
	unsigned files = argc > 2 ? (unsigned)strtoul(argv[2], NULL, 10) : 4600;
	struct buf text = BUF_INIT;
	bool made = argc > 1 && make_directory(argv[1]);

	for (unsigned i = 0; made && i < files; i++)
		made = make_file(argv[1], i, &text);
	buf_release(&text);
	return argc < 2 ? 64 : made ? 0 : 73;
}
