/* Walking a tree, and finding files in what was found. */
#include "source/tree.h"

#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "source/ignore.h"
#include "source/open.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

enum { MAX_IGNORE = 1 << 20, MAX_HOPS = 8 };

struct walk {
	struct source_tree *tree;
	struct buf path; /* of the directory, with '/' after it; empty for the root */
	unsigned depth;
};

static bool
ends_with(struct str s, const char *end)
{
	size_t len = strlen(end);

	return s.len >= len && strncasecmp(s.ptr + s.len - len, end, len) == 0;
}

static bool
word_is_backup(struct str word)
{
	static const char *const words[] = {"backup", "backups", "bak",      "old",
	                                    "orig",   "archive", "archived", NULL};

	return str_is_any(word, words);
}

/* x.py~, x.py.bak, x.py.orig2, x_backup.py, and whatever lies in a directory named so. */
static bool
is_backup(struct str path)
{
	const char *word = path.ptr, *end = path.ptr + path.len;

	if (ends_with(path, "~") || ends_with(path, ".swp") || ends_with(path, ".rej") ||
	    ends_with(path, ".save"))
		return true;
	for (const char *p = word; p <= end; p++) {
		if (p < end && !strchr("/._-", *p))
			continue;
		/* A word that begins a name in a path, "old.py", is its name. */
		if (word_is_backup((struct str){word, (size_t)(p - word)}) &&
		    (p < end ? *p == '/' || (word > path.ptr && word[-1] != '/')
		             : word > path.ptr && word[-1] != '/'))
			return true;
		word = p + 1;
	}
	return false;
}

static void
add_file(struct walk *w, struct str name, uint64_t size)
{
	struct source_tree *t = w->tree;
	struct source_file f = {.size = size};
	size_t len = w->path.len;

	buf_span(&w->path, name);
	f.path = arena_copy(&t->arena, buf_view(&w->path));
	w->path.len = len;
	f.name = str_from(f.path, len);
	f.lang = lang_of_path(f.name);
	f.backup = is_backup(f.path);
	GROW(t->file, t->files, t->cap);
	t->file[t->files++] = f;
}

static void
add_link(struct walk *w, int dir, const char *name)
{
	struct source_tree *t = w->tree;
	char to[4096];
	ssize_t n = readlinkat(dir, name, to, sizeof(to));
	struct buf path = BUF_INIT, normal = BUF_INIT;

	if (n <= 0 || n == sizeof(to) || to[0] == '/')
		return;
	buf_span(&path, buf_view(&w->path));
	buf_add(&path, to, (size_t)n);
	if (source_path_normal(buf_view(&path), &normal)) {
		GROW(t->link, t->links, t->link_cap);
		t->link[t->links].target = arena_copy(&t->arena, buf_view(&normal));
		path.len = w->path.len;
		buf_str(&path, name);
		t->link[t->links++].path = arena_copy(&t->arena, buf_view(&path));
	}
	buf_release(&path);
	buf_release(&normal);
}

/* Tell that the directory that W is at, or NAME in it, cannot be read. */
static void
complain(struct walk *w, const char *name)
{
	diag("cannot_open", strerror(errno), "%s/" STR_FMT "%s", w->tree->root, STR_ARG(w->path),
	     name);
	w->tree->status = exit_worse(w->tree->status, EROS_NOINPUT);
}

static void
read_ignore(int dir, const char *name, struct ignore *i)
{
	struct stat st;
	int fd = source_open(dir, str_of(name));

	if (fd < 0)
		return;
	if (fstat(fd, &st) == 0 && S_ISREG(st.st_mode) && fd_read(fd, MAX_IGNORE, &i->text))
		ignore_parse(i);
	close(fd);
}

static void walk_directory(struct walk *w, int dir, const struct ignore *outer);

static void
enter(struct walk *w, int parent, const char *name, const struct ignore *ignore)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	size_t len = w->path.len;

	if (fd < 0) {
		if (errno != ENOENT)
			complain(w, name);
		return;
	}
	if (w->depth == SOURCE_MAX_DEPTH) {
		errno = ELOOP;
		complain(w, name);
		close(fd);
		return;
	}
	buf_printf(&w->path, "%s/", name);
	w->depth++;
	walk_directory(w, fd, ignore);
	w->depth--;
	w->path.len = len;
}

static bool
is_left_out(struct walk *w, const struct ignore *ignore, const char *name, bool directory)
{
	size_t len = w->path.len;
	bool out;

	if (strcmp(name, ".") == 0 || strcmp(name, "..") == 0 || strcmp(name, ".git") == 0)
		return true;
	buf_str(&w->path, name);
	out = ignore_matches(ignore, buf_view(&w->path), directory);
	w->path.len = len;
	return out;
}

static void
take_entry(struct walk *w, int dir, const struct dirent *entry, const struct ignore *ignore)
{
	struct stat st;

	if (entry->d_type != DT_UNKNOWN && entry->d_type != DT_REG && entry->d_type != DT_DIR &&
	    entry->d_type != DT_LNK)
		return;
	if (is_left_out(w, ignore, entry->d_name, entry->d_type == DT_DIR))
		return;
	if (entry->d_type == DT_DIR) {
		enter(w, dir, entry->d_name, ignore);
		return;
	}
	if (fstatat(dir, entry->d_name, &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	if (S_ISREG(st.st_mode))
		add_file(w, str_of(entry->d_name), (uint64_t)st.st_size);
	else if (S_ISLNK(st.st_mode))
		add_link(w, dir, entry->d_name);
	else if (S_ISDIR(st.st_mode) && !is_left_out(w, ignore, entry->d_name, true))
		enter(w, dir, entry->d_name, ignore);
}

/* Takes DIR over. */
static void
walk_directory(struct walk *w, int dir, const struct ignore *outer)
{
	struct ignore exclude = {.outer = outer, .base = w->path.len};
	struct ignore ignore = {.outer = &exclude, .base = w->path.len};
	DIR *stream = fdopendir(dir);
	const struct dirent *entry;

	if (!stream) {
		complain(w, "");
		close(dir);
		return;
	}
	read_ignore(dir, ".git/info/exclude", &exclude);
	read_ignore(dir, ".gitignore", &ignore);
	while (errno = 0, (entry = readdir(stream)))
		take_entry(w, dir, entry, &ignore);
	if (errno != 0)
		complain(w, "");
	closedir(stream);
	ignore_release(&ignore);
	ignore_release(&exclude);
}

static int
by_path(const void *a, const void *b)
{
	return str_cmp(((const struct source_file *)a)->path,
	               ((const struct source_file *)b)->path);
}

static int
by_name(const void *a, const void *b)
{
	const struct source_file *x = *(struct source_file *const *)a,
				 *y = *(struct source_file *const *)b;
	int order = str_cmp(x->name, y->name);

	return order ? order : str_cmp(x->path, y->path);
}

bool
source_tree_open(struct source_tree *t, const char *root)
{
	struct walk w = {.tree = t};
	int fd;

	*t = (struct source_tree){.root = root, .max_file = SOURCE_MAX_FILE};
	t->fd = open(root, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (t->fd < 0)
		return false;
	fd = openat(t->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0) {
		close(t->fd);
		return false;
	}
	walk_directory(&w, fd, NULL);
	buf_release(&w.path);
	if (t->files > 0)
		qsort(t->file, t->files, sizeof(*t->file), by_path);
	t->by_name = xreallocarray(NULL, t->files + 1, sizeof(struct source_file *));
	for (size_t i = 0; i < t->files; i++)
		t->by_name[i] = &t->file[i];
	qsort(t->by_name, t->files, sizeof(struct source_file *), by_name);
	return true;
}

void
source_tree_release(struct source_tree *t)
{
	arena_release(&t->arena);
	free(t->file);
	free(t->by_name);
	free(t->link);
	close(t->fd);
}

bool
source_path_normal(struct str path, struct buf *out)
{
	buf_reset(out);
	if (path.len > 0 && path.ptr[0] == '/')
		return false;
	while (path.len > 0) {
		const char *slash = memchr(path.ptr, '/', path.len);
		struct str part = {path.ptr, slash ? (size_t)(slash - path.ptr) : path.len};

		path = str_from(path, part.len + (slash != NULL));
		if (str_is(part, "..")) {
			const char *last = out->len > 0 ? memrchr(out->ptr, '/', out->len) : NULL;

			if (out->len == 0)
				return false;
			out->len = last ? (size_t)(last - out->ptr) : 0;
		} else if (part.len > 0 && !str_is(part, ".")) {
			if (out->len > 0)
				buf_byte(out, '/');
			buf_span(out, part);
		}
	}
	return true;
}

/* Put the target of a link in the place of what of PATH leads to it; false where no part of it is a link. */
static bool
hop(const struct source_tree *t, struct buf *path)
{
	for (size_t i = 0; i < t->links; i++) {
		struct str from = t->link[i].path;
		struct buf next = BUF_INIT;

		if (!str_starts(buf_view(path), from) ||
		    (path->len > from.len && path->ptr[from.len] != '/'))
			continue;
		buf_span(&next, t->link[i].target);
		buf_span(&next, str_from(buf_view(path), from.len));
		buf_release(path);
		*path = next;
		return true;
	}
	return false;
}

struct source_file *
source_tree_find(const struct source_tree *t, struct str path)
{
	struct buf normal = BUF_INIT, raw = BUF_INIT;
	struct source_file *found = NULL;

	buf_span(&raw, path);
	for (unsigned hops = 0; t->files > 0 && hops <= MAX_HOPS; hops++) {
		struct source_file key = {0};

		if (!source_path_normal(buf_view(&raw), &normal) || normal.len == 0)
			break;
		key.path = buf_view(&normal);
		found = bsearch(&key, t->file, t->files, sizeof(*t->file), by_path);
		buf_reset(&raw);
		buf_span(&raw, buf_view(&normal));
		if (found || !hop(t, &raw))
			break;
	}
	buf_release(&normal);
	buf_release(&raw);
	return found;
}

struct source_file *const *
source_tree_named(const struct source_tree *t, struct str name, size_t *count)
{
	size_t low = 0, high = t->files, first;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(t->by_name[middle]->name, name) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	first = low;
	while (low < t->files && str_eq(t->by_name[low]->name, name))
		low++;
	*count = low - first;
	return t->by_name + first;
}
