#include "agent/adapter.h"

#include <ctype.h>

static void
label(struct buf *b, const char *key, struct str value)
{
	if (value.len > 0)
		emit_string(b, key, value);
}

/* The session's id with what no name may have replaced. */
static void
label_agent(struct import *im)
{
	struct str name = buf_view(&im->session);
	bool program = im->adapter && im->adapter != &adapter_records;
	const char *fallback = program ? im->adapter->name : adapter_text.name;

	if (im->options->agent) {
		name = str_of(im->options->agent);
	} else if (name.len == 0) {
		name = str_of(fallback);
	}
	emit_key(&im->labels, "agent");
	buf_byte(&im->labels, '"');
	for (size_t i = 0; i < name.len; i++) {
		bool plain = isalnum((unsigned char)name.ptr[i]) || name.ptr[i] == '-';

		buf_byte(&im->labels, plain ? name.ptr[i] : '_');
	}
	buf_byte(&im->labels, '"');
}

void
labels_make(struct import *im)
{
	const struct import_options *o = im->options;

	buf_reset(&im->labels);
	label_agent(im);
	if (o->specialty)
		label(&im->labels, "specialty", str_of(o->specialty));
	label(&im->labels, "goal", o->goal ? str_of(o->goal) : buf_view(&im->goal));
	for (size_t i = 0; i < o->extra_count; i++)
		emit_json(&im->labels, o->extra[i].key.ptr, o->extra[i].value);
}

void
import_session(struct import *im, struct json id)
{
	struct str text = text_cut(text_of(im, id), SESSION_MAX);

	if (text.len == 0 || str_eq(text, buf_view(&im->session)))
		return;
	buf_reset(&im->session);
	buf_span(&im->session, text);
	labels_make(im);
}

void
import_prompt(struct import *im, struct str text)
{
	text = str_trim(text_cut(str_trim(text), GOAL_MAX));
	if (im->goal.len > 0 || text.len == 0)
		return;
	buf_span(&im->goal, text);
	labels_make(im);
}

/* Quote VALUE and note it as an edit; the buffer may move, so that only its offset is kept for now.
 */
static void
edit_add(struct import *im, const char *key, const char *value, size_t offset[])
{
	if (!value)
		return;
	offset[im->edit_count] = im->given.len;
	buf_quote(&im->given, str_of(value));
	im->edits[im->edit_count++].key = str_of(key);
	offset[im->edit_count] = im->given.len;
}

void
edits_make(struct import *im)
{
	const struct import_options *o = im->options;
	size_t offset[5] = {0};

	im->edits = xcalloc(4 + o->extra_count, sizeof(*im->edits));
	im->edits[0].key = STR("ts");
	im->edit_count = 1;
	edit_add(im, "agent", o->agent, offset);
	edit_add(im, "specialty", o->specialty, offset);
	edit_add(im, "goal", o->goal, offset);
	for (size_t i = 1; i < im->edit_count; i++)
		im->edits[i].value =
			(struct str){im->given.ptr + offset[i], offset[i + 1] - offset[i]};
	for (size_t i = 0; i < o->extra_count; i++)
		im->edits[im->edit_count++] = o->extra[i];
}
