#include "policy/alert_engine.h"

#include <math.h>

/* A group's own time may lag behind the common one; the heap is ordered by the latter. */
static double
when(const struct alert_slot *slot)
{
	return slot->looked + slot->group->lag;
}

/* Of what is due at once the elder goes first, so that the same input is told in the same order. */
static bool
before(const struct alert_slot *a, const struct alert_slot *b)
{
	return when(a) != when(b) ? when(a) < when(b) : a->number < b->number;
}

static void
put(struct alert *a, size_t at, struct alert_slot *slot)
{
	a->heap[at] = slot;
	slot->heap = at + 1;
}

static void
rise(struct alert *a, size_t at, struct alert_slot *slot)
{
	while (at > 0 && before(slot, a->heap[(at - 1) / 2])) {
		put(a, at, a->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	put(a, at, slot);
}

static void
sink(struct alert *a, size_t at, struct alert_slot *slot)
{
	for (;;) {
		size_t child = 2 * at + 1;

		if (child + 1 < a->heaped && before(a->heap[child + 1], a->heap[child]))
			child++;
		if (child >= a->heaped || !before(a->heap[child], slot))
			break;
		put(a, at, a->heap[child]);
		at = child;
	}
	put(a, at, slot);
}

/* SLOT belongs at AT or elsewhere, as its time says. */
static void
settle(struct alert *a, size_t at, struct alert_slot *slot)
{
	if (at > 0 && before(slot, a->heap[(at - 1) / 2]))
		rise(a, at, slot);
	else
		sink(a, at, slot);
}

void
alert_heap_set(struct alert *a, struct alert_slot *slot, double due)
{
	slot->due = due;
	/* What moves further away, as most does with every record, moves in the heap when it gets to the top. */
	if (slot->heap > 0 && slot->looked <= due)
		return;
	slot->looked = due;
	if (due == (double)INFINITY)
		return;
	if (slot->heap == 0) {
		GROW(a->heap, a->heaped, a->heap_cap);
		rise(a, a->heaped++, slot);
		return;
	}
	settle(a, slot->heap - 1, slot);
}

struct alert_slot *
alert_heap_due(struct alert *a)
{
	while (a->heaped > 0 && when(a->heap[0]) <= a->now) {
		struct alert_slot *slot = a->heap[0];

		if (slot->looked >= slot->due)
			return slot;
		alert_heap_remove(a, slot);
		alert_heap_set(a, slot, slot->due);
	}
	return NULL;
}

void
alert_heap_remove(struct alert *a, struct alert_slot *slot)
{
	size_t at = slot->heap - 1;
	struct alert_slot *last;

	if (slot->heap == 0)
		return;
	slot->heap = 0;
	last = a->heap[--a->heaped];
	if (last != slot)
		settle(a, at, last);
}
