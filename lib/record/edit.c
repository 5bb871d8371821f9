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

/* Most keys and values are short: a call for each takes longer than its bytes. */
static inline char *
put(char *out, struct str s)
{
	if (s.len < 4 || s.len > 16)
		return mempcpy(out, s.ptr, s.len);
	if (s.len < 8) {
		memcpy(out, s.ptr, 4);
		memcpy(out + s.len - 4, s.ptr + s.len - 4, 4);
	} else {
		memcpy(out, s.ptr, 8);
		memcpy(out + s.len - 8, s.ptr + s.len - 8, 8);
	}
	return out + s.len;
}

/* Copy the rest of the members and append those edits that replace none: the common case, so in one piece. */
static void
append(struct editing *e, const struct edit *edits, const struct member **last, size_t count)
{
	const struct record *r = e->r;
	size_t end = members_end(r) > e->from ? members_end(r) : e->from;
	size_t room = r->len + 1;
	char *out;

	for (size_t k = 0; k < count; k++)
		room += edits[k].key.len + edits[k].value.len + 4;
	out = buf_room(e->out, room);
	out = mempcpy(out, r->text + e->from, end - e->from);
	for (size_t k = 0; k < count; k++) {
		if (last[k] || !edits[k].value.ptr)
			continue;
		if (e->kept_any)
			*out++ = ',';
		*out++ = '"';
		out = put(out, edits[k].key);
		*out++ = '"';
		*out++ = ':';
		out = put(out, edits[k].value);
		e->kept_any = true;
	}
	out = mempcpy(out, r->text + end, r->len - end);
	*out++ = '\n';
	e->out->len = (size_t)(out - e->out->ptr);
}

/* Copy the members, replacing those that an edit names; LAST[k] is the member that edit k replaces. */
static void
replace(struct editing *e, const struct edit *edits, const struct member **last, size_t count)
{
	const struct record *r = e->r;

	for (size_t i = 0; i < r->count; i++) {
		const struct member *m = &r->member[i];
		size_t k = 0;

		while (k < count && !(last[k] && member_has_key(r, m, edits[k].key)))
			k++;
		if (k < count && (m != last[k] || !edits[k].value.ptr)) {
			drop(e, i);
			continue;
		}
		if (k < count) {
			copy_to(e, m->value);
			buf_span(e->out, edits[k].value);
			e->from = member_end(m);
		}
		e->kept_any = true;
	}
}

void
record_edit(const struct record *r, const struct edit *edits, size_t count, struct buf *out)
{
	struct editing e = {.r = r, .out = out, .kept_any = r->count > 0};
	const struct member *last[EDITS_MAX];
	bool any = false;

	assert(count <= EDITS_MAX);
	for (size_t k = 0; k < count; k++) {
		last[k] = record_find(r, edits[k].key);
		any |= last[k] != NULL;
	}
	if (any) {
		e.kept_any = false;
		replace(&e, edits, last, count);
	}
	append(&e, edits, last, count);
}
