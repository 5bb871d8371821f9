/*
 * A storm over eros-run: it and its keeper are killed by SIGKILL at random moments, while the agent forks, daemonises
 * and prints. After each kill no process of the run may be left, no heartbeat file, and no line that is not whole.
 *
 * What is left where both halves are killed at once is
 * ended by eros-reap --runs, for the run of that round alone.
 */
#include "storm.h"

#include "base/process.h"

#include <dirent.h>

enum { LONG = 20000, CHILDREN_MAX = 1 << 20, GIVE_UP = 20 };

static struct {
	struct buf cleaner; /* the option that names its run to eros-reap */
	unsigned left, outlived, torn, beats, wrong, lines, killed[3];
	double longest;
} seen;

/* The agent. */

static void
print_lines(void)
{
	static char line[LONG];

	memset(line, 'x', sizeof(line));
	line[sizeof(line) - 1] = '\n';
	for (unsigned i = 0;; i++) {
		size_t len = i % 8 == 0 ? LONG : 80;

		fd_write(STDOUT_FILENO, line + LONG - len, len);
		usleep(500);
	}
}

/* Children that live shortly and leave children of their own: something is being forked at any moment. */
static void
fork_forever(void)
{
	for (;;) {
		if (fork() == 0) {
			if (fork() == 0)
				usleep(30000);
			_exit(0);
		}
		usleep(3000);
		while (waitpid(-1, NULL, WNOHANG) > 0)
			;
	}
}

static void
daemonise(void (*then)(void))
{
	if (fork() == 0) {
		setsid();
		if (fork() == 0)
			then();
		_exit(0);
	}
}

static int
agent(void)
{
	signal(SIGTERM, SIG_IGN);
	signal(SIGPIPE, SIG_IGN); /* nor does it end because nobody listens any more */
	daemonise(fork_forever);
	daemonise(print_lines);
	print_lines();
	return 0;
}

/* What eros-reap does from cron for runs of which both halves died. */
static void
clean_up(void)
{
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);
	pid_t pid = storm_spawn(
		null, null,
		(char *[]){"eros-reap", seen.cleaner.ptr, "--tidy", "--grace", "0", NULL});

	close(null);
	waitpid(pid, NULL, 0);
}

/* Wait until none is left, reading on meanwhile, and note how long that took. */
static void
check_gone(int fd, struct buf *all, bool cleaning)
{
	double since = clock_mono(), now = since;
	unsigned left;

	while ((left = storm_marked(false)) > 0 && now < since + GIVE_UP) {
		storm_collect(fd, all, clock_mono() + 0.002);
		if (cleaning)
			clean_up();
		usleep(1000);
		now = clock_mono();
	}
	if (left > 0)
		printf("# %s: %u processes are left after %d s\n", storm.mark, left, GIVE_UP);
	seen.left += left;
	seen.longest = fmax(seen.longest, now - since);
	if (left > 0)
		storm_marked(true);
}

static void
check_beats(void)
{
	char *path = path_join(storm.home, "beats");
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		seen.beats++;
		unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
	free(path);
}

static void
check_line(void *arg, const struct record *r, struct str line)
{
	(void)arg, (void)line;
	seen.torn += !r;
}

/* A round. */

/* For what the eros-run PID, which is alive, will leave. */
static void
name_run(pid_t pid)
{
	struct process p;

	buf_reset(&seen.cleaner);
	buf_str(&seen.cleaner, "--runs=");
	if (process_of(pid, &p))
		process_format(&seen.cleaner, &p);
	buf_cstr(&seen.cleaner);
}

/* The oldest child of PID, or 0: of an eros-run its keeper, of that the agent. */
static pid_t
child_of(pid_t pid)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	pid_t child = 0;

	buf_printf(&path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	if (file_read(buf_cstr(&path), CHILDREN_MAX, &text))
		child = (pid_t)atoi(buf_cstr(&text));
	buf_release(&path);
	buf_release(&text);
	return child;
}

/* Where both halves die the kernel kills the agent itself, without anybody's help. */
static void
check_agent(const struct process *agent)
{
	double since = clock_mono();

	while (agent->pid > 0 && process_life(agent) == PROCESS_ALIVE) {
		if (clock_mono() > since + GIVE_UP) {
			seen.outlived++;
			return;
		}
		usleep(500);
	}
}

enum victim { RUNNER, KEEPER, BOTH, VICTIMS };

/* One run, killed at some moment of its first 150 ms. */
static void
round_run(unsigned round)
{
	struct buf all = BUF_INIT;
	double moment = clock_mono() + (double)(storm_random(150)) / 1000;
	enum victim victim = (enum victim)(storm_random(VICTIMS));
	bool reads = storm_random(2);
	int ends[2], null = open("/dev/null", O_RDWR | O_CLOEXEC), status = 0;
	struct process agent = {.pid = 0};
	pid_t pid, keeper;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	storm_mark(round);
	pid = storm_spawn(null, ends[1],
	                  (char *[]){"eros-run", "--agent", "storm", "--spool", "1M", storm.self,
	                             "agent", NULL});
	close(null);
	close(ends[1]);
	if (reads)
		storm_collect(ends[0], &all, moment);
	while (clock_mono() < moment)
		usleep(1000);
	keeper = child_of(pid);
	if (keeper > 0)
		process_of(child_of(keeper), &agent);
	name_run(pid);
	if (keeper == 0)
		victim = RUNNER;
	if (victim != RUNNER)
		kill(keeper, SIGKILL); /* a child of our child, which reaps it only after that */
	if (victim != KEEPER)
		kill(pid, SIGKILL);
	if (victim == BOTH) {
		waitpid(pid, &status, 0);
		check_agent(&agent);
	}
	check_gone(ends[0], &all, victim == BOTH);
	storm_collect(ends[0], &all, 0);
	if (victim != BOTH)
		waitpid(pid, &status, 0);
	seen.wrong += victim == KEEPER ? !WIFEXITED(status) || WEXITSTATUS(status) != 128 + SIGKILL
	                               : !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL;
	seen.killed[victim]++;
	if (victim == BOTH)
		clean_up(); /* once more, for a heartbeat whose process ended by itself */
	seen.lines += storm_lines(buf_view(&all), check_line, NULL);
	check_beats();
	close(ends[0]);
	buf_release(&all);
}

int
main(int argc, char **argv)
{
	if (argc > 1)
		return agent();
	if (!storm_begin(argv[0], 15))
		return 1;
	for (unsigned i = 0; i < storm.kills; i++)
		round_run(i);
	printf("# killed: %u eros-run, %u keeper, %u both; %u lines; the longest took %.3f s\n",
	       seen.killed[RUNNER], seen.killed[KEEPER], seen.killed[BOTH], seen.lines,
	       seen.longest);
	is_int(seen.left, 0, "no process is left");
	is_int(seen.outlived, 0, "no agent outlives both halves of its eros-run");
	is_int(seen.beats, 0, "no heartbeat of a dead process");
	is_int(seen.torn, 0, "no line that is not whole");
	is_int(seen.wrong, 0, "the status says what happened");
	ok(seen.lines > 0, "there was something to see");
	buf_release(&seen.cleaner);
	return storm_end();
}
