#include "policy/registry_undo.h"

#include "policy/registry_rows.h"
#include "record/record.h"

void
registry_past_begin(struct rows *r, struct registry_past *p)
{
	struct registry_head head;
	struct row row;
	struct str name;

	registry_past_release(p);
	p->version = r->version - 1;
	p->exists = registry_head_get(r, &head);
	buf_span(&p->state, head.state);
	for (bool any = registry_first(r, REGISTRY_CONSTRAINT, &row, &name); any;
	     any = registry_next(r, REGISTRY_CONSTRAINT, &row, &name)) {
		struct row kept = {name, row.value, ROW_FOREVER};

		rowset_set(&p->constraints, &kept);
	}
}

static void
set_state(struct registry_past *p, struct json v)
{
	struct buf scratch = BUF_INIT;

	buf_reset(&p->state);
	buf_span(&p->state, json_string(v, &scratch));
	buf_release(&scratch);
}

static void
set_constraints(struct registry_past *p, struct json object)
{
	struct json_iter it = json_iter(object);
	struct buf scratch = BUF_INIT;
	struct json key, value;

	rowset_release(&p->constraints);
	while (json_next(&it, &key, &value)) {
		struct row row = {.value = {value.ptr, value.len}, .expires = ROW_FOREVER};

		buf_reset(&scratch);
		row.key = json_string(key, &scratch);
		rowset_set(&p->constraints, &row);
	}
	buf_release(&scratch);
}

/* A constraint was set or unset: it is what it was. */
static void
restore(struct registry_past *p, const struct record *r)
{
	struct buf scratch = BUF_INIT;
	struct row row = {.key = record_string(r, STR("key"), &scratch), .expires = ROW_FOREVER};
	struct json was;

	if (record_get(r, STR("was"), &was)) {
		row.value = (struct str){was.ptr, was.len};
		rowset_set(&p->constraints, &row);
	} else {
		rowset_delete(&p->constraints, row.key);
	}
	buf_release(&scratch);
}

static bool
undo(struct registry_past *p, const struct record *r)
{
	struct json op, was, state, constraints;

	if (!record_get(r, STR("op"), &op))
		return false;
	if (json_is(op, STR("register")) || json_is(op, STR("acted")) || json_is(op, STR("leave")))
		return true;
	if (json_is(op, STR("set")) || json_is(op, STR("unset"))) {
		restore(p, r);
		return true;
	}
	if (!record_get(r, STR("was"), &was))
		return false; /* the beginning */
	if (json_is(op, STR("advance")) && was.type == JSON_STRING) {
		set_state(p, was);
		return true;
	}
	if (!json_is(op, STR("revert")) || !json_get(was, STR("state"), &state) ||
	    !json_get(was, STR("constraints"), &constraints))
		return false;
	set_state(p, state);
	set_constraints(p, constraints);
	return true;
}

bool
registry_past_undo(struct registry_past *p, struct str entry)
{
	struct record r = RECORD_INIT;
	struct json_error error;
	struct buf text = BUF_INIT;
	bool done;

	buf_padded(&text, entry);
	done = record_scan(&r, (struct str){text.ptr, entry.len}, &error) && undo(p, &r);
	record_release(&r);
	buf_release(&text);
	return done;
}

void
registry_past_constraints(const struct registry_past *p, struct buf *out)
{
	const struct rowset_row *first = rowset_seek(&p->constraints, STR(""), true);

	buf_byte(out, '{');
	for (const struct rowset_row *at = first; at != NULL; at = at->next[0]) {
		if (at != first)
			buf_byte(out, ',');
		buf_quote(out, at->row.key);
		buf_byte(out, ':');
		buf_span(out, at->row.value);
	}
	buf_byte(out, '}');
}

void
registry_past_release(struct registry_past *p)
{
	rowset_release(&p->constraints);
	buf_release(&p->state);
	p->exists = false;
}
