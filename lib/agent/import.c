#include "agent/adapter.h"

#include <math.h>

static const struct adapter *const adapters[] = {
	&adapter_claude, &adapter_codex, &adapter_gemini, &adapter_opencode,
	&adapter_openai, &adapter_csv,   &adapter_text,   &adapter_records,
};

enum { ADAPTERS = sizeof(adapters) / sizeof(*adapters) };

const char *const import_formats[] = {
	"auto", "claude", "codex", "gemini", "opencode", "openai", "csv", "text", "records", NULL,
};

static const struct adapter *
adapter_named(const char *name)
{
	for (size_t i = 0; name && i < ADAPTERS; i++)
		if (strcmp(adapters[i]->name, name) == 0)
			return adapters[i];
	return NULL;
}

void
import_decide(struct import *im, const struct adapter *adapter)
{
	im->adapter = adapter;
	im->state = xcalloc(1, adapter->state_size + 1);
	labels_make(im);
}

struct import *
import_new(const struct import_options *options)
{
	struct import *im = xcalloc(1, sizeof(*im));
	const struct adapter *adapter = adapter_named(options->format);

	im->options = options;
	im->total = USAGE_NONE;
	im->last = NAN;
	im->parent.type = JSON_NULL;
	edits_make(im);
	labels_make(im);
	if (adapter)
		import_decide(im, adapter);
	return im;
}

void
import_free(struct import *im)
{
	if (!im)
		return;
	if (im->adapter && im->adapter->release)
		im->adapter->release(im);
	free(im->state);
	buf_release(&im->session);
	buf_release(&im->goal);
	buf_release(&im->labels);
	buf_release(&im->given);
	free(im->edits);
	if (im->tools.value_size > 0)
		map_release(&im->tools);
	buf_release(&im->joint.text);
	buf_release(&im->detect.held);
	buf_release(&im->scratch);
	buf_release(&im->padded);
	buf_release(&im->renamed[0]);
	buf_release(&im->renamed[1]);
	record_release(&im->record);
	free(im);
}

/* R's text with the member FROM named TO; what was named so before is gone. */
static void
rename_member(struct record *r, const struct import_rename *rename, struct buf b[2])
{
	const struct edit gone = {rename->to, STR_NONE};
	struct json_error error;
	const struct member *m;

	if (!record_find(r, rename->from) || str_eq(rename->from, rename->to))
		return;
	buf_reset(&b[0]);
	record_edit(r, &gone, 1, &b[0]);
	b[0].len--; /* the line end */
	buf_padded(&b[0], STR(""));
	record_scan(r, buf_view(&b[0]), &error);
	m = record_find(r, rename->from);
	buf_reset(&b[1]);
	buf_add(&b[1], r->text, m->key);
	buf_escape(&b[1], rename->to);
	buf_padded(&b[1], str_from((struct str){r->text, r->len}, m->key + m->key_len));
	record_scan(r, buf_view(&b[1]), &error);
}

void
import_object(struct import *im, struct record *r)
{
	for (size_t i = 0; i < im->options->rename_count; i++)
		rename_member(r, &im->options->renames[i], im->renamed);
	import_at(im, member_of(r, "timestamp"));
	import_at(im, member_of(r, "ts"));
	detect_object(im, r);
	(im->adapter ? im->adapter : &adapter_records)->object(im, r);
}

void
import_text(struct import *im, struct str line)
{
	if (im->adapter && im->adapter->line)
		im->reason = im->adapter->line(im, line);
	else
		make_text(im, NULL, line);
}

/* The line, by what has been decided so far. */
static void
import_one(struct import *im, struct str line)
{
	struct json_error error;

	if (im->adapter && !im->adapter->object)
		import_text(im, line);
	else if (im->detect.holds && detect_line(im, line))
		return;
	else if (str_trim(line).len == 0)
		return;
	else if (record_scan(&im->record, line, &error))
		import_object(im, &im->record);
	else if (!detect_line(im, line))
		import_text(im, line);
}

static void
import_begin(struct import *im, double now, struct buf *out)
{
	im->out = out;
	im->arrival = now;
	im->ts = im->recorded ? im->last : now;
	im->timed = im->options->clock != IMPORT_CLOCK_RECORD;
	im->reason = NULL;
	im->sidechain = false;
	im->parent.type = JSON_NULL;
}

void
import_check(struct import *im)
{
	if (im->timed)
		return;
	im->out->len = im->start;
	im->reason = "no time";
}

const char *
import_line(struct import *im, struct str line, double now, struct buf *out)
{
	import_begin(im, now, out);
	im->refused = line;
	import_one(im, line);
	return im->reason;
}

const char *
import_end(struct import *im, double now, struct buf *out)
{
	import_begin(im, now, out);
	im->refused = STR("");
	detect_end(im);
	if (im->adapter && im->adapter->end)
		im->reason = im->adapter->end(im);
	joint_flush(im);
	return im->reason;
}

struct str
import_refused(const struct import *im)
{
	return im->refused;
}
