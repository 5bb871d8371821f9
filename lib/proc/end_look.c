/* Who is to be ended: the targets in the process table, and what is below them; see end.h. */
#include "proc/end_look.h"

#include "proc/note.h"

#include <unistd.h>

unsigned char *
end_mark(struct end *e, const struct table_row *row)
{
	return &e->mark[row - e->table.row];
}

bool
end_look(struct end *e)
{
	const struct table_row *row;

	if (!table_read(&e->table, (e->run ? TABLE_RUN : 0) | (e->spare ? TABLE_COMMAND : 0)))
		return false;
	free(e->mark);
	e->mark = xcalloc(e->table.count + 1, 1);
	for (size_t i = 0; i < e->count; i++) {
		row = table_find_process(&e->table, &e->target[i].process);
		if (row)
			*end_mark(e, row) = e->target[i].deep ? END_MARK_DEEP : END_MARK_TARGET;
	}
	row = table_find(&e->table, getpid());
	for (size_t steps = 0; row && steps <= e->table.count; steps++) {
		*end_mark(e, row) = END_MARK_NEVER;
		row = table_find(&e->table, row->parent);
	}
	row = table_find(&e->table, 1);
	if (row)
		*end_mark(e, row) = END_MARK_NEVER;
	return true;
}

bool
end_spares(struct end *e, const struct table_row *row)
{
	return e->spare && e->spare(e->arg, &e->table, row);
}

/* The target that ROW belongs to by its parents or its run; false where it is none of ours. */
static bool
find_cause(struct end *e, const struct table_row *row, void **tag)
{
	const struct table_row *up = row;

	*tag = NULL;
	for (size_t steps = 0; up && steps <= e->table.count; steps++) {
		if (*end_mark(e, up) == END_MARK_DEEP) {
			for (size_t i = 0; i < e->count; i++)
				if (e->target[i].process.pid == up->pid &&
				    e->target[i].process.started == up->started)
					*tag = e->target[i].tag;
			return true;
		}
		if (e->own && up->pid == getpid())
			return true;
		up = table_find(&e->table, up->parent);
	}
	*tag = e->run && row->run ? e->run(e->arg, row->run) : NULL;
	return *tag != NULL;
}

/*
 * Whether ROW, which is gone by now, says that its kind is still forking: it was alive when the table was read, or it
 * is a zombie that was not there at the last look.
 */
static bool
is_restless(struct end *e, const struct table_row *row)
{
	uint64_t age = row->started << 22 | (uint64_t)row->pid;

	if (row->state != 'Z')
		return true;
	if (age <= e->newest)
		return false;
	e->newest = age;
	return true;
}

/* Take in what the last look shows below the targets; the number of those that are new. */
static size_t
collect(struct end *e)
{
	size_t before = e->count;

	e->more = false;
	for (size_t i = 0; i < e->table.count; i++) {
		const struct table_row *row = &e->table.row[i];
		struct process p = table_process(&e->table, row);
		struct end_target *t;
		void *tag;

		if (*end_mark(e, row) != END_MARK_NONE || !find_cause(e, row, &tag) ||
		    end_spares(e, row))
			continue;
		t = end_add(e, &p, true);
		t->root = false;
		t->parent = row->parent;
		t->tag = tag;
		note_copy(t->name, sizeof(t->name), str_of(row->name));
		if (!end_open(e, t))
			e->more = true;
		if (t->fd < 0 && t->result == END_GONE && is_restless(e, row))
			e->more = true;
		if (t->fd < 0 && t->result != END_REFUSED)
			e->count--; /* it has gone, or has to wait its turn */
	}
	return e->count - before;
}

size_t
end_collect(struct end *e)
{
	size_t found = collect(e);

	if (found > 0 && e->before)
		e->before(e->arg, e);
	return found;
}
