/* What is told of the tries: records, and a line on stderr for each that failed. */
#include "retry.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/file.h"
#include "record/emit.h"

#include <errno.h>
#include <math.h>

static void
send_report(const struct retry_run *run, struct buf *b)
{
	emit_close(b);
	if (!fd_write(run->report, b->ptr, b->len))
		diag("io_error", strerror(errno), "--report %d", run->report);
	buf_release(b);
}

void
retry_report(const struct retry_run *run, const struct retry_try *t, double duration,
             const char *reason, double delay)
{
	struct buf b = BUF_INIT;

	if (run->report < 0)
		return;
	emit_open(&b, "retry");
	emit_number(&b, "ts", clock_wall());
	emit_count(&b, "attempt", t->attempt);
	emit_count(&b, "status", (unsigned)t->status);
	emit_number(&b, "duration", round(duration * 1e6) / 1e6);
	if (run->trial.timed_out)
		emit_string(&b, "diagnosis", STR("timeout"));
	if (reason)
		emit_string(&b, "reason", str_of(reason));
	else
		emit_number(&b, "delay", delay);
	send_report(run, &b);
}

void
retry_report_exhausted(const struct retry_run *run, const struct retry_try *t, const char *why)
{
	struct buf b = BUF_INIT;

	if (!run->quiet)
		diag("retries_exhausted", NULL, "attempt %u ended with status %d: %s", t->attempt,
		     t->status, why);
	if (run->report < 0)
		return;
	emit_open(&b, "retries_exhausted");
	emit_number(&b, "ts", clock_wall());
	emit_count(&b, "attempts", t->attempt + 1ULL);
	emit_count(&b, "status", (unsigned)t->status);
	send_report(run, &b);
}
