#include "policy/retry_budget.h"

#include "base/memory_rows.h"
#include "tap.h"

static struct memory_rows rows = MEMORY_ROWS_INIT;
static struct retry_counts counts;

static void
first(const struct retry_budget *b, double now)
{
	counts = retry_budget_first(memory_rows_begin(&rows, now), b);
	memory_rows_end(&rows);
}

static bool
take(const struct retry_budget *b, double now)
{
	bool allowed = retry_budget_take(memory_rows_begin(&rows, now), b, &counts);

	memory_rows_end(&rows);
	return allowed;
}

/* How many of COUNT retries at NOW are allowed. */
static unsigned
take_many(const struct retry_budget *b, double now, unsigned count)
{
	unsigned allowed = 0;

	while (count-- > 0)
		allowed += take(b, now);
	return allowed;
}

static void
put(const char *text)
{
	rows_put(memory_rows_begin(&rows, 10000), STR("counts"), str_of(text));
	memory_rows_end(&rows);
}

int
main(void)
{
	struct retry_budget b = {.share = 0.2, .floor = 3, .window = 60}, none = {0, 0, 60};

	is_int(take_many(&b, 0, 10), 3, "without first tries there is the floor");
	for (int i = 0; i < 100; i++)
		first(&b, 0);
	is_num(counts.firsts, 100, "first tries are counted");
	is_int(take_many(&b, 0, 100), 20, "and a share of them may be retried");
	is_num(counts.retries, 23, "what is refused does not count");
	is_int(take_many(&b, 30, 100), 1, "counts age together, and the floor comes back first");
	is_num(counts.firsts, 100 * exp(-0.5), "by a factor e in a window");
	is_int(take_many(&b, 30, 100), 0, "not at once");
	is_int(take_many(&b, 20, 100), 0, "nor where the clock goes back");
	is_int(take_many(&b, 3000, 100), 3, "long after there is the floor again");
	ok(!take(&none, 3000), "a budget of nothing allows nothing");
	put("garbage");
	is_int(take_many(&b, 10000, 100), 3, "what is no row of ours counts as none");
	/* All fail, for an hour: each try is followed by as many retries as there may be. */
	memory_rows_release(&rows);
	rows = (struct memory_rows)MEMORY_ROWS_INIT;
	unsigned firsts = 0, retries = 0;

	for (double now = 0; now < 3600; now += 0.1, firsts++) {
		first(&b, now);
		retries += take_many(&b, now, 4);
	}
	ok(retries <= firsts * 0.2 + 3 * 61 + 1 && retries >= firsts * 0.2,
	   "load grows by the share: %u of %u", retries, firsts);
	memory_rows_release(&rows);
	return done_testing();
}
