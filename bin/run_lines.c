/* The lines of an agent: what each becomes, and whether one says that the service refuses the agent. */
#include "run.h"

#include "base/clock.h"
#include "base/diag.h"

#include <assert.h>
#include <stdio.h>

static_assert((int)RELAY_PAD >= (int)JSON_PAD, "lines are scanned as they come");

/* Show the policy the records that an adapter has made. */
static void
look(struct run *run, struct str made)
{
	struct json_error error;
	struct str line;

	while (str_line(&made, &line)) {
		buf_reset(&run->padded);
		buf_padded(&run->padded, line);
		line.ptr = run->padded.ptr;
		if (record_scan(&run->record, line, &error))
			refusal_record(&run->refusal, &run->record, &run->scratch);
	}
}

/* What an adapter refuses is still what the agent said. */
static void
done(struct run *run, const char *reason)
{
	struct relay_line line = {.terminated = true};

	look(run, buf_view(spool_buf(&run->spool)));
	spool_done(&run->spool, false);
	if (!reason)
		return;
	line.text = import_refused(run->import);
	diag("bad_record", reason, "%s: bad line", run->supervise.agent);
	journal_output(&run->journal, SUPERVISE_OUT, &line);
}

void
run_line(void *arg, unsigned stream, const struct relay_line *line)
{
	struct run *run = arg;

	if (run->import && stream == SUPERVISE_OUT && line->piece == 0) {
		done(run,
		     import_line(run->import, line->text, clock_wall(), spool_buf(&run->spool)));
		return;
	}
	if (stream == SUPERVISE_ERR)
		refusal_line(&run->refusal, line->text);
	journal_output(&run->journal, stream, line);
}

void
run_lines_begin(struct run *run, unsigned attempt)
{
	run->refusal = (struct refusal){.kind = REFUSAL_NONE};
	if (!run->import_options.format)
		return;
	snprintf(run->number, sizeof(run->number), "%u", attempt);
	run->extra = (struct edit){STR("attempt"), str_of(run->number)};
	run->import_options.agent = run->supervise.agent;
	run->import_options.specialty = run->supervise.specialty;
	run->import_options.goal = run->journal.goal;
	run->import_options.max = run->supervise.max_line;
	run->import_options.extra = &run->extra;
	run->import_options.extra_count = 1;
	run->import = import_new(&run->import_options);
}

/* The end of the stream for the adapter; whatever a helper still writes is bare text. */
void
run_lines_end(struct run *run)
{
	if (!run->import)
		return;
	done(run, import_end(run->import, clock_wall(), spool_buf(&run->spool)));
	import_free(run->import);
	run->import = NULL;
}

void
run_lines_release(struct run *run)
{
	record_release(&run->record);
	buf_release(&run->padded);
	buf_release(&run->scratch);
}
