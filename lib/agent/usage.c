#include "agent/adapter.h"

#include "base/hash.h"

#include <math.h>

/* Each figure of a usage, so that they can be gone through. */
enum { FIGURES = 4 };

static double *
figure(struct usage *u, int i)
{
	double *const figures[FIGURES] = {&u->input, &u->output, &u->cached, &u->cost};

	return figures[i];
}

static void
make_usage(struct import *im)
{
	struct buf *b = make_open(im, "usage");

	emit_known(b, "input_tokens", im->total.input);
	emit_known(b, "output_tokens", im->total.output);
	emit_known(b, "cached_tokens", im->total.cached);
	emit_known(b, "cost_usd", im->total.cost);
	emit_bool(b, "cumulative", true);
	make_close(im);
}

/* The figures kept for a message that may still replace them; the oldest gives way. */
static struct usage *
step_of(struct import *im, struct json id)
{
	uint64_t hash = hash_keyed((struct str){id.ptr, id.len});
	unsigned i;

	for (i = 0; i < USAGE_STEPS; i++)
		if (id.type != JSON_NULL && im->step_id[i] == hash)
			return &im->step[i];
	i = im->next_step;
	im->next_step = (i + 1) % USAGE_STEPS;
	im->step_id[i] = id.type == JSON_NULL ? 0 : hash;
	im->step[i] = (struct usage){0, 0, 0, 0};
	return &im->step[i];
}

void
usage_step(struct import *im, struct json id, struct usage u)
{
	struct usage *step = step_of(im, id);
	bool changed = false;

	for (int i = 0; i < FIGURES; i++) {
		double *total = figure(&im->total, i), *before = figure(step, i);
		double now = *figure(&u, i);

		if (isnan(now) || (now == *before && !isnan(*total)))
			continue;
		*total = (isnan(*total) ? 0 : *total) + now - *before;
		*before = now;
		changed = true;
	}
	if (changed)
		make_usage(im);
}

void
usage_total(struct import *im, struct usage u)
{
	bool changed = false;

	for (int i = 0; i < FIGURES; i++) {
		double *total = figure(&im->total, i), now = *figure(&u, i);

		if (isnan(now) || now == *total)
			continue;
		*total = now;
		changed = true;
	}
	if (changed)
		make_usage(im);
}
