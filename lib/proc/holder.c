#include "proc/holder.h"

#include "base/file.h"
#include "record/emit.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/sysmacros.h>
#include <unistd.h>

void
holder_command(struct holder *h, char **argv)
{
	struct buf b = BUF_INIT;

	for (; *argv && b.len < sizeof(h->command); argv++) {
		if (b.len > 0)
			buf_byte(&b, ' ');
		buf_str(&b, *argv);
	}
	note_copy(h->command, sizeof(h->command), buf_view(&b));
	buf_release(&b);
}

bool
holder_write(const struct lock *l, const struct holder *h)
{
	struct buf file = BUF_INIT, b = BUF_INIT;
	bool written;
	int saved;

	note_file(&file, str_of(l->name), h->process.pid);
	emit_open(&b, "lock");
	emit_string(&b, "lock", str_of(l->path ? l->path : l->name));
	emit_string(&b, "mode", h->shared ? STR("shared") : STR("exclusive"));
	note_add_process(&b, &h->process);
	emit_string(&b, "command", str_of(h->command));
	emit_number(&b, "since", h->since);
	emit_close(&b);
	written = note_put(l->dir, buf_cstr(&file), buf_view(&b));
	saved = errno;
	buf_release(&b);
	buf_release(&file);
	errno = saved;
	return written;
}

void
holder_remove(const struct lock *l, const struct holder *h)
{
	struct buf file = BUF_INIT;

	note_file(&file, str_of(l->name), h->process.pid);
	unlinkat(l->dir, buf_cstr(&file), 0);
	buf_release(&file);
}

/* Whether FILE is a holder file of L. */
static bool
is_beside(const struct lock *l, const char *file)
{
	size_t len = strlen(l->name);
	pid_t pid;
	struct str name;
	struct buf b = BUF_INIT;
	bool is;

	if (strncmp(file, l->name, len) != 0 || file[len] != '.')
		return false;
	buf_printf(&b, "x%s", file + len); /* a file's own name need not be a valid one */
	is = note_parse_file(buf_cstr(&b), &name, &pid);
	buf_release(&b);
	return is;
}

void
holder_clear(const struct lock *l)
{
	char **names = note_names(l->dir);

	for (char **name = names; name && *name; name++)
		if (is_beside(l, *name))
			unlinkat(l->dir, *name, 0);
	note_names_free(names);
}

bool
holder_read(int dir, const char *name, struct holder *h, const char **why)
{
	struct note note = NOTE_INIT;
	char mode[16];
	bool good = note_read(dir, name, &note, why);

	*h = (struct holder){.since = 0};
	if (good && !note_process(&note.record, &h->process, h->host)) {
		*why = "it names no process";
		errno = EINVAL;
		good = false;
	}
	if (good) {
		note_string(&note.record, STR("command"), h->command, sizeof(h->command));
		note_string(&note.record, STR("mode"), mode, sizeof(mode));
		h->shared = strcmp(mode, "shared") == 0;
		record_number(&note.record, STR("since"), &h->since);
		h->life = note_life(&h->process, h->host);
	}
	note_release(&note);
	return good;
}

bool
holder_find(int fd, pid_t *pid)
{
	FILE *locks = fopen("/proc/locks", "re");
	char line[256];
	struct stat st;
	bool found = false;

	*pid = 0;
	if (!locks || fstat(fd, &st) != 0) {
		if (locks)
			fclose(locks);
		return false;
	}
	while (!found && fgets(line, sizeof(line), locks)) {
		unsigned major, minor;
		unsigned long long inode;
		int owner;

		/* A line of one that waits has "->" after its number and is not taken. */
		found = sscanf(line, "%*u: FLOCK %*s %*s %d %x:%x:%llu", &owner, &major, &minor,
		               &inode) == 4 &&
		        makedev(major, minor) == st.st_dev && inode == st.st_ino;
		if (found)
			*pid = owner > 0 ? owner : 0;
	}
	fclose(locks);
	return found;
}

/* A holder that has left no file, by its pid. */
static bool
describe(pid_t pid, struct holder *h)
{
	char path[32];
	struct buf line = BUF_INIT;

	*h = (struct holder){.life = PROCESS_ALIVE};
	if (!process_of(pid, &h->process))
		return false;
	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)pid);
	file_read(path, 1 << 20, &line);
	for (size_t i = 0; i + 1 < line.len; i++)
		if (line.ptr[i] == '\0')
			line.ptr[i] = ' ';
	note_copy(h->command, sizeof(h->command), buf_view(&line));
	buf_release(&line);
	return true;
}

size_t
holder_each(const struct lock *l, void (*each)(void *arg, const struct holder *h), void *arg)
{
	char **names = note_names(l->dir);
	struct holder h, dead = {.since = 0};
	const char *why;
	size_t count = 0;
	pid_t pid;

	for (char **name = names; name && *name; name++) {
		if (!is_beside(l, *name) || !holder_read(l->dir, *name, &h, &why))
			continue;
		if (h.life == PROCESS_GONE) {
			dead = h;
			continue;
		}
		each(arg, &h);
		count++;
	}
	note_names_free(names);
	if (count > 0 || !holder_find(l->fd, &pid))
		return count;
	if (pid > 0 && describe(pid, &h))
		each(arg, &h);
	else if (dead.process.pid > 0)
		each(arg, &dead);
	else
		return 0;
	return 1;
}

void
holder_add(struct buf *b, const struct holder *h)
{
	emit_count(b, "pid", (unsigned long long)h->process.pid);
	emit_count(b, "started", h->process.started);
	emit_string(b, "command", str_of(h->command));
	if (h->since > 0)
		emit_number(b, "since", h->since);
}

struct listing {
	struct buf *out;
	double now;
	const char *lock;
};

static void
open_listed(const struct listing *l, bool held)
{
	emit_open(l->out, "lock");
	emit_number(l->out, "ts", l->now);
	emit_string(l->out, "lock", str_of(l->lock));
	emit_string(l->out, "state", held ? STR("held") : STR("free"));
}

static void
add_listed(void *arg, const struct holder *h)
{
	struct listing *l = arg;

	open_listed(l, true);
	if (h->since > 0)
		emit_string(l->out, "mode", h->shared ? STR("shared") : STR("exclusive"));
	holder_add(l->out, h);
	if (h->life == PROCESS_GONE)
		emit_bool(l->out, "left", true);
	emit_close(l->out);
}

static void
list_lock(struct listing *l, struct lock *lock, const char *file)
{
	bool held;
	pid_t pid;

	lock->name = l->lock;
	lock->fd = openat(lock->dir, file, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	held = lock->fd >= 0 && holder_find(lock->fd, &pid);
	if (!held || holder_each(lock, add_listed, l) == 0) {
		open_listed(l, held);
		emit_close(l->out);
	}
	if (lock->fd >= 0)
		close(lock->fd);
}

bool
holder_list(struct buf *out, double now)
{
	static const char suffix[] = ".lock";
	struct lock lock = {.dir = state_dir("locks"), .fd = -1};
	struct listing l = {.out = out, .now = now};
	char **files = lock.dir < 0 ? NULL : note_names(lock.dir);
	bool listed = files != NULL;

	for (char **file = files; file && *file; file++) {
		const char *dot = strchr(*file, '.');
		char *name = dot && strcmp(dot, suffix) == 0
		                     ? xstrndup(*file, (size_t)(dot - *file))
		                     : NULL;

		l.lock = name;
		if (name && str_is_name(str_of(name)))
			list_lock(&l, &lock, *file);
		free(name);
	}
	note_names_free(files);
	if (lock.dir >= 0)
		close(lock.dir);
	return listed;
}
