/* The process table, ending, heartbeats and reasons, with real processes. */
#include "base/clock.h"
#include "base/file.h"
#include "proc/beat.h"
#include "proc/end.h"
#include "proc/reason.h"
#include "tap.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static char home[] = "/tmp/eros-proc.XXXXXX";

static pid_t
sleeper(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		pause();
		_exit(0);
	}
	return pid;
}

/* Run BODY in a child, which says by a byte that it is ready; then it sleeps for ever. */
static pid_t
child(void (*body)(void))
{
	int ready[2];
	pid_t pid;
	char c;

	if (pipe(ready) != 0)
		return -1;
	pid = fork();
	if (pid == 0) {
		body();
		if (write(ready[1], "", 1) != 1)
			_exit(1);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &c, 1) != 1)
		pid = -1;
	close(ready[0]);
	return pid;
}

static struct process
identity(pid_t pid)
{
	struct process p;

	ok(process_of(pid, &p), "pid %d lives", (int)pid);
	return p;
}

static void
test_table(void)
{
	struct table t = TABLE_INIT;
	pid_t pid = sleeper();
	const struct table_row *row;
	bool sorted = true;

	ok(table_read(&t, TABLE_COMMAND | TABLE_RUN), "the table can be read");
	row = table_find(&t, getpid());
	ok(row && row->parent == getppid() && row->uid == geteuid(), "it has this process");
	ok(row && strstr(row->command, "proc"), "with its command line");
	ok(row && row->run && strcmp(row->run, "run-of-this-test") == 0, "and its run");
	ok(row && row->memory > 10000 && row->uptime < 60 && row->cpu < 60, "and its figures");
	row = table_find(&t, pid);
	ok(row && row->parent == getpid(), "it has its child");
	ok(table_is_below(&t, row, getpid()) && table_is_below(&t, row, pid), "which is below it");
	ok(!table_is_below(&t, table_find(&t, getpid()), pid), "and not the other way");
	for (size_t i = 1; i < t.count; i++)
		sorted = sorted && t.row[i - 1].pid < t.row[i].pid;
	ok(sorted, "its rows are sorted");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	table_release(&t);
}

/* Execute this program in place of itself, again and again. */
static void
execute_for_ever(void)
{
	char self[] = "proc", word[] = "execute", *argv[] = {self, word, NULL};

	execv("/proc/self/exe", argv);
	_exit(1);
}

/* What is wrong with the row of a process that executes programs, or NULL. */
static const char *
fault_of(const struct table_row *row)
{
	return !row                                        ? "no row"
	       : row->unsettled                            ? NULL /* it is slow, and this is said */
	       : !row->run                                 ? "no run"
	       : strcmp(row->run, "run-of-this-test") != 0 ? row->run
	       : !row->command                             ? "no command"
	       : strstr(row->command, "proc") == NULL      ? row->command
	                                                   : NULL;
}

/* In between it shows neither environment nor command line; where it takes too long over that, this is said. */
static void
test_table_exec(void)
{
	struct table t = TABLE_INIT;
	int rounds = (int)tap_times(300), slow = 0, executed[2];
	struct buf faults = BUF_INIT;
	char byte;
	pid_t pid = fork();

	if (pid == 0)
		execute_for_ever();
	for (int i = 0; i < rounds; i++) {
		bool read = table_read(&t, TABLE_COMMAND | TABLE_RUN);
		const struct table_row *row = read ? table_find(&t, pid) : NULL;
		const char *fault = read ? fault_of(row) : "no table";

		slow += row && row->unsettled;
		if (fault)
			buf_printf(&faults, "%d: %s\n", i, fault);
	}
	is_str(buf_view(&faults), "",
	       "one that executes another program has its run and command line all the while");
	ok(slow * 10 <= rounds, "  unless it is very slow in it: %d of %d", slow, rounds);
	buf_release(&faults);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	ok(pipe2(executed, O_CLOEXEC) == 0, "a pipe that the next program does not have");
	if ((pid = fork()) == 0) {
		char name[] = "sleep", time[] = "600", *argv[] = {name, time, NULL},
		     *none[] = {NULL};

		execve("/bin/sleep", argv, none);
		_exit(1);
	}
	close(executed[1]);
	ok(read(executed[0], &byte, 1) == 0, "  is closed once that runs");
	close(executed[0]);
	ok(table_read(&t, TABLE_RUN) && table_find(&t, pid) && !table_find(&t, pid)->run,
	   "one with no environment has no run");
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	table_release(&t);
}

static void
ignore_term(void)
{
	signal(SIGTERM, SIG_IGN);
}

static void
three_below(void)
{
	child(ignore_term);
	if (child(ignore_term) > 0)
		child(ignore_term);
}

static void
test_end(void)
{
	pid_t soft = sleeper(), hard = child(ignore_term), tree = child(three_below),
	      gone = sleeper();
	struct process p[] = {identity(soft), identity(hard), identity(tree), identity(gone)};
	struct end e = END_INIT;
	size_t killed = 0;

	kill(gone, SIGKILL);
	waitpid(gone, NULL, 0);
	kill(soft, SIGSTOP);
	for (size_t i = 0; i < 4; i++)
		end_add(&e, &p[i], true)->tag = &p[i];
	e.grace = 0.2;
	ok(end_run(&e), "four processes are ended");
	is_int(end_find(&e, soft)->result, END_TERM, "one by SIGTERM, though it was stopped");
	is_int(end_find(&e, hard)->result, END_KILL, "one by SIGKILL");
	is_int(end_find(&e, gone)->result, END_GONE, "one was gone");
	is_int((long)e.count, 7, "three descendants were found");
	for (size_t i = 4; i < e.count; i++)
		killed += e.target[i].result == END_KILL && e.target[i].tag == &p[2] &&
		          process_life(&e.target[i].process) == PROCESS_GONE;
	is_int((long)killed, 3, "and killed, with the tag of their root");
	end_release(&e);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
}

/* A grandchild whose parent has gone, in a session of its own. */
static void
become_daemon(void)
{
	if (fork() != 0)
		_exit(0);
	setsid();
	pause();
	_exit(0);
}

static size_t
count_below(void)
{
	struct table t = TABLE_INIT;
	size_t count = 0;

	table_read(&t, 0);
	for (size_t i = 0; i < t.count; i++)
		count += t.row[i].state != 'Z' && table_is_below(&t, &t.row[i], getpid());
	table_release(&t);
	return count - 1;
}

static void
test_own(void)
{
	struct end e = END_INIT;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int i = 0; i < 5; i++) {
		pid_t pid = fork();

		if (pid == 0)
			become_daemon();
		waitpid(pid, NULL, 0);
	}
	is_int((long)count_below(), 5, "five daemons were adopted");
	e.own = true;
	e.grace = 5;
	ok(end_run(&e), "all of the caller's own are ended");
	is_int((long)e.count, 5, "five of them");
	is_int((long)count_below(), 0, "none is left");
	end_release(&e);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
}

/* Forks away from whoever comes after it: each lives for a moment and leaves a child behind, for some seconds. */
static void
run_away(void)
{
	signal(SIGTERM, SIG_IGN);
	for (int hops = 0; hops < 600; hops++) {
		pid_t pid = fork();

		if (pid != 0)
			_exit(0);
		poll(NULL, 0, 10);
	}
	_exit(0);
}

static void
test_run_away(void)
{
	struct end e = END_INIT;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	for (int i = 0; i < 3; i++)
		if (fork() == 0)
			run_away();
	e.own = true;
	e.grace = 0.1;
	ok(end_run(&e), "processes that fork away are ended");
	is_int((long)count_below(), 0, "and none is left");
	end_release(&e);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
	while (waitpid(-1, NULL, WNOHANG) > 0)
		continue;
}

static bool
spare_one(void *arg, const struct table *t, const struct table_row *row)
{
	(void)t;
	return row->pid == *(pid_t *)arg;
}

static void
test_never(void)
{
	pid_t pid = sleeper(), parent = getppid();
	struct process p[] = {identity(getpid()), identity(parent), identity(1), identity(pid)};
	struct end e = END_INIT;

	for (size_t i = 0; i < 4; i++)
		end_add(&e, &p[i], true);
	e.spare = spare_one;
	e.arg = &pid;
	e.grace = 0.1;
	ok(end_run(&e), "an end of those that must not be ended comes back");
	for (size_t i = 0; i < 4; i++)
		is_int(e.target[i].result, END_REFUSED, "and each was refused");
	is_int((long)e.count, 4, "with what is below them");
	is_int(process_life(&p[3]), PROCESS_ALIVE, "the spared one lives");
	end_release(&e);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static const char *seen_why, *seen_name;
static int seen;

static void
see(void *arg, const char *name, const struct beat *b, const char *why)
{
	(void)arg;
	(void)b;
	seen++;
	seen_why = why;
	seen_name = name;
}

static void
put(const char *name, const char *text)
{
	int dir = beat_dir(), fd = openat(dir, name, O_WRONLY | O_CREAT | O_TRUNC, 0600);

	ok(fd >= 0 && fd_write(fd, text, strlen(text)), "put %s", name);
	close(fd);
	close(dir);
}

static void
see_one(const char *name, const char *why)
{
	int dir = beat_dir();

	seen = 0;
	seen_why = seen_name = NULL;
	ok(beat_list(see, NULL) && seen == 1, "%s is listed", name);
	is_str(str_of(seen_why ? seen_why : ""), why, "with what is wrong with it");
	unlinkat(dir, name, 0);
	close(dir);
}

static void
test_hostile(void)
{
	int dir = beat_dir(), fd;

	put("a.1.json", "");
	see_one("a.1.json", "unexpected end");
	put("a.1.json", "{\"pid\":");
	see_one("a.1.json", "unexpected end");
	put("a.1.json", "{}");
	see_one("a.1.json", "it names no process");
	put("note", "{}");
	see_one("note", "its name is not AGENT.PID.json");
	ok(symlinkat("/etc/passwd", dir, "a.1.json") == 0, "a link");
	see_one("a.1.json", "it is a symbolic link");
	ok(mkfifoat(dir, "a.1.json", 0600) == 0, "a FIFO");
	see_one("a.1.json", "it is not a regular file");
	fd = openat(dir, "a.1.json", O_WRONLY | O_CREAT, 0600);
	ok(ftruncate(fd, 1 << 30) == 0, "a gigabyte");
	close(fd);
	see_one("a.1.json", "it is too large");
	close(dir);
}

static void
test_beat(void)
{
	struct process me = identity(getpid()), other = me;
	struct beat b, read;
	struct stat st;
	const char *why;
	int dir = beat_dir();
	struct buf file = BUF_INIT;

	beat_set(&b, &me, STR("a1"), STR("code"), STR("r1"));
	ok(!beat_touch(STR("a1"), &me) && errno == ENOENT, "there is no heartbeat yet");
	ok(beat_write(&b), "it is written");
	note_file(&file, STR("a1"), getpid());
	ok(fstatat(dir, buf_cstr(&file), &st, 0) == 0 && (st.st_mode & 07777) == 0600,
	   "with mode 0600");
	ok(beat_read(dir, file.ptr, &read, &why) && !why && process_eq(&read.process, &me),
	   "and read");
	is_str(str_of(read.agent), "a1", "with its agent");
	is_str(str_of(read.specialty), "code", "its specialty");
	is_str(str_of(read.run), "r1", "and its run");
	utimensat(dir, file.ptr, (struct timespec[2]){{.tv_sec = 1000}, {.tv_sec = 1000}}, 0);
	ok(beat_touch(STR("a1"), &me), "it is touched");
	ok(beat_read(dir, file.ptr, &read, &why) && fabs(read.at - clock_wall()) < 5, "now");
	utimensat(dir, file.ptr, (struct timespec[2]){{.tv_sec = 1L << 33}, {.tv_sec = 1L << 33}},
	          0);
	ok(beat_read(dir, file.ptr, &read, &why), "a beat in the future is read");
	is_str(str_of(why ? why : ""), "its beat lies in the future", "and told");

	other.started--;
	ok(!beat_touch(STR("a1"), &other) && errno == ESTALE, "another process's is not touched");
	beat_set(&b, &other, STR("a1"), STR(""), STR(""));
	ok(!beat_write(&b) && errno == ESRCH, "nor is one written for a process that is gone");
	ok(!beat_remove(&b), "nor does it remove it");
	beat_set(&b, &me, STR("a1"), STR(""), STR(""));
	ok(symlinkat("/etc/passwd", dir, "x") == 0 && renameat(dir, "x", dir, file.ptr) == 0,
	   "a link");
	ok(!beat_touch(STR("a1"), &me) && errno == ESTALE, "is not touched");
	ok(beat_write(&b) && beat_touch(STR("a1"), &me), "but replaced");
	ok(beat_remove(&b) && !beat_touch(STR("a1"), &me) && errno == ENOENT, "it is removed");
	buf_release(&file);
	close(dir);
}

/* Beats while the process is being killed, again and again: none is dated after its death. */
static void
test_beat_race(void)
{
	int dir = beat_dir(), late = 0, beaten = 0;

	for (int i = 0; i < 100; i++) {
		pid_t pid = sleeper(), beater;
		struct process p;
		struct beat b;
		struct buf file = BUF_INIT;
		const char *why;
		double dead;

		process_of(pid, &p);
		beat_set(&b, &p, STR("race"), STR(""), STR(""));
		beaten += beat_write(&b);
		beater = fork();
		if (beater == 0) {
			while (beat_touch(STR("race"), &p))
				continue;
			_exit(0);
		}
		usleep((useconds_t)(i % 10) * 200);
		kill(pid, SIGKILL);
		waitpid(pid, NULL, 0);
		dead = clock_wall();
		waitpid(beater, NULL, 0);
		note_file(&file, STR("race"), pid);
		late += !beat_read(dir, buf_cstr(&file), &b, &why) || b.at > dead;
		unlinkat(dir, file.ptr, 0);
		buf_release(&file);
	}
	is_int(beaten, 100, "a hundred processes with heartbeats are killed");
	is_int(late, 0, "no beat is dated after the death");
	close(dir);
}

static void
test_reason(void)
{
	struct process me = identity(getpid()), other = me;
	struct reason r = REASON_INIT;

	other.started++;
	ok(!reason_take(STR("a1"), &me, &r), "no reason yet");
	ok(reason_leave(STR("a1"), &me, STR("looping"), STR("same call \"x\"")), "it is left");
	ok(!reason_take(STR("a1"), &other, &r), "not for another process");
	ok(reason_take(STR("a1"), &me, &r), "it is taken");
	is_str(buf_view(&r.cause), "looping", "with its cause");
	is_str(buf_view(&r.text), "same call \"x\"", "and its text");
	ok(r.at > 1e9, "and its time");
	reason_release(&r);
	ok(!reason_take(STR("a1"), &me, &r), "once");
}

int
main(int argc, char **argv)
{
	bool ends = !tap_without("pidfds", "the table of processes, and ending them");
	struct buf clean = BUF_INIT;

	if (argc == 2 && strcmp(argv[1], "execute") == 0)
		execute_for_ever();
	/* An environment is what a process was started with, so this one starts itself again. */
	if (argc == 1 && ends) {
		setenv("EROS_RUN_ID", "run-of-this-test", 1);
		execl("/proc/self/exe", argv[0], "again", NULL);
	}
	if (!mkdtemp(home))
		return 1;
	setenv("EROS_HOME", home, 1);
	if (ends) {
		test_table();
		test_table_exec();
		test_end();
		test_own();
		test_run_away();
		test_never();
	}
	test_hostile();
	test_beat();
	test_beat_race();
	test_reason();
	buf_printf(&clean, "rm -rf %s", home);
	ok(system(buf_cstr(&clean)) == 0, "cleaned up");
	buf_release(&clean);
	return done_testing();
}
