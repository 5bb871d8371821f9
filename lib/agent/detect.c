/*
 * Which program a stream comes from.
 *
 * An object is shown to each adapter, and the first to claim it has the stream; what comes before
 * that goes out at once, as text or as the record that it is, and after DECIDE_WITHIN lines the
 * rest does too. So no line waits, but for two kinds that only the next line can tell:
 *
 * - one that may be the header of a table or the first of a server-sent stream is held until then;
 * - a lone brace may open a document, of which all is held until it is complete.
 */
#include "agent/adapter.h"

#include <ctype.h>

enum { DECIDE_WITHIN = 64 };

static const struct adapter *
claimant(const struct record *r)
{
	static const struct adapter *const order[] = {
		&adapter_records,  &adapter_gemini, &adapter_codex,
		&adapter_opencode, &adapter_openai, &adapter_claude,
	};

	for (size_t i = 0; i < sizeof(order) / sizeof(*order); i++)
		if (order[i]->claims(r))
			return order[i];
	return NULL;
}

void
detect_object(struct import *im, const struct record *r)
{
	const struct adapter *adapter;

	if (im->adapter || im->detect.seen >= DECIDE_WITHIN)
		return;
	adapter = claimant(r);
	if (adapter)
		import_decide(im, adapter);
	else
		im->detect.seen++;
}

/* A field of a server-sent event, or a comment. */
static bool
is_event_line(struct str line)
{
	return str_starts(line, STR("event:")) || str_starts(line, STR("data:")) ||
	       str_is(line, ":") || str_starts(line, STR(": "));
}

static bool
is_event_data(struct str line)
{
	return str_starts(line, STR("data: {")) || str_starts(line, STR("data:{")) ||
	       str_starts(line, STR("data: [DONE]"));
}

/* How many cells a row has; *OPEN where a quoted one goes on in the next line. */
static size_t
cell_count(struct str line, bool *open)
{
	size_t count = 1;

	*open = false;
	for (size_t i = 0; i < line.len; i++) {
		*open ^= line.ptr[i] == '"';
		count += !*open && line.ptr[i] == ',';
	}
	return count;
}

/* Names of columns: at least two, made of what names are made of, and none that begins with a
 * space. */
static bool
is_header(struct str line)
{
	char before = ',';
	bool open;

	for (size_t i = 0; i < line.len; before = line.ptr[i++]) {
		char c = line.ptr[i];

		if (c & 0x80)
			continue;
		if (before == ',' ? !isalnum((unsigned char)c) && !strchr("_\",", c)
		                  : !isalnum((unsigned char)c) && !strchr("_.-/%() \",", c))
			return false;
	}
	return cell_count(line, &open) > 1 && !open;
}

static void
hold(struct import *im, enum holds holds, struct str line)
{
	im->detect.holds = holds;
	buf_span(&im->detect.held, line);
	buf_byte(&im->detect.held, '\n');
}

/* What is held goes to the adapter there is now, each line ended as one from the reader is. */
static void
release(struct import *im)
{
	struct buf *held = &im->detect.held;
	struct str rest = buf_view(held), line;

	im->detect.holds = HELD_NOTHING;
	buf_padded(held, STR(""));
	rest.ptr = held->ptr;
	while (str_line(&rest, &line)) {
		char *end = held->ptr + (line.ptr - held->ptr) + line.len;
		char was = *end;

		*end = '\0';
		if (str_trim(line).len > 0)
			import_text(im, line);
		*end = was;
	}
	if (im->reason)
		im->refused = (struct str){held->ptr, held->len - 1};
	buf_reset(held);
}

/*
 * LINE shows that what is held is text; true where it was dealt with too: what is refused for want
 * of a time is refused together.
 */
static bool
let_go(struct import *im, struct str line)
{
	bool both = im->options->clock == IMPORT_CLOCK_RECORD && *str_trim(line).ptr != '{';

	if (both)
		hold(im, im->detect.holds, line);
	release(im);
	return both;
}

/* Follow the brackets of one more line of a document; false where the document ends with it. */
static bool
document_goes_on(struct detect *d, struct str line)
{
	for (size_t i = 0; i < line.len; i++) {
		char c = line.ptr[i];

		if (d->escape)
			d->escape = false;
		else if (d->string && c == '\\')
			d->escape = true;
		else if (c == '"')
			d->string = !d->string;
		else if (!d->string && (c == '{' || c == '['))
			d->depth++;
		else if (!d->string && (c == '}' || c == ']'))
			d->depth--;
	}
	return d->depth > 0 && !d->string;
}

/* Take the white space out that is not in strings: a record is one line. */
static void
document_squeeze(struct buf *text)
{
	bool string = false;
	size_t kept = 0;

	for (size_t i = 0; i < text->len; i++) {
		char c = text->ptr[i];

		if (!string && (c == ' ' || c == '\t' || c == '\n' || c == '\r'))
			continue;
		text->ptr[kept++] = c;
		if (c == '"')
			string = !string;
		else if (string && c == '\\' && i + 1 < text->len)
			text->ptr[kept++] = text->ptr[++i];
	}
	text->len = kept;
}

/* The document that is held, as the object that it should be. */
static void
document_end(struct import *im)
{
	struct record r = RECORD_INIT;
	struct buf text = BUF_INIT;
	struct json_error error;

	buf_span(&text, buf_view(&im->detect.held));
	document_squeeze(&text);
	buf_padded(&text, STR(""));
	if (record_scan(&r, buf_view(&text), &error)) {
		im->detect.holds = HELD_NOTHING;
		buf_reset(&im->detect.held);
		import_object(im, &r);
	} else {
		release(im);
	}
	record_release(&r);
	buf_release(&text);
}

static bool
document_line(struct import *im, struct str line)
{
	struct str text = str_trim(line);
	struct detect *d = &im->detect;
	bool second = str_is(str_trim(buf_view(&d->held)), "{");

	if (second && text.len > 0 && *text.ptr != '"' && *text.ptr != '}')
		return let_go(im, line);
	hold(im, HELD_DOCUMENT, line);
	if (!document_goes_on(d, line))
		document_end(im);
	else if (d->held.len > im->options->max)
		release(im);
	return true;
}

/* Only gemini saves a session as a document. */
static bool
document_begin(struct import *im, struct str line)
{
	if (!str_is(str_trim(line), "{") || (im->adapter && im->adapter != &adapter_gemini))
		return false;
	im->detect.depth = 0;
	im->detect.string = im->detect.escape = false;
	hold(im, HELD_DOCUMENT, line);
	document_goes_on(&im->detect, line);
	return true;
}

/* Whether ROW may be the first, or its beginning, under HEADER. */
static bool
is_row_of(struct str header, struct str row)
{
	bool open, header_open;
	size_t cells = cell_count(row, &open), columns = cell_count(header, &header_open);

	return open ? cells <= columns : cells == columns;
}

/* The line after one that is held tells what both are. */
static bool
second_line(struct import *im, struct str line)
{
	struct buf held = im->detect.held;
	struct str first = {held.ptr, held.len - 1};
	const struct adapter *adapter = NULL;

	if (str_trim(line).len == 0)
		return true;
	if (is_event_line(first) && is_event_line(line))
		adapter = &adapter_openai;
	else if (is_header(first) && is_row_of(first, line))
		adapter = &adapter_csv;
	if (!adapter)
		return let_go(im, line);
	import_decide(im, adapter);
	release(im);
	import_text(im, line);
	return true;
}

bool
detect_line(struct import *im, struct str line)
{
	struct detect *d = &im->detect;

	if (d->holds == HELD_DOCUMENT)
		return document_line(im, line);
	if (d->holds == HELD_LINE)
		return second_line(im, line);
	if (document_begin(im, line))
		return true;
	if (im->adapter || d->seen >= DECIDE_WITHIN)
		return false;
	if (is_event_data(line)) {
		import_decide(im, &adapter_openai);
	} else if (is_header(line) || is_event_line(line)) {
		hold(im, HELD_LINE, line);
		return true;
	}
	d->seen++;
	return false;
}

void
detect_end(struct import *im)
{
	release(im);
}
