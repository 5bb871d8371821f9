/* What is asked of a store outside of steps: logs, scopes, the time, damage; see store.h. */
#include "store/store_parts.h"

int
store_read(struct store *s, const char *scope, uint64_t after, size_t limit,
           bool (*each)(void *arg, const struct store_entry *entry), void *arg, uint64_t *trimmed)
{
	int status = store_check_scope(s, scope);

	*trimmed = 0;
	if (status != EROS_OK)
		return status;
	return store_told(s, s->backend->ops->read(s->backend, str_of(scope), after, limit, each,
	                                           arg, trimmed));
}

int
store_scopes(struct store *s, bool (*each)(void *arg, const struct store_scope *scope), void *arg)
{
	return store_told(s, s->backend->ops->scopes(s->backend, each, arg));
}

int
store_now(struct store *s, double *now)
{
	int status = s->backend->ops->now(s->backend, now);

	if (status == BACKEND_BROKEN)
		status = s->backend->ops->now(s->backend, now);
	return store_told(s, status);
}

int
store_check(struct store *s, void (*each)(void *arg, const char *fault), void *arg)
{
	return store_told(s, s->backend->ops->check(s->backend, each, arg));
}
