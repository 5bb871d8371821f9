#include "policy/retry_budget.h"

#include <math.h>
#include <stdio.h>

static const struct str key = STR("counts");

/* So many windows later nothing is left that matters, and the row may go. */
static const double forgotten = 20;

/* What is no row of ours counts as none. */
static struct retry_counts
load(struct rows *r, const struct retry_budget *b)
{
	struct retry_counts c = {0, 0};
	struct str value;
	char text[128];
	double at, left;

	if (!rows_get(r, key, &value) || value.len >= sizeof(text))
		return c;
	memcpy(text, value.ptr, value.len);
	text[value.len] = '\0';
	if (sscanf(text, "%lf %lf %lf", &c.firsts, &c.retries, &at) != 3)
		return (struct retry_counts){0, 0};
	left = exp(-fmax(0, r->now - at) / b->window);
	return (struct retry_counts){c.firsts * left, c.retries * left};
}

static void
save(struct rows *r, const struct retry_budget *b, const struct retry_counts *c)
{
	char text[128];
	int len = snprintf(text, sizeof(text), "%.17g %.17g %.17g", c->firsts, c->retries, r->now);

	rows_put_until(r, key, (struct str){text, (size_t)len}, r->now + forgotten * b->window);
}

struct retry_counts
retry_budget_first(struct rows *r, const struct retry_budget *b)
{
	struct retry_counts c = load(r, b);

	c.firsts++;
	save(r, b, &c);
	return c;
}

bool
retry_budget_take(struct rows *r, const struct retry_budget *b, struct retry_counts *counts)
{
	struct retry_counts c = load(r, b);
	bool allowed = c.retries + 1 <= b->floor + b->share * c.firsts;

	if (allowed) {
		c.retries++;
		save(r, b, &c);
	}
	*counts = c;
	return allowed;
}
