/*
 * The server-sent events of OpenAI-compatible services, with or without their "data: ", and whole
 * answers. Text is joined to sentences, a tool's arguments by its index; a call goes out when the
 * next one begins or the answer ends.
 */
#include "agent/adapter.h"

enum { CALLS_MAX = 64, ARGUMENTS_MAX = 1 << 20 /* bytes */ };

/* A call that is coming in. */
struct call {
	struct buf id, name, arguments; /* the id as JSON */
	bool used, truncated;
};

struct openai {
	struct call call[CALLS_MAX];
	size_t arguments; /* bytes of them that all calls hold together */
	double created;   /* when the answer began, as its chunks say; 0 before any */
	bool live;        /* which was when they began to arrive */
};

static bool
openai_claims(const struct record *r)
{
	struct json object = member_of(r, "object");

	return member_of(r, "choices").type == JSON_ARRAY ||
	       (object.type == JSON_STRING &&
	        str_starts((struct str){object.ptr, object.len}, STR("\"chat.completion")));
}

static void
calls_flush(struct import *im)
{
	struct openai *state = im->state;

	for (size_t i = 0; i < CALLS_MAX; i++) {
		struct call *c = &state->call[i];
		struct json id = {c->id.ptr, c->id.len, c->id.len ? JSON_STRING : JSON_NULL, true};
		struct buf *b;

		if (!c->used)
			continue;
		b = make_tool(im, id, buf_view(&c->name));
		if (c->arguments.len > 0)
			emit_argument(im, "input", buf_view(&c->arguments));
		if (c->truncated)
			emit_bool(b, "truncated", true);
		make_close(im);
		buf_reset(&c->id);
		buf_reset(&c->name);
		buf_reset(&c->arguments);
		c->used = c->truncated = false;
	}
	state->arguments = 0;
}

static void
call_add(struct import *im, struct json fragment)
{
	struct openai *state = im->state;
	struct json function = value_of(fragment, "function"), id = value_of(fragment, "id");
	double index = known_or(number_of(fragment, "index"), 0);
	struct str name = text_of(im, value_of(function, "name")), arguments;
	struct call *c;

	if (index < 0 || index >= CALLS_MAX) {
		make_raw(im, STR("tool_call"), fragment, false);
		return;
	}
	c = &state->call[(size_t)index];
	/* Some services number every call 0 and tell them apart by id. */
	if (c->used && id.type == JSON_STRING && c->id.len > 0 && id.len > 2 &&
	    !str_eq(buf_view(&c->id), (struct str){id.ptr, id.len}))
		calls_flush(im);
	c->used = true;
	if (id.type == JSON_STRING && c->id.len == 0 && id.len < ARGUMENTS_MAX / CALLS_MAX)
		buf_add(&c->id, id.ptr, id.len);
	if (c->name.len < TOOL_NAME_MAX)
		buf_span(&c->name, text_cut(name, TOOL_NAME_MAX));
	arguments = text_of(im, value_of(function, "arguments"));
	if (state->arguments + arguments.len > ARGUMENTS_MAX) {
		c->truncated = true;
	} else {
		buf_span(&c->arguments, arguments);
		state->arguments += arguments.len;
	}
}

static void
delta(struct import *im, struct json d)
{
	static const char *const reasoning[] = {"reasoning_content", "reasoning"};
	struct json calls = value_of(d, "tool_calls"), key, fragment;
	struct str text;

	for (size_t i = 0; i < 2; i++) {
		text = text_of(im, value_of(d, reasoning[i]));
		if (text.len > 0) {
			joint_add(im, "reasoning", text);
			break;
		}
	}
	text = text_of(im, value_of(d, "content"));
	if (text.len > 0)
		joint_add(im, json_is(value_of(d, "role"), STR("user")) ? "user" : "assistant",
		          text);
	if (calls.type == JSON_ARRAY) {
		struct json_iter it = json_iter(calls);

		joint_flush(im);
		while (json_next(&it, &key, &fragment))
			call_add(im, fragment);
	}
}

/* An answer that ends with calls of tools will be followed by another. */
static void
finish(struct import *im, struct json reason)
{
	joint_flush(im);
	calls_flush(im);
	if (json_is(reason, STR("tool_calls")) || json_is(reason, STR("function_call")))
		return;
	make_result(im, reason);
}

static void
usage(struct import *im, struct json id, struct json u)
{
	struct json details = value_of(u, "prompt_tokens_details");
	double cached = number_of(details, "cached_tokens");

	if (u.type == JSON_OBJECT)
		usage_step(im, id,
		           (struct usage){
				   .input = number_of(u, "prompt_tokens"),
				   .output = number_of(u, "completion_tokens"),
				   .cached = known_or(cached, number_of(u, "cached_tokens")),
				   .cost = NAN,
			   });
}

static void
choice(struct import *im, struct json id, struct json c)
{
	struct json reason = value_of(c, "finish_reason");

	/* Of several choices the first is what is answered. */
	if (known_or(number_of(c, "index"), 0) != 0)
		return;
	delta(im, value_of(c, "delta"));
	delta(im, value_of(c, "message"));
	usage(im, id, value_of(c, "usage"));
	if (reason.type == JSON_STRING)
		finish(im, reason);
}

/*
 * Every chunk tells when the answer began. That is the time of a recording; as it comes in live,
 * the time of arrival is the better one.
 */
static void
take_time(struct import *im, struct json created)
{
	struct openai *state = im->state;
	bool choose = im->options->clock == IMPORT_CLOCK_ANY && !im->options->arrival_given;
	double ts;

	if (!import_time(created, &ts))
		return;
	if (ts != state->created)
		state->live = fabs(im->arrival - ts) <= LIVE_SECONDS;
	state->created = ts;
	if (!choose || !state->live)
		import_at(im, created);
}

static void
openai_object(struct import *im, const struct record *r)
{
	struct json choices = member_of(r, "choices"), id = member_of(r, "id"), key, c;
	struct json error = member_of(r, "error"), message = value_of(error, "message");

	take_time(im, member_of(r, "created"));
	if (choices.type == JSON_ARRAY) {
		struct json_iter it = json_iter(choices);

		while (json_next(&it, &key, &c))
			choice(im, id, c);
		usage(im, id, member_of(r, "usage"));
	} else if (error.type != JSON_NULL) {
		joint_flush(im);
		make_error(im, "error", message.type != JSON_NULL ? message : error);
	} else {
		make_raw(im, text_of(im, member_of(r, "type")), object_of(r), false);
	}
}

/* A field of an event, a comment, or the end. */
static const char *
openai_line(struct import *im, struct str line)
{
	static const char *const fields[] = {":", "event:", "id:", "retry:"};
	struct json_error error;
	struct str data;

	for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
		if (str_starts(line, str_of(fields[i])))
			return NULL;
	if (!str_starts(line, STR("data:"))) {
		make_text(im, NULL, line);
		return im->reason;
	}
	data = str_from(line, 5);
	if (str_is(str_trim(data), "[DONE]")) {
		joint_flush(im);
		calls_flush(im);
	} else if (record_scan(&im->record, data, &error)) {
		import_object(im, &im->record);
	} else if (str_trim(data).len > 0) {
		make_text(im, NULL, str_trim(data));
	}
	return im->reason;
}

static const char *
openai_end(struct import *im)
{
	joint_flush(im);
	calls_flush(im);
	return im->reason;
}

static void
openai_release(struct import *im)
{
	struct openai *state = im->state;

	for (size_t i = 0; i < CALLS_MAX; i++) {
		buf_release(&state->call[i].id);
		buf_release(&state->call[i].name);
		buf_release(&state->call[i].arguments);
	}
}

const struct adapter adapter_openai = {
	.name = "openai",
	.state_size = sizeof(struct openai),
	.claims = openai_claims,
	.object = openai_object,
	.line = openai_line,
	.end = openai_end,
	.release = openai_release,
};
