#include "policy/retry.h"
#include "policy/retry_after.h"

#include "tap.h"

static bool
has(const struct status_set *s, int status)
{
	return s->has[status];
}

static void
test_sets(void)
{
	static const char *const wrong_lists[] = {"",      "0",   "256",   "5-3",      "0-3",
	                                          "1-",    "-1",  "1,,2",  "TERMX",    "SIG",
	                                          "1-256", "1 2", "1-2-3", "TERM-KILL"};
	struct status_set s = {.any = false};
	struct str wrong;

	ok(status_set_add(&s, "1,3-5, 75 ,TERM,sigkill,Int", &wrong), "a list of all kinds");
	ok(s.any, "something was added");
	ok(has(&s, 1) && !has(&s, 2) && has(&s, 3) && has(&s, 4) && has(&s, 5) && !has(&s, 6),
	   "numbers and a range, both ends in it");
	ok(has(&s, 75), "blanks around a number");
	ok(has(&s, 143) && has(&s, 137) && has(&s, 130), "signals by name");
	ok(status_set_add(&s, "255", &wrong) && has(&s, 255) && has(&s, 1), "and more");
	for (size_t i = 0; i < sizeof(wrong_lists) / sizeof(*wrong_lists); i++)
		ok(!status_set_add(&s, wrong_lists[i], &wrong), "no list: '%s'", wrong_lists[i]);
	ok(!status_set_add(&s, "1,2-x,3", &wrong) && str_is(wrong, "2-x"),
	   "the wrong item is named");
}

static struct retry_verdict
decide(const struct retry *r, unsigned attempt, int status, double elapsed, double after)
{
	struct retry_try t = {attempt, status, elapsed, after, 0.5};

	return retry_decide(r, &t);
}

static void
test_tries(void)
{
	struct retry r = {.tries = 3, .backoff = {1, 60, BACKOFF_NONE}, .deadline = INFINITY};

	is_int(decide(&r, 0, 0, 0, NAN).what, RETRY_DONE, "success is the end");
	is_int(decide(&r, 0, 1, 0, NAN).what, RETRY_AGAIN, "a failure is tried again");
	is_int(decide(&r, 1, 143, 0, NAN).what, RETRY_AGAIN, "a death by a signal too");
	is_int(decide(&r, 2, 1, 0, NAN).what, RETRY_EXHAUSTED, "until the tries are used up");
	is_int(decide(&r, 7, 1, 0, NAN).what, RETRY_EXHAUSTED, "and beyond");
	for (int status = 124; status <= 128; status++)
		is_int(decide(&r, 0, status, 0, NAN).what,
		       status >= 125 && status <= 127 ? RETRY_PERMANENT : RETRY_AGAIN,
		       "125, 126 and 127 alone are permanent");
	r.tries = 0;
	is_int(decide(&r, 4000000000U, 1, 0, NAN).what, RETRY_AGAIN, "as many as it takes");
	is_num(decide(&r, 4000000000U, 1, 0, NAN).delay, 60, "with a delay that has a limit");
	r.tries = 1000000000;
	is_int(decide(&r, 999999998, 1, 0, NAN).what, RETRY_AGAIN, "a billion tries");
	is_int(decide(&r, 999999999, 1, 0, NAN).what, RETRY_EXHAUSTED, "and no more");
	r.backoff.max = INFINITY;
	for (unsigned attempt = 0; attempt < 8; attempt++)
		is_num(decide(&r, attempt, 1, 0, NAN).delay, 1U << attempt,
		       "without jitter it is 2^attempt times the base");
	r.backoff = (struct backoff){3, 10, BACKOFF_FULL};
	is_num(decide(&r, 1, 1, 0, NAN).delay, 3, "with jitter a part of that");
	is_num(decide(&r, 9, 1, 0, NAN).delay, 5, "or of the limit");
}

static void
test_lists(void)
{
	struct retry r = {.tries = 3, .backoff = {1, 60, BACKOFF_NONE}, .deadline = INFINITY};
	struct str wrong;

	status_set_add(&r.stop, "2,124", &wrong);
	is_int(decide(&r, 0, 2, 0, NAN).what, RETRY_PERMANENT, "--stop is permanent");
	is_int(decide(&r, 0, 124, 0, NAN).what, RETRY_PERMANENT, "all of it");
	is_int(decide(&r, 0, 126, 0, NAN).what, RETRY_PERMANENT, "besides the usual");
	is_int(decide(&r, 0, 3, 0, NAN).what, RETRY_AGAIN, "and nothing else");
	status_set_add(&r.on, "2,3,126", &wrong);
	is_int(decide(&r, 0, 3, 0, NAN).what, RETRY_AGAIN, "--on is tried again");
	is_int(decide(&r, 0, 126, 0, NAN).what, RETRY_AGAIN, "126 too, where it is listed");
	is_int(decide(&r, 0, 2, 0, NAN).what, RETRY_PERMANENT, "but --stop goes first");
	is_int(decide(&r, 0, 4, 0, NAN).what, RETRY_PERMANENT, "and all else is permanent");
	is_int(decide(&r, 0, 127, 0, NAN).what, RETRY_PERMANENT, "127 too");
}

static void
test_deadline(void)
{
	struct retry r = {.tries = 9, .backoff = {1, 60, BACKOFF_NONE}, .deadline = 10};

	is_num(decide(&r, 2, 1, 5, NAN).delay, 4, "a delay that ends in time");
	is_int(decide(&r, 2, 1, 6, NAN).what, RETRY_LATE, "one that does not");
	is_num(decide(&r, 2, 1, 5, 0.5).delay, 0.5, "a wait that was asked for replaces it");
	is_num(decide(&r, 0, 1, 0, 9).delay, 9, "also by more");
	is_int(decide(&r, 0, 1, 5, 9).what, RETRY_LATE, "but not beyond the deadline");
	r.deadline = INFINITY;
	is_num(decide(&r, 0, 1, 5, 900).delay, 900, "the backoff's limit does not hold for it");
}

static void
test_after(void)
{
	static const struct {
		const char *text;
		double seconds; /* from 784111770, 7 s before the date in the RFC */
	} good[] = {
		{"120", 120},
		{" 0\n", 0},
		{"1.5", 1.5},
		{"2m", 120},
		{"Sun, 06 Nov 1994 08:49:37 GMT", 7},
		{"Sunday, 06-Nov-94 08:49:37 GMT", 7},
		{"Sun Nov  6 08:49:37 1994", 7},
		{"1994-11-06T08:49:37Z", 7},
		{"1994-11-06T09:49:37+01:00\n", 7},
		{"Sun, 06 Nov 1994 08:49:00 GMT", 0},
		{"Retry-After: 120\r\n", 120},
		{"retry-after:Sun, 06 Nov 1994 08:49:37 GMT", 7},
		{"Thursday, 06-Nov-03 08:49:30 GMT", 283996800},
	};
	static const char *const wrong[] = {"",
	                                    "\n",
	                                    "soon",
	                                    "-1",
	                                    "1e9999x",
	                                    "Sun, 06 Nov 1994",
	                                    "Retry-After:",
	                                    "Sun, 06 Nov 1994 08:49:37 CET"};
	double seconds;

	for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
		ok(retry_after(str_of(good[i].text), 784111770, &seconds), "a time: %s",
		   good[i].text);
		is_num(seconds, good[i].seconds, "which is then");
	}
	for (size_t i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		ok(!retry_after(str_of(wrong[i]), 784111770, &seconds), "no time: %s", wrong[i]);
}

int
main(void)
{
	test_sets();
	test_tries();
	test_lists();
	test_deadline();
	test_after();
	return done_testing();
}
