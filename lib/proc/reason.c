#include "proc/reason.h"

#include "base/clock.h"
#include "base/file.h"
#include "proc/note.h"
#include "record/emit.h"

#include <errno.h>
#include <unistd.h>

static const char reasons[] = "reasons";

bool
reason_leave(struct str agent, const struct process *p, struct str cause, struct str text)
{
	struct buf b = BUF_INIT;
	double now = clock_wall();
	bool left;
	int saved;

	emit_open(&b, "reason");
	emit_number(&b, "ts", now);
	emit_string(&b, "agent", agent);
	note_add_process(&b, p);
	emit_string(&b, "cause", cause);
	emit_string(&b, "reason", text);
	emit_close(&b);
	left = note_leave(reasons, agent, p->pid, now, buf_view(&b));
	saved = errno;
	buf_release(&b);
	errno = saved;
	return left;
}

bool
reason_take(struct str agent, const struct process *p, struct reason *r)
{
	struct note note = NOTE_INIT;
	struct buf file = BUF_INIT;
	struct process of;
	char host[NOTE_HOST_SIZE];
	const char *why;
	int dir = state_dir(reasons);
	bool taken = false;

	note_file(&file, agent, p->pid);
	if (dir >= 0 && note_read(dir, buf_cstr(&file), &note, &why) &&
	    note_process(&note.record, &of, host) && process_eq(&of, p)) {
		note_text(&r->cause, &note.record, STR("cause"));
		note_text(&r->text, &note.record, STR("reason"));
		taken = record_ts(&note.record, &r->at) && unlinkat(dir, file.ptr, 0) == 0;
	}
	if (dir >= 0)
		close(dir);
	note_release(&note);
	buf_release(&file);
	return taken;
}

void
reason_release(struct reason *r)
{
	buf_release(&r->cause);
	buf_release(&r->text);
}
