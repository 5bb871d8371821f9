/*
 * TAP for C units. A test calls these, then returns done_testing() from main; prove reads what they
 * print. A failure shows what was seen and what was wanted.
 */
#ifndef TAP_H
#define TAP_H

#include "base/str.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3))) static inline bool
ok(bool passed, const char *name, ...)
{
	va_list ap;

	printf("%sok %d - ", passed ? "" : "not ", ++tap_count);
	va_start(ap, name);
	vprintf(name, ap);
	va_end(ap);
	putchar('\n');
	tap_failed += !passed;
	fflush(stdout);
	return passed;
}

static inline bool
is_str(struct str got, const char *want, const char *name)
{
	bool same = str_is(got, want);

	ok(same, "%s", name);
	if (!same)
		printf("#   got: '" STR_FMT "'\n#  want: '%s'\n", STR_ARG(got), want);
	return same;
}

static inline bool
is_int(long long got, long long want, const char *name)
{
	ok(got == want, "%s", name);
	if (got != want)
		printf("#   got: %lld\n#  want: %lld\n", got, want);
	return got == want;
}

/* Equal to within rounding of a few operations. */
static inline bool
is_num(double got, double want, const char *name)
{
	bool same = got == want || fabs(got - want) <= 1e-9 * fmax(1, fabs(want));

	ok(same, "%s", name);
	if (!same)
		printf("#   got: %.17g\n#  want: %.17g\n", got, want);
	return same;
}

static inline int
done_testing(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
