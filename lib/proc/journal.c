#include "proc/journal.h"

#include "base/clock.h"
#include "record/emit.h"

#include <math.h>
#include <sys/wait.h>
#include <unistd.h>

void
journal_init(struct journal *j)
{
	if (gethostname(j->host, sizeof(j->host) - 1) != 0)
		*j->host = '\0';
}

static struct buf *
open_record(const struct journal *j, struct buf *b, const char *type)
{
	emit_open(b, type);
	emit_number(b, "ts", clock_wall());
	emit_string(b, "agent", str_of(j->agent));
	if (j->specialty)
		emit_string(b, "specialty", str_of(j->specialty));
	return b;
}

static void
add_goal(const struct journal *j, struct buf *b)
{
	if (j->goal)
		emit_string(b, "goal", str_of(j->goal));
}

static void
add_process(const struct journal *j, struct buf *b, const struct process *p)
{
	if (p->pid > 0) {
		emit_count(b, "pid", (unsigned long long)p->pid);
		emit_count(b, "started", p->started);
	}
	if (*j->host)
		emit_string(b, "host", str_of(j->host));
	emit_count(b, "attempt", j->attempt);
}

/* A difference of two times, without the digits that they do not have. */
static double
micro(double t)
{
	return round(t * 1e6) / 1e6;
}

void
journal_start(const struct journal *j, const struct process *p)
{
	struct buf *b = open_record(j, spool_buf(j->spool), "start");

	add_goal(j, b);
	add_process(j, b, p);
	emit_string(b, "run", str_of(j->run));
	emit_close(b);
	spool_done(j->spool, true);
}

void
journal_output(const struct journal *j, unsigned stream, const struct relay_line *line)
{
	struct buf *b = open_record(j, spool_buf(j->spool), "output");

	add_goal(j, b);
	emit_count(b, "attempt", j->attempt);
	emit_string(b, "stream", stream == SUPERVISE_ERR ? STR("stderr") : STR("stdout"));
	emit_string(b, "content", line->text);
	if (line->piece > 0)
		emit_count(b, "piece", line->piece);
	if (line->more)
		emit_bool(b, "more", true);
	else if (!line->terminated)
		emit_bool(b, "partial", true);
	emit_close(b);
	spool_done(j->spool, false);
}

void
journal_beat(const struct journal *j, const struct process *p, double output_age, double beat_age)
{
	struct buf *b = open_record(j, spool_buf(j->spool), "beat");

	add_process(j, b, p);
	emit_number(b, "output_age", micro(output_age));
	if (!isnan(beat_age))
		emit_number(b, "beat_age", micro(beat_age));
	emit_close(b);
	spool_done(j->spool, false);
}

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec / 1e6;
}

void
journal_exit(const struct journal *j, const struct supervise_outcome *o, const struct verdict *v)
{
	struct buf *b = open_record(j, spool_buf(j->spool), "exit");

	add_process(j, b, &o->process);
	if (!o->error && WIFSIGNALED(o->status))
		emit_count(b, "signal", (unsigned)WTERMSIG(o->status));
	else
		emit_count(b, "status", (unsigned)(o->error ? v->status : WEXITSTATUS(o->status)));
	emit_number(b, "duration", micro(o->duration));
	emit_number(b, "user", seconds(o->usage.ru_utime));
	emit_number(b, "system", seconds(o->usage.ru_stime));
	emit_number(b, "peak_memory", (double)o->usage.ru_maxrss * 1024);
	if (v->diagnosis.len > 0)
		emit_string(b, "diagnosis", buf_view(&v->diagnosis));
	if (v->reason.len > 0)
		emit_string(b, "reason", buf_view(&v->reason));
	if (o->error)
		emit_string(b, "error", str_of(strerror(o->error)));
	emit_close(b);
	spool_done(j->spool, true);
}

void
journal_exhausted(const struct journal *j, int status)
{
	struct buf *b = open_record(j, spool_buf(j->spool), "retries_exhausted");

	emit_count(b, "attempts", j->attempt + 1);
	emit_count(b, "status", (unsigned)status);
	emit_close(b);
	spool_done(j->spool, true);
}

void
journal_gap(void *arg, struct buf *b, uint64_t records, uint64_t bytes)
{
	const struct journal *j = arg;

	open_record(j, b, "lost");
	emit_count(b, "records", records);
	emit_count(b, "bytes", bytes);
	emit_close(b);
}
