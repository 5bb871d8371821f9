/*
 * A storm over eros-watch: of two watches of one team that write to one pipe the first is killed by SIGKILL at some moment
 * around its interventions, and the second takes over. Each agent is intervened on, and none twice, and no line is cut.
 *
 * Where the process that was just writing for the watch is killed together with it, nobody is left who knows what came
 * out: then an agent may be intervened on twice, which is counted, but none is forgotten.
 */
#include "storm.h"

#include "base/process.h"

enum { AGENTS = 8, GIVE_UP = 15, CLERK_COMES = 5 };

/* What is killed, and when. */
enum victim {
	AT_ANY_TIME, /* the watch */
	AT_WORK,     /* the watch, as soon as there is one who writes for it */
	SAID,        /* the watch, as soon as an intervention is out */
	NOTED,       /* the watch, as soon as it has kept something for its successor */
	CLERK,       /* who writes for the watch, alone */
	BOTH,        /* with the watch */
	STANDBY,     /* the other one */
	VICTIMS
};

static struct {
	struct process agent[AGENTS];
	unsigned told[AGENTS];
	unsigned killed[VICTIMS], lines, cut, twice, lost, allowed, pulses;
	double longest;
} seen;

struct round {
	char team[32];
	int in[2], out[2];
	struct buf all;
	pid_t first, second;
};

static pid_t
start_watch(struct round *r)
{
	return storm_spawn(r->in[0], r->out[1],
	                   (char *[]){"eros-watch", "--team", r->team, "--interval", "0.02",
	                              "--warmup", "0.05", "--silence", "2", "--turns", "0",
	                              "--timeout", "60", NULL});
}

static void
feed(const struct round *r, const char *type, unsigned agent)
{
	struct buf b = BUF_INIT;

	buf_printf(&b, "{\"type\":\"%s\",\"agent\":\"a%u\",\"pid\":%d,\"started\":%llu}\n", type,
	           agent, (int)seen.agent[agent].pid,
	           (unsigned long long)seen.agent[agent].started);
	fd_write(r->in[1], b.ptr, b.len);
	buf_release(&b);
}

static bool
is_said(const struct round *r, const char *text)
{
	return r->all.len > 0 && memmem(r->all.ptr, r->all.len, text, strlen(text));
}

/* The process that writes for the watch, if there is one now. */
static pid_t
clerk_of(pid_t pid)
{
	char path[64], text[32] = "";
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/task/%d/children", (int)pid, (int)pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
		*text = '\0';
	if (fd >= 0)
		close(fd);
	return (pid_t)atoi(text);
}

/* Until what the watch keeps for its successor is replaced so many times. */
static void
wait_for_notes(const struct round *r, unsigned times, double end)
{
	struct buf path = BUF_INIT;
	struct stat before = {.st_ino = 0}, st;

	buf_printf(&path, "%s/watch/%s.jsonl", storm.home, r->team);
	buf_cstr(&path);
	stat(path.ptr, &before);
	while (times > 0 && clock_mono() < end)
		if (stat(path.ptr, &st) == 0 && st.st_ino != before.st_ino) {
			before = st;
			times--;
		}
	buf_release(&path);
}

/* Until the moment for VICTIM has come; what is out by then is read where that does not take long. */
static pid_t
wait_for_moment(struct round *r, enum victim victim, double moment)
{
	double end = clock_mono() + CLERK_COMES;
	pid_t clerk = 0;

	if (victim == AT_ANY_TIME || victim == STANDBY)
		storm_collect(r->out[0], &r->all, moment);
	else if (victim == NOTED)
		wait_for_notes(r, 1 + storm_random(3), end);
	else if (victim == SAID)
		while (!is_said(r, "\"intervene\"") && clock_mono() < end)
			storm_collect(r->out[0], &r->all, clock_mono() + 0.001);
	else
		while ((clerk = clerk_of(r->first)) == 0 && clock_mono() < end)
			storm_collect(r->out[0], &r->all, clock_mono());
	if (clerk > 0 && storm_random(2))
		usleep(storm_random(3000));
	return clerk;
}

static void
count(void *arg, const struct record *rec, struct str line)
{
	struct buf scratch = BUF_INIT;

	(void)arg, (void)line;
	seen.cut += !rec;
	if (rec && str_is(record_string(rec, STR("type"), &scratch), "pulse"))
		seen.pulses++;
	if (rec && str_is(record_string(rec, STR("type"), &scratch), "intervene")) {
		struct str name = record_string(rec, STR("agent"), &scratch);

		if (name.len == 2 && name.ptr[1] >= '0' && name.ptr[1] < '0' + AGENTS)
			seen.told[name.ptr[1] - '0']++;
	}
	buf_release(&scratch);
}

static unsigned
count_told(const struct round *r)
{
	const char *lf = r->all.len > 0 ? memrchr(r->all.ptr, '\n', r->all.len) : NULL;
	unsigned told = 0, lines = seen.lines, cut = seen.cut, pulses = seen.pulses;

	memset(seen.told, 0, sizeof(seen.told));
	if (lf)
		storm_lines((struct str){r->all.ptr, (size_t)(lf - r->all.ptr) + 1}, count, NULL);
	for (unsigned i = 0; i < AGENTS; i++)
		told += seen.told[i] > 0;
	seen.lines = lines;
	seen.cut = cut;
	seen.pulses = pulses;
	return told;
}

/* The agents send beats, as eros-run does for them, until each has been intervened on. */
static void
wait_for_all(struct round *r)
{
	double since = clock_mono();

	while (count_told(r) < AGENTS && clock_mono() < since + GIVE_UP) {
		for (unsigned i = 0; i < AGENTS; i++)
			feed(r, "beat", i);
		storm_collect(r->out[0], &r->all, clock_mono() + 0.02);
	}
	seen.longest = fmax(seen.longest, clock_mono() - since);
	storm_collect(r->out[0], &r->all, clock_mono() + 0.1);
}

static void
end(pid_t pid, int number)
{
	kill(pid, number);
	waitpid(pid, NULL, 0);
}

static void
judge(struct round *r, enum victim victim)
{
	memset(seen.told, 0, sizeof(seen.told));
	seen.lines += storm_lines(buf_view(&r->all), count, NULL);
	seen.killed[victim]++;
	for (unsigned i = 0; i < AGENTS; i++) {
		seen.lost += seen.told[i] == 0;
		if (victim == BOTH || victim == CLERK)
			seen.allowed += seen.told[i] > 1;
		else
			seen.twice += seen.told[i] > 1;
	}
	buf_release(&r->all);
}

static void
round_watch(unsigned number)
{
	struct round r = {.all = BUF_INIT};
	enum victim victim = storm_random(VICTIMS);
	double began = clock_mono(), moment;
	pid_t clerk;

	snprintf(r.team, sizeof(r.team), "t%u", number);
	if (pipe2(r.in, O_CLOEXEC) != 0 || pipe2(r.out, O_CLOEXEC) != 0)
		return;
	r.first = start_watch(&r);
	while (!is_said(&r, "\"pulse\"") && clock_mono() < began + GIVE_UP)
		storm_collect(r.out[0], &r.all, clock_mono() + 0.01);
	r.second = start_watch(&r);
	moment = clock_mono() + storm_random(250) / 1e3;
	for (unsigned i = 0; i < AGENTS; i++) {
		feed(&r, "start", i);
		usleep(storm_random(15000));
	}
	clerk = wait_for_moment(&r, victim, moment);
	if (clerk > 0 && (victim == CLERK || victim == BOTH))
		kill(clerk, SIGKILL);
	if (victim == STANDBY)
		end(r.second, SIGKILL);
	else if (victim != CLERK)
		end(r.first, SIGKILL);
	wait_for_all(&r);
	if (victim == STANDBY || victim == CLERK)
		end(r.first, SIGTERM);
	if (victim != STANDBY)
		end(r.second, SIGTERM);
	close(r.in[0]);
	close(r.in[1]);
	close(r.out[1]);
	storm_collect(r.out[0], &r.all, 0);
	close(r.out[0]);
	judge(&r, victim);
}

int
main(int argc, char **argv)
{
	(void)argc;
	if (!storm_begin(argv[0], 12))
		return 1;
	for (unsigned i = 0; i < AGENTS; i++) {
		pid_t pid = fork();

		while (pid == 0)
			pause();
		process_of(pid, &seen.agent[i]);
	}
	for (unsigned i = 0; i < storm.kills; i++)
		round_watch(i);
	for (unsigned i = 0; i < AGENTS; i++)
		end(seen.agent[i].pid, SIGKILL);
	printf("# killed: %u eros-watch at any time, %u as it had something said, %u after, %u as "
	       "it had "
	       "noted something; "
	       "%u its clerk, %u both; %u standing by; %u lines; %u agents twice after the "
	       "clerk was killed; the longest to go on took %.3f s\n",
	       seen.killed[AT_ANY_TIME], seen.killed[AT_WORK], seen.killed[SAID],
	       seen.killed[NOTED], seen.killed[CLERK], seen.killed[BOTH], seen.killed[STANDBY],
	       seen.lines, seen.allowed, seen.longest);
	is_int(seen.twice, 0, "no agent is intervened on twice");
	is_int(seen.lost, 0, "none is forgotten");
	is_int(seen.cut, 0, "no line that is not whole");
	ok(seen.pulses > 0, "there was something to see");
	return storm_end();
}
