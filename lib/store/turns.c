#include "store/turns.h"

#include "base/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/futex.h>
#include <math.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

const double turns_patience = 0.05;

/* How long the first in the queue waits before it looks whether the one whose turn it is has died; others longer. */
static const double look_after = 0.002;

_Static_assert(sizeof(struct turns) == 65536, "the file has a fixed size");

struct turns *
turns_open(const char *path)
{
	int fd = open(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600), saved;
	struct turns *t = MAP_FAILED;
	struct stat st;

	if (fd < 0)
		return NULL;
	if (fstat(fd, &st) == 0 &&
	    (st.st_size >= (off_t)sizeof(*t) || posix_fallocate(fd, 0, sizeof(*t)) == 0))
		t = mmap(NULL, sizeof(*t), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	saved = errno;
	close(fd);
	errno = saved;
	return t == MAP_FAILED ? NULL : t;
}

void
turns_close(struct turns *t)
{
	if (t)
		munmap(t, sizeof(*t));
}

/* Sleep while *WORD is SEEN, SECONDS at most. Only a wake whose bits share one with BITS ends it. */
static void
futex_wait(_Atomic uint32_t *word, uint32_t seen, double seconds, uint32_t bits)
{
	double until = clock_mono() + fmin(fmax(seconds, 0), 1e9);
	struct timespec at = {.tv_sec = (time_t)until};

	at.tv_nsec = (long)((until - (double)at.tv_sec) * 1e9);
	syscall(SYS_futex, word, FUTEX_WAIT_BITSET, seen, &at, NULL, bits);
}

static void
futex_wake(_Atomic uint32_t *word, uint32_t bits)
{
	syscall(SYS_futex, word, FUTEX_WAKE_BITSET, INT_MAX, NULL, NULL, bits);
}

/* Those who wait for NUMBER sleep under one of 32 bits, so that a call does not wake all. */
static uint32_t
bit_of(uint32_t number)
{
	return (uint32_t)1 << number % 32;
}

/* Whether A comes before B, also where the count has wrapped around. */
static bool
before(uint32_t a, uint32_t b)
{
	return (int32_t)(a - b) < 0;
}

static void
call(struct turns *t, uint32_t number)
{
	if (before(number, atomic_load(&t->next)))
		futex_wake(&t->serving, bit_of(number));
}

static bool
is_dead(const struct turns *t, uint32_t number)
{
	uint32_t pid = atomic_load(&t->holder[number % TURNS_HOLDERS]);

	return pid > 0 && kill((pid_t)pid, 0) != 0 && errno == ESRCH;
}

bool
turns_take(struct turns *t, double deadline, uint32_t *number)
{
	uint32_t mine = atomic_fetch_add(&t->next, 1), serving, last = mine;
	double moved = 0, now, look;

	atomic_store(&t->holder[mine % TURNS_HOLDERS], (uint32_t)getpid());
	*number = mine;
	while (before(serving = atomic_load(&t->serving), mine)) {
		now = clock_mono();
		if (now >= deadline)
			return false;
		if (serving != last) {
			last = serving;
			moved = now;
		}
		look = fmin(turns_patience, look_after * (mine - serving));
		if (now - moved >= turns_patience || (now - moved >= look && is_dead(t, serving))) {
			if (atomic_compare_exchange_strong(&t->serving, &serving, serving + 1))
				call(t, serving + 1);
			continue;
		}
		futex_wait(&t->serving, serving, fmin(look, deadline - now), bit_of(mine));
	}
	return true;
}

void
turns_pass(struct turns *t, uint32_t number)
{
	uint32_t serving = atomic_load(&t->serving);

	while (before(serving, number + 1))
		if (atomic_compare_exchange_weak(&t->serving, &serving, number + 1)) {
			call(t, number + 1);
			return;
		}
}

void
turns_wake(struct turns *t, uint32_t cell)
{
	atomic_fetch_add(&t->cell[cell], 1);
	futex_wake(&t->cell[cell], FUTEX_BITSET_MATCH_ANY);
}

void
turns_sleep(struct turns *t, uint32_t cell, uint32_t seen, double seconds)
{
	if (atomic_load(&t->cell[cell]) == seen)
		futex_wait(&t->cell[cell], seen, seconds, FUTEX_BITSET_MATCH_ANY);
}
