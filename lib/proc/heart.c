#include "proc/heart.h"

#include "base/diag.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <unistd.h>

/* Not each line of a flood: it would spend its time here. In seconds. */
static const double interval = 0.1;

void
heart_touch(struct heart *h, const struct process *p, double now)
{
	struct beat b;

	h->touched = now;
	h->due = INFINITY;
	if (beat_touch(str_of(h->agent), p))
		return;
	if (errno == ENOENT || errno == ESTALE) {
		beat_set(&b, p, str_of(h->agent), h->specialty ? str_of(h->specialty) : STR_NONE,
		         str_of(h->run));
		if (beat_write(&b))
			return;
	}
	if (errno != ESRCH)
		diag("io_error", strerror(errno), "cannot write the heartbeat of %s", h->agent);
}

void
heart_touch_soon(struct heart *h, const struct process *p, double now)
{
	if (now >= h->touched + interval)
		heart_touch(h, p, now);
	else
		h->due = h->touched + interval;
}

double
heart_time(const struct heart *h, const struct process *p)
{
	char name[BEAT_NAME_SIZE + 32];
	struct beat b = {.at = 0};
	const char *why;
	int dir = beat_dir();

	snprintf(name, sizeof(name), "%s.%d.json", h->agent, (int)p->pid);
	if (dir < 0 || !beat_read(dir, name, &b, &why))
		b.at = 0;
	if (dir >= 0)
		close(dir);
	return b.at;
}

void
heart_drop(const struct heart *h, const struct process *p)
{
	struct beat b;

	beat_set(&b, p, str_of(h->agent), STR_NONE, STR_NONE);
	beat_remove(&b);
}
