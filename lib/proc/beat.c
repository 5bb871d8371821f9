#include "proc/beat.h"

#include "base/clock.h"
#include "base/file.h"
#include "record/emit.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

/* A beat may be this far ahead of the clock before that is called the future: clocks of file systems are coarse. */
static const double slack = 2;

static const char beats[] = "beats"; /* the directory */

void
beat_set(struct beat *b, const struct process *p, struct str agent, struct str specialty,
         struct str run)
{
	*b = (struct beat){.process = *p};
	note_copy(b->agent, sizeof(b->agent), agent);
	note_copy(b->specialty, sizeof(b->specialty), specialty);
	note_copy(b->run, sizeof(b->run), run);
}

static void
add_text(struct buf *text, const struct beat *b, double now)
{
	emit_open(text, "beat");
	emit_number(text, "ts", now);
	emit_string(text, "agent", str_of(b->agent));
	if (*b->specialty)
		emit_string(text, "specialty", str_of(b->specialty));
	if (*b->run)
		emit_string(text, "run", str_of(b->run));
	note_add_process(text, &b->process);
	emit_close(text);
}

static bool
is_alive(const struct process *p)
{
	if (process_life(p) == PROCESS_ALIVE)
		return true;
	errno = ESRCH;
	return false;
}

int
beat_dir(void)
{
	return state_dir(beats);
}

bool
beat_write(const struct beat *b)
{
	struct buf text = BUF_INIT;
	double now = clock_wall();
	bool written;
	int saved;

	add_text(&text, b, now);
	written = is_alive(&b->process) &&
	          note_leave(beats, str_of(b->agent), b->process.pid, now, buf_view(&text));
	saved = errno;
	buf_release(&text);
	errno = saved;
	return written;
}

bool
beat_touch(struct str agent, const struct process *p)
{
	struct buf file = BUF_INIT;
	double now = clock_wall();
	int dir = beat_dir(), saved;
	const char *why;
	struct beat b;
	bool touched = false;

	note_file(&file, agent, p->pid);
	if (dir >= 0 && beat_read(dir, buf_cstr(&file), &b, &why)) {
		if (process_eq(&b.process, p))
			touched = is_alive(p) && note_date(dir, file.ptr, now);
		else
			errno = ESTALE;
	} else if (dir >= 0 && errno != ENOENT) {
		errno = ESTALE;
	}
	saved = errno;
	if (dir >= 0)
		close(dir);
	buf_release(&file);
	errno = saved;
	return touched;
}

static const char *
fill(struct beat *b, const char *name, const struct note *note)
{
	struct str agent;
	pid_t pid;

	*b = (struct beat){.at = 0};
	if (!note_parse_file(name, &agent, &pid))
		return "its name is not AGENT.PID.json";
	if (!note_process(&note->record, &b->process, b->host))
		return "it names no process";
	note_string(&note->record, STR("agent"), b->agent, sizeof(b->agent));
	note_string(&note->record, STR("specialty"), b->specialty, sizeof(b->specialty));
	note_string(&note->record, STR("run"), b->run, sizeof(b->run));
	if (pid != b->process.pid || !str_is(agent, b->agent))
		return "it names another process than its file name";
	b->at = (double)note->st.st_mtim.tv_sec + (double)note->st.st_mtim.tv_nsec / 1e9;
	return NULL;
}

bool
beat_read(int dir, const char *name, struct beat *b, const char **why)
{
	struct note note = NOTE_INIT;
	const char *fault = NULL;
	int saved;

	*why = NULL;
	if (note_read(dir, name, &note, &fault)) {
		fault = fill(b, name, &note);
		errno = EINVAL;
		if (!fault && b->at > clock_wall() + slack)
			*why = "its beat lies in the future";
	}
	if (fault)
		*why = fault;
	saved = errno;
	note_release(&note);
	errno = saved;
	return !fault;
}

bool
beat_list(void (*each)(void *arg, const char *name, const struct beat *b, const char *why),
          void *arg)
{
	int dir = beat_dir();
	char **names = dir < 0 ? NULL : note_names(dir);

	for (char **name = names; name && *name; name++) {
		const char *why;
		struct beat b;

		if (beat_read(dir, *name, &b, &why))
			each(arg, *name, &b, why);
		else if (errno != ENOENT) /* it may go away meanwhile */
			each(arg, *name, NULL, why);
	}
	if (dir >= 0)
		close(dir);
	note_names_free(names);
	return names != NULL;
}

bool
beat_remove(const struct beat *b)
{
	struct buf file = BUF_INIT;
	int dir = beat_dir();
	const char *why;
	struct beat there;
	bool removed;

	note_file(&file, str_of(b->agent), b->process.pid);
	removed = dir >= 0 && beat_read(dir, buf_cstr(&file), &there, &why) &&
	          process_eq(&there.process, &b->process) && unlinkat(dir, file.ptr, 0) == 0;
	if (dir >= 0)
		close(dir);
	buf_release(&file);
	return removed;
}
