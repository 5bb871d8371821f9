/*
 * Any bytes as what an agent does: the first chooses the model; each line is an event, its first byte the kind, with a time
 * from the byte after it. What an agent does has the rest as its words, the other kinds a goal, which is dear to
 * change. Measures stay within their bounds, an agent that sees the same again comes to the same, and what is kept of
 * it does not grow beyond what the header says.
 */
#include "policy/pad.h"

#include <math.h>
#include <stdint.h>
#include <stdlib.h>

static bool
bounded(double x)
{
	return x >= 0 && x <= 1;
}

static void
check(const struct pad_agent *a, const struct pad_measures *m)
{
	if (!bounded(m->pleasure) || !bounded(m->arousal) || !bounded(m->dominance) ||
	    !bounded(m->repetition) || m->cycle > PAD_CYCLE_MAX || m->errors > PAD_WINDOW_MAX)
		abort();
	if (a->loop.message.room > PAD_RING || a->loop.call.room > PAD_RING ||
	    a->loop.seen.slots > PAD_SEEN_MAX)
		abort();
}

static double
live(struct str text, int model)
{
	struct pad_limits limits = PAD_LIMITS_INIT;
	struct pad_agent a = {0};
	struct pad_measures m;
	double now = 0, sum = 0;
	struct str line;

	limits.model = model;
	while (str_line(&text, &line)) {
		struct pad_event e = {.kind = PAD_WAIT};

		if (line.len > 1) {
			e.kind = (enum pad_kind)((uint8_t)line.ptr[0] % (PAD_NOTICED + 1));
			e.ok = (enum pad_ok)((uint8_t)line.ptr[1] % (PAD_UNKNOWN + 1));
			now += (uint8_t)line.ptr[1];
			if (e.kind < PAD_WAIT)
				e.text = e.input = str_from(line, 2);
			else
				e.goal = str_from(line, 2);
			e.tool = e.id = (struct str){line.ptr, 2};
		}
		if (pad_step(&a, &e, (unsigned)now % 7 == 0 ? NAN : now, &limits, &m)) {
			check(&a, &m);
			sum += m.pleasure + m.arousal + m.dominance + m.repetition;
		}
	}
	pad_release(&a);
	return sum;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct str text = {(const char *)data, size};
	int model = size > 0 && data[0] & 1 ? PAD_CLASSIC : PAD_DEFAULT;

	if (live(text, model) != live(text, model))
		abort();
	return 0;
}
