/*
 * Waiters, and those who wake them killed at random moments: t/storm/waiters.t [URL]. Without a URL on a SQLite file.
 *
 * Each waiter puts itself into a queue, sleeps until it is taken out of it, and begins again. Others take out who is first,
 * wake that one, and are killed at it. Whatever becomes of them: who was taken out wakes up, and soon.
 *
 * Where STORM_USER is a user's number those who wake are of that user, which takes root: as from another host.
 */
#include "storm.h"

#include "base/exit.h"
#include "store/store.h"

#include <sys/mman.h>

enum { WAITERS = 20, WAKERS = 3 };

/* How long a wake may take on a machine that is busy with other things, and how long whoever waits sleeps at a time. */
static const double soon = 120, long_time = 600;

static const char *url;
static char scope[32];
static const char ballast[1 << 20];

static struct shared {
	_Atomic long woken[WAITERS], wakes;
	_Atomic int stop;
} * shared;

/* What a step is about, and what it found. */
struct place {
	char key[32];
	bool queued;
};

static void
queue_step(struct rows *r, void *arg)
{
	struct place *p = arg;

	rows_put(r, str_of(p->key), STR("w"));
}

static void
look_step(struct rows *r, void *arg)
{
	struct place *p = arg;
	struct str value;

	p->queued = rows_get(r, str_of(p->key), &value);
}

static void
take_step(struct rows *r, void *arg)
{
	struct place *p = arg;
	struct row row;

	p->queued = rows_seek(r, STR("queue/"), &row) && str_starts(row.key, STR("queue/"));
	if (!p->queued)
		return;
	rows_wake(r, row.key);
	rows_delete(r, row.key);
	/* For some to take long at the commit. */
	if (r->version % 8 == 0)
		rows_put(r, STR("ballast"), (struct str){ballast, sizeof(ballast)});
}

/* For as long as it is refused: a server may be busy yet with the last step of one that was killed. */
static void
insist(struct store *s, store_step *step, struct place *p)
{
	double until = clock_mono() + soon;

	while (store_update(s, scope, step, p) != EROS_OK) {
		if (clock_mono() > until)
			_exit(2);
		storm_sleep(0.01);
	}
}

static struct store *
open_store(void)
{
	struct store *s;
	int status = store_open(&s, url);

	if (status != EROS_OK) {
		fprintf(stderr, "# %s\n", store_why(s));
		_exit(3);
	}
	return s;
}

static void
waiter(int number)
{
	struct place p = {.queued = true};
	struct store *s = open_store();

	while (!shared->stop) {
		struct store_waiter *w;
		bool woken;

		/* As the keys of a queue are: later ones behind earlier ones. */
		snprintf(p.key, sizeof(p.key), "queue/%08ld/%d", shared->wakes, number);
		if (store_waiter_open(s, scope, str_of(p.key), &w) != EROS_OK)
			_exit(4);
		insist(s, queue_step, &p);
		for (p.queued = true; p.queued;) {
			if (store_wait(w, long_time, &woken) != EROS_OK)
				_exit(5);
			if (store_view(s, scope, look_step, &p) != EROS_OK)
				_exit(6);
		}
		shared->woken[number]++;
		store_waiter_close(w);
	}
	store_close(s);
	_exit(0);
}

static void
waker(void)
{
	const char *user = getenv("STORM_USER");
	struct place p;
	struct store *s;

	if (user && *user && setuid((uid_t)atoi(user)) != 0)
		_exit(7);
	s = open_store();
	for (;;) {
		insist(s, take_step, &p);
		shared->wakes += p.queued;
		if (!p.queued)
			storm_sleep(0.001);
	}
}

static pid_t
start(int number)
{
	pid_t pid = fork();

	if (pid == 0 && number < WAITERS)
		waiter(number);
	if (pid == 0)
		waker();
	return pid;
}

static long
sum_woken(void)
{
	long sum = 0;

	for (int i = 0; i < WAITERS; i++)
		sum += shared->woken[i];
	return sum;
}

/* Until each has ended, which takes a wake: wakers go on. How many do not. */
static int
await_end(const pid_t waiters[WAITERS], int *failed)
{
	double until = clock_mono() + soon;
	bool ended[WAITERS] = {false};
	int left = WAITERS;

	while (left > 0 && clock_mono() < until) {
		storm_sleep(0.01);
		for (int i = 0, status; i < WAITERS; i++)
			if (!ended[i] && waitpid(waiters[i], &status, WNOHANG) == waiters[i]) {
				ended[i] = true;
				left--;
				*failed += status != 0;
			}
	}
	for (int i = 0; i < WAITERS; i++)
		if (!ended[i]) {
			kill(waiters[i], SIGKILL);
			waitpid(waiters[i], NULL, 0);
		}
	return left;
}

int
main(int argc, char **argv)
{
	char own[sizeof("sqlite:/s.db") + sizeof(storm.home)];
	pid_t waiters[WAITERS], wakers[WAKERS];
	double until;
	int failed = 0;

	if (!storm_begin(argv[0], 20))
		return 1;
	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
	              0);
	snprintf(own, sizeof(own), "sqlite:%s/s.db", storm.home);
	url = argc > 1 ? argv[1] : own;
	snprintf(scope, sizeof(scope), "storm/%d", (int)getpid());
	store_close(open_store()); /* its tables are there when all begin */
	for (int i = 0; i < WAITERS; i++)
		waiters[i] = start(i);
	for (int i = 0; i < WAKERS; i++)
		wakers[i] = start(WAITERS);
	for (unsigned n = 0; n < storm.kills; n++) {
		pid_t *victim = &wakers[storm_random(WAKERS)];

		storm_sleep(storm_random(20) * 1e-3);
		kill(*victim, SIGKILL);
		waitpid(*victim, NULL, 0);
		*victim = start(WAITERS);
	}
	until = clock_mono() + soon;
	while (sum_woken() < WAITERS && clock_mono() < until)
		storm_sleep(0.01);
	shared->stop = 1;
	is_int(await_end(waiters, &failed), 0, "nobody sleeps on");
	is_int(failed, 0, "and all end in order");
	for (int i = 0; i < WAKERS; i++) {
		kill(wakers[i], SIGKILL);
		waitpid(wakers[i], NULL, 0);
	}
	ok(sum_woken() >= WAITERS, "%ld were woken", sum_woken());
	return storm_end();
}
