#include "policy/watch_pad.h"

#include "policy/pad_event.h"

static void
set_measures(struct watch_agent *a, double pleasure, double arousal, double dominance,
             enum pad_diagnosis diagnosis)
{
	a->pleasure = pleasure;
	a->arousal = arousal;
	a->dominance = dominance;
	a->diagnosis = (uint8_t)diagnosis;
	a->measured = a->stepped = true;
}

/* By the thresholds, for records that say that an agent is unhealthy, but not how. */
static enum pad_diagnosis
diagnose(const struct pad_limits *l, double pleasure, double arousal)
{
	if (arousal >= l->arousal)
		return PAD_LOOPING;
	return pleasure <= l->pleasure ? PAD_DIVERGENT : PAD_UNCERTAIN;
}

/* What the record carries; false where it carries nothing. */
static bool
take_carried(struct watch_agent *a, const struct record *r)
{
	double pleasure, arousal, dominance;
	enum pad_diagnosis diagnosis;
	struct json healthy, said;

	if (!record_number(r, STR("pleasure"), &pleasure) ||
	    !record_number(r, STR("arousal"), &arousal) ||
	    !record_number(r, STR("dominance"), &dominance))
		return false;
	if (!record_get(r, STR("healthy"), &healthy) || !json_is_bool(healthy))
		return true; /* nothing to judge yet */
	diagnosis = healthy.type == JSON_TRUE ? PAD_OK : diagnose(a->pad_limits, pleasure, arousal);
	if (diagnosis != PAD_OK && record_get(r, STR("diagnosis"), &said))
		for (int i = PAD_LOOPING; i <= PAD_UNCERTAIN; i++)
			if (json_is(said, str_of(pad_diagnosis_name[i])))
				diagnosis = (enum pad_diagnosis)i;
	set_measures(a, pleasure, arousal, dominance, diagnosis);
	return true;
}

static void
window_delete(struct watch *w, struct watch_window *window)
{
	window->owner->window = NULL;
	w->windows_size -= window->size;
	pad_release(&window->pad);
	map_delete(&w->windows, window);
}

void
watch_window_drop(struct watch *w, struct watch_agent *a)
{
	if (a->window)
		window_delete(w, a->window);
}

void
watch_windows_release(struct watch *w)
{
	struct watch_window *window;

	while ((window = map_oldest(&w->windows)) != NULL)
		window_delete(w, window);
	map_release(&w->windows);
}

static void
window_account(struct watch *w, struct watch_window *window, size_t name_len)
{
	size_t size = pad_size(&window->pad) + map_cost(&w->windows, name_len);

	w->windows_size += size - window->size;
	window->size = size;
	while (w->windows_size > WATCH_WINDOWS_MAX && w->windows.count > 1) {
		window_delete(w, map_oldest(&w->windows));
		w->forgotten++;
	}
}

void
watch_measure(struct watch *w, struct watch_agent *a, const struct record *r, struct buf *scratch,
              double now)
{
	struct str name = watch_name(w, a);
	struct watch_window *window;
	struct pad_measures m;
	struct pad_event event;

	if (take_carried(a, r)) {
		a->foreign = true;
		watch_window_drop(w, a);
		return;
	}
	if (a->foreign || !pad_event(r, scratch, &event))
		return;
	window = a->window = map_use(&w->windows, name, NULL);
	window->owner = a;
	if (pad_step(&window->pad, &event, now, a->pad_limits, &m) && m.judged)
		set_measures(a, m.pleasure, m.arousal, m.dominance, m.diagnosis);
	window_account(w, window, name.len);
}
