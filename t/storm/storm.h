/*
 * What the storms share: how many kills and at which random moments, and a look at the lines that came out.
 *
 * STORM is the number of kills that each is to make, else it makes a few. STORM_SEED is where the random numbers begin,
 * so that a storm can be made again; it is told at the start.
 */
#ifndef STORM_H
#define STORM_H

#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "record/record.h"
#include "tap.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static struct {
	unsigned kills;
	uint64_t random;
	char *self, *bin;                            /* this program, and where the commands are */
	char home[sizeof("/tmp/eros-storm.XXXXXX")]; /* EROS_HOME */
	char mark[64]; /* in the environment of all processes of a round */
} storm;

/* A number below LIMIT, the same ones from the same seed (splitmix64). */
static inline unsigned
storm_random(unsigned limit)
{
	uint64_t z = storm.random += 0x9e3779b97f4a7c15;

	z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9;
	z = (z ^ z >> 27) * 0x94d049bb133111eb;
	return (unsigned)((z ^ z >> 31) % limit);
}

/* FEW kills where nobody said how many. False where there is no place to do it. */
static inline bool
storm_begin(const char *self, unsigned few)
{
	const char *kills = getenv("STORM"), *seed = getenv("STORM_SEED");
	const char *build = getenv("builddir");

	strcpy(storm.home, "/tmp/eros-storm.XXXXXX");
	storm.kills = kills && *kills ? (unsigned)atoi(kills) : few;
	storm.random = seed && *seed ? strtoull(seed, NULL, 10) : (uint64_t)getpid();
	printf("# STORM_SEED=%llu STORM=%u\n", (unsigned long long)storm.random, storm.kills);
	fflush(stdout);
	storm.self = realpath(self, NULL);
	storm.bin = path_join(build ? build : ".", "bin");
	setenv("LC_ALL", "C", 1);
	return storm.self && mkdtemp(storm.home) && setenv("EROS_HOME", storm.home, 1) == 0;
}

/* Removes all that was made. */
static inline int
storm_end(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		execlp("rm", "rm", "-rf", storm.home, (char *)NULL);
		_exit(127);
	}
	waitpid(pid, NULL, 0);
	free(storm.self);
	free(storm.bin);
	return done_testing();
}

static inline void
storm_sleep(double seconds)
{
	struct timespec t = {.tv_sec = (time_t)seconds};

	t.tv_nsec = (long)((seconds - (double)t.tv_sec) * 1e9);
	nanosleep(&t, NULL);
}

/* A child that becomes ARGV; a command of ours where argv[0] has no slash. Its standard input and output as given. */
static inline pid_t
storm_spawn(int in, int out, char **argv)
{
	pid_t pid = fork();

	if (pid != 0)
		return pid;
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	dup2(open(path_join(storm.home, "err"), O_WRONLY | O_CREAT | O_APPEND, 0600),
	     STDERR_FILENO);
	execv(strchr(argv[0], '/') ? argv[0] : path_join(storm.bin, argv[0]), argv);
	_exit(127);
}

/* Add what there is to read until MOMENT, on the monotonic clock; at the moment 0, until its end. */
static inline void
storm_collect(int fd, struct buf *all, double moment)
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

/* Mark what is started from here on as that of this round. */
static inline void
storm_mark(unsigned round)
{
	snprintf(storm.mark, sizeof(storm.mark), "EROS_STORM=%d.%u", (int)getpid(), round);
	putenv(storm.mark);
}

static inline bool
storm_is_marked(const char *pid)
{
	struct buf path = BUF_INIT, text = BUF_INIT;
	bool marked;

	buf_printf(&path, "/proc/%s/environ", pid);
	marked = file_read(buf_cstr(&path), 1 << 20, &text) && text.len > 0 &&
	         memmem(text.ptr, text.len, storm.mark, strlen(storm.mark) + 1);
	buf_release(&path);
	buf_release(&text);
	return marked;
}

/* How many processes carry the mark, without this one; they are killed too where KILLING. */
static inline unsigned
storm_marked(bool killing)
{
	DIR *proc = opendir("/proc");
	struct dirent *entry;
	unsigned count = 0;

	while (proc && (entry = readdir(proc))) {
		if (*entry->d_name < '1' || *entry->d_name > '9' ||
		    atoi(entry->d_name) == getpid() || !storm_is_marked(entry->d_name))
			continue;
		count++;
		if (killing)
			kill((pid_t)atoi(entry->d_name), SIGKILL);
	}
	if (proc)
		closedir(proc);
	return count;
}

/* Each line of TEXT to EACH, as a record, or as NULL where it is none or has no end. The number of lines. */
static inline unsigned
storm_lines(struct str text, void (*each)(void *arg, const struct record *r, struct str line),
            void *arg)
{
	struct record r = RECORD_INIT;
	struct buf line = BUF_INIT;
	struct json_error error;
	unsigned lines = 0;

	for (; text.len > 0; lines++) {
		const char *lf = memchr(text.ptr, '\n', text.len);
		struct str one = {text.ptr, lf ? (size_t)(lf - text.ptr) : text.len};

		buf_reset(&line);
		buf_padded(&line, one);
		each(arg,
		     lf && record_scan(&r, (struct str){line.ptr, one.len}, &error) ? &r : NULL,
		     one);
		text = str_from(text, lf ? one.len + 1 : one.len);
	}
	record_release(&r);
	buf_release(&line);
	return lines;
}

#endif
