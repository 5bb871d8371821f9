#include "scan/text.h"

void
text_begin(struct scan_text *t, struct str path, enum lang lang, struct str raw)
{
	t->path = path;
	t->raw = raw;
	t->lang = lang;
	t->masked = t->lined = t->blocked = t->viewed[0] = t->viewed[1] = false;
}

void
text_release(struct scan_text *t)
{
	buf_release(&t->mask);
	buf_release(&t->view[0]);
	buf_release(&t->view[1]);
	lines_release(&t->lines);
	blocks_release(&t->blocks);
}

struct str
text_mask(struct scan_text *t)
{
	if (!t->masked) {
		lang_mask(t->lang, t->raw, &t->mask);
		t->masked = true;
	}
	return buf_view(&t->mask);
}

/* Spaces in the place of what is not to be seen; line ends stay. */
static void
blank(struct scan_text *t, enum scan_view view)
{
	struct buf *b = &t->view[view];
	const char *restrict raw = t->raw.ptr, *restrict mask = text_mask(t).ptr;
	char other = view == VIEW_CODE ? SOURCE_STRING : SOURCE_COMMENT;
	char *restrict out;

	buf_reset(b);
	out = buf_room(b, t->raw.len);
	for (size_t i = 0; i < t->raw.len; i++) {
		bool hidden = (mask[i] == SOURCE_COMMENT) | (mask[i] == other);

		out[i] = (hidden & (raw[i] != '\n')) != 0 ? ' ' : raw[i];
	}
	b->len = t->raw.len;
	t->viewed[view] = true;
}

struct str
text_view(struct scan_text *t, enum scan_view view)
{
	if (view == VIEW_TEXT)
		return t->raw;
	if (!t->viewed[view])
		blank(t, view);
	return buf_view(&t->view[view]);
}

bool
text_is_plain(const struct scan_text *t, size_t from, size_t to)
{
	return !t->masked && lang_is_plain(t->lang, (struct str){t->raw.ptr + from, to - from});
}

const struct lines *
text_lines(struct scan_text *t)
{
	if (!t->lined) {
		lines_index(&t->lines, t->raw);
		t->lined = true;
	}
	return &t->lines;
}

const struct blocks *
text_blocks(struct scan_text *t)
{
	if (!t->blocked) {
		blocks_find(&t->blocks, t->lang, t->raw, text_mask(t));
		t->blocked = true;
	}
	return &t->blocks;
}

void
text_whole_lines(const struct scan_text *t, size_t *from, size_t *to)
{
	const char *before = *from > 0 ? memrchr(t->raw.ptr, '\n', *from) : NULL;
	/* A match that takes its last line end with it is not on the next line. */
	size_t last = *to > *from && t->raw.ptr[*to - 1] == '\n' ? *to - 1 : *to;
	const char *after =
		last < t->raw.len ? memchr(t->raw.ptr + last, '\n', t->raw.len - last) : NULL;

	*from = before ? (size_t)(before - t->raw.ptr) + 1 : 0;
	*to = after ? (size_t)(after - t->raw.ptr) : t->raw.len;
	if (*to > *from && t->raw.ptr[*to - 1] == '\r')
		--*to;
}

/* Whether what is written after "eros-ignore:" names ID: one or more, with commas between, up to white space. */
static bool
names(struct str s, struct str id)
{
	struct str item;
	size_t len = 0;

	s = str_trim(s);
	while (len < s.len && s.ptr[len] != ' ' && s.ptr[len] != '\t')
		len++;
	s.len = len;
	while (str_item(&s, &item))
		if (str_eq(item, id))
			return true;
	return false;
}

static bool
line_ignores(struct scan_text *t, size_t line, struct str id)
{
	static const char word[] = "eros-ignore:";
	struct str rest = lines_text(text_lines(t), line);
	const char *found;

	while ((found = memmem(rest.ptr, rest.len, word, sizeof(word) - 1))) {
		rest = str_from(rest, (size_t)(found - rest.ptr) + sizeof(word) - 1);
		if (text_mask(t).ptr[found - t->raw.ptr] == SOURCE_COMMENT && names(rest, id))
			return true;
	}
	return false;
}

/* There is a comment on it, and no code. */
static bool
is_comment_line(struct scan_text *t, size_t line)
{
	struct str s = str_trim(lines_text(text_lines(t), line));
	const char *mask = text_mask(t).ptr;

	for (size_t i = 0; i < s.len; i++)
		if (mask[s.ptr - t->raw.ptr + (ptrdiff_t)i] != SOURCE_COMMENT)
			return false;
	return s.len > 0;
}

bool
text_ignores(struct scan_text *t, size_t first, size_t last, struct str id)
{
	for (size_t line = first; line <= last; line++)
		if (line_ignores(t, line, id))
			return true;
	for (size_t line = first; line-- > 1 && is_comment_line(t, line);)
		if (line_ignores(t, line, id))
			return true;
	return false;
}
