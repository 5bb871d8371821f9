/*
 * updates URL CLIENTS TIMES: as many processes each make as many updates of one scope, a counter and an entry in its log.
 *
 * Prints updates a second and the longest time that one took, in seconds. Fails where not each was counted once.
 */
#include "base/clock.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void
count(struct rows *r, void *arg)
{
	char text[32] = "0";
	struct str value;

	if (rows_get(r, STR("n"), &value) && value.len < sizeof(text))
		memcpy(text, value.ptr, value.len);
	*(long *)arg = strtol(text, NULL, 10) + 1;
	snprintf(text, sizeof(text), "%ld", *(long *)arg);
	rows_put(r, STR("n"), str_of(text));
	rows_append(r, str_of(text));
}

/* One client, from the moment that all are ready. */
static double
client(const char *url, const char *scope, long times, int start)
{
	struct store *s;
	double worst = 0;
	char byte;
	long n;

	if (store_open(&s, url) != 0) {
		fprintf(stderr, "updates: %s\n", store_why(s));
		exit(1);
	}
	if (read(start, &byte, 1) < 0)
		exit(1);
	while (times-- > 0) {
		double began = clock_mono(), took;

		if (store_update(s, scope, count, &n) != 0) {
			fprintf(stderr, "updates: %s\n", store_why(s));
			exit(1);
		}
		took = clock_mono() - began;
		worst = took > worst ? took : worst;
	}
	store_close(s);
	return worst;
}

static long
counted(const char *url, const char *scope)
{
	struct buf b = BUF_INIT;
	struct store *s;
	bool found;
	long n;

	if (store_open(&s, url) != 0 || store_get(s, scope, STR("n"), &b, &found) != 0)
		exit(1);
	n = found ? strtol(buf_cstr(&b), NULL, 10) : 0;
	buf_release(&b);
	store_close(s);
	return n;
}

int
main(int argc, char **argv)
{
	long clients, times;
	double *worst, began, most = 0;
	int fds[2], failed = 0;
	char scope[32];

	if (argc != 4 || pipe(fds) != 0) {
		fprintf(stderr, "usage: updates URL CLIENTS TIMES\n");
		return 64;
	}
	clients = strtol(argv[2], NULL, 10);
	times = strtol(argv[3], NULL, 10);
	snprintf(scope, sizeof(scope), "bench/%d", (int)getpid());
	worst = mmap(NULL, (size_t)clients * sizeof(*worst), PROT_READ | PROT_WRITE,
	             MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	for (long i = 0; i < clients; i++)
		if (fork() == 0) {
			close(fds[1]);
			worst[i] = client(argv[1], scope, times, fds[0]);
			_exit(0);
		}
	close(fds[0]);
	sleep(1); /* for all to be connected */
	began = clock_mono();
	close(fds[1]);
	for (int status; wait(&status) > 0;)
		failed += status != 0;
	began = clock_mono() - began;
	for (long i = 0; i < clients; i++)
		most = worst[i] > most ? worst[i] : most;
	printf("%.0f %.4f\n", (double)(clients * times) / began, most);
	return failed > 0 || counted(argv[1], scope) != clients * times;
}
