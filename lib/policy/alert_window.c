#include "policy/alert_window.h"

#include <math.h>

static double
last_of(const struct alert_count *e)
{
	return e->first + (double)e->span;
}

/* Join what lies within SECONDS/32: an entry's start never moves, so it never comes to span more. */
static void
join(struct alert_window *w, double seconds)
{
	uint32_t kept = 0;

	for (uint32_t i = 0; i < w->count; i++) {
		struct alert_count *e = &w->entry[i],
				   *before = kept > 0 ? &w->entry[kept - 1] : NULL;

		if (before && last_of(e) - before->first <= seconds / (ALERT_WINDOW_MAX / 2)) {
			before->span = (float)(last_of(e) - before->first);
			before->n = before->n > UINT32_MAX - e->n ? UINT32_MAX : before->n + e->n;
		} else {
			w->entry[kept++] = *e;
		}
	}
	w->count = kept;
}

void
alert_window_add(struct alert_window *w, double t, double seconds)
{
	uint32_t at;

	if (w->count >= ALERT_WINDOW_MAX)
		join(w, seconds);
	if (w->count >= ALERT_WINDOW_MAX)
		alert_window_expire(w, t, seconds);
	for (at = w->count; at > 0 && w->entry[at - 1].first > t;)
		at--;
	if (at > 0 && (t <= last_of(&w->entry[at - 1]) || w->count >= ALERT_WINDOW_MAX)) {
		w->entry[at - 1].n += w->entry[at - 1].n < UINT32_MAX;
		return;
	}
	GROW(w->entry, w->count, w->cap);
	memmove(w->entry + at + 1, w->entry + at, (w->count - at) * sizeof(*w->entry));
	w->entry[at] = (struct alert_count){.first = t, .n = 1};
	w->count++;
}

void
alert_window_mark(struct alert_window *w, double t)
{
	if (w->count > 0 && w->entry[0].first >= t)
		return;
	if (w->count == 0)
		GROW(w->entry, w->count, w->cap);
	w->entry[0] = (struct alert_count){.first = t, .n = 1};
	w->count = 1;
}

bool
alert_window_expire(struct alert_window *w, double now, double seconds)
{
	uint32_t old = 0;

	while (old < w->count && last_of(&w->entry[old]) + seconds <= now)
		old++;
	if (old == 0)
		return false;
	w->count -= old;
	memmove(w->entry, w->entry + old, w->count * sizeof(*w->entry));
	return true;
}

double
alert_window_count(const struct alert_window *w)
{
	double n = 0;

	for (uint32_t i = 0; i < w->count; i++)
		n += w->entry[i].n;
	return n;
}

double
alert_window_due(const struct alert_window *w, double seconds)
{
	return w->count > 0 ? last_of(&w->entry[0]) + seconds : (double)INFINITY;
}

void
alert_window_clear(struct alert_window *w)
{
	w->count = 0;
}

void
alert_window_release(struct alert_window *w)
{
	free(w->entry);
	*w = (struct alert_window){0};
}
