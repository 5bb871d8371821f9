/*
 * handover FILE ROUNDS COMMAND [ARG...]: how long a waiter waits on after the lock on FILE is free.
 *
 * Holds the lock by flock(2), starts COMMAND, which waits for it and is to write something to descriptor 3 when it has
 * it, unlocks when the kernel shows the waiter, and takes the time until the word comes. Prints the median in seconds.
 */
#include "base/clock.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int
is_waited_for(ino_t inode)
{
	FILE *f = fopen("/proc/locks", "r");
	char line[256], want[64];
	int found = 0;

	snprintf(want, sizeof(want), ":%llu ", (unsigned long long)inode);
	while (f && !found && fgets(line, sizeof(line), f))
		found = strstr(line, "->") && strstr(line, want);
	if (f)
		fclose(f);
	return found;
}

static double
hand_over(int fd, ino_t inode, char **argv)
{
	int word[2];
	double began, ended = 0;
	char c[4096];
	ssize_t n = 0;

	if (flock(fd, LOCK_EX) != 0 || pipe(word) != 0)
		return -1;
	if (fork() == 0) {
		close(fd);
		if (dup2(word[1], 3) == 3)
			execvp(argv[0], argv);
		_exit(127);
	}
	close(word[1]);
	while (!is_waited_for(inode))
		nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
	began = clock_mono();
	flock(fd, LOCK_UN);
	while (!ended && (n = read(word[0], c, sizeof(c))) > 0)
		ended = clock_mono();
	while (n > 0)
		n = read(word[0], c, sizeof(c));
	close(word[0]);
	wait(NULL);
	return ended - began;
}

static int
by_value(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	int rounds = argc > 3 ? atoi(argv[2]) : 0,
	    fd = argc > 1 ? open(argv[1], O_RDWR | O_CREAT, 0600) : -1;
	double *took = calloc((size_t)(rounds > 0 ? rounds : 1), sizeof(double));
	struct stat st;

	if (rounds < 1 || fd < 0 || fstat(fd, &st) != 0) {
		fprintf(stderr, "usage: handover FILE ROUNDS COMMAND [ARG...]\n");
		return 64;
	}
	for (int i = 0; i < rounds; i++)
		took[i] = hand_over(fd, st.st_ino, argv + 3);
	qsort(took, (size_t)rounds, sizeof(double), by_value);
	printf("%.6f\n", took[rounds / 2]);
	free(took);
	return 0;
}
