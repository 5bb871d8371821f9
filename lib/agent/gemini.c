/*
 * gemini --output-format stream-json, and its saved sessions: one document, or a message a line in
 * newer versions.
 */
#include "agent/adapter.h"

#include <strings.h>

static bool
gemini_claims(const struct record *r)
{
	bool timed = record_find(r, STR("timestamp"));

	if (member_is(r, "type", "init"))
		return record_find(r, STR("session_id"));
	if (record_find(r, STR("projectHash")) ||
	    (record_find(r, STR("sessionId")) && member_of(r, "messages").type == JSON_ARRAY))
		return true;
	return timed && (member_is(r, "type", "gemini") ||
	                 (member_is(r, "type", "message") && record_find(r, STR("role"))) ||
	                 (member_is(r, "type", "tool_use") && record_find(r, STR("tool_name"))) ||
	                 (member_is(r, "type", "tool_result") && record_find(r, STR("tool_id"))) ||
	                 (member_is(r, "type", "error") && record_find(r, STR("severity"))) ||
	                 (member_is(r, "type", "result") && record_find(r, STR("stats"))));
}

static void
gemini_message(struct import *im, const struct record *r)
{
	struct json content = member_of(r, "content");
	const char *role = member_is(r, "role", "user") ? "user" : "assistant";

	if (*role == 'u')
		import_prompt(im, text_of(im, content));
	if (member_of(r, "delta").type == JSON_TRUE)
		joint_add(im, role, text_of(im, content));
	else
		make_output(im, role, content);
}

static void
gemini_tool_result(struct import *im, const struct record *r)
{
	struct json error = member_of(r, "error"), message = value_of(error, "message");
	struct buf *b = make_tool_result(im, member_of(r, "tool_id"), STR(""),
	                                 !member_is(r, "status", "error"));

	emit_text(b, "content", member_of(r, "output"));
	emit_text(b, "error", message.type != JSON_NULL ? message : error);
	make_close(im);
}

static bool
mentions_loop(struct str text)
{
	for (size_t i = 0; i + 4 <= text.len; i++)
		if (strncasecmp(text.ptr + i, "loop", 4) == 0)
			return true;
	return false;
}

static void
gemini_error(struct import *im, struct json message, struct json severity)
{
	struct buf *b = make_open(im, "error");

	if (severity.type == JSON_STRING)
		emit_text(b, "severity", severity);
	else
		emit_string(b, "severity", STR("error"));
	emit_text(b, "error", message);
	if (mentions_loop(text_of(im, message)))
		emit_bool(b, "loop", true);
	make_close(im);
}

static void
gemini_result(struct import *im, const struct record *r)
{
	struct json stats = member_of(r, "stats"), error = member_of(r, "error");
	struct json message = value_of(error, "message");
	struct buf *b;

	usage_total(im, (struct usage){
				.input = number_of(stats, "input_tokens"),
				.output = number_of(stats, "output_tokens"),
				.cached = number_of(stats, "cached"),
				.cost = NAN,
			});
	b = make_open(im, "result");
	emit_bool(b, "ok", member_is(r, "status", "success"));
	emit_text(b, "reason", member_of(r, "status"));
	emit_text(b, "error", message.type != JSON_NULL ? message : error);
	emit_known(b, "duration", number_of(stats, "duration_ms") / 1000);
	make_close(im);
}

static void
gemini_start(struct import *im, struct json session, struct json model)
{
	struct buf *b;

	import_session(im, session);
	b = make_open(im, "start");
	emit_string(b, "program", STR("gemini"));
	emit_text(b, "session", session);
	emit_text(b, "model", model);
	make_close(im);
}

/* A call in a saved session, which has its answer with it. */
static void
saved_call(struct import *im, struct json call)
{
	struct json id = value_of(call, "id"), first, key, response;
	struct json status = value_of(call, "status"), result = value_of(call, "result");
	struct json_iter it;
	struct buf *b;

	import_at(im, value_of(call, "timestamp"));
	b = make_tool(im, id, text_of(im, value_of(call, "name")));
	emit_value(b, "input", value_of(call, "args"));
	make_close(im);
	if (status.type == JSON_NULL)
		return;
	b = make_tool_result(im, id, STR(""), json_is(status, STR("success")));
	if (json_is(status, STR("cancelled")))
		emit_string(b, "reason", STR("declined"));
	it = json_iter(result.type == JSON_ARRAY ? result
	                                         : (struct json){"[]", 2, JSON_ARRAY, false});
	if (json_next(&it, &key, &first)) {
		response = value_of(value_of(first, "functionResponse"), "response");
		emit_text(b, "content", value_of(response, "output"));
		emit_text(b, "error", value_of(response, "error"));
	}
	make_close(im);
}

static void
saved_thought(struct import *im, struct json thought)
{
	struct buf text = BUF_INIT;

	import_at(im, value_of(thought, "timestamp"));
	buf_span(&text, text_of(im, value_of(thought, "subject")));
	if (text.len > 0)
		buf_str(&text, ": ");
	buf_span(&text, text_of(im, value_of(thought, "description")));
	make_text(im, "reasoning", buf_view(&text));
	buf_release(&text);
}

/* EACH for the elements of a list. */
static void
for_each(struct import *im, struct json list, void (*each)(struct import *, struct json))
{
	struct json key, element;
	struct json_iter it;

	if (list.type != JSON_ARRAY)
		return;
	it = json_iter(list);
	while (json_next(&it, &key, &element))
		each(im, element);
}

static void
saved_usage(struct import *im, struct json message)
{
	struct json tokens = value_of(message, "tokens");

	if (tokens.type == JSON_OBJECT)
		usage_step(im, value_of(message, "id"),
		           (struct usage){
				   .input = number_of(tokens, "input"),
				   .output = number_of(tokens, "output") +
		                             known_or(number_of(tokens, "thoughts"), 0),
				   .cached = number_of(tokens, "cached"),
				   .cost = NAN,
			   });
}

/* What a message says: a string, or a list of parts. */
static void
saved_content(struct import *im, struct json content, const char *role)
{
	struct json key, part;
	struct json_iter it;

	if (content.type != JSON_ARRAY) {
		make_output(im, role, content);
		return;
	}
	it = json_iter(content);
	while (json_next(&it, &key, &part)) {
		struct json text = value_of(part, "text");

		if (*role == 'u')
			import_prompt(im, text_of(im, text));
		make_output(im, role, text);
	}
}

static void
saved_message(struct import *im, struct json message)
{
	struct json type = value_of(message, "type"), content = value_of(message, "content");

	if (json_is(type, STR("user"))) {
		import_at(im, value_of(message, "timestamp"));
		import_prompt(im, text_of(im, content));
		saved_content(im, content, "user");
	} else if (json_is(type, STR("gemini"))) {
		for_each(im, value_of(message, "thoughts"), saved_thought);
		import_at(im, value_of(message, "timestamp"));
		saved_content(im, content, "assistant");
		for_each(im, value_of(message, "toolCalls"), saved_call);
		saved_usage(im, message);
	} else if (json_is(type, STR("error")) || json_is(type, STR("warning"))) {
		import_at(im, value_of(message, "timestamp"));
		gemini_error(im, content, type);
	} else {
		import_at(im, value_of(message, "timestamp"));
		make_raw(im, text_of(im, type), message, false);
	}
}

/* The head of a saved session, and in a document its messages. */
static void
saved_session(struct import *im, const struct record *r)
{
	import_at(im, member_of(r, "startTime"));
	gemini_start(im, member_of(r, "sessionId"), member_of(r, "model"));
	for_each(im, member_of(r, "messages"), saved_message);
}

static void
gemini_object(struct import *im, const struct record *r)
{
	if (member_of(r, "delta").type != JSON_TRUE)
		joint_flush(im);
	if (record_find(r, STR("sessionId"))) {
		saved_session(im, r);
	} else if (member_is(r, "type", "init")) {
		gemini_start(im, member_of(r, "session_id"), member_of(r, "model"));
	} else if (member_is(r, "type", "message")) {
		gemini_message(im, r);
	} else if (member_is(r, "type", "tool_use")) {
		emit_value(make_tool(im, member_of(r, "tool_id"),
		                     text_of(im, member_of(r, "tool_name"))),
		           "input", member_of(r, "parameters"));
		make_close(im);
	} else if (member_is(r, "type", "tool_result")) {
		gemini_tool_result(im, r);
	} else if (member_is(r, "type", "error") && record_find(r, STR("message"))) {
		gemini_error(im, member_of(r, "message"), member_of(r, "severity"));
	} else if (member_is(r, "type", "result")) {
		gemini_result(im, r);
	} else {
		saved_message(im, object_of(r));
	}
}

const struct adapter adapter_gemini = {
	.name = "gemini",
	.claims = gemini_claims,
	.object = gemini_object,
};
