#include "policy/pad_event.h"

static bool
kind_of_output(const struct record *r, struct buf *scratch, enum pad_kind *kind)
{
	static const char *const others[] = {"user",     "system",      "developer",  "tool",
	                                     "function", "observation", "environment"};
	struct str role = record_string(r, STR("role"), scratch);

	*kind = PAD_OUTPUT;
	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		if (str_is(role, others[i]))
			*kind = PAD_ECHO;
	}
	return record_find(r, STR("content")) != NULL;
}

static bool
kind_of(const struct record *r, struct buf *scratch, enum pad_kind *kind)
{
	struct json type;

	if (!record_get(r, STR("type"), &type))
		return kind_of_output(r, scratch, kind);
	if (json_is(type, STR("output")))
		return kind_of_output(r, scratch, kind);
	if (json_is(type, STR("tool")))
		*kind = PAD_TOOL;
	else if (json_is(type, STR("tool_result")))
		*kind = PAD_RESULT;
	else if (json_is(type, STR("wait")))
		*kind = PAD_WAIT;
	else if (json_is(type, STR("raw")) && record_true(r, STR("compact")))
		*kind = PAD_COMPACT;
	else if (json_is(type, STR("error")) && record_true(r, STR("loop")))
		*kind = PAD_NOTICED;
	else
		return false;
	return true;
}

static enum pad_ok
ok_of(const struct record *r)
{
	double status;
	struct json ok;

	if (record_get(r, STR("ok"), &ok) && json_is_bool(ok))
		return ok.type == JSON_TRUE ? PAD_SUCCEEDED : PAD_FAILED;
	if (record_number(r, STR("status"), &status))
		return status == 0 ? PAD_SUCCEEDED : PAD_FAILED;
	return record_find(r, STR("error")) != NULL ? PAD_FAILED : PAD_UNKNOWN;
}

static struct str
text_of(const struct record *r, struct str key, struct buf *scratch)
{
	struct json v;

	return record_get(r, key, &v) && v.type != JSON_NULL ? json_text(v, scratch) : STR("");
}

bool
pad_event(const struct record *r, struct buf *scratch, struct pad_event *e)
{
	*e = (struct pad_event){.ok = PAD_UNKNOWN};
	/* All strings of a record together are no longer than it is: with this nothing moves. */
	buf_room(scratch, 2 * r->len);
	if (!kind_of(r, scratch, &e->kind))
		return false;
	e->goal = text_of(r, STR("goal"), scratch);
	if (e->kind == PAD_TOOL || e->kind == PAD_RESULT) {
		e->tool = text_of(r, STR("tool"), scratch);
		e->id = text_of(r, STR("id"), scratch);
	}
	if (e->kind == PAD_TOOL) {
		e->input = text_of(r, STR("input"), scratch);
		return true;
	}
	e->ok = ok_of(r);
	e->text = text_of(r, STR("content"), scratch);
	if (e->text.len == 0)
		e->text = text_of(r, STR("error"), scratch);
	return true;
}
