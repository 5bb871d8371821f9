/*
 * claude -p --output-format stream-json --verbose, and its saved sessions.
 *
 * Both hold messages of the same shape; each block of a message becomes a record. With partial
 * messages the text comes in stream_events first, joined here to sentences, and then again in the
 * whole message, whose text is passed over.
 */
#include "agent/claude.h"

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
