#include "base/memory_rows.h"

#include "base/mem.h"

#include <stdlib.h>

static struct memory_rows *
memory_of(struct rows *r)
{
	return (struct memory_rows *)r; /* its first member */
}

static bool
find(struct rows *r, struct str key, struct row *row)
{
	struct rowset_row *at = rowset_find(&memory_of(r)->set, key);

	if (!at || at->row.expires <= r->now)
		return false;
	*row = at->row;
	return true;
}

static bool
next(struct rows *r, struct str key, bool at, struct row *row)
{
	struct rowset_row *found = rowset_seek(&memory_of(r)->set, key, at);

	while (found && found->row.expires <= r->now)
		found = found->next[0];
	if (found)
		*row = found->row;
	return found;
}

static void
put(struct rows *r, const struct row *row)
{
	rowset_set(&memory_of(r)->set, row);
	memory_of(r)->changed = true;
}

static void delete (struct rows *r, struct str key)
{
	struct memory_rows *m = memory_of(r);

	rowset_delete(&m->set, key);
	m->changed = true;
}

static void
append(struct rows *r, struct str entry)
{
	struct memory_rows *m = memory_of(r);

	GROW(m->log, m->entries, m->log_cap);
	m->log[m->entries++] = (struct memory_entry){r->version, str_dup(entry)};
	m->changed = true;
}

static void
trim(struct rows *r, uint64_t version)
{
	struct memory_rows *m = memory_of(r);
	size_t n = 0;

	if (version <= m->trimmed)
		return;
	for (; n < m->entries && m->log[n].version <= version; n++)
		free((char *)m->log[n].text.ptr);
	m->entries -= n;
	memmove(m->log, m->log + n, m->entries * sizeof(*m->log));
	m->trimmed = version;
	m->changed = true;
}

static void
wake(struct rows *r, struct str key)
{
	struct memory_rows *m = memory_of(r);

	GROW(m->woken, m->wakes, m->woken_cap);
	m->woken[m->wakes++] = str_dup(key);
}

static void
next_step(struct rows *r)
{
	struct memory_rows *m = memory_of(r);

	m->version += m->changed;
	m->changed = false;
	r->version = m->version + 1;
}

static void
forget_woken(struct memory_rows *m)
{
	for (; m->wakes > 0; m->wakes--)
		free((char *)m->woken[m->wakes - 1].ptr);
}

struct rows *
memory_rows_begin(struct memory_rows *m, double now)
{
	static const struct rows_ops ops = {find, next, put, delete, append, trim, wake, next_step};

	forget_woken(m);
	m->rows = (struct rows){
		.ops = &ops, .now = fmax(now, m->rows.now), .version = m->version + 1};
	m->changed = false;
	return &m->rows;
}

void
memory_rows_end(struct memory_rows *m)
{
	next_step(&m->rows);
}

void
memory_rows_release(struct memory_rows *m)
{
	forget_woken(m);
	for (size_t i = 0; i < m->entries; i++)
		free((char *)m->log[i].text.ptr);
	free(m->log);
	free(m->woken);
	rowset_release(&m->set);
	*m = (struct memory_rows)MEMORY_ROWS_INIT;
}
