#include "store/step.h"

#include "base/mem.h"

#include <stdlib.h>

static struct step *
step_of(struct rows *r)
{
	return (struct step *)r; /* its first member */
}

/* Note a failure, with its reason where it is the step's own. */
static void
fail(struct step *s, int status, const char *why)
{
	if (s->status == EROS_OK) {
		s->status = status;
		if (why) {
			buf_reset(&s->backend->why);
			buf_str(&s->backend->why, why);
		}
	}
}

static bool
is_key(struct step *s, struct str key)
{
	if (key.len == 0 || key.len > ROW_KEY_MAX)
		fail(s, EROS_DATA, "a key that is empty or longer than 1024 bytes");
	return s->status == EROS_OK;
}

static bool
may_change(struct step *s, struct str value)
{
	if (s->read_only)
		fail(s, EROS_FAULT, "a view does not change anything");
	if (value.len > ROW_VALUE_MAX)
		fail(s, EROS_DATA, "a value that is longer than 16 MiB");
	return s->status == EROS_OK;
}

/* Keep what is returned until the next call, as the page or the backend may not. FROM may lie in what is kept. */
static void
hold(struct step *s, const struct row *from, struct row *to)
{
	size_t key = from->key.len;
	struct buf before = s->held;

	s->held = s->spare;
	s->spare = before;
	buf_reset(&s->held);
	buf_room(&s->held, key + from->value.len + 1);
	buf_span(&s->held, from->key);
	buf_span(&s->held, from->value);
	*to = (struct row){{s->held.ptr, key}, {s->held.ptr + key, from->value.len}, from->expires};
}

static bool
find(struct rows *r, struct str key, struct row *row)
{
	struct step *s = step_of(r);
	struct rowset_row *changed;
	bool found = false;
	struct row got;
	int status;

	if (!is_key(s, key))
		return false;
	changed = rowset_find(&s->changes, key);
	if (changed) {
		*row = changed->row;
		return !changed->dropped && row->expires > r->now;
	}
	status = s->backend->ops->get(s->backend, key, &got, &found);
	if (status != EROS_OK) {
		fail(s, status, NULL);
		return false;
	}
	if (!found || got.expires <= r->now)
		return false;
	got.key = key;
	hold(s, &got, row);
	return true;
}

static bool
add_to_page(void *arg, const struct row *row)
{
	struct step *s = arg;

	rowset_set(&s->page, row);
	return true;
}

/* Whether the page tells what comes after KEY (or at it). */
static bool
page_covers(const struct step *s, struct str key, bool at)
{
	int order;

	if (!s->page_any)
		return false;
	order = str_cmp(buf_view(&s->page_from), key);
	if (order > 0 || (order == 0 && at && !s->page_at))
		return false;
	return s->page_end || rowset_seek(&s->page, key, at);
}

/* The first row of the backend after KEY (or at it) that has not expired and was not changed by the step. */
static struct rowset_row *
next_below(struct step *s, struct str key, bool at)
{
	struct buf from = BUF_INIT;
	struct rowset_row *row = NULL;

	buf_span(&from, key);
	while (s->status == EROS_OK) {
		if (!page_covers(s, buf_view(&from), at)) {
			int status;

			rowset_release(&s->page);
			s->page_size = s->page_any ? s->page_size * 2 : STEP_PAGE_FIRST;
			if (s->page_size > STEP_PAGE_MOST)
				s->page_size = STEP_PAGE_MOST;
			status = s->backend->ops->scan(s->backend, buf_view(&from), at,
			                               s->page_size, add_to_page, s);
			fail(s, status, NULL);
			buf_reset(&s->page_from);
			buf_span(&s->page_from, buf_view(&from));
			s->page_any = true;
			s->page_at = at;
			s->page_end = s->page.count < s->page_size;
		}
		row = rowset_seek(&s->page, buf_view(&from), at);
		if (!row ||
		    (row->row.expires > s->rows.now && !rowset_find(&s->changes, row->row.key)))
			break;
		buf_reset(&from);
		buf_span(&from, row->row.key);
		at = false;
	}
	buf_release(&from);
	return s->status == EROS_OK ? row : NULL;
}

static bool
next(struct rows *r, struct str key, bool at, struct row *row)
{
	struct step *s = step_of(r);
	struct rowset_row *below, *above;

	if (key.len > ROW_KEY_MAX)
		fail(s, EROS_DATA, "a key that is longer than 1024 bytes");
	if (s->status != EROS_OK)
		return false;
	above = rowset_seek(&s->changes, key, at);
	while (above && (above->dropped || above->row.expires <= r->now))
		above = above->next[0];
	below = next_below(s, key, at);
	if (below && (!above || str_cmp(below->row.key, above->row.key) < 0))
		above = below;
	if (above)
		hold(s, &above->row, row);
	return above;
}

static void
put(struct rows *r, const struct row *row)
{
	struct step *s = step_of(r);

	if (!is_key(s, row->key) || !may_change(s, row->value))
		return;
	rowset_set(&s->changes, row);
	s->changed = true;
}

static void delete (struct rows *r, struct str key)
{
	struct step *s = step_of(r);
	struct row row = {key, STR_NONE, ROW_FOREVER};

	if (!is_key(s, key) || !may_change(s, STR_NONE))
		return;
	rowset_set(&s->changes, &row)->dropped = true;
	s->changed = true;
}

static void
append(struct rows *r, struct str entry)
{
	struct step *s = step_of(r);

	if (!may_change(s, entry))
		return;
	GROW(s->entries, s->count, s->entries_cap);
	s->entries[s->count++] = (struct batch_entry){r->version, s->number++, 0, str_dup(entry)};
	s->changed = true;
}

static void
trim(struct rows *r, uint64_t version)
{
	struct step *s = step_of(r);

	if (!may_change(s, STR_NONE) || version <= s->trim)
		return;
	s->trim = version;
	s->changed = true;
}

static void
wake(struct rows *r, struct str key)
{
	struct step *s = step_of(r);

	if (!is_key(s, key) || !may_change(s, STR_NONE))
		return;
	GROW(s->wakes, s->wake_count, s->wakes_cap);
	s->wakes[s->wake_count++] = str_dup(key);
}

static void
next_step(struct rows *r)
{
	struct step *s = step_of(r);

	r->version += s->changed;
	s->number = s->changed ? 0 : s->number;
	s->changed = false;
}

static void
free_spans(struct step *s)
{
	for (size_t i = 0; i < s->count; i++)
		free((char *)s->entries[i].text.ptr);
	for (size_t i = 0; i < s->wake_count; i++)
		free((char *)s->wakes[i].ptr);
	s->count = s->wake_count = 0;
}

void
step_begin(struct step *s, struct backend *b, const struct scope_head *head, bool read_only)
{
	static const struct rows_ops ops = {find, next, put, delete, append, trim, wake, next_step};

	rowset_release(&s->changes);
	rowset_release(&s->page);
	free_spans(s);
	s->rows = (struct rows){
		.ops = &ops, .now = fmax(head->now, head->changed), .version = head->version + 1};
	s->backend = b;
	s->read_only = read_only;
	s->status = EROS_OK;
	s->number = 0;
	s->trim = 0;
	s->changed = s->page_any = false;
}

bool
step_batch(struct step *s, const struct scope_head *head, struct batch *batch)
{
	next_step(&s->rows);
	*batch = (struct batch){
		.version = s->rows.version - 1,
		.now = s->rows.now,
		.changes = &s->changes,
		.entries = s->entries,
		.count = s->count,
		.trim = s->trim > head->trimmed ? s->trim : 0,
		.durable = s->rows.durable,
	};
	if (batch->version > head->version && head->watched > s->rows.now) {
		GROW(s->wakes, s->wake_count, s->wakes_cap);
		s->wakes[s->wake_count++] = str_dup(STR_NONE);
	}
	batch->wakes = s->wakes;
	batch->wake_count = s->wake_count;
	return batch->version > head->version || batch->wake_count > 0;
}

void
step_release(struct step *s)
{
	free_spans(s);
	free(s->entries);
	free(s->wakes);
	rowset_release(&s->changes);
	rowset_release(&s->page);
	buf_release(&s->held);
	buf_release(&s->spare);
	buf_release(&s->page_from);
}
