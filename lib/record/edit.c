/*
 * Changing a record, byte for byte.
 *
 * The text is copied in runs. A run is broken where a member is replaced, and where one is dropped:
 * a dropped member takes the comma before it along or, where no member was kept before it, the one
 * after it.
 */
#include "record/record.h"

#include <assert.h>

enum { EDITS_MAX = 32 };

struct editing {
	const struct record *r;
	struct buf *out;
	size_t from;   /* where the run to be copied begins */
	bool kept_any; /* a member stands in the output */
};

static void
copy_to(struct editing *e, size_t to)
{
	buf_add(e->out, e->r->text + e->from, to - e->from);
	e->from = to;
}

static size_t
member_end(const struct member *m)
{
	return (size_t)m->value + m->value_len;
}

/* Where the text of the members ends: a new one goes here. */
static size_t
members_end(const struct record *r)
{
	const char *brace;

	if (r->count > 0)
		return member_end(&r->member[r->count - 1]);
	brace = memchr(r->text, '{', r->len);
	return (size_t)(brace - r->text) + 1;
}

static void
drop(struct editing *e, size_t i)
{
	const struct record *r = e->r;

	if (e->kept_any) {
		copy_to(e, member_end(&r->member[i - 1]));
		e->from = member_end(&r->member[i]);
	} else {
		copy_to(e, (size_t)r->member[i].key - 1);
		e->from = i + 1 < r->count ? (size_t)r->member[i + 1].key - 1
		                           : member_end(&r->member[i]);
	}
}

static bool
key_is(const struct record *r, const struct member *m, struct str key)
{
	if (m->key_escaped)
		return json_is(member_key(r, m), key);
	return m->key_len == key.len && memcmp(r->text + m->key, key.ptr, key.len) == 0;
}

static void
append(struct editing *e, const struct edit *edit)
{
	if (e->kept_any)
		buf_byte(e->out, ',');
	buf_byte(e->out, '"');
	buf_span(e->out, edit->key);
	buf_add(e->out, "\":", 2);
	buf_span(e->out, edit->value);
	e->kept_any = true;
}

void
record_edit(const struct record *r, const struct edit *edits, size_t count, struct buf *out)
{
	struct editing e = {.r = r, .out = out};
	const struct member *last[EDITS_MAX]; /* the member that each edit replaces */

	assert(count <= EDITS_MAX);
	for (size_t k = 0; k < count; k++)
		last[k] = record_find(r, edits[k].key);
	for (size_t i = 0; i < r->count; i++) {
		const struct member *m = &r->member[i];
		size_t k = 0;

		while (k < count && !(last[k] && key_is(r, m, edits[k].key)))
			k++;
		if (k < count && (m != last[k] || !edits[k].value.ptr)) {
			drop(&e, i);
			continue;
		}
		if (k < count) {
			copy_to(&e, m->value);
			buf_span(out, edits[k].value);
			e.from = member_end(m);
		}
		e.kept_any = true;
	}
	copy_to(&e, members_end(r) > e.from ? members_end(r) : e.from);
	for (size_t k = 0; k < count; k++)
		if (!last[k] && edits[k].value.ptr)
			append(&e, &edits[k]);
	copy_to(&e, r->len);
	buf_byte(out, '\n');
}
