/*
 * waiters URL COUNT: as many processes wait in one scope, each for its own key, and are woken one after the other.
 *
 * Prints the median and the longest time, in seconds, from before the step that wakes one to when it has seen that. Who was
 * woken stays until all were, as who has something to do does: two hundred processes that end cost more than the waking.
 */
#include "base/clock.h"
#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static _Atomic double *woken_at;

static void
key_of(long number, char key[static 32])
{
	snprintf(key, 32, "wait/%06ld", number);
}

static void
enqueue(struct rows *r, void *arg)
{
	char key[32];

	key_of(*(long *)arg, key);
	rows_put(r, str_of(key), STR("1"));
}

static void
grant(struct rows *r, void *arg)
{
	char key[32];

	key_of(*(long *)arg, key);
	rows_delete(r, str_of(key));
	rows_wake(r, str_of(key));
}

static void
must(struct store *s, int status)
{
	if (status == 0)
		return;
	fprintf(stderr, "waiters: %s\n", store_why(s));
	exit(1);
}

static void
wait_for_turn(const char *url, const char *scope, long number, int ready, int end)
{
	struct store_waiter *w;
	bool woken = false, queued = true;
	struct store *s;
	char key[32];
	int failed;

	failed = store_open(&s, url);
	must(s, failed);
	key_of(number, key);
	must(s, store_waiter_open(s, scope, str_of(key), &w));
	must(s, store_update(s, scope, enqueue, &number));
	if (write(ready, "", 1) != 1)
		exit(1);
	while (queued) {
		struct buf value = BUF_INIT;

		must(s, store_wait(w, 600, &woken));
		must(s, store_get(s, scope, str_of(key), &value, &queued));
		buf_release(&value);
	}
	woken_at[number] = clock_mono();
	if (read(end, key, 1) != 0)
		exit(1);
	store_waiter_close(w);
	store_close(s);
	exit(0);
}

static int
compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

int
main(int argc, char **argv)
{
	long count = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
	double *took;
	struct store *s;
	char scope[32], byte;
	int fds[2], end[2], failed;

	if (count < 1 || pipe(fds) != 0 || pipe(end) != 0) {
		fprintf(stderr, "usage: waiters URL COUNT\n");
		return 64;
	}
	snprintf(scope, sizeof(scope), "bench/wait%d", (int)getpid());
	woken_at = mmap(NULL, (size_t)count * sizeof(*woken_at), PROT_READ | PROT_WRITE,
	                MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	took = calloc((size_t)count, sizeof(*took));
	for (long i = 0; i < count; i++)
		if (fork() == 0) {
			close(end[1]);
			wait_for_turn(argv[1], scope, i, fds[1], end[0]);
		}
	for (long i = 0; i < count; i++)
		if (read(fds[0], &byte, 1) != 1)
			return 1;
	sleep(1); /* for all to sleep */
	failed = store_open(&s, argv[1]);
	must(s, failed);
	for (long i = 0; i < count; i++) {
		double began = clock_mono();

		must(s, store_update(s, scope, grant, &i));
		while (woken_at[i] == 0 && clock_mono() < began + 60)
			usleep(100);
		took[i] = woken_at[i] > 0 ? woken_at[i] - began : 60;
	}
	close(end[1]);
	while (wait(NULL) > 0)
		;
	qsort(took, (size_t)count, sizeof(*took), compare);
	printf("%.6f %.6f\n", took[count / 2], took[count - 1]);
	store_close(s);
	return 0;
}
