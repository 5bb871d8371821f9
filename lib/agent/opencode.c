/*
 * opencode run --format json. A tool shows only when it has finished, so that each gives both its
 * call and its result, at the times that it had.
 */
#include "agent/adapter.h"

static bool
opencode_claims(const struct record *r)
{
	return record_find(r, STR("sessionID")) && record_find(r, STR("type"));
}

static void
opencode_tool(struct import *im, struct json part)
{
	struct json state = value_of(part, "state"), status = value_of(state, "status");
	struct json time = value_of(state, "time"), id = value_of(part, "callID");
	double arrived = im->ts;
	struct buf *b;

	import_at(im, value_of(time, "start"));
	b = make_tool(im, id, text_of(im, value_of(part, "tool")));
	emit_value(b, "input", value_of(state, "input"));
	make_close(im);
	im->ts = arrived;
	if (!json_is(status, STR("completed")) && !json_is(status, STR("error")))
		return;
	import_at(im, value_of(time, "end"));
	b = make_tool_result(im, id, STR(""), json_is(status, STR("completed")));
	emit_text(b, "content", value_of(state, "output"));
	emit_text(b, "error", value_of(state, "error"));
	make_close(im);
}

static void
opencode_usage(struct import *im, struct json part)
{
	struct json tokens = value_of(part, "tokens"), cache = value_of(tokens, "cache");
	struct usage u = {
		.input = number_of(tokens, "input"),
		.output = number_of(tokens, "output"),
		.cached = number_of(cache, "read"),
		.cost = number_of(part, "cost"),
	};

	u.input += known_or(u.cached, 0) + known_or(number_of(cache, "write"), 0);
	u.output += known_or(number_of(tokens, "reasoning"), 0);
	usage_step(im, value_of(part, "id"), u);
}

/* A step that ends with calls of tools goes on; any other is the last. */
static void
opencode_step_finish(struct import *im, struct json part)
{
	struct json reason = value_of(part, "reason");

	opencode_usage(im, part);
	if (reason.type != JSON_STRING || json_is(reason, STR("tool-calls")))
		return;
	make_result(im, reason);
}

static void
opencode_error(struct import *im, struct json error)
{
	struct json text = value_of(value_of(error, "data"), "message");

	if (text.type == JSON_NULL)
		text = value_of(error, "name");
	make_error(im, "error", text.type != JSON_NULL ? text : error);
}

static void
opencode_object(struct import *im, const struct record *r)
{
	struct json part = member_of(r, "part");

	import_session(im, member_of(r, "sessionID"));
	if (member_is(r, "type", "text"))
		make_output(im, "assistant", value_of(part, "text"));
	else if (member_is(r, "type", "reasoning"))
		make_output(im, "reasoning", value_of(part, "text"));
	else if (member_is(r, "type", "tool_use"))
		opencode_tool(im, part);
	else if (member_is(r, "type", "step_finish"))
		opencode_step_finish(im, part);
	else if (member_is(r, "type", "error"))
		opencode_error(im, member_of(r, "error"));
	else
		make_raw(im, text_of(im, member_of(r, "type")), object_of(r), false);
}

const struct adapter adapter_opencode = {
	.name = "opencode",
	.claims = opencode_claims,
	.object = opencode_object,
};
