#include "proc/cgroup.h"

#include "base/buf.h"
#include "base/file.h"
#include "base/process.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

/* A group is named after the process that made it. */
#define PREFIX "eros-run-"

enum { TEXT_MAX = 1 << 20, DEPTH_MAX = 32 };

/* The blank-separated word number N, from 0, of LINE. */
static struct str
word(struct str line, unsigned n)
{
	for (;;) {
		const char *blank = memchr(line.ptr, ' ', line.len);
		size_t len = blank ? (size_t)(blank - line.ptr) : line.len;

		if (n-- == 0)
			return (struct str){line.ptr, len};
		line = str_from(line, blank ? len + 1 : len);
	}
}

/* Add PATH as mountinfo has it: a blank, tab, LF or backslash is written \ooo. */
static void
add_path(struct buf *b, struct str path)
{
	for (size_t i = 0; i < path.len; i++) {
		if (path.ptr[i] == '\\' && i + 3 < path.len) {
			buf_byte(b, (char)((path.ptr[i + 1] - '0') << 6 |
			                   (path.ptr[i + 2] - '0') << 3 | (path.ptr[i + 3] - '0')));
			i += 3;
		} else {
			buf_byte(b, path.ptr[i]);
		}
	}
}

/* Where a hierarchy of version 2 is mounted, and which part of it: fields 5 and 4 of mountinfo. */
static bool
find_mount(struct str mountinfo, struct buf *mount, struct buf *root)
{
	struct str line;

	while (str_line(&mountinfo, &line)) {
		const char *dash = memmem(line.ptr, line.len, " - cgroup2 ", 11);

		if (!dash)
			continue;
		add_path(mount, word(line, 4));
		add_path(root, word(line, 3));
		return true;
	}
	return false;
}

/* The caller's own group: the line "0::PATH". */
static struct str
own_group(struct str groups)
{
	struct str line;

	while (str_line(&groups, &line))
		if (str_starts(line, STR("0::/")))
			return str_from(line, 3);
	return STR_NONE;
}

/* The directory of the caller's group; false where it cannot be seen. */
static bool
find_directory(struct buf *path)
{
	struct buf groups = BUF_INIT, mounts = BUF_INIT, root = BUF_INIT;
	struct str own;
	bool found = false;

	if (file_read("/proc/self/cgroup", TEXT_MAX, &groups) &&
	    file_read("/proc/self/mountinfo", TEXT_MAX, &mounts) &&
	    find_mount(buf_view(&mounts), path, &root)) {
		own = own_group(buf_view(&groups));
		if (root.len > 1 && str_starts(own, buf_view(&root)))
			own = str_from(own, root.len);
		found = own.ptr && !memmem(own.ptr, own.len, "/..", 3);
		buf_span(path, own);
	}
	buf_release(&groups);
	buf_release(&mounts);
	buf_release(&root);
	return found;
}

/*
 * Remove the empty groups in PARENT whose makers have died, both halves of them, so that nobody else did. A maker in
 * another pid namespace seems dead from here: should its group be empty just now, it goes on without.
 */
static void
remove_dead(int parent)
{
	int fd = openat(parent, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;
	struct process maker;
	uintmax_t started;
	int pid;

	while (dir && (entry = readdir(dir)))
		if (sscanf(entry->d_name, PREFIX "%d-%ju", &pid, &started) == 2 &&
		    (!process_named(pid, started, &maker) || process_life(&maker) == PROCESS_GONE))
			unlinkat(parent, entry->d_name, AT_REMOVEDIR);
	if (dir)
		closedir(dir);
}

void
cgroup_make(struct cgroup *c)
{
	struct buf path = BUF_INIT;
	struct process self = {.pid = getpid()};

	*c = (struct cgroup)CGROUP_NONE;
	process_of(getpid(), &self);
	snprintf(c->name, sizeof(c->name), PREFIX "%d-%ju", (int)self.pid, (uintmax_t)self.started);
	if (find_directory(&path))
		c->parent = open(buf_cstr(&path), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (c->parent >= 0)
		remove_dead(c->parent);
	if (c->parent >= 0 && mkdirat(c->parent, c->name, 0755) == 0)
		c->dir =
			openat(c->parent, c->name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	buf_release(&path);
}

static void
put(const struct cgroup *c, const char *file, const char *text)
{
	int fd = c->dir < 0 ? -1 : openat(c->dir, file, O_WRONLY | O_CLOEXEC);

	if (fd >= 0) {
		fd_write(fd, text, strlen(text));
		close(fd);
	}
}

void
cgroup_enter(const struct cgroup *c)
{
	put(c, "cgroup.procs", "0");
}

void
cgroup_kill(const struct cgroup *c)
{
	put(c, "cgroup.kill", "1");
}

/* Remove NAME in PARENT, what is in it first. */
static void
remove_below(int parent, const char *name, unsigned depth)
{
	int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	struct dirent *entry;

	while (dir && depth < DEPTH_MAX && (entry = readdir(dir)))
		if (entry->d_type == DT_DIR && strcmp(entry->d_name, ".") != 0 &&
		    strcmp(entry->d_name, "..") != 0)
			remove_below(fd, entry->d_name, depth + 1);
	if (dir)
		closedir(dir);
	unlinkat(parent, name, AT_REMOVEDIR);
}

void
cgroup_remove(struct cgroup *c)
{
	if (c->dir >= 0) {
		remove_below(c->parent, c->name, 0);
		close(c->dir);
	}
	if (c->parent >= 0)
		close(c->parent);
	*c = (struct cgroup)CGROUP_NONE;
}
