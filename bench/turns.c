/*
 * turns ROUNDS COMMAND PEER: run two commands in turns, each a string of words, and compare how long they take.
 *
 * Prints the median seconds on the clock of each and the ratio of the two. Taking turns, both meet the same
 * disturbances; the median passes over the worst of them. Output of the commands is discarded.
 */
#include "base/clock.h"

#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static void
split(char *text, char **argv, int max)
{
	int n = 0;

	for (char *word = strtok(text, " "); word && n < max - 1; word = strtok(NULL, " "))
		argv[n++] = word;
	argv[n] = NULL;
}

static double
run(char **argv, const posix_spawn_file_actions_t *actions)
{
	double began = clock_mono();
	pid_t pid;
	int status;

	if (posix_spawnp(&pid, argv[0], actions, NULL, argv, environ) != 0 ||
	    waitpid(pid, &status, 0) != pid || status != 0) {
		fprintf(stderr, "turns: %s failed\n", argv[0]);
		exit(1);
	}
	return clock_mono() - began;
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
	int rounds = argc == 4 ? atoi(argv[1]) : 0;
	char *command[2][64];
	double *took[2];
	posix_spawn_file_actions_t actions;

	if (rounds < 1) {
		fprintf(stderr, "usage: turns ROUNDS COMMAND PEER\n");
		return 64;
	}
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
	for (int i = 0; i < 2; i++) {
		split(argv[2 + i], command[i], 64);
		took[i] = calloc((size_t)rounds, sizeof(double));
	}
	for (int n = 0; n < rounds; n++)
		for (int i = 0; i < 2; i++)
			took[i][n] = run(command[i], &actions);
	for (int i = 0; i < 2; i++)
		qsort(took[i], (size_t)rounds, sizeof(double), by_value);
	printf("%.6f %.6f %.3f\n", took[0][rounds / 2], took[1][rounds / 2],
	       took[0][rounds / 2] / took[1][rounds / 2]);
	posix_spawn_file_actions_destroy(&actions);
	free(took[0]);
	free(took[1]);
	return 0;
}
