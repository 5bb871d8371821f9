#include "proc/note.h"

#include "base/file.h"
#include "base/utf8.h"
#include "record/emit.h"

#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <sys/utsname.h>
#include <unistd.h>

static bool
write_new(int dir, const char *name, struct str text)
{
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600),
	    saved;
	bool written;

	if (fd < 0)
		return false;
	written = fd_write(fd, text.ptr, text.len);
	saved = errno;
	if (close(fd) != 0 && written) {
		written = false;
		saved = errno;
	}
	errno = saved;
	return written;
}

bool
note_write(int dir, const char *name, struct str text)
{
	struct buf temporary = BUF_INIT;
	bool written;
	int saved;

	/* One name per process: what an earlier one of the same pid left there is nobody's any more. */
	buf_printf(&temporary, ".%s.%d", name, (int)getpid());
	unlinkat(dir, buf_cstr(&temporary), 0);
	written =
		write_new(dir, temporary.ptr, text) && renameat(dir, temporary.ptr, dir, name) == 0;
	if (!written) {
		saved = errno;
		unlinkat(dir, temporary.ptr, 0);
		errno = saved;
	}
	buf_release(&temporary);
	return written;
}

bool
note_put(int dir, const char *name, struct str text)
{
	bool written = write_new(dir, name, text);

	if (!written && errno == EEXIST && unlinkat(dir, name, 0) == 0)
		written = write_new(dir, name, text);
	return written;
}

bool
note_date(int dir, const char *name, double at)
{
	struct timespec t = {.tv_sec = (time_t)at, .tv_nsec = (long)((at - floor(at)) * 1e9)};

	return utimensat(dir, name, (struct timespec[2]){t, t}, AT_SYMLINK_NOFOLLOW) == 0;
}

bool
note_leave(const char *sub, struct str name, pid_t pid, double at, struct str text)
{
	struct buf file = BUF_INIT;
	int dir = state_dir(sub), saved;
	bool left = false;

	note_file(&file, name, pid);
	if (dir >= 0) {
		left = note_write(dir, buf_cstr(&file), text) && note_date(dir, file.ptr, at);
		saved = errno;
		close(dir);
		errno = saved;
	}
	saved = errno;
	buf_release(&file);
	errno = saved;
	return left;
}

int
note_open(int dir, const char *name, struct stat *st, const char **why)
{
	int fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0) {
		*why = errno == ELOOP ? "it is a symbolic link" : strerrordesc_np(errno);
		return -1;
	}
	if (fstat(fd, st) != 0)
		*why = strerrordesc_np(errno);
	else if (!S_ISREG(st->st_mode))
		*why = "it is not a regular file";
	else if (st->st_size > NOTE_MAX)
		*why = "it is too large";
	else
		return fd;
	close(fd);
	errno = EINVAL;
	return -1;
}

bool
note_read(int dir, const char *name, struct note *n, const char **why)
{
	struct json_error error;
	int fd = note_open(dir, name, &n->st, why);
	bool whole;

	if (fd < 0)
		return false;
	buf_reset(&n->text);
	whole = fd_read(fd, NOTE_MAX, &n->text);
	if (!whole)
		*why = strerrordesc_np(errno);
	close(fd);
	if (whole) {
		size_t len = str_trim(buf_view(&n->text)).len;
		struct buf padded = BUF_INIT;

		buf_padded(&padded, str_trim(buf_view(&n->text)));
		buf_release(&n->text);
		n->text = padded;
		whole = record_scan(&n->record, (struct str){n->text.ptr, len}, &error);
		if (!whole)
			*why = error.reason;
	}
	if (!whole)
		errno = EINVAL;
	return whole;
}

void
note_release(struct note *n)
{
	record_release(&n->record);
	buf_release(&n->text);
}

static void
add_host(struct buf *b)
{
	struct utsname u;

	emit_string(b, "host", uname(&u) == 0 ? str_of(u.nodename) : STR(""));
}

void
note_add_process(struct buf *b, const struct process *p)
{
	emit_count(b, "pid", (unsigned long long)p->pid);
	emit_count(b, "started", p->started);
	emit_string(b, "boot", str_of(p->boot));
	emit_count(b, "pidns", p->pidns);
	add_host(b);
}

static bool
get_count(const struct record *r, struct str key, uint64_t max, uint64_t *count)
{
	struct json v;

	return record_get(r, key, &v) && json_count(v, count) && *count <= max;
}

bool
note_process(const struct record *r, struct process *p, char host[static NOTE_HOST_SIZE])
{
	uint64_t pid = 0;

	note_string(r, STR("boot"), p->boot, sizeof(p->boot));
	note_string(r, STR("host"), host, NOTE_HOST_SIZE);
	if (!get_count(r, STR("pid"), INT32_MAX, &pid) || pid == 0 ||
	    !get_count(r, STR("started"), UINT64_MAX, &p->started) ||
	    !get_count(r, STR("pidns"), UINT64_MAX, &p->pidns))
		return false;
	p->pid = (pid_t)pid;
	return strlen(p->boot) == BOOT_ID_SIZE - 1;
}

void
note_copy(char *out, size_t size, struct str s)
{
	size_t len = 0;

	while (len < s.len) {
		size_t next = utf8_length(s.ptr + len, s.ptr + s.len);

		next = next ? next : 1;
		if (len + next >= size || s.ptr[len] == '\0')
			break;
		len += next;
	}
	if (len > 0)
		memcpy(out, s.ptr, len);
	out[len] = '\0';
}

void
note_string(const struct record *r, struct str key, char *out, size_t size)
{
	struct buf scratch = BUF_INIT;

	note_copy(out, size, record_string(r, key, &scratch));
	buf_release(&scratch);
}

void
note_text(struct buf *b, const struct record *r, struct str key)
{
	struct buf scratch = BUF_INIT;

	buf_span(b, record_string(r, key, &scratch));
	buf_release(&scratch);
}

enum process_life
note_life(const struct process *p, const char *host)
{
	struct process here;
	struct utsname u;

	/* Two hosts may share the directory, but hardly their name. */
	if (process_of(getpid(), &here) && strcmp(here.boot, p->boot) != 0 && uname(&u) == 0 &&
	    *host && strncmp(u.nodename, host, NOTE_HOST_SIZE - 1) == 0)
		return PROCESS_GONE;
	return process_life(p);
}
