#include "policy/respawn.h"

#include "tap.h"

int
main(void)
{
	struct respawn r = {.limit = 2}, none = {.limit = 0};
	struct str wrong;

	is_int(respawn_decide(&r, 0, 0, ""), RESPAWN_DONE, "success is the end");
	is_int(respawn_decide(&r, 0, 1, "failed"), RESPAWN_AGAIN, "a failure is tried again");
	is_int(respawn_decide(&r, 1, 137, "signal"), RESPAWN_AGAIN, "and so is a death by signal");
	is_int(respawn_decide(&r, 2, 1, "failed"), RESPAWN_EXHAUSTED,
	       "until the attempts are used up");
	is_int(respawn_decide(&r, 0, 124, "timeout"), RESPAWN_AGAIN, "a limit is a failure");
	is_int(respawn_decide(&none, 0, 1, "failed"), RESPAWN_DONE,
	       "without further attempts nothing is exhausted");
	for (int status = 125; status <= 127; status++)
		ok(respawn_decide(&r, 0, status, "failed") == RESPAWN_PERMANENT, "%d is permanent",
		   status);
	ok(respawn_permanent(&r, "2, 53,over_budget", &wrong), "a list of statuses and words");
	is_int(respawn_decide(&r, 0, 2, "failed"), RESPAWN_PERMANENT, "its first status");
	is_int(respawn_decide(&r, 0, 53, "failed"), RESPAWN_PERMANENT, "its second");
	is_int(respawn_decide(&r, 0, 143, "over_budget"), RESPAWN_PERMANENT, "its word");
	is_int(respawn_decide(&r, 0, 143, "over"), RESPAWN_AGAIN, "not a part of the word");
	is_int(respawn_decide(&r, 0, 52, "failed"), RESPAWN_AGAIN, "nor another status");
	ok(!respawn_permanent(&r, "2,256", &wrong) && str_is(wrong, "256"), "256 is no status");
	ok(!respawn_permanent(&r, "2,,3", &wrong) && wrong.len == 0, "nor is nothing");
	ok(!respawn_permanent(&r, "2,a b", &wrong) && str_is(wrong, "a b"), "nor are two words");
	return done_testing();
}
