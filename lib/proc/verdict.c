#include "proc/verdict.h"

#include "base/exit.h"

#include <errno.h>
#include <sys/wait.h>

static int
own_status(const struct supervise_outcome *o)
{
	if (o->error)
		return o->error == ENOENT ? EROS_NOTFOUND : EROS_NOEXEC;
	return WIFSIGNALED(o->status) ? EROS_SIGNAL + WTERMSIG(o->status) : WEXITSTATUS(o->status);
}

/* The word for an end that eros-run or somebody else brought about; NULL where the agent ended by itself. */
static const char *
cause_word(const struct supervise_outcome *o, const struct reason *reason)
{
	switch (o->cause) {
	case CAUSE_TIMEOUT: return "timeout";
	case CAUSE_IDLE: return "idle";
	case CAUSE_SIGNAL: return "interrupted";
	case CAUSE_OUTPUT: return "output_closed";
	case CAUSE_KEEPER: return "keeper_lost";
	case CAUSE_NONE: break;
	}
	return reason ? "ended" : NULL;
}

static void
set(struct buf *b, struct str text)
{
	buf_reset(b);
	buf_span(b, text);
	buf_cstr(b);
}

void
verdict_set(struct verdict *v, const struct supervise_outcome *o, const struct reason *reason)
{
	const char *word = cause_word(o, reason);
	bool limit = o->cause == CAUSE_TIMEOUT || o->cause == CAUSE_IDLE;
	bool killed = !o->error && WIFSIGNALED(o->status);

	v->status = limit ? EROS_TIMEOUT : own_status(o);
	set(&v->reason, reason ? buf_view(&reason->text) : STR_NONE);
	set(&v->diagnosis, STR_NONE);
	set(&v->exact, STR_NONE);
	if (v->status == EROS_OK)
		return;
	set(&v->diagnosis, str_of(word ? word : killed ? "signal" : "failed"));
	if (reason && reason->cause.len > 0 && o->cause == CAUSE_NONE)
		set(&v->diagnosis, buf_view(&reason->cause));
	if (word)
		set(&v->exact, buf_view(&v->diagnosis));
	else
		buf_printf(&v->exact, "%s %d", killed ? "signal" : "exit",
		           killed ? WTERMSIG(o->status) : v->status);
	buf_cstr(&v->exact);
}

void
verdict_explain(struct verdict *v, const char *diagnosis, struct str reason)
{
	struct str is = buf_view(&v->diagnosis);

	if (!str_is(is, "failed") && !str_is(is, "signal"))
		return;
	set(&v->diagnosis, str_of(diagnosis));
	set(&v->reason, reason);
}

void
verdict_release(struct verdict *v)
{
	buf_release(&v->diagnosis);
	buf_release(&v->exact);
	buf_release(&v->reason);
}
