#include "proc/replay.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <unistd.h>

void
replay_init(struct replay *r, uint64_t max)
{
	*r = (struct replay){.max = max, .tape = TAPE_INIT, .to = -1};
	r->start = lseek(STDIN_FILENO, 0, SEEK_CUR);
	if (r->start >= 0)
		r->kind = REPLAY_REWOUND;
	else
		r->kind = errno == EBADF || isatty(STDIN_FILENO) ? REPLAY_AS_IT_IS : REPLAY_TAPED;
}

bool
replay_begin(struct replay *r, int *fd)
{
	int ends[2];

	*fd = -1;
	if (r->kind == REPLAY_REWOUND)
		return lseek(STDIN_FILENO, r->start, SEEK_SET) >= 0;
	if (r->kind == REPLAY_AS_IT_IS)
		return true;
	if (pipe2(ends, O_CLOEXEC) != 0)
		return false;
	fcntl(ends[1], F_SETFL, O_NONBLOCK);
	*fd = ends[0];
	r->to = ends[1];
	r->given = 0;
	r->room = false;
	return true;
}

static bool
wants_source(const struct replay *r)
{
	return r->to >= 0 && r->room && !r->ended && r->given == r->tape.len;
}

/* The pipe is waited for only until it has room: then it is our own input that is. Its other end may close all the time. */
void
replay_poll(const struct replay *r, struct pollfd p[static 2])
{
	p[0] = (struct pollfd){.fd = r->to, .events = r->room ? 0 : POLLOUT};
	p[1] = (struct pollfd){.fd = wants_source(r) ? STDIN_FILENO : -1, .events = POLLIN};
}

static void
close_pipe(struct replay *r)
{
	if (r->to >= 0)
		close(r->to);
	r->to = -1;
}

/* Give DATA, of at most PIPE_BUF bytes: the pipe has room for all of it. */
static bool
give(struct replay *r, const char *data, size_t len)
{
	ssize_t n = write(r->to, data, len);

	r->room = false;
	if (n >= 0)
		r->given += (uint64_t)n;
	else if (errno == EPIPE)
		close_pipe(r);
	else if (errno != EAGAIN && errno != EINTR)
		return false;
	return true;
}

/* Keep what was read, or give up keeping. */
static bool
keep(struct replay *r, const char *data, size_t len)
{
	if (!r->lost && r->tape.len + len <= r->max)
		return tape_add(&r->tape, data, len);
	r->lost = true;
	tape_reset(&r->tape);
	return true;
}

static bool
take(struct replay *r)
{
	char data[PIPE_BUF];
	ssize_t n = read(STDIN_FILENO, data, sizeof(data));

	if (n < 0)
		return errno == EAGAIN || errno == EINTR;
	r->ended = n == 0;
	if (n == 0)
		return true;
	if (!keep(r, data, (size_t)n) || !give(r, data, (size_t)n))
		return false;
	if (r->lost)
		r->given = r->tape.len;
	return true;
}

bool
replay_step(struct replay *r, const struct pollfd p[static 2])
{
	char data[PIPE_BUF];
	ssize_t n;

	if (r->to >= 0 && (p[0].revents & POLLERR))
		close_pipe(r);
	if (r->to >= 0 && (p[0].revents & POLLOUT))
		r->room = true;
	if (r->to >= 0 && r->room && r->given < r->tape.len) {
		n = tape_read(&r->tape, r->given, data, sizeof(data));
		if (n <= 0 || !give(r, data, (size_t)n))
			return false;
	}
	if (wants_source(r) && p[1].revents && !take(r))
		return false;
	if (r->ended && r->given == r->tape.len)
		close_pipe(r);
	return true;
}

void
replay_end(struct replay *r)
{
	close_pipe(r);
}

void
replay_release(struct replay *r)
{
	close_pipe(r);
	tape_release(&r->tape);
}
