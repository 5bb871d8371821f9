/* Reading the files of a tree, one or all of them in threads. */
#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "source/open.h"
#include "source/tree.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_THREADS = 4 };

int
source_open(int dir, struct str path)
{
	return file_open_beneath(dir, path, O_RDONLY | O_NONBLOCK | O_NOCTTY);
}

/* Up to MAX bytes more; false, with errno, where reading fails. */
static bool
read_more(int fd, size_t max, struct buf *text)
{
	while (max > 0) {
		ssize_t n = read(fd, buf_room(text, max), max);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return n == 0;
		text->len += (size_t)n;
		max -= (size_t)n;
	}
	return true;
}

static enum source_state
read_text(int fd, size_t max, struct buf *text, bool *failed)
{
	struct stat st;

	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode)) {
		errno = EINVAL;
		*failed = true;
		return SOURCE_GONE;
	}
	*failed = !read_more(fd, SOURCE_PROBE, text);
	if (*failed)
		return SOURCE_GONE;
	if (text->len > 0 && memchr(text->ptr, '\0', text->len))
		return SOURCE_BINARY;
	if (text->len < SOURCE_PROBE)
		return SOURCE_TEXT;
	if ((uint64_t)st.st_size > max)
		return SOURCE_LARGE;
	while (text->len <= max) {
		size_t had = text->len, size = (size_t)st.st_size;
		/* What it was to be, and one byte to see that it ends there. */
		size_t more = had <= size ? size + 1 - had : SOURCE_PROBE;

		*failed = !read_more(fd, more, text);
		if (*failed)
			return SOURCE_GONE;
		if (text->len - had < more)
			return SOURCE_TEXT;
	}
	return SOURCE_LARGE;
}

enum source_state
source_read(const struct source_tree *tree, const struct source_file *file, struct buf *text)
{
	bool failed = true;
	enum source_state state = SOURCE_GONE;
	int fd = source_open(tree->fd, file->path);

	buf_reset(text);
	if (fd >= 0)
		state = read_text(fd, tree->max_file, text, &failed);
	if (failed)
		diag("cannot_open", strerror(errno), "%s/" STR_FMT, tree->root,
		     STR_ARG(file->path));
	if (fd >= 0)
		close(fd);
	if (state != SOURCE_TEXT)
		buf_reset(text);
	buf_cstr(text);
	return state;
}

struct crew {
	struct source_tree *tree;
	bool (*wanted)(const struct source_file *file, void *arg);
	void (*visit)(const struct source_visit *v, void *arg);
	void *arg;
	atomic_size_t next;
	atomic_bool failed;
};

struct worker {
	struct crew *crew;
	unsigned number;
	pthread_t thread;
	bool runs;
};

static void *
work(void *arg)
{
	const struct worker *w = arg;
	struct crew *c = w->crew;
	struct source_visit v = {.tree = c->tree, .thread = w->number};
	struct buf text = BUF_INIT;

	while ((v.index = atomic_fetch_add(&c->next, 1)) < c->tree->files) {
		const struct source_file *file = &c->tree->file[v.index];

		if (c->wanted && !c->wanted(file, c->arg))
			continue;
		v.state = source_read(c->tree, file, &text);
		v.text = buf_view(&text);
		if (v.state == SOURCE_GONE)
			atomic_store(&c->failed, true);
		c->visit(&v, c->arg);
	}
	buf_release(&text);
	return NULL;
}

void
source_each(struct source_tree *tree, unsigned threads,
            bool (*wanted)(const struct source_file *file, void *arg),
            void (*visit)(const struct source_visit *v, void *arg), void *arg)
{
	struct crew crew = {.tree = tree, .wanted = wanted, .visit = visit, .arg = arg};
	struct worker *worker = xcalloc(threads, sizeof(*worker));

	for (unsigned i = 0; i < threads; i++)
		worker[i] = (struct worker){.crew = &crew, .number = i};
	/* Where a thread cannot be had the others do its work. */
	for (unsigned i = 1; i < threads; i++)
		worker[i].runs = pthread_create(&worker[i].thread, NULL, work, &worker[i]) == 0;
	work(&worker[0]);
	for (unsigned i = 1; i < threads; i++)
		if (worker[i].runs)
			pthread_join(worker[i].thread, NULL);
	free(worker);
	if (atomic_load(&crew.failed))
		tree->status = exit_worse(tree->status, EROS_NOINPUT);
}

unsigned
source_threads(void)
{
	long n = sysconf(_SC_NPROCESSORS_ONLN);

	return n < 1 ? 1 : n > MAX_THREADS ? MAX_THREADS : (unsigned)n;
}
