/* Who is to be ended, by ages alone. */
#include "policy/reap.h"
#include "tap.h"

#include <stdint.h>

static struct reap_limits limits = {300, INFINITY, SIZE_MAX};

static struct reap_process
process(const char *group, double beat, double uptime, pid_t pid)
{
	return (struct reap_process){
		.group = str_of(group), .beat = beat, .uptime = uptime, .pid = pid};
}

/* The verdicts as one letter each. */
static void
judged(struct reap_process *p, size_t n, const char *want, const char *name)
{
	char got[32];

	reap_judge(p, n, &limits);
	for (size_t i = 0; i < n; i++)
		got[i] = "-sao"[p[i].verdict];
	is_str((struct str){got, n}, want, name);
}

int
main(void)
{
	struct buf b = BUF_INIT;
	struct reap_process beats[] = {process("a", 300, 9e9, 1), process("a", 300.1, 1, 2),
	                               process("a", NAN, 300, 3), process("a", NAN, 301, 4),
	                               process("a", -5, 0, 5),    process("a", 0, 0, 6)};
	struct reap_process group[] = {process("x", 0, 50, 1),  process("y", 0, 99, 2),
	                               process("x", 0, 10, 3),  process("x", 0, 70, 4),
	                               process("x", 400, 5, 5), process("x", 0, 10, 6)};

	judged(NULL, 0, "", "nobody");
	judged(beats, 6, "-s-s--",
	       "stale is what is older than the limit, by beat, else by uptime");
	reap_reason(&beats[1], &limits, &b);
	is_str(buf_view(&b), "no beat for 300 s > 300 s", "a reason");
	beats[1].exempt = true;
	judged(beats, 6, "---s--", "but not one that is exempt");
	limits.stale = INFINITY;
	judged(beats, 6, "------", "nor without a limit");
	limits.max_age = 300;
	judged(beats, 6, "a--a--", "too old is what started before");
	buf_reset(&b);
	reap_reason(&beats[3], &limits, &b);
	is_str(buf_view(&b), "up for 301 s > 300 s", "a reason");

	limits = (struct reap_limits){300, INFINITY, 2};
	judged(group, 6, "o--os-",
	       "the oldest beyond two of a group; what is stale is not counted");
	limits.keep = 1;
	judged(group, 6, "o-oos-", "of two that started together the higher pid is the newer");
	group[5].exempt = true;
	judged(group, 6, "o--os-", "what is exempt is not counted");
	limits.keep = 0;
	judged(group, 6, "oooos-", "none is to be left");
	buf_reset(&b);
	limits.keep = 1;
	reap_judge(group, 6, &limits);
	reap_reason(&group[0], &limits, &b);
	is_str(buf_view(&b), "1 newer ones of x", "a reason");
	buf_release(&b);
	return done_testing();
}
