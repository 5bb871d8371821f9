/*
 * A clock that can be set, for servers under test: loaded into one by LD_PRELOAD, it adds to the wall clock as many
 * seconds as the first eight bytes of the file $WALL_CLOCK say, from the moment they do. No other clock changes, as when
 * somebody sets the time of a machine.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *set_by;

__attribute__((constructor)) static void
find_file(void)
{
	const char *path = getenv("WALL_CLOCK");
	int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
	void *page =
		fd < 0 ? MAP_FAILED : mmap(NULL, sizeof(*set_by), PROT_READ, MAP_SHARED, fd, 0);

	if (page != MAP_FAILED)
		set_by = page;
	if (fd >= 0)
		close(fd);
}

int
clock_gettime(clockid_t id, struct timespec *t)
{
	long failed = syscall(SYS_clock_gettime, id, t);

	if (!failed && set_by && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		t->tv_sec += *set_by;
	return (int)failed;
}

int
gettimeofday(struct timeval *restrict tv, void *restrict zone)
{
	struct timespec t;

	(void)zone;
	clock_gettime(CLOCK_REALTIME, &t);
	*tv = (struct timeval){t.tv_sec, t.tv_nsec / 1000};
	return 0;
}

time_t
time(time_t *out)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	if (out)
		*out = t.tv_sec;
	return t.tv_sec;
}
