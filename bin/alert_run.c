/* eros-alert at work: a filter around the engine of policy/alert.h. */
#include "alert_run.h"

#include "base/clock.h"
#include "base/exit.h"

/* An array for Alertmanager is closed when it is as large as this, and the clock asked once in so many lines. */
enum { ARRAY_MAX = 4 << 20, LINES_PER_LOOK = 4096 };

void
alert_run_flush(struct alert_run *run)
{
	struct buf *out = writer_buf(&run->filter->out);

	if (run->array.len == 0)
		return;
	buf_byte(out, '[');
	buf_span(out, buf_view(&run->array));
	buf_str(out, "]\n");
	writer_done(&run->filter->out);
	buf_reset(&run->array);
	run->printed = true;
}

static void
on_note(void *arg, const struct alert_note *note)
{
	struct alert_run *run = arg;

	run->fired |= strcmp(note->state, "firing") == 0;
	if (!run->alertmanager) {
		alert_note_record(note, writer_buf(&run->filter->out));
		writer_done(&run->filter->out);
		return;
	}
	if (strcmp(note->state, "pending") == 0)
		return; /* its API knows no such state */
	if (run->array.len > 0)
		buf_byte(&run->array, ',');
	alert_note_alertmanager(note, &run->options, run->generator, &run->array);
	if (run->array.len > ARRAY_MAX)
		alert_run_flush(run);
}

static void
on_start(struct filter *f)
{
	struct alert_run *run = f->arg;

	if (run->state) {
		alert_track(&run->alert);
		alert_state_load(run);
	}
	if (run->wall)
		alert_time(&run->alert, clock_wall());
}

static void
on_record(struct filter *f, const struct record *r)
{
	struct alert_run *run = f->arg;

	alert_record(&run->alert, r, run->wall ? clock_wall() : -1);
	run->dirty = true;
	if (f->in.line_no % LINES_PER_LOOK == 0)
		alert_state_keep(run);
}

static void
on_tick(struct filter *f)
{
	struct alert_run *run = f->arg;

	if (run->wall)
		alert_time(&run->alert, clock_wall());
	alert_settle(&run->alert);
	alert_run_flush(run);
	alert_state_keep(run);
	writer_flush(&f->out);
}

static void
report(const struct alert *a)
{
	if (a->dropped > 0)
		diag("groups_dropped", NULL, "%zu groups were dropped to keep to --max-groups",
		     a->dropped);
	if (a->jumped > 0)
		diag("bad_time", NULL,
		     "%zu records were taken at the time as it stood: "
		     "their ts is out of range, or further ahead than --max-jump",
		     a->jumped);
	if (cond_given_up > 0)
		diag("match_limit", NULL, "%zu searches for a pattern were given up",
		     cond_given_up);
}

static void
on_finish(struct filter *f)
{
	struct alert_run *run = f->arg;

	if (run->wall)
		alert_time(&run->alert, clock_wall());
	alert_settle(&run->alert);
	if (run->state)
		alert_state_save(run);
	else
		alert_finish(&run->alert);
	alert_run_flush(run);
	if (run->alertmanager && !run->printed)
		buf_str(writer_buf(&f->out), "[]\n");
	report(&run->alert);
	if (run->fail_on_firing && (run->fired || run->alert.firing > 0))
		filter_status(f, EROS_NO);
}

int
alert_run(struct alert_run *run, char **files)
{
	struct filter *f = run->filter;
	int status;

	if (run->state)
		alert_state_lock(run);
	f->arg = run;
	f->start = on_start;
	f->record = on_record;
	f->finish = on_finish;
	f->tick = on_tick;
	f->tick_ms = run->wall ? 100 : 1000;
	alert_init(&run->alert, run->rules, &run->options);
	run->alert.notify = on_note;
	run->alert.arg = run;
	status = filter_run(f, files);
	alert_release(&run->alert);
	buf_release(&run->array);
	buf_release(&run->text);
	return status;
}
