#include "agent/claude.h"

#include "base/hash.h"

/* The text of what may be a string or a list of blocks; blocks that are no text are passed over. */
static void
add_text(struct import *im, struct buf *b, struct json content)
{
	struct json_iter it;
	struct json key, block;

	if (content.type == JSON_STRING)
		buf_span(b, text_of(im, content));
	if (content.type != JSON_ARRAY)
		return;
	it = json_iter(content);
	while (json_next(&it, &key, &block)) {
		struct json text = value_of(block, "text");

		if (text.type != JSON_STRING)
			continue;
		if (b->len > 0)
			buf_byte(b, '\n');
		buf_span(b, text_of(im, text));
	}
}

static void
claude_tool_result(struct import *im, struct json block)
{
	struct json content = value_of(block, "content");
	bool ok = value_of(block, "is_error").type != JSON_TRUE;
	struct buf *b = make_tool_result(im, value_of(block, "tool_use_id"), STR(""), ok);
	struct buf text = BUF_INIT;

	if (content.type == JSON_ARRAY) {
		add_text(im, &text, content);
		emit_string(b, "content", buf_view(&text));
	} else {
		emit_text(b, "content", content);
	}
	make_close(im);
	buf_release(&text);
}

static void
claude_block(struct import *im, struct json block, const char *role, bool streamed)
{
	struct json type = value_of(block, "type");

	if (json_is(type, STR("text"))) {
		if (!streamed)
			make_output(im, role, value_of(block, "text"));
	} else if (json_is(type, STR("thinking"))) {
		if (!streamed)
			make_output(im, "reasoning", value_of(block, "thinking"));
	} else if (json_is(type, STR("tool_use")) || json_is(type, STR("server_tool_use"))) {
		struct str name = text_of(im, value_of(block, "name"));
		struct buf *b = make_tool(im, value_of(block, "id"), name);

		emit_value(b, "input", value_of(block, "input"));
		make_close(im);
	} else if (value_of(block, "tool_use_id").type == JSON_STRING) {
		claude_tool_result(im, block);
	} else {
		make_raw(im, text_of(im, type), block, false);
	}
}

static void
claude_usage(struct import *im, struct json message)
{
	struct json usage = value_of(message, "usage");
	struct usage u = {
		.input = number_of(usage, "input_tokens"),
		.output = number_of(usage, "output_tokens"),
		.cached = number_of(usage, "cache_read_input_tokens"),
		.cost = NAN,
	};

	u.input += known_or(u.cached, 0) +
	           known_or(number_of(usage, "cache_creation_input_tokens"), 0);
	if (usage.type == JSON_OBJECT)
		usage_step(im, value_of(message, "id"), u);
}

/* Who speaks in a user line: the user; but a summary of what was compacted, or a note, is the
 * program's. */
static const char *
user_role(const struct record *r)
{
	static const char *const notes[] = {"isMeta", "isCompactSummary", "isSynthetic"};

	for (size_t i = 0; i < sizeof(notes) / sizeof(*notes); i++)
		if (member_of(r, notes[i]).type == JSON_TRUE)
			return "system";
	return "user";
}

/* The goal is what the user wrote: no note of the program, which it puts in angle brackets. */
static void
claude_prompt(struct import *im, const char *role, struct json content)
{
	struct buf text = BUF_INIT;

	add_text(im, &text, content);
	if (strcmp(role, "user") == 0 && !im->sidechain && text.len > 0 && *text.ptr != '<' &&
	    *text.ptr != '[')
		import_prompt(im, buf_view(&text));
	buf_release(&text);
}

static uint64_t
id_hash(struct json id)
{
	return id.type == JSON_STRING ? hash_bytes((struct str){id.ptr, id.len}, 1) : 0;
}

void
claude_message(struct import *im, const struct record *r, bool user)
{
	struct claude *state = im->state;
	struct json message = member_of(r, "message"), content = value_of(message, "content");
	const char *role = user ? user_role(r) : "assistant";
	uint64_t id = id_hash(value_of(message, "id"));
	bool streamed = id && id == state->streamed && state->fragments;
	struct json key, block;

	if (user)
		claude_prompt(im, role, content);
	joint_flush(im);
	if (content.type == JSON_ARRAY) {
		struct json_iter it = json_iter(content);

		while (json_next(&it, &key, &block))
			claude_block(im, block, role, streamed);
	} else if (member_of(r, "message").type == JSON_OBJECT) {
		make_output(im, role, content);
	} else {
		make_raw(im, text_of(im, member_of(r, "type")), object_of(r), false);
	}
	if (!user)
		claude_usage(im, message);
	if (member_of(r, "error").type == JSON_STRING)
		make_error(im, "error", member_of(r, "error"));
}

void
claude_fragment(struct import *im, const struct record *r)
{
	struct claude *state = im->state;
	struct json event = member_of(r, "event"), type = value_of(event, "type");
	struct json delta = value_of(event, "delta"), kind = value_of(delta, "type");

	/* Those of several sub-agents mix, and those without a time are refused where that is asked
	 * for; the whole messages follow. */
	if (im->sidechain || !im->timed)
		return;
	if (json_is(type, STR("message_start"))) {
		joint_flush(im);
		state->streamed = id_hash(value_of(value_of(event, "message"), "id"));
		state->fragments = false;
	} else if (json_is(type, STR("content_block_delta")) && state->streamed) {
		bool thinking = json_is(kind, STR("thinking_delta"));
		struct json text = value_of(delta, thinking ? "thinking" : "text");

		if (text.type != JSON_STRING)
			return;
		state->fragments = true;
		joint_add(im, thinking ? "reasoning" : "assistant", text_of(im, text));
	} else if (json_is(type, STR("content_block_stop")) || json_is(type, STR("message_stop"))) {
		joint_flush(im);
	}
}
