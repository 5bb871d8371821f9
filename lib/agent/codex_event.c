#include "agent/codex.h"

/* exec_command_begin, mcp_tool_call_begin, patch_apply_begin, web_search_begin. */
static void
event_begin(struct import *im, struct json event, struct str name, struct json call)
{
	struct buf *b = make_tool(im, value_of(event, "call_id"), name);
	struct json arguments = value_of(call, "arguments");
	static const char *const inputs[] = {"command", "changes", "query"};

	if (arguments.type != JSON_NULL) {
		emit_value(b, "input", arguments);
	} else {
		emit_begin(b, "input", '{');
		for (size_t i = 0; i < 3; i++)
			emit_value(b, inputs[i], value_of(event, inputs[i]));
		emit_end(b, '}');
	}
	make_close(im);
}

static void
event_end(struct import *im, struct json event, struct str name)
{
	struct json output = value_of(event, "aggregated_output"),
		    result = value_of(event, "result");
	struct json code = value_of(event, "exit_code");
	bool ok = !(code.type == JSON_NUMBER && number_of(event, "exit_code") != 0) &&
	          value_of(event, "success").type != JSON_FALSE &&
	          value_of(result, "Err").type == JSON_NULL;
	struct buf *b = make_tool_result(im, value_of(event, "call_id"), name, ok);

	emit_value(b, "status", code);
	if (output.type == JSON_NULL)
		output = value_of(event, "stdout");
	emit_text(b, "content", output.type != JSON_NULL ? output : value_of(result, "Ok"));
	if (!ok && value_of(result, "Err").type != JSON_NULL)
		emit_text(b, "error", value_of(result, "Err"));
	else if (!ok)
		emit_text(b, "error", value_of(event, "stderr"));
	make_close(im);
}

static bool
type_ends(struct json type, struct str end)
{
	return type.type == JSON_STRING && type.len > end.len + 2 &&
	       memcmp(type.ptr + type.len - 1 - end.len, end.ptr, end.len) == 0;
}

/* The calls of tools; true where the event is one. */
static bool
event_tool(struct import *im, struct json event, struct json type)
{
	static const struct {
		struct str prefix, name;
	} tools[] = {
		{STR("\"exec_command_"), STR("command_execution")},
		{STR("\"patch_apply_"), STR("file_change")},
		{STR("\"web_search_"), STR("web_search")},
		{STR("\"mcp_tool_call_"), STR("")},
	};
	bool begin = type_ends(type, STR("_begin")), end = type_ends(type, STR("_end"));
	struct json call = value_of(event, "invocation");

	for (size_t i = 0; i < sizeof(tools) / sizeof(*tools) && (begin || end); i++) {
		struct str name = tools[i].name;

		if (!str_starts((struct str){type.ptr, type.len}, tools[i].prefix))
			continue;
		if (name.len == 0)
			name = codex_mcp_name(im, call);
		if (begin)
			event_begin(im, event, name, call);
		else
			event_end(im, event, name);
		return true;
	}
	return false;
}

/* What is said; true where the event is that. Fragments of it and the whole both come: the whole
 * counts. */
static bool
event_text(struct import *im, struct json event, struct json type)
{
	if (json_is(type, STR("agent_message"))) {
		make_output(im, "assistant", value_of(event, "message"));
	} else if (json_is(type, STR("agent_reasoning"))) {
		make_output(im, "reasoning", value_of(event, "text"));
	} else if (json_is(type, STR("user_message"))) {
		import_prompt(im, text_of(im, value_of(event, "message")));
		make_output(im, "user", value_of(event, "message"));
	} else {
		return type_ends(type, STR("_delta")) || type_ends(type, STR("_section_break"));
	}
	return true;
}

static void
event_result(struct import *im, struct json event, bool ok)
{
	struct json reason = value_of(event, "reason");
	struct buf *b = make_open(im, "result");

	emit_bool(b, "ok", ok);
	if (reason.type == JSON_STRING)
		emit_text(b, "reason", reason);
	else
		emit_string(b, "reason", ok ? STR("success") : STR("interrupted"));
	emit_text(b, "content", value_of(event, "last_agent_message"));
	make_close(im);
}

static void
event_usage(struct import *im, struct json event)
{
	struct json info = value_of(event, "info"), total = value_of(info, "total_token_usage");

	/* The old form has the totals in the event itself. */
	if (total.type == JSON_OBJECT)
		codex_usage(im, total);
	else if (info.type == JSON_NULL && value_of(event, "input_tokens").type == JSON_NUMBER)
		codex_usage(im, event);
	else
		make_raw(im, STR("token_count"), event, false);
}

void
codex_event(struct import *im, struct json event, bool saved)
{
	struct json type = value_of(event, "type");
	bool twin = json_is(type, STR("agent_message")) || json_is(type, STR("agent_reasoning")) ||
	            json_is(type, STR("user_message"));

	if (saved && twin)
		return;
	if (!saved && (event_tool(im, event, type) || event_text(im, event, type)))
		return;
	if (json_is(type, STR("token_count"))) {
		event_usage(im, event);
	} else if (json_is(type, STR("task_complete"))) {
		event_result(im, event, true);
	} else if (json_is(type, STR("turn_aborted"))) {
		event_result(im, event, false);
	} else if (json_is(type, STR("session_configured"))) {
		codex_start(im, value_of(event, "session_id"), event);
	} else if (json_is(type, STR("error")) || json_is(type, STR("stream_error"))) {
		codex_error(im, value_of(event, "message"));
	} else if (json_is(type, STR("warning"))) {
		make_error(im, "warning", value_of(event, "message"));
	} else if (type_ends(type, STR("_approval_request"))) {
		emit_text(make_wait(im, "approval", NAN), "id", value_of(event, "call_id"));
		make_close(im);
	} else {
		/* A saved session has a line of its own for it. */
		make_raw(im, text_of(im, type), event,
		         !saved && json_is(type, STR("context_compacted")));
	}
}
