/*
 * rows URL COUNT TIMES: fill a scope with COUNT rows, then update one at random TIMES times.
 *
 * Prints the least seconds that one update took on average in a tenth of them.
 */
#include "base/clock.h"
#include "base/hash.h"
#include "store/store.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { AT_ONCE = 10000 };

struct range {
	long from, to;
};

static struct str
key_of(long number, char key[static 32])
{
	snprintf(key, 32, "item/%016jx", (uintmax_t)hash_mix((uint64_t)number));
	return str_of(key);
}

static void
fill(struct rows *r, void *arg)
{
	const struct range *range = arg;
	char key[32];

	for (long i = range->from; i < range->to; i++)
		rows_put(r, key_of(i, key), STR("{\"value\":0,\"used\":1767225600.125}"));
}

static void
change(struct rows *r, void *arg)
{
	struct str value;
	char key[32];

	key_of(*(long *)arg, key);
	if (rows_get(r, str_of(key), &value))
		rows_put(r, str_of(key), STR("{\"value\":1,\"used\":1767225601.125}"));
}

static void
must(struct store *s, int status)
{
	if (status == 0)
		return;
	fprintf(stderr, "rows: %s\n", store_why(s));
	exit(1);
}

int
main(int argc, char **argv)
{
	double best = INFINITY;
	long count, times;
	struct store *s;
	char scope[32];
	int failed;

	if (argc != 4) {
		fprintf(stderr, "usage: rows URL COUNT TIMES\n");
		return 64;
	}
	count = strtol(argv[2], NULL, 10);
	times = strtol(argv[3], NULL, 10);
	snprintf(scope, sizeof(scope), "bench/rows%d", (int)getpid());
	failed = store_open(&s, argv[1]);
	must(s, failed);
	for (struct range range = {0, 0}; range.to < count; range.from = range.to) {
		range.to = range.from + AT_ONCE < count ? range.from + AT_ONCE : count;
		must(s, store_update(s, scope, fill, &range));
	}
	for (int round = 0; round < 10; round++) {
		double began = clock_mono(), took;

		for (long i = 0; i < times / 10; i++) {
			long number =
				(long)(hash_mix((uint64_t)(round * times + i)) % (uint64_t)count);

			must(s, store_update(s, scope, change, &number));
		}
		took = (clock_mono() - began) / (double)(times / 10);
		best = took < best ? took : best;
	}
	printf("%.9f\n", best);
	store_close(s);
	return 0;
}
