/*
 * claude -p --output-format stream-json --verbose, and its saved sessions.
 *
 * Both hold messages of the same shape; each block of a message becomes a record. With partial
 * messages the text comes in stream_events first, joined here to sentences, and then again in the
 * whole message, whose text is passed over.
 */
#include "agent/adapter.h"

#include "base/hash.h"

#include <math.h>

struct claude {
	uint64_t streamed; /* the message whose text came, or comes, in fragments */
	bool fragments;    /* some did */
};

static bool
claude_claims(const struct record *r)
{
	static const char *const types[] = {"assistant", "user",          "system",
	                                    "result",    "stream_event",  "rate_limit_event",
	                                    "summary",   "tool_progress", "file-history-snapshot"};

	if (record_find(r, STR("session_id")) || record_find(r, STR("sessionId")))
		return record_find(r, STR("type"));
	for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++)
		if (member_is(r, "type", types[i]))
			return true;
	return false;
}

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

static void
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

static void
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

/* The totals that a result brings, summed over the models. */
static void
claude_totals(struct import *im, const struct record *r)
{
	struct json models = member_of(r, "modelUsage"), key, m;
	struct usage u = USAGE_NONE;

	if (models.type == JSON_OBJECT) {
		struct json_iter it = json_iter(models);

		u = (struct usage){0, 0, 0, NAN};
		while (json_next(&it, &key, &m)) {
			double cached = known_or(number_of(m, "cacheReadInputTokens"), 0);

			u.cached += cached;
			u.input += cached + known_or(number_of(m, "inputTokens"), 0) +
			           known_or(number_of(m, "cacheCreationInputTokens"), 0);
			u.output += known_or(number_of(m, "outputTokens"), 0);
		}
	}
	u.cost = number_of(object_of(r), "total_cost_usd");
	usage_total(im, u);
}

static void
claude_result(struct import *im, const struct record *r)
{
	bool error = member_of(r, "is_error").type == JSON_TRUE;
	bool success = member_is(r, "subtype", "success");
	struct json errors = member_of(r, "errors");
	struct buf *b;

	joint_flush(im);
	claude_totals(im, r);
	b = make_open(im, "result");
	emit_bool(b, "ok", success && !error);
	if (success && error)
		emit_string(b, "reason", STR("error"));
	else
		emit_text(b, "reason", member_of(r, "subtype"));
	emit_text(b, success && error ? "error" : "content", member_of(r, "result"));
	if (!success)
		emit_text(b, "error", errors);
	emit_value(b, "turns", member_of(r, "num_turns"));
	emit_known(b, "duration", number_of(object_of(r), "duration_ms") / 1000);
	make_close(im);
}

static void
claude_retry(struct import *im, const struct record *r)
{
	struct json o = object_of(r);
	bool saved = member_is(r, "subtype", "api_error");
	double delay = number_of(o, saved ? "retryInMs" : "retry_delay_ms") / 1000;
	struct buf *b = make_wait(im, "api_retry", delay);

	emit_value(b, "attempt", member_of(r, saved ? "retryAttempt" : "attempt"));
	emit_value(b, "max_attempts", member_of(r, saved ? "maxRetries" : "max_retries"));
	emit_text(b, "error", member_of(r, "error"));
	make_close(im);
}

/* Only a rejected request waits; the other news of a limit are waits that are over at once. */
static void
claude_rate_limit(struct import *im, const struct record *r)
{
	struct json info = member_of(r, "rate_limit_info"), status = value_of(info, "status");
	double resets, delay = 0;
	struct buf *b;

	if (json_is(status, STR("rejected")))
		delay = import_time(value_of(info, "resetsAt"), &resets) ? fmax(0, resets - im->ts)
		                                                         : NAN;
	b = make_wait(im, "rate_limit", delay);
	if (json_is(status, STR("rejected")))
		emit_text(b, "error", value_of(info, "rateLimitType"));
	make_close(im);
}

static void
claude_start(struct import *im, const struct record *r)
{
	struct buf *b = make_open(im, "start");

	emit_string(b, "program", STR("claude"));
	emit_text(b, "session", member_of(r, "session_id"));
	emit_text(b, "model", member_of(r, "model"));
	emit_text(b, "version", member_of(r, "claude_code_version"));
	emit_text(b, "cwd", member_of(r, "cwd"));
	make_close(im);
}

/* What an event that has no record of its own is called. */
static void
claude_raw(struct import *im, const struct record *r, bool compact)
{
	struct buf event = BUF_INIT;

	buf_span(&event, text_of(im, member_of(r, "type")));
	if (member_of(r, "subtype").type == JSON_STRING) {
		buf_byte(&event, '/');
		buf_span(&event, text_of(im, member_of(r, "subtype")));
	}
	make_raw(im, buf_view(&event), object_of(r), compact);
	buf_release(&event);
}

static void
claude_system(struct import *im, const struct record *r)
{
	if (member_is(r, "subtype", "init")) {
		claude_start(im, r);
	} else if (member_is(r, "subtype", "api_retry") || member_is(r, "subtype", "api_error")) {
		claude_retry(im, r);
	} else if (member_is(r, "subtype", "status") && member_is(r, "status", "compacting")) {
		make_wait(im, "compact", NAN);
		make_close(im);
	} else {
		claude_raw(im, r, member_is(r, "subtype", "compact_boundary"));
	}
}

static void
claude_progress(struct import *im, const struct record *r)
{
	struct buf *b = make_wait(im, "tool", NAN);

	emit_text(b, "tool", member_of(r, "tool_name"));
	emit_text(b, "id", member_of(r, "tool_use_id"));
	make_close(im);
}

/* What stands before everything else in a saved session has its time elsewhere, or, as a title,
 * none. */
static void
claude_untimed(struct import *im, const struct record *r)
{
	const struct import_options *o = im->options;

	import_at(im, value_of(member_of(r, "snapshot"), "timestamp"));
	if (member_is(r, "type", "summary") && o->clock == IMPORT_CLOCK_ANY && !o->arrival_given)
		im->ts = NAN;
}

static void
claude_object(struct import *im, const struct record *r)
{
	if (isnan(im->last))
		claude_untimed(im, r);
	import_session(im, member_of(r, "sessionId"));
	import_session(im, member_of(r, "session_id"));
	im->parent = member_of(r, "parent_tool_use_id");
	if (im->parent.type != JSON_STRING)
		im->parent = member_of(r, "agentId");
	im->sidechain = member_of(r, "parent_tool_use_id").type == JSON_STRING ||
	                member_of(r, "isSidechain").type == JSON_TRUE;
	if (!im->sidechain)
		im->parent.type = JSON_NULL;

	if (member_is(r, "type", "assistant"))
		claude_message(im, r, false);
	else if (member_is(r, "type", "user"))
		claude_message(im, r, true);
	else if (member_is(r, "type", "stream_event"))
		claude_fragment(im, r);
	else if (member_is(r, "type", "result"))
		claude_result(im, r);
	else if (member_is(r, "type", "system"))
		claude_system(im, r);
	else if (member_is(r, "type", "rate_limit_event"))
		claude_rate_limit(im, r);
	else if (member_is(r, "type", "tool_progress"))
		claude_progress(im, r);
	else
		claude_raw(im, r, false);
}

const struct adapter adapter_claude = {
	.name = "claude",
	.state_size = sizeof(struct claude),
	.claims = claude_claims,
	.object = claude_object,
};
