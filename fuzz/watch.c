/*
 * Any lines as the records of a team, by their own times: the figures of the team agree with one another, everything
 * that is said is a record, and a successor reads what it is left.
 */
#include "policy/watch_clock.h"

#include <stdint.h>
#include <stdlib.h>

static struct record record = RECORD_INIT;
static struct buf line, scratch;

static bool
scan(struct str text)
{
	struct json_error error;

	buf_reset(&line);
	buf_padded(&line, text);
	buf_reset(&scratch);
	buf_room(&scratch, 2 * text.len);
	return record_scan(&record, (struct str){line.ptr, text.len}, &error);
}

static void
expect(bool holds)
{
	if (!holds)
		abort();
}

static void
live(struct watch *w, struct str text, struct buf *out)
{
	struct watch_clock clock;
	struct str one;

	watch_clock_init(&clock, &w->options);
	while (!w->stopped && str_line(&text, &one)) {
		if (!scan(one))
			continue;
		watch_clock_take(&clock, &record);
		while (!w->stopped && watch_clock_due(&clock, w, false))
			watch_check(w, clock.at, out);
		watch_record(w, &record, &scratch, clock.now, out);
		expect(w->running <= w->agents.count &&
		       w->completed + w->failed <= w->agents.count);
	}
	watch_finish(w, clock.now, out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct watch_limits builtin = WATCH_LIMITS_INIT;
	static const struct pad_limits pad_builtin = PAD_LIMITS_INIT;
	struct settings limits, pad;
	struct buf out = BUF_INIT, state = BUF_INIT;
	/* A check says a pulse at least, so that at the usual 2 s most of the time would go into those. */
	struct watch_options options = {"t", 20, 120, 10, 1000, 5, &limits, &pad};
	struct watch w, successor;
	struct str rest, one;

	settings_init(&limits, "watch", watch_settings, &builtin, sizeof(builtin));
	settings_init(&pad, "pad", pad_settings, &pad_builtin, sizeof(pad_builtin));
	watch_init(&w, &options);
	live(&w, (struct str){(const char *)data, size}, &out);
	for (rest = buf_view(&out); str_line(&rest, &one);)
		expect(scan(one));
	watch_save(&w, &state);
	watch_init(&successor, &options);
	expect(watch_load(&successor, buf_view(&state), w.now));
	expect(successor.running == w.running && successor.interventions == w.interventions);
	expect(successor.completed == w.completed && successor.failed == w.failed);
	watch_release(&successor);
	watch_release(&w);
	settings_release(&limits);
	settings_release(&pad);
	buf_release(&out);
	buf_release(&state);
	buf_release(&line);
	buf_release(&scratch);
	record_release(&record);
	return 0;
}
