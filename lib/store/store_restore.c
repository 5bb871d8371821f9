/* Making a scope as it was elsewhere; see store.h. */
#include "store/store_parts.h"

static int
attempt(struct store *s, struct str scope, struct update_id *id, void *arg)
{
	static const struct str everybody = {NULL, 0};
	struct batch *batch = arg;
	struct backend *b = s->backend;
	struct scope_head head;
	int status = b->ops->begin(b, scope, id, &head);

	if (status != EROS_OK)
		return status;
	if (id->done || head.version > 0) {
		b->ops->abandon(b);
		return id->done ? EROS_OK : EROS_NO;
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
	struct batch_entry *copies = xcalloc(count + 1, sizeof(*copies));
	struct batch batch = {.version = as->version,
	                      .now = as->changed,
	                      .changes = rows,
	                      .entries = copies,
	                      .count = count,
	                      .trim = as->trimmed};
	struct update_id id = {.number = ++s->number};
	int status;

	for (size_t i = 0; i < count; i++)
		copies[i] = (struct batch_entry){entries[i].version, entries[i].number,
		                                 entries[i].time, entries[i].text};
	status = store_run(s, scope, &id, attempt, &batch);
	free(copies);
	return status == EROS_NO ? store_fail(s, EROS_NO, "the scope is there already") : status;
}
