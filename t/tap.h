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
#include <stdlib.h>

static int tap_count, tap_failed;

__attribute__((format(printf, 2, 3))) static inline bool
ok(bool passed, const char *name, ...)
{
	char text[1000];
	va_list ap;

	va_start(ap, name);
	vsnprintf(text, sizeof(text), name, ap);
	va_end(ap);
	printf("%sok %d - %s\n", passed ? "" : "not ", ++tap_count, text);
	fflush(stdout);
	if (!passed)
		fprintf(stderr, "# %s\n", text);
	tap_failed += !passed;
	return passed;
}

static inline bool
is_str(struct str got, const char *want, const char *name)
{
	bool same = str_is(got, want);

	ok(same, "%s", name);
	if (!same)
		fprintf(stderr, "#   got: '" STR_FMT "'\n#  want: '%s'\n", STR_ARG(got), want);
	return same;
}

static inline bool
is_int(long long got, long long want, const char *name)
{
	ok(got == want, "%s", name);
	if (got != want)
		fprintf(stderr, "#   got: %lld\n#  want: %lld\n", got, want);
	return got == want;
}

/* Equal to within rounding of a few operations. */
static inline bool
is_num(double got, double want, const char *name)
{
	bool same = got == want || fabs(got - want) <= 1e-9 * fmax(1, fabs(want));

	ok(same, "%s", name);
	if (!same)
		fprintf(stderr, "#   got: %.17g\n#  want: %.17g\n", got, want);
	return same;
}

/* How often to do what is done N times to be sure: not so often where all takes long (TAP_LESS=20, a twentieth). */
static inline size_t
tap_times(size_t n)
{
	const char *less = getenv("TAP_LESS");
	size_t times = less ? n / strtoul(less, NULL, 10) : n;

	return times > 0 ? times : 1;
}

/*
 * Whether this runs where something is not to be had that NAME needs: TAP_WITHOUT names what valgrind does not know.
 * Then that is said in place of the points.
 */
static inline bool
tap_without(const char *what, const char *name)
{
	const char *without = getenv("TAP_WITHOUT");

	if (!without || !strstr(without, what))
		return false;
	printf("ok %d - %s # SKIP no %s here\n", ++tap_count, name, what);
	return true;
}

static inline int
done_testing(void)
{
	printf("1..%d\n", tap_count);
	return tap_failed > 0;
}

#endif
