#include "base/rowset.h"

#include "base/hash.h"
#include "base/mem.h"

#include <stdlib.h>

/* On each level the link that leads to the first row at or after KEY (after it where not AT). */
static void
find_links(const struct rowset *t, struct str key, bool at, struct rowset_row *const *links[])
{
	struct rowset_row *const *level = t->first;

	for (int i = t->levels - 1; i >= 0; i--) {
		for (struct rowset_row *row = level[i]; row; row = level[i]) {
			int order = str_cmp(row->row.key, key);

			if (order > 0 || (order == 0 && at))
				break;
			level = row->next;
		}
		links[i] = &level[i];
	}
}

struct rowset_row *
rowset_seek(const struct rowset *t, struct str key, bool at)
{
	struct rowset_row *const *links[ROWSET_LEVELS];

	find_links(t, key, at, links);
	return *links[0];
}

struct rowset_row *
rowset_find(const struct rowset *t, struct str key)
{
	struct rowset_row *row = rowset_seek(t, key, true);

	return row && str_eq(row->row.key, key) ? row : NULL;
}

/* One of four rows reaches the next level. */
static int
draw_levels(struct rowset *t)
{
	uint64_t bits = hash_mix(t->chance++);
	int levels = 1;

	for (; levels < ROWSET_LEVELS && (bits & 3) == 0; bits >>= 2)
		levels++;
	return levels;
}

static void
set_value(struct rowset_row *at, const struct row *row)
{
	/* What is set may be a part of what was there. */
	if (row->value.len > at->cap) {
		char *old = (char *)at->row.value.ptr;

		at->row.value = str_dup(row->value);
		at->cap = row->value.len;
		free(old);
	} else if (row->value.len > 0) {
		memmove((char *)at->row.value.ptr, row->value.ptr, row->value.len);
	}
	at->row.value.len = row->value.len;
	at->row.expires = row->expires;
	at->dropped = false;
}

static struct rowset_row *
add(struct rowset *t, const struct row *row, struct rowset_row *const *links[])
{
	int levels = draw_levels(t);
	struct rowset_row *new = xmalloc(sizeof(*new) + (size_t)levels * sizeof(new->next[0]));

	for (; t->levels < levels; t->levels++)
		links[t->levels] = &t->first[t->levels];
	*new = (struct rowset_row){.row = {str_dup(row->key), str_dup(row->value), row->expires},
	                           .cap = row->value.len};
	for (int i = 0; i < levels; i++) {
		new->next[i] = *links[i];
		*(struct rowset_row **)links[i] = new;
	}
	t->count++;
	return new;
}

struct rowset_row *
rowset_set(struct rowset *t, const struct row *row)
{
	struct rowset_row *const *links[ROWSET_LEVELS], *at;

	find_links(t, row->key, true, links);
	at = *links[0];
	if (!at || !str_eq(at->row.key, row->key))
		return add(t, row, links);
	set_value(at, row);
	return at;
}

static void
free_row(struct rowset_row *row)
{
	free((char *)row->row.key.ptr);
	free((char *)row->row.value.ptr);
	free(row);
}

void
rowset_delete(struct rowset *t, struct str key)
{
	struct rowset_row *const *links[ROWSET_LEVELS], *row;

	find_links(t, key, true, links);
	row = *links[0];
	if (!row || !str_eq(row->row.key, key))
		return;
	for (int i = 0; i < t->levels && *links[i] == row; i++)
		*(struct rowset_row **)links[i] = row->next[i];
	t->count--;
	free_row(row);
}

void
rowset_release(struct rowset *t)
{
	struct rowset_row *next;

	for (struct rowset_row *row = t->first[0]; row; row = next) {
		next = row->next[0];
		free_row(row);
	}
	*t = (struct rowset)ROWSET_INIT;
}
