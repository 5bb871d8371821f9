#include "agent/adapter.h"

#include "base/hash.h"

#include <math.h>

struct buf *
make_open(struct import *im, const char *type)
{
	struct buf *b = im->out;

	im->start = b->len;
	emit_open(b, type);
	emit_known(b, "ts", im->ts);
	buf_span(b, buf_view(&im->labels));
	if (im->sidechain)
		emit_bool(b, "sidechain", true);
	emit_text(b, "parent_id", im->parent);
	return b;
}

void
make_close(struct import *im)
{
	emit_close(im->out);
	import_check(im);
}

static struct buf *
open_output(struct import *im, const char *role)
{
	struct buf *b = make_open(im, "output");

	if (role)
		emit_string(b, "role", str_of(role));
	return b;
}

void
make_output(struct import *im, const char *role, struct json content)
{
	if (content.type == JSON_NULL || str_is((struct str){content.ptr, content.len}, "\"\""))
		return;
	emit_text(open_output(im, role), "content", content);
	make_close(im);
}

void
make_text(struct import *im, const char *role, struct str text)
{
	if (text.len == 0)
		return;
	emit_string(open_output(im, role), "content", text);
	make_close(im);
}

void
make_raw(struct import *im, struct str event, struct json object, bool compact)
{
	struct buf *b = make_open(im, "raw");

	if (event.len > 0)
		emit_string(b, "event", event);
	if (compact)
		emit_bool(b, "compact", true);
	emit_value(b, "raw", object);
	make_close(im);
}

void
make_error(struct import *im, const char *severity, struct json text)
{
	struct buf *b = make_open(im, "error");

	emit_string(b, "severity", str_of(severity));
	emit_text(b, "error", text);
	make_close(im);
}

void
make_result(struct import *im, struct json reason)
{
	bool stop = json_is(reason, STR("stop"));
	struct buf *b = make_open(im, "result");

	emit_bool(b, "ok", stop);
	if (stop)
		emit_string(b, "reason", STR("success"));
	else
		emit_text(b, "reason", reason);
	make_close(im);
}

struct buf *
make_wait(struct import *im, const char *reason, double delay)
{
	struct buf *b = make_open(im, "wait");

	emit_string(b, "reason", str_of(reason));
	emit_known(b, "delay", delay);
	return b;
}

/* A call that waits for its result. */
struct pending {
	size_t len;
	char name[TOOL_NAME_MAX];
};

/* The key of a call: ids come from input and may be long, so that only a hash of each is kept. */
static struct str
call_key(struct json id, uint64_t *hash)
{
	*hash = hash_keyed((struct str){id.ptr, id.len});
	return (struct str){(const char *)hash, sizeof(*hash)};
}

static void
tool_remember(struct import *im, struct json id, struct str name)
{
	struct pending *p;
	uint64_t hash;

	if (im->tools.value_size == 0)
		im->tools = (struct map)MAP_INIT(sizeof(struct pending));
	p = map_use(&im->tools, call_key(id, &hash), NULL);
	name = text_cut(name, TOOL_NAME_MAX);
	memcpy(p->name, name.ptr, name.len);
	p->len = name.len;
	if (im->tools.count > TOOLS_MAX)
		map_delete(&im->tools, map_oldest(&im->tools));
}

bool
tool_pending(const struct import *im, struct json id)
{
	uint64_t hash;

	return im->tools.count > 0 && map_find(&im->tools, call_key(id, &hash));
}

struct buf *
make_tool(struct import *im, struct json id, struct str name)
{
	struct buf *b = make_open(im, "tool");

	if (name.len > 0)
		emit_string(b, "tool", name);
	emit_text(b, "id", id);
	if (id.type != JSON_NULL && name.len > 0)
		tool_remember(im, id, name);
	return b;
}

struct buf *
make_tool_result(struct import *im, struct json id, struct str name, bool ok)
{
	struct buf *b = make_open(im, "tool_result");
	struct pending *p = NULL;
	uint64_t hash;

	if (im->tools.count > 0 && id.type != JSON_NULL)
		p = map_find(&im->tools, call_key(id, &hash));
	if (p && name.len == 0)
		name = (struct str){p->name, p->len};
	if (name.len > 0)
		emit_string(b, "tool", name);
	emit_text(b, "id", id);
	emit_bool(b, "ok", ok);
	if (p)
		map_delete(&im->tools, p);
	return b;
}

void
emit_text(struct buf *b, const char *key, struct json v)
{
	struct str text = {v.ptr, v.len};

	if (v.type == JSON_STRING)
		emit_json(b, key, text);
	else if (v.type != JSON_NULL)
		emit_string(b, key, text);
}

void
emit_value(struct buf *b, const char *key, struct json v)
{
	if (v.type != JSON_NULL)
		emit_json(b, key, (struct str){v.ptr, v.len});
}

void
emit_known(struct buf *b, const char *key, double value)
{
	if (isfinite(value))
		emit_number(b, key, value);
}

void
emit_argument(struct import *im, const char *key, struct str text)
{
	struct json_error error;
	struct json v;

	buf_reset(&im->padded);
	buf_padded(&im->padded, text);
	if (!json_scan((struct str){im->padded.ptr, text.len}, &v, &error) || v.type < JSON_ARRAY) {
		emit_string(im->out, key, text);
		return;
	}
	/* A line end inside valid JSON is white space. */
	for (size_t i = 0; i < text.len; i++)
		if (im->padded.ptr[i] == '\n' || im->padded.ptr[i] == '\r')
			im->padded.ptr[i] = ' ';
	emit_json(im->out, key, (struct str){v.ptr, v.len});
}
