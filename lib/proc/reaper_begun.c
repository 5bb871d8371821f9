#include "proc/reaper_begun.h"

#include "base/diag.h"
#include "base/file.h"
#include "record/emit.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/utsname.h>
#include <unistd.h>

enum { TEXT_MAX = 64 << 20 };

/* The directory, and the name of the file in it. -1 with errno. */
static int
open_dir(struct buf *name)
{
	struct utsname u;

	buf_printf(name, "%s.jsonl", uname(&u) == 0 ? u.nodename : "");
	buf_cstr(name);
	return state_dir("reap");
}

static void
add_line(struct buf *b, const struct process *p, const struct reaper_job *j, pid_t below)
{
	emit_open(b, NULL);
	note_add_process(b, p);
	if (*j->agent)
		emit_string(b, "agent", str_of(j->agent));
	if (*j->specialty)
		emit_string(b, "specialty", str_of(j->specialty));
	emit_string(b, "cause", buf_view(&j->cause));
	emit_string(b, "reason", buf_view(&j->reason));
	if (below > 0)
		emit_count(b, "below", (unsigned long long)below);
	if (j->run)
		emit_string(b, "run", str_of(j->run));
	emit_bool(b, "leave", j->leave && below == 0);
	emit_close(b);
}

void
reaper_begun_keep(void *arg, const struct end *e)
{
	struct reaper *r = arg;
	struct buf name = BUF_INIT, text = BUF_INIT;
	int dir = open_dir(&name);

	for (size_t i = 0; i < r->count; i++)
		add_line(&text, &r->job[i].process, &r->job[i], r->job[i].below);
	for (size_t i = 0; i < e->count; i++)
		if (!e->target[i].root) {
			const struct reaper_job *j = e->target[i].tag;

			add_line(&text, &e->target[i].process, j, j->process.pid);
		}
	if (dir < 0 || !note_write(dir, name.ptr, buf_view(&text)))
		diag("cannot_create", strerror(errno),
		     "what is being ended: a reaper that is "
		     "killed now leaves it so");
	r->begun = true;
	if (dir >= 0)
		close(dir);
	buf_release(&name);
	buf_release(&text);
}

/* What is of another pid namespace is none of ours: nothing is known of it here. */
static bool
take_line(struct reaper *r, const struct record *line)
{
	struct buf scratch = BUF_INIT;
	char host[NOTE_HOST_SIZE];
	struct reaper_job *j;
	struct process p;
	struct json v;
	uint64_t below;

	if (!note_process(line, &p, host))
		return false;
	if (note_life(&p, host) == PROCESS_UNKNOWN)
		return true;
	j = reaper_add(r, &p);
	note_copy(j->agent, sizeof(j->agent), record_agent(line, &scratch));
	note_string(line, STR("specialty"), j->specialty, sizeof(j->specialty));
	note_text(&j->cause, line, STR("cause"));
	note_text(&j->reason, line, STR("reason"));
	if (record_get(line, STR("below"), &v) && json_count(v, &below) && below <= INT32_MAX)
		j->below = (pid_t)below;
	buf_reset(&scratch);
	note_text(&scratch, line, STR("run"));
	if (scratch.len > 0)
		j->run = xstrdup(buf_cstr(&scratch));
	j->leave = record_true(line, STR("leave"));
	buf_release(&scratch);
	return true;
}

static bool
take_lines(struct reaper *r, struct str text)
{
	struct record record = RECORD_INIT;
	struct buf line = BUF_INIT;
	struct json_error error;
	struct str one;
	bool sound = true;

	while (str_line(&text, &one)) {
		buf_reset(&line);
		buf_padded(&line, one);
		sound &= record_scan(&record, (struct str){line.ptr, one.len}, &error) &&
		         take_line(r, &record);
	}
	record_release(&record);
	buf_release(&line);
	return sound;
}

void
reaper_begun_take(struct reaper *r)
{
	struct buf name = BUF_INIT, text = BUF_INIT;
	int dir = open_dir(&name), fd = -1;

	if (dir >= 0)
		fd = openat(dir, name.ptr, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	if (fd >= 0) {
		r->begun = true;
		if (!fd_read(fd, TEXT_MAX, &text) || !take_lines(r, buf_view(&text)))
			diag("bad_state", NULL, "reap/%s is damaged: what is good of it was read",
			     name.ptr);
		close(fd);
	} else if (errno != ENOENT) {
		diag("cannot_open", strerror(errno), "cannot read reap/%s", name.ptr);
	}
	if (dir >= 0)
		close(dir);
	buf_release(&name);
	buf_release(&text);
}

void
reaper_begun_clear(struct reaper *r)
{
	struct buf name = BUF_INIT;
	int dir = r->begun ? open_dir(&name) : -1;

	if (dir >= 0) {
		unlinkat(dir, name.ptr, 0);
		close(dir);
	}
	r->begun = false;
	buf_release(&name);
}
