#include "policy/alert.h"

#include <math.h>

/* A group's own time may lag behind the common one; the heap is ordered by the latter. */
static double
when(const struct alert_slot *slot)
{
	return slot->due + slot->group->lag;
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
	while (at > 0 && when(slot) < when(a->heap[(at - 1) / 2])) {
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

		if (child + 1 < a->heaped && when(a->heap[child + 1]) < when(a->heap[child]))
			child++;
		if (child >= a->heaped || when(a->heap[child]) >= when(slot))
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
	if (at > 0 && when(slot) < when(a->heap[(at - 1) / 2]))
		rise(a, at, slot);
	else
		sink(a, at, slot);
}

void
alert_heap_set(struct alert *a, struct alert_slot *slot, double due)
{
	slot->due = due;
	if (due == (double)INFINITY) {
		alert_heap_remove(a, slot);
		return;
	}
	if (slot->heap == 0) {
		GROW(a->heap, a->heaped, a->heap_cap);
		rise(a, a->heaped++, slot);
		return;
	}
	settle(a, slot->heap - 1, slot);
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
