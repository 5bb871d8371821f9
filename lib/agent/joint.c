#include "agent/adapter.h"

/* A sentence shorter than this goes on: "e.g. ", "1. ", "Hm. " are no outputs of their own. */
enum { SENTENCE_MIN = 24 };

/* A fragment's time is that of the output which it ends. */
static void
put(struct import *im, struct str text)
{
	struct joint *j = &im->joint;
	struct str trimmed = str_trim(text);
	double ts = im->ts;
	bool timed = im->timed;

	if (j->timed || !timed) {
		im->ts = j->ts;
		im->timed = j->timed;
	}
	/* White space at the end goes, that at the beginning is the indentation of code. */
	text.len = trimmed.len ? (size_t)(trimmed.ptr - text.ptr) + trimmed.len : 0;
	make_text(im, j->role, text);
	im->ts = ts;
	im->timed = timed;
}

/* The full stops of Chinese and Japanese, after which there is no space: U+3002, U+FF01, U+FF1F. */
static bool
is_wide_stop(const char *p, const char *end)
{
	static const char *const stops[] = {"\xe3\x80\x82", "\xef\xbc\x81", "\xef\xbc\x9f"};

	if (end - p < 3)
		return false;
	for (size_t i = 0; i < 3; i++)
		if (memcmp(p, stops[i], 3) == 0)
			return true;
	return false;
}

/* Where the first line or sentence of TEXT ends, looking at what follows FROM; 0 where none does.
 */
static size_t
piece_end(struct str text, size_t from)
{
	const char *end = text.ptr + text.len;

	for (const char *p = text.ptr + from; p < end; p++) {
		bool stop = *p == '.' || *p == '!' || *p == '?';
		size_t len = (size_t)(p - text.ptr);

		if (*p == '\n')
			return len + 1;
		if (len >= SENTENCE_MIN && stop && p + 1 < end && p[1] == ' ')
			return len + 2;
		if (len >= SENTENCE_MIN && is_wide_stop(p, end))
			return len + 3;
	}
	return 0;
}

void
joint_add(struct import *im, const char *role, struct str text)
{
	struct joint *j = &im->joint;
	size_t looked, done = 0, end;

	if (text.len == 0)
		return;
	if (j->text.len > 0 && strcmp(j->role, role) != 0)
		joint_flush(im);
	j->role = role;
	j->ts = im->ts;
	j->timed = im->timed;
	/* A stop is known by what follows it, so that the last bytes are looked at again. */
	looked = j->text.len > 3 ? j->text.len - 3 : 0;
	buf_span(&j->text, text);
	while ((end = piece_end(str_from(buf_view(&j->text), done), looked)) > 0) {
		put(im, (struct str){j->text.ptr + done, end});
		done += end;
		looked = 0;
	}
	if (j->text.len - done > JOINT_MAX) {
		put(im, str_from(buf_view(&j->text), done));
		done = j->text.len;
	}
	buf_drop(&j->text, done);
}

void
joint_flush(struct import *im)
{
	struct joint *j = &im->joint;

	if (j->text.len > 0)
		put(im, buf_view(&j->text));
	buf_reset(&j->text);
}
