/*
 * A storm over eros-run: it and its keeper are killed by SIGKILL at random moments, while the agent forks, daemonises
 * and prints. After each kill no process of the run may be left, no heartbeat file, and no line that is not whole.
 *
 * STORM is the number of kills. Where it is not set there are 15. What is left where both halves are killed at once is
 * ended by eros-reap --runs, for the run of that round alone.
 */
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/process.h"
#include "record/record.h"
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LONG = 20000, ENVIRON_MAX = 1 << 20, GIVE_UP = 20 };

static struct {
	char mark[64];      /* in the environment of all processes of the round */
	struct buf cleaner; /* the option that names its run to eros-reap */
	unsigned left, torn, beats, wrong, lines, killed[3];
	double longest;
} storm;

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
	daemonise(fork_forever);
	daemonise(print_lines);
	print_lines();
	return 0;
}

/* What is left of a round. */

static bool
is_marked(const char *pid)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	bool marked;

	buf_printf(&path, "/proc/%s/environ", pid);
	marked = file_read(buf_cstr(&path), ENVIRON_MAX, &text) && text.len > 0 &&
	         memmem(text.ptr, text.len, storm.mark, strlen(storm.mark) + 1);
	buf_release(&path);
	buf_release(&text);
	return marked;
}

/* How many processes carry the mark; they are killed too where KILLING. */
static unsigned
count_marked(bool killing)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	unsigned count = 0;

	while (proc && (entry = readdir(proc))) {
		if (*entry->d_name < '1' || *entry->d_name > '9' || !is_marked(entry->d_name))
			continue;
		count++;
		if (killing)
			kill((pid_t)atoi(entry->d_name), SIGKILL);
	}
	if (proc)
		closedir(proc);
	return count;
}

/* Take what is in the pipe until MOMENT; at the moment 0, until its end. */
static void
collect(int fd, struct buf *all, double moment)
{
	for (;;) {
		struct pollfd p = {.fd = fd, .events = POLLIN};
		double wait = moment - clock_mono();
		ssize_t n;

		if (moment > 0 && (wait <= 0 || poll(&p, 1, (int)(wait * 1000) + 1) <= 0))
			return;
		n = read(fd, buf_room(all, 65536), 65536);
		if (n <= 0)
			return;
		all->len += (size_t)n;
	}
}

/* What eros-reap does from cron for runs of which both halves died. */
static void
clean_up(const char *directory)
{
	char *command = path_join(directory, "eros-reap");
	pid_t pid = fork();

	if (pid == 0) {
		dup2(open("/dev/null", O_RDWR), STDOUT_FILENO);
		execl(command, "eros-reap", storm.cleaner.ptr, "--tidy", "--grace", "0",
		      (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	free(command);
}

/* Wait until none is left, reading on meanwhile, and note how long that took. */
static void
check_gone(int fd, struct buf *all, const char *cleaner)
{
	double since = clock_mono(), now = since;
	unsigned left;

	while ((left = count_marked(false)) > 0 && now < since + GIVE_UP) {
		collect(fd, all, now + 0.002);
		if (cleaner)
			clean_up(cleaner);
		usleep(1000);
		now = clock_mono();
	}
	if (left > 0)
		printf("# %s: %u processes are left after %d s\n", storm.mark, left, GIVE_UP);
	storm.left += left;
	storm.longest = fmax(storm.longest, now - since);
	if (left > 0)
		count_marked(true);
}

static void
check_beats(const char *home)
{
	char *path = path_join(home, "beats");
	DIR *dir = opendir(path);
	struct dirent *entry;

	while (dir && (entry = readdir(dir))) {
		if (*entry->d_name == '.')
			continue;
		storm.beats++;
		unlinkat(dirfd(dir), entry->d_name, 0);
	}
	if (dir)
		closedir(dir);
	free(path);
}

static void
check_lines(struct str text)
{
	struct record r = RECORD_INIT;
	struct buf line = BUF_INIT;
	struct json_error error;

	while (text.len > 0) {
		const char *lf = memchr(text.ptr, '\n', text.len);
		size_t len = lf ? (size_t)(lf - text.ptr) : text.len;

		buf_reset(&line);
		buf_padded(&line, (struct str){text.ptr, len});
		storm.torn += !lf || !record_scan(&r, (struct str){line.ptr, len}, &error);
		storm.lines++;
		text = str_from(text, lf ? len + 1 : len);
	}
	record_release(&r);
	buf_release(&line);
}

/* A round. */

static pid_t
start(const char *directory, char *self, int out)
{
	char *command = path_join(directory, "eros-run");
	pid_t pid = fork();
	int null;

	if (pid == 0) {
		putenv(storm.mark);
		null = open("/dev/null", O_RDWR);
		dup2(null, STDIN_FILENO);
		dup2(out, STDOUT_FILENO);
		execl(command, "eros-run", "--agent", "storm", "--spool", "1M", self, "agent",
		      (char *)NULL);
		_exit(127);
	}
	free(command);
	return pid;
}

/* For what the eros-run PID, which is alive, will leave. */
static void
name_run(pid_t pid)
{
	struct process p;

	buf_reset(&storm.cleaner);
	buf_str(&storm.cleaner, "--runs=");
	if (process_of(pid, &p))
		process_format(&storm.cleaner, &p);
	buf_cstr(&storm.cleaner);
}

static pid_t
keeper_of(pid_t pid)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	pid_t keeper = 0;

	buf_printf(&path, "/proc/%d/task/%d/children", (int)pid, (int)pid);
	if (file_read(buf_cstr(&path), ENVIRON_MAX, &text))
		keeper = (pid_t)atoi(buf_cstr(&text));
	buf_release(&path);
	buf_release(&text);
	return keeper;
}

enum victim { RUNNER, KEEPER, BOTH, VICTIMS };

/* One run, killed at some moment of its first 150 ms. */
static void
round_run(const char *directory, char *self, const char *home, unsigned round)
{
	struct buf all = BUF_INIT;
	double moment = clock_mono() + (double)(rand() % 150) / 1000;
	enum victim victim = (enum victim)((unsigned)rand() % VICTIMS);
	bool reads = rand() % 2;
	int ends[2], status = 0;
	pid_t pid, keeper;

	if (pipe2(ends, O_CLOEXEC) != 0)
		return;
	snprintf(storm.mark, sizeof(storm.mark), "EROS_STORM=%d.%u", (int)getpid(), round);
	pid = start(directory, self, ends[1]);
	close(ends[1]);
	if (reads)
		collect(ends[0], &all, moment);
	while (clock_mono() < moment)
		usleep(1000);
	keeper = keeper_of(pid);
	name_run(pid);
	if (keeper == 0)
		victim = RUNNER;
	if (victim != RUNNER)
		kill(keeper, SIGKILL); /* a child of our child, which reaps it only after that */
	if (victim != KEEPER)
		kill(pid, SIGKILL);
	if (victim == BOTH)
		waitpid(pid, &status, 0);
	check_gone(ends[0], &all, victim == BOTH ? directory : NULL);
	collect(ends[0], &all, 0);
	if (victim != BOTH)
		waitpid(pid, &status, 0);
	storm.wrong += victim == KEEPER ? !WIFEXITED(status) || WEXITSTATUS(status) != 128 + SIGKILL
	                                : !WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL;
	storm.killed[victim]++;
	if (victim == BOTH)
		clean_up(directory); /* once more, for a heartbeat whose process ended by itself */
	check_lines(buf_view(&all));
	check_beats(home);
	close(ends[0]);
	buf_release(&all);
}

/* What was made in HOME: the lock of the reapers, which stays, and directories, empty by now. */
static bool
remove_tree(const char *home)
{
	char *lock = path_join(home, "locks/.reap.lock");

	unlink(lock);
	free(lock);
	for (const char *const *sub =
	             (const char *const[]){"beats", "reasons", "spool", "locks", NULL};
	     *sub; sub++) {
		char *path = path_join(home, *sub);

		rmdir(path);
		free(path);
	}
	return rmdir(home) == 0;
}

int
main(int argc, char **argv)
{
	char home[] = "/tmp/eros-storm.XXXXXX";
	const char *rounds = getenv("STORM"), *build = getenv("builddir");
	char *directory = path_join(build ? build : ".", "bin"), *self = realpath(argv[0], NULL);
	unsigned count = rounds ? (unsigned)atoi(rounds) : 15;

	if (argc > 1)
		return agent();
	if (!mkdtemp(home) || !self)
		return 1;
	setenv("EROS_HOME", home, 1);
	srand((unsigned)getpid());
	for (unsigned i = 0; i < count; i++)
		round_run(directory, self, home, i);
	printf("# killed: %u eros-run, %u keeper, %u both; %u lines; the longest took %.3f s\n",
	       storm.killed[RUNNER], storm.killed[KEEPER], storm.killed[BOTH], storm.lines,
	       storm.longest);
	is_int(storm.left, 0, "no process is left");
	is_int(storm.beats, 0, "no heartbeat of a dead process");
	is_int(storm.torn, 0, "no line that is not whole");
	is_int(storm.wrong, 0, "the status says what happened");
	ok(storm.lines > 0, "there was something to see");
	free(directory);
	free(self);
	buf_release(&storm.cleaner);
	return remove_tree(home) ? done_testing() : 1;
}
