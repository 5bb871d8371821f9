#include "policy/backoff.h"

#include "tap.h"

int
main(void)
{
	struct backoff none = {1, 60, BACKOFF_NONE}, full = {1, 60, BACKOFF_FULL};
	struct backoff off = {0, 60, BACKOFF_NONE};

	is_num(backoff_delay(&none, 0, 0.5), 1, "one second after attempt 0");
	is_num(backoff_delay(&none, 1, 0.5), 2, "two after attempt 1");
	is_num(backoff_delay(&none, 5, 0.5), 32, "thirty-two after attempt 5");
	is_num(backoff_delay(&none, 6, 0.5), 60, "the cap holds");
	is_num(backoff_delay(&none, 4000000000U, 0.5), 60, "and for any number of attempts");
	is_num(backoff_delay(&full, 3, 0), 0, "full jitter begins at 0");
	is_num(backoff_delay(&full, 3, 0.25), 2, "is even in between");
	ok(backoff_delay(&full, 3, 0.999999999) < 8, "and stays below the whole delay");
	is_num(backoff_delay(&full, 100, 0.5), 30, "jitter is applied after the cap");
	is_num(backoff_delay(&off, 4000000000U, 0.5), 0, "no base, no wait");
	is_str(str_of(backoff_words[BACKOFF_FULL]), "full", "the word for full jitter");
	is_str(str_of(backoff_words[BACKOFF_NONE]), "none", "the word for none");
	return done_testing();
}
