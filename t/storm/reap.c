/*
 * A storm over eros-reap: it is killed by SIGKILL at some moment as it ends stale agents, by itself or beside another. The
 * next one, as cron would run it, finds what is left: no process, stopped or not, no heartbeat; and each agent was told,
 * and told to have been ended no more than once.
 */
#include "storm.h"

#include "base/map.h"
#include "proc/beat.h"

#include <sys/prctl.h>

enum { AGENTS = 4, WAITS = 2 /* seconds for a moment to come */ };

/* When the reaper is killed. */
enum victim {
	AT_ANY_TIME,
	BEGUN,   /* as soon as it has begun to end something */
	STOPPED, /* as soon as an agent is stopped, to be killed */
	BOTH,    /* two of them, at any time */
	VICTIMS
};

static struct {
	unsigned killed[VICTIMS], hit, lines, cut, left, beats, untold, twice, kept;
	double longest;
} seen;

struct round {
	struct beat agent[AGENTS];
	int in[2], out[2];
	struct buf all;
	struct map told; /* by pid: how often it was ended, and how often told at all */
};

struct told {
	unsigned ended, all;
};

/* The agents. */

/* Something of it is being forked at any moment. */
static void
fork_forever(void)
{
	for (;;) {
		if (fork() == 0) {
			usleep(30000);
			_exit(0);
		}
		usleep(2000);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}

static _Noreturn void
agent(unsigned kind)
{
	for (unsigned i = 0; i < kind; i++)
		if (fork() == 0) {
			setsid();
			if (i % 2)
				signal(SIGTERM, SIG_IGN);
			for (;;)
				pause();
		}
	if (kind == 1 || kind == 2)
		signal(SIGTERM, SIG_IGN);
	fd_write(STDOUT_FILENO, "", 1);
	if (kind == 1)
		fork_forever();
	for (;;)
		pause();
}

/* Until all are ready: of one that dies of SIGTERM in the middle of fork(2) nobody knows the child. */
static void
start_agents(struct round *r)
{
	char *argv[] = {storm.self, "0", NULL};
	char byte;
	int ready[2];

	if (pipe2(ready, O_CLOEXEC) != 0)
		return;
	for (unsigned i = 0; i < AGENTS; i++) {
		struct process p;
		char name[16];

		argv[1] = (char *)(const char *[]){"0", "1", "2", "3"}[storm_random(4)];
		process_of(storm_spawn(STDIN_FILENO, ready[1], argv), &p);
		snprintf(name, sizeof(name), "a%u", i);
		beat_set(&r->agent[i], &p, str_of(name), STR_NONE, STR_NONE);
		beat_write(&r->agent[i]);
	}
	close(ready[1]);
	for (unsigned i = 0; i < AGENTS && read(ready[0], &byte, 1) == 1; i++)
		;
	close(ready[0]);
}

/* Each has sent its last beat an hour ago. */
static void
make_stale(void)
{
	struct timespec past[2] = {{.tv_sec = time(NULL) - 3600}, {.tv_sec = time(NULL) - 3600}};
	int dir = beat_dir();
	char **names = note_names(dir);

	for (char **name = names; name && *name; name++)
		utimensat(dir, *name, past, 0);
	note_names_free(names);
	close(dir);
}

/* The reapers. */

static pid_t
start_reaper(const struct round *r, bool records)
{
	static const char *const graces[] = {"0", "0.02", "0.1"};
	char *argv[] = {"eros-reap", "--grace", (char *)graces[storm_random(3)],
	                "--stale",   "60",      NULL};

	if (records)
		argv[3] = "--records", argv[4] = NULL;
	return storm_spawn(r->in[0], r->out[1], argv);
}

static void
ask(const struct round *r)
{
	struct buf b = BUF_INIT;

	for (unsigned i = 0; i < AGENTS; i++)
		buf_printf(&b,
		           "{\"type\":\"intervene\",\"agent\":\"a%u\",\"pid\":%d,"
		           "\"started\":%llu,\"cause\":\"looping\",\"reason\":\"again\"}\n",
		           i, (int)r->agent[i].process.pid,
		           (unsigned long long)r->agent[i].process.started);
	fd_write(r->in[1], b.ptr, b.len);
	buf_release(&b);
}

static bool
runs(pid_t pid)
{
	struct process p;

	return process_of(pid, &p);
}

static bool
is_any_stopped(const struct round *r)
{
	for (unsigned i = 0; i < AGENTS; i++) {
		char path[32], text[512] = "";
		const char *state;
		int fd;

		snprintf(path, sizeof(path), "/proc/%d/stat", (int)r->agent[i].process.pid);
		fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd >= 0 && read(fd, text, sizeof(text) - 1) < 0)
			*text = '\0';
		if (fd >= 0)
			close(fd);
		state = strrchr(text, ')');
		if (state && state[1] == ' ' && state[2] == 'T')
			return true;
	}
	return false;
}

/* How many files are in DIRECTORY of the state; they are removed where REMOVING. */
static unsigned
count_files(const char *directory, bool removing)
{
	char *path = path_join(storm.home, directory);
	int dir = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char **names = dir < 0 ? NULL : note_names(dir);
	unsigned count = 0;

	for (char **name = names; name && *name; name++, count++)
		if (removing)
			unlinkat(dir, *name, 0);
	note_names_free(names);
	if (dir >= 0)
		close(dir);
	free(path);
	return count;
}

/* False where it did not come to that. */
static bool
wait_for_moment(struct round *r, enum victim victim, pid_t reaper)
{
	double now = clock_mono(), moment = now + storm_random(200) / 1e3;

	while (runs(reaper) && clock_mono() < now + WAITS) {
		if (victim == STOPPED ? is_any_stopped(r)
		    : victim == BEGUN ? count_files("reap", false) > 0
		                      : clock_mono() >= moment)
			return true;
		if (victim == AT_ANY_TIME || victim == BOTH)
			storm_collect(r->out[0], &r->all, clock_mono() + 0.001);
	}
	return false;
}

static void
wait_for_end(struct round *r, pid_t pid)
{
	while (runs(pid))
		storm_collect(r->out[0], &r->all, clock_mono() + 0.002);
}

/* What came of it. */

static void
count(void *arg, const struct record *rec, struct str line)
{
	struct round *r = arg;
	struct buf scratch = BUF_INIT;
	struct told *told;
	struct json pid;

	(void)line;
	seen.cut += !rec;
	if (rec && record_get(rec, STR("pid"), &pid)) {
		told = map_use(&r->told, (struct str){pid.ptr, pid.len}, NULL);
		told->all++;
		told->ended += str_is(record_string(rec, STR("action"), &scratch), "ended");
	}
	buf_release(&scratch);
}

static void
judge(struct round *r)
{
	seen.lines += storm_lines(buf_view(&r->all), count, r);
	for (unsigned i = 0; i < AGENTS; i++) {
		char pid[16];
		const struct told *told;

		snprintf(pid, sizeof(pid), "%d", (int)r->agent[i].process.pid);
		told = map_find(&r->told, str_of(pid));
		seen.untold += !told;
	}
	for (const struct told *told = map_oldest(&r->told); told; told = map_newer(&r->told, told))
		seen.twice += told->ended > 1;
	seen.left += storm_marked(false);
	storm_marked(true);
	seen.beats += count_files("beats", true);
	seen.kept += count_files("reap", true);
	count_files("reasons", true);
}

static void
round_reap(unsigned number)
{
	struct round r = {.told = MAP_INIT(sizeof(struct told))};
	enum victim victim = storm_random(VICTIMS);
	bool records = storm_random(3) == 0, beside = victim == BOTH || storm_random(3) == 0;
	pid_t one, two = 0;
	double since;

	if (pipe2(r.in, O_CLOEXEC) != 0 || pipe2(r.out, O_CLOEXEC) != 0)
		return;
	storm_mark(number);
	start_agents(&r);
	usleep(storm_random(20000));
	make_stale();
	one = start_reaper(&r, records);
	if (records)
		ask(&r);
	if (beside)
		two = start_reaper(&r, false);
	seen.hit += wait_for_moment(&r, victim, one);
	kill(one, SIGKILL);
	if (victim == BOTH)
		kill(two, SIGKILL);
	seen.killed[victim]++;
	wait_for_end(&r, one);
	if (two)
		wait_for_end(&r, two);
	since = clock_mono();
	wait_for_end(&r, start_reaper(&r, false));
	seen.longest = fmax(seen.longest, clock_mono() - since);
	close(r.in[0]);
	close(r.in[1]);
	close(r.out[1]);
	storm_collect(r.out[0], &r.all, clock_mono() + 1);
	close(r.out[0]);
	judge(&r);
	map_release(&r.told);
	buf_release(&r.all);
}

int
main(int argc, char **argv)
{
	struct sigaction collected = {.sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT};

	if (argc > 1)
		agent((unsigned)atoi(argv[1]));
	if (!storm_begin(argv[0], 12))
		return 1;
	/* Whom the agents leave falls to this process, and nobody is a zombie: those are told without being ended. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	sigaction(SIGCHLD, &collected, NULL);
	for (unsigned i = 0; i < storm.kills; i++)
		round_reap(i);
	printf("# killed: %u eros-reap at any time, %u as it had begun, %u as it had stopped "
	       "them, %u with another; %u of these at the moment; %u lines; the next took "
	       "%.3f s at most\n",
	       seen.killed[AT_ANY_TIME], seen.killed[BEGUN], seen.killed[STOPPED],
	       seen.killed[BOTH], seen.hit, seen.lines, seen.longest);
	is_int(seen.left, 0, "no process is left, stopped or not");
	is_int(seen.beats, 0, "no heartbeat of a dead process");
	is_int(seen.untold, 0, "each agent was told");
	is_int(seen.twice, 0, "none was ended twice");
	is_int(seen.kept, 0, "nothing is kept of what was ended");
	is_int(seen.cut, 0, "no line that is not whole");
	ok(seen.lines > 0, "there was something to see");
	return storm_end();
}
