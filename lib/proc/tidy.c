/* Clearing the state directory of what the dead have left; see reaper.h. */
#include "proc/reaper.h"

#include "base/clock.h"
#include "base/file.h"
#include "record/emit.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

/* A reason is taken within moments after the end, and a file is renamed within moments after it was written. */
static const double settled = 60;

/* Whether the process that DIR/NAME tells of is gone, and was when the file was last written. */
static bool
is_dead(int dir, const char *name, double age)
{
	struct note note = NOTE_INIT;
	struct process p;
	char host[NOTE_HOST_SIZE];
	const char *why;
	struct str what;
	pid_t pid;
	bool dead = false;

	if (strstr(name, ".json") && note_read(dir, name, &note, &why) &&
	    note_process(&note.record, &p, host))
		dead = note_life(&p, host) == PROCESS_GONE &&
		       clock_wall() - (double)note.st.st_mtim.tv_sec >= age &&
		       note_parse_file(name, &what, &pid) && pid == p.pid;
	note_release(&note);
	return dead;
}

/* Files in the making, ".NAME.PID", which a writer that was killed has left. */
static bool
is_remnant(int dir, const char *name)
{
	const char *last = strrchr(name, '.');
	struct process p;
	struct stat st;

	return name[0] == '.' && last > name && strtol(last + 1, NULL, 10) > 0 &&
	       !process_of((pid_t)strtol(last + 1, NULL, 10), &p) &&
	       fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 && S_ISREG(st.st_mode) &&
	       clock_wall() - (double)st.st_mtim.tv_sec >= settled;
}

static void
tell_removed(struct reaper *r, const char *sub, const char *name)
{
	struct buf *b = writer_buf(r->out);
	char *path = path_join(sub, name);

	emit_open(b, "reap");
	emit_number(b, "ts", clock_wall());
	emit_string(b, "action", r->dry_run ? STR("would_remove") : STR("removed"));
	emit_string(b, "file", str_of(path));
	emit_close(b);
	writer_done(r->out);
	free(path);
}

static bool
tidy_dir(struct reaper *r, const char *sub, double age)
{
	int dir = state_dir(sub), count;
	struct dirent **entry;

	if (dir < 0)
		return false;
	count = scandirat(dir, ".", &entry, NULL, alphasort);
	for (int i = 0; i < count; i++) {
		const char *name = entry[i]->d_name;

		if ((is_dead(dir, name, age) || is_remnant(dir, name)) &&
		    (r->dry_run || unlinkat(dir, name, 0) == 0))
			tell_removed(r, sub, name);
		free(entry[i]);
	}
	if (count >= 0)
		free(entry);
	close(dir);
	return count >= 0;
}

bool
reaper_tidy(struct reaper *r)
{
	return tidy_dir(r, "beats", 0) && tidy_dir(r, "locks", 0) &&
	       tidy_dir(r, "reasons", settled) && tidy_dir(r, "reap", 0);
}
