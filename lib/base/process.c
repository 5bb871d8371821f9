#include "base/process.h"

#include "base/clock.h"
#include "base/num.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Fields of /proc/PID/stat, as proc(5) counts them. */
enum { STAT_STATE = 3, STAT_THREADS = 20, STAT_STARTED = 22 };

/* A small file of /proc as text; its length, or -1. */
static ssize_t
read_small(const char *path, char *text, size_t size)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC), saved;
	ssize_t n;

	if (fd < 0)
		return -1;
	do
		n = read(fd, text, size - 1);
	while (n < 0 && errno == EINTR);
	saved = errno;
	close(fd);
	errno = saved;
	if (n >= 0)
		text[n] = '\0';
	return n;
}

static bool
is_boot_id(const char *s, size_t len)
{
	if (len != BOOT_ID_SIZE - 1)
		return false;
	for (size_t i = 0; i < len; i++)
		if (!isxdigit((unsigned char)s[i]) && s[i] != '-')
			return false;
	return true;
}

/* This boot and this pid namespace. They do not change while the process lives, so they are read once. */
static bool
read_here(struct process *p)
{
	static char boot[BOOT_ID_SIZE];
	static uint64_t pidns;
	char text[64];
	struct stat st;

	if (!pidns) {
		if (read_small("/proc/sys/kernel/random/boot_id", text, sizeof(text)) < 0 ||
		    stat("/proc/self/ns/pid", &st) != 0)
			return false;
		text[BOOT_ID_SIZE - 1] = '\0';
		if (!is_boot_id(text, strlen(text))) {
			errno = EIO;
			return false;
		}
		memcpy(boot, text, BOOT_ID_SIZE);
		pidns = st.st_ino;
	}
	memcpy(p->boot, boot, BOOT_ID_SIZE);
	p->pidns = pidns;
	return true;
}

/*
 * The start and state of the process that has PID. A leader that has exited shows as a zombie while other threads of the
 * process still run, so the count of threads is asked too.
 */
static bool
read_stat(pid_t pid, uint64_t *started, char *state)
{
	char path[32], text[1024], *p;
	unsigned long long threads = 0;

	*state = '?';
	snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
	if (pid <= 0 || read_small(path, text, sizeof(text)) < 0) {
		if (pid <= 0 || (errno == ENOENT && kill(pid, 0) != 0 && errno == ESRCH))
			errno = ESRCH;
		else if (errno != ESRCH)
			errno = EACCES; /* there, but hidden (hidepid) */
		return false;
	}
	p = strrchr(text, ')'); /* the name before it may hold anything */
	for (int field = STAT_STATE; p && field <= STAT_STARTED; field++) {
		p = strchr(p, ' ');
		if (!p)
			break;
		p++;
		if (field == STAT_STATE)
			*state = *p;
		else if (field == STAT_THREADS)
			threads = strtoull(p, NULL, 10);
		else if (field == STAT_STARTED)
			*started = strtoull(p, NULL, 10);
	}
	if (!p || *state == 'X' || (*state == 'Z' && threads <= 1)) {
		errno = ESRCH;
		return false;
	}
	return true;
}

bool
process_of(pid_t pid, struct process *p)
{
	char state;

	p->pid = pid;
	return read_here(p) && read_stat(pid, &p->started, &state);
}

bool
process_named(pid_t pid, uint64_t started, struct process *p)
{
	p->pid = pid;
	p->started = started;
	return read_here(p);
}

bool
process_is_local(const struct process *p)
{
	struct process here;

	return read_here(&here) && here.pidns == p->pidns && strcmp(here.boot, p->boot) == 0;
}

bool
process_eq(const struct process *a, const struct process *b)
{
	return a->pid == b->pid && a->started == b->started && a->pidns == b->pidns &&
	       strcmp(a->boot, b->boot) == 0;
}

enum process_life
process_life(const struct process *p)
{
	uint64_t started;
	char state;

	if (!process_is_local(p))
		return PROCESS_UNKNOWN;
	if (read_stat(p->pid, &started, &state))
		return started == p->started ? PROCESS_ALIVE : PROCESS_GONE;
	return errno == ESRCH ? PROCESS_GONE : PROCESS_UNKNOWN;
}

bool
process_is_still(const struct process *p)
{
	uint64_t started;
	char state;

	if (!read_stat(p->pid, &started, &state))
		return errno == ESRCH;
	return started != p->started || state == 'T' || state == 't';
}

int
process_open(const struct process *p)
{
	int fd;

	if (!process_is_local(p)) {
		errno = EXDEV;
		return -1;
	}
	fd = (int)syscall(SYS_pidfd_open, p->pid, 0);
	if (fd >= 0 && process_life(p) != PROCESS_ALIVE) {
		close(fd);
		errno = ESRCH;
		return -1;
	}
	return fd;
}

bool
process_signal(int pidfd, int number)
{
	return syscall(SYS_pidfd_send_signal, pidfd, number, NULL, 0) == 0;
}

void
process_format(struct buf *b, const struct process *p)
{
	buf_printf(b, "%s:%ju:%d:%ju", p->boot, (uintmax_t)p->pidns, (int)p->pid,
	           (uintmax_t)p->started);
}

/* Cut the part of *REST up to the next colon. */
static struct str
cut_part(struct str *rest)
{
	const char *colon = rest->len ? memchr(rest->ptr, ':', rest->len) : NULL;
	struct str part = {rest->ptr, colon ? (size_t)(colon - rest->ptr) : rest->len};

	*rest = str_from(*rest, colon ? part.len + 1 : part.len);
	return part;
}

bool
process_parse(struct str s, struct process *p)
{
	struct str boot = cut_part(&s), pidns = cut_part(&s), pid = cut_part(&s);
	uint64_t number;

	if (!is_boot_id(boot.ptr, boot.len) || !num_parse_count(pidns, UINT64_MAX, &p->pidns) ||
	    !num_parse_count(pid, INT32_MAX, &number) || number == 0 ||
	    !num_parse_count(s, UINT64_MAX, &p->started))
		return false;
	memcpy(p->boot, boot.ptr, boot.len);
	p->boot[boot.len] = '\0';
	p->pid = (pid_t)number;
	return true;
}

double
process_time(uint64_t started)
{
	return clock_wall() - clock_boot() + (double)started / (double)sysconf(_SC_CLK_TCK);
}
