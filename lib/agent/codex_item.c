#include "agent/codex.h"

#include "base/num.h"

/* The editor's plugins put the request at the end of a description of what is open. */
static struct str
request_of(struct str text)
{
	static const char mark[] = "## My request for Codex:";
	const char *found = memmem(text.ptr, text.len, mark, sizeof(mark) - 1);

	if (!found)
		return text;
	return str_from(text, (size_t)(found - text.ptr) + sizeof(mark) - 1);
}

/* What the program itself put in the user's place, and is no goal. */
static bool
is_preamble(struct str text)
{
	return str_starts(text, STR("<")) || str_starts(text, STR("# AGENTS.md"));
}

static void
item_message(struct import *im, struct json item)
{
	struct json role = value_of(item, "role"), content = value_of(item, "content"), key, part;
	bool user = json_is(role, STR("user"));
	const char *who = user ? "user" : json_is(role, STR("assistant")) ? "assistant" : "system";
	struct json_iter it;

	if (content.type != JSON_ARRAY) {
		make_output(im, who, content);
		return;
	}
	it = json_iter(content);
	while (json_next(&it, &key, &part)) {
		struct json text = value_of(part, "text");
		bool preamble = user && is_preamble(text_of(im, text));

		if (text.type != JSON_STRING) {
			make_raw(im, text_of(im, value_of(part, "type")), part, false);
			continue;
		}
		if (user && !preamble)
			import_prompt(im, request_of(text_of(im, text)));
		make_output(im, preamble ? "system" : who, text);
	}
}

/* The summaries, one record each; the reasoning itself is encrypted as a rule. */
static void
item_reasoning(struct import *im, struct json item)
{
	struct json summary = value_of(item, "summary"), key, part;
	struct json_iter it;

	if (summary.type != JSON_ARRAY)
		return;
	it = json_iter(summary);
	while (json_next(&it, &key, &part))
		make_output(im, "reasoning", value_of(part, "text"));
}

static void
item_call(struct import *im, struct json item, struct json input)
{
	struct buf *b =
		make_tool(im, value_of(item, "call_id"), text_of(im, value_of(item, "name")));

	if (input.type == JSON_STRING)
		emit_argument(im, "input", text_of(im, input));
	else
		emit_value(b, "input", input);
	make_close(im);
}

/* "Exit code: 1" at the beginning of a tool's answer. */
static bool
exit_line(struct str text, double *code)
{
	static const char mark[] = "Exit code: ";
	struct str line;

	return str_line(&text, &line) && str_starts(line, STR(mark)) &&
	       num_parse(str_from(line, sizeof(mark) - 1), code);
}

/*
 * A tool's answer is text, or {"output", "metadata": {"exit_code"}} inside a string, or {"content",
 * "success"}.
 */
static void
item_answer(struct import *im, struct json item)
{
	struct json output = value_of(item, "output"), inner = output, content;
	struct str text = text_of(im, output);
	struct json_error error;
	double code = NAN;
	bool ok = true;
	struct buf *b;

	if (output.type == JSON_STRING) {
		buf_reset(&im->padded);
		buf_padded(&im->padded, text);
		exit_line(text, &code);
		if (!json_scan((struct str){im->padded.ptr, text.len}, &inner, &error))
			inner = output;
	}
	content = value_of(inner, "output");
	if (content.type == JSON_NULL)
		content = value_of(inner, "content");
	if (isnan(code))
		code = number_of(value_of(inner, "metadata"), "exit_code");
	ok = !(code != 0 && !isnan(code)) && value_of(inner, "success").type != JSON_FALSE;
	b = make_tool_result(im, value_of(item, "call_id"), STR(""), ok);
	emit_known(b, "status", code);
	emit_text(b, "content", content.type == JSON_STRING ? content : output);
	make_close(im);
}

/* A call of which nothing but its end is told. */
static void
item_done(struct import *im, struct json item, struct str name, const char *input)
{
	struct json id = value_of(item, "id");
	struct buf *b = make_tool(im, id, name);

	emit_value(b, "input", value_of(item, input));
	make_close(im);
	make_tool_result(im, id, name, !json_is(value_of(item, "status"), STR("failed")));
	make_close(im);
}

void
codex_response_item(struct import *im, struct json item)
{
	struct json type = value_of(item, "type");

	if (json_is(type, STR("message"))) {
		item_message(im, item);
	} else if (json_is(type, STR("reasoning"))) {
		item_reasoning(im, item);
	} else if (json_is(type, STR("function_call"))) {
		item_call(im, item, value_of(item, "arguments"));
	} else if (json_is(type, STR("custom_tool_call"))) {
		item_call(im, item, value_of(item, "input"));
	} else if (json_is(type, STR("function_call_output")) ||
	           json_is(type, STR("custom_tool_call_output"))) {
		item_answer(im, item);
	} else if (json_is(type, STR("local_shell_call"))) {
		emit_value(make_tool(im, value_of(item, "call_id"), STR("local_shell")), "input",
		           value_of(item, "action"));
		make_close(im);
	} else if (json_is(type, STR("web_search_call"))) {
		item_done(im, item, STR("web_search"), "action");
	} else {
		make_raw(im, text_of(im, type), item, json_is(type, STR("compaction")));
	}
}
