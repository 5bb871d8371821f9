/*
 * codex exec --json: threads, turns and items, which interleave and are paired by their ids. The
 * old form, {"id", "msg"}, and the lines of saved sessions, {"timestamp", "type", "payload"}, go on
 * to codex_event.c and codex_item.c.
 */
#include "agent/codex.h"

static bool
codex_claims(const struct record *r)
{
	struct json type = member_of(r, "type");
	struct str name = {type.ptr, type.len};

	if (record_find(r, STR("payload")) || member_of(r, "msg").type == JSON_OBJECT)
		return true;
	if (str_starts(name, STR("\"thread.")) || str_starts(name, STR("\"turn.")) ||
	    str_starts(name, STR("\"item.")))
		return true;
	/* The old form begins with its settings and the prompt, old saved sessions with
	 * instructions. */
	return (record_find(r, STR("prompt")) && r->count == 1) ||
	       (record_find(r, STR("instructions")) && record_find(r, STR("id"))) ||
	       (record_find(r, STR("provider")) && record_find(r, STR("sandbox")));
}

void
codex_start(struct import *im, struct json id, struct json about)
{
	struct buf *b;

	import_session(im, id);
	b = make_open(im, "start");
	emit_string(b, "program", STR("codex"));
	emit_text(b, "session", id);
	emit_text(b, "model", value_of(about, "model"));
	emit_text(b, "version", value_of(about, "cli_version"));
	emit_text(b, "cwd", value_of(about, "cwd"));
	make_close(im);
}

/* While the program tries again to reach the model it says so in errors. */
void
codex_error(struct import *im, struct json message)
{
	struct str text = text_of(im, message);
	bool again = str_starts(text, STR("Reconnecting")) || str_starts(text, STR("stream error"));

	if (!again) {
		make_error(im, "error", message);
		return;
	}
	emit_text(make_wait(im, "reconnect", NAN), "error", message);
	make_close(im);
}

void
codex_usage(struct import *im, struct json total)
{
	usage_total(im, (struct usage){
				.input = number_of(total, "input_tokens"),
				.output = number_of(total, "output_tokens"),
				.cached = number_of(total, "cached_input_tokens"),
				.cost = NAN,
			});
}

struct str
codex_mcp_name(struct import *im, struct json call)
{
	buf_reset(&im->padded);
	buf_str(&im->padded, "mcp__");
	buf_span(&im->padded, text_of(im, value_of(call, "server")));
	buf_str(&im->padded, "__");
	buf_span(&im->padded, text_of(im, value_of(call, "tool")));
	return buf_view(&im->padded);
}

/* The kinds of items that are tools, and the member that is their input; NULL: the whole item is.
 */
static const struct tool_item {
	const char *type, *input;
} tool_items[] = {
	{"command_execution", "command"}, {"file_change", "changes"},
	{"mcp_tool_call", "arguments"},   {"web_search", "query"},
	{"collab_tool_call", NULL},
};

static const struct tool_item *
tool_item(struct json item)
{
	struct json type = value_of(item, "type");

	for (size_t i = 0; i < sizeof(tool_items) / sizeof(*tool_items); i++)
		if (json_is(type, str_of(tool_items[i].type)))
			return &tool_items[i];
	return NULL;
}

static void
item_call(struct import *im, struct json item, const struct tool_item *kind)
{
	bool mcp = strcmp(kind->type, "mcp_tool_call") == 0;
	struct str name = mcp ? codex_mcp_name(im, item) : str_of(kind->type);
	struct buf *b = make_tool(im, value_of(item, "id"), name);

	if (!kind->input) {
		emit_value(b, "input", item);
	} else if (mcp) {
		emit_value(b, "input", value_of(item, kind->input));
	} else {
		emit_begin(b, "input", '{');
		emit_value(b, kind->input, value_of(item, kind->input));
		emit_end(b, '}');
	}
	make_close(im);
}

static void
item_result(struct import *im, struct json item)
{
	struct json status = value_of(item, "status"), code = value_of(item, "exit_code");
	struct json error = value_of(item, "error"), message = value_of(error, "message");
	struct json result = value_of(item, "result");
	bool declined = json_is(status, STR("declined"));
	bool failed = declined || json_is(status, STR("failed")) || error.type != JSON_NULL ||
	              (code.type == JSON_NUMBER && number_of(item, "exit_code") != 0);
	struct buf *b = make_tool_result(im, value_of(item, "id"), STR(""), !failed);

	if (declined)
		emit_string(b, "reason", STR("declined"));
	emit_value(b, "status", code);
	emit_text(b, "content",
	          result.type != JSON_NULL ? result : value_of(item, "aggregated_output"));
	emit_text(b, "error", message.type != JSON_NULL ? message : error);
	make_close(im);
}

/* A tool in flight that is heard of again. */
static void
item_progress(struct import *im, struct json item, const struct tool_item *kind)
{
	struct buf *b = make_wait(im, "tool", NAN);

	emit_string(b, "tool", str_of(kind->type));
	emit_text(b, "id", value_of(item, "id"));
	make_close(im);
}

static void
tool_event(struct import *im, const struct record *r, struct json item,
           const struct tool_item *kind)
{
	bool completed = member_is(r, "type", "item.completed");
	bool pending = tool_pending(im, value_of(item, "id"));

	if (!pending)
		item_call(im, item, kind);
	if (completed)
		item_result(im, item);
	else if (pending)
		item_progress(im, item, kind);
}

static void
codex_item(struct import *im, const struct record *r)
{
	struct json item = member_of(r, "item"), type = value_of(item, "type");
	const struct tool_item *kind = tool_item(item);
	bool message = json_is(type, STR("agent_message")),
	     reasoning = json_is(type, STR("reasoning"));

	if (kind) {
		tool_event(im, r, item, kind);
	} else if (message || reasoning) {
		/* Before it is complete it is a fragment. */
		if (member_is(r, "type", "item.completed"))
			make_output(im, message ? "assistant" : "reasoning",
			            value_of(item, "text"));
	} else if (json_is(type, STR("error"))) {
		make_error(im, "warning", value_of(item, "message"));
	} else {
		make_raw(im, text_of(im, type), object_of(r),
		         json_is(type, STR("context_compaction")));
	}
}

static void
turn_end(struct import *im, const struct record *r, bool ok)
{
	struct json error = member_of(r, "error"), message = value_of(error, "message");
	struct buf *b;

	codex_usage(im, member_of(r, "usage"));
	b = make_open(im, "result");
	emit_bool(b, "ok", ok);
	emit_string(b, "reason", ok ? STR("success") : STR("failed"));
	emit_text(b, "error", message.type != JSON_NULL ? message : error);
	make_close(im);
}

/* A line of a saved session; that of an old one is the item itself. */
static void
codex_saved(struct import *im, const struct record *r)
{
	struct json payload = member_of(r, "payload");

	if (member_is(r, "type", "session_meta"))
		codex_start(im, value_of(payload, "id"), payload);
	else if (member_is(r, "type", "response_item"))
		codex_response_item(im, payload);
	else if (member_is(r, "type", "event_msg"))
		codex_event(im, payload, true);
	else
		make_raw(im, text_of(im, member_of(r, "type")), object_of(r),
		         member_is(r, "type", "compacted"));
}

static void
codex_object(struct import *im, const struct record *r)
{
	if (record_find(r, STR("payload")))
		codex_saved(im, r);
	else if (member_of(r, "msg").type == JSON_OBJECT)
		codex_event(im, member_of(r, "msg"), false);
	else if (member_is(r, "type", "thread.started"))
		codex_start(im, member_of(r, "thread_id"), object_of(r));
	else if (member_of(r, "item").type == JSON_OBJECT)
		codex_item(im, r);
	else if (member_is(r, "type", "turn.completed") || member_is(r, "type", "turn.failed"))
		turn_end(im, r, member_is(r, "type", "turn.completed"));
	else if (member_is(r, "type", "error"))
		codex_error(im, member_of(r, "message"));
	else if (record_find(r, STR("instructions")))
		codex_start(im, member_of(r, "id"), object_of(r));
	else if (member_of(r, "prompt").type == JSON_STRING) {
		import_prompt(im, text_of(im, member_of(r, "prompt")));
		make_output(im, "user", member_of(r, "prompt"));
	} else
		codex_response_item(im, object_of(r));
}

const struct adapter adapter_codex = {
	.name = "codex",
	.claims = codex_claims,
	.object = codex_object,
};
