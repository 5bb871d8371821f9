/* What is asked of a store outside of steps: logs, scopes, the time, damage; see store.h. */
#include "store/store_parts.h"

/* What is asked, who is given the answer, and whether anything was given yet. */
struct question {
	struct str scope;
	uint64_t after, *trimmed;
	size_t limit;
	double *now;
	bool (*entry)(void *arg, const struct store_entry *entry);
	bool (*each)(void *arg, const struct store_scope *scope);
	void (*fault)(void *arg, const char *fault);
	void *arg;
	bool given;
};

static bool
give_entry(void *arg, const struct store_entry *entry)
{
	struct question *q = arg;

	q->given = true;
	return q->entry(q->arg, entry);
}

static bool
give_scope(void *arg, const struct store_scope *scope)
{
	struct question *q = arg;

	q->given = true;
	return q->each(q->arg, scope);
}

static void
give_fault(void *arg, const char *fault)
{
	struct question *q = arg;

	q->given = true;
	q->fault(q->arg, fault);
}

static int
ask_log(struct backend *b, struct question *q)
{
	return b->ops->read(b, q->scope, q->after, q->limit, give_entry, q, q->trimmed);
}

static int
ask_scopes(struct backend *b, struct question *q)
{
	return b->ops->scopes(b, give_scope, q);
}

static int
ask_now(struct backend *b, struct question *q)
{
	return b->ops->now(b, q->now);
}

static int
ask_faults(struct backend *b, struct question *q)
{
	return b->ops->check(b, give_fault, q);
}

/* Where the connection breaks, once more on a new one, but nobody is given a thing twice. */
static int
ask(struct store *s, int (*how)(struct backend *b, struct question *q), struct question q)
{
	int status = how(s->backend, &q);

	if (status == BACKEND_BROKEN && !q.given)
		status = how(s->backend, &q);
	return store_told(s, status);
}

int
store_read(struct store *s, const char *scope, uint64_t after, size_t limit,
           bool (*each)(void *arg, const struct store_entry *entry), void *arg, uint64_t *trimmed)
{
	int status = store_check_scope(s, scope);

	*trimmed = 0;
	return status != EROS_OK ? status
	                         : ask(s, ask_log,
	                               (struct question){.scope = str_of(scope),
	                                                 .after = after,
	                                                 .limit = limit,
	                                                 .trimmed = trimmed,
	                                                 .entry = each,
	                                                 .arg = arg});
}

int
store_scopes(struct store *s, bool (*each)(void *arg, const struct store_scope *scope), void *arg)
{
	return ask(s, ask_scopes, (struct question){.each = each, .arg = arg});
}

int
store_now(struct store *s, double *now)
{
	return ask(s, ask_now, (struct question){.now = now});
}

int
store_check(struct store *s, void (*each)(void *arg, const char *fault), void *arg)
{
	return ask(s, ask_faults, (struct question){.fault = each, .arg = arg});
}
