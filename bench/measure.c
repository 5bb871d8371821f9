/*
 * measure INPUT COMMAND [ARG...]: run COMMAND with INPUT as its standard input and /dev/null as its output.
 *
 * Prints the seconds of processor time it took, which other work on the machine disturbs far less than time
 * on the clock, and the most memory it held, in KiB. Fails where COMMAND does.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static double
seconds(struct timeval t)
{
	return (double)t.tv_sec + (double)t.tv_usec * 1e-6;
}

static void
run(char **argv)
{
	int in = open(argv[0], O_RDONLY), out = open("/dev/null", O_WRONLY);

	if (in < 0 || out < 0) {
		perror(argv[0]);
		_exit(66);
	}
	dup2(in, STDIN_FILENO);
	dup2(out, STDOUT_FILENO);
	execvp(argv[1], argv + 1);
	perror(argv[1]);
	_exit(127);
}

int
main(int argc, char **argv)
{
	struct rusage usage;
	int status;
	pid_t pid;

	if (argc < 3) {
		fprintf(stderr, "usage: measure INPUT COMMAND [ARG...]\n");
		return 64;
	}
	pid = fork();
	if (pid == 0)
		run(argv + 1);
	if (pid < 0 || wait4(pid, &status, 0, &usage) != pid) {
		perror("measure");
		return 71;
	}
	printf("%.6f %ld\n", seconds(usage.ru_utime) + seconds(usage.ru_stime), usage.ru_maxrss);
	return status != 0;
}
