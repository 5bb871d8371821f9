/* Making a scope as it was elsewhere; see store.h. */
#include "store/store_parts.h"

#include "base/clock.h"

static int
restore(struct store *s, struct update_id *id, const struct store_scope *as, struct batch *batch)
{
	static const struct str everybody = {NULL, 0};
	struct backend *b = s->backend;
	struct scope_head head;
	int status = b->ops->begin(b, as->name, id, &head);

	if (status != EROS_OK || id->done)
		return status;
	if (head.version > 0) {
		b->ops->abandon(b);
		return EROS_NO;
	}
	batch->wakes = &everybody;
	batch->wake_count = head.watched > head.now;
	status = b->ops->commit(b, batch);
	id->unsure |= status == BACKEND_BROKEN;
	return status;
}

int
store_restore(struct store *s, const char *scope, const struct store_scope *as,
              const struct rowset *rows, const struct store_entry *entries, size_t count)
{
	struct store_scope named = {str_of(scope), as->version, as->trimmed, as->changed};
	struct batch_entry *copies = xcalloc(count + 1, sizeof(*copies));
	struct batch batch = {.version = as->version,
	                      .now = as->changed,
	                      .changes = rows,
	                      .entries = copies,
	                      .count = count,
	                      .trim = as->trimmed};
	struct update_id id = {.number = ++s->number};
	double deadline = clock_mono() + s->url.timeout;
	int status = store_check_scope(s, scope), broken = 0;

	for (size_t i = 0; i < count; i++)
		copies[i] = (struct batch_entry){entries[i].version, entries[i].number,
		                                 entries[i].time, entries[i].text};
	if (status == EROS_OK)
		do {
			status = restore(s, &id, &named, &batch);
			broken += status == BACKEND_BROKEN;
		} while (status < 0 && broken < 2 && clock_mono() < deadline);
	free(copies);
	if (status == EROS_NO)
		return store_fail(s, EROS_NO, "the scope is there already");
	return store_told(s, status);
}
