#include "report/locate.h"

#include <ctype.h>

/* The locations that a text names, added to a claim. */

static bool
same_ranges(const struct claim_location *l, const struct ranges *r)
{
	if (l->ranges != r->count)
		return false;
	for (size_t i = 0; i < r->count; i++)
		if (l->range[i].first != r->range[i].first || l->range[i].last != r->range[i].last)
			return false;
	return true;
}

static void
ranges_set(struct building *b, struct claim_location *l, const struct ranges *r)
{
	l->range = arena_take(&b->out->arena, (r->count + 1) * sizeof(*l->range));
	memcpy(l->range, r->range, r->count * sizeof(*l->range));
	l->ranges = r->count;
}

/* How far back an equal location is looked for. */
enum { LOOK_BACK = 64 };

/* What was just named, at index I, is what the code that follows is of; of what
 * prose names only if it stands next to it. */
static void
location_named(struct building *b, size_t i, enum claim_place place)
{
	if (place == CLAIM_FIX)
		return;
	b->near = (int)i;
	if (place != CLAIM_PROSE && place != CLAIM_ITEM) {
		b->fresh +=
			b->under < 0 || !str_eq(b->location[b->under].path, b->location[i].path);
		b->under = (int)i;
	} else if (b->under < 0) {
		b->under = (int)i;
	}
}

static void
location_add(struct building *b, struct str path, const struct ranges *r, struct str url,
             uint32_t line, enum claim_place place)
{
	struct claim_location *l;

	for (size_t i = b->locations; i-- > 0 && i + LOOK_BACK > b->locations;) {
		l = &b->location[i];
		/* Lines were given first: this is the file they are of. */
		if (l->path.len == 0 && r->count == 0 && l->ranges > 0 && place != CLAIM_FIX) {
			l->path = claims_keep(b->out, path);
			location_named(b, i, place);
			return;
		}
		if (!str_eq(l->path, path) || l->place == CLAIM_FIX || place == CLAIM_FIX)
			continue;
		if (same_ranges(l, r) || (r->count == 0 && place >= l->place)) {
			l->place = place < l->place ? place : l->place;
			location_named(b, i, place);
			return;
		}
		if (l->ranges == 0 && l->line == line) {
			ranges_set(b, l, r);
			location_named(b, i, place);
			return;
		}
	}
	GROW(b->location, b->locations, b->location_cap);
	l = &b->location[b->locations];
	*l = (struct claim_location){.path = claims_keep(b->out, path),
	                             .line = line,
	                             .place = place,
	                             .url = claims_keep(b->out, url)};
	ranges_set(b, l, r);
	location_named(b, b->locations++, place);
}

/* Lines without a path are of the location named last, if it has none yet, else
 * a location of their own. */
static void
lines_add(struct building *b, const struct ranges *r, uint32_t line, enum claim_place place)
{
	struct claim_location *last = b->under >= 0 ? &b->location[b->under] : NULL;

	if (last && last->ranges == 0) {
		ranges_set(b, last, r);
		return;
	}
	if (last && (same_ranges(last, r) || place == CLAIM_FIX))
		return;
	location_add(b, last ? last->path : b->path, r, STR(""), line, place);
}

void
location_above(struct building *b, uint32_t line)
{
	static const struct ranges none = {.count = 0};

	for (size_t i = 0; i < b->locations; i++)
		if (b->location[i].place <= CLAIM_HEADING || str_eq(b->location[i].path, b->path))
			return;
	if (b->path.len > 0)
		location_add(b, b->path, &none, STR(""), line, CLAIM_HEADING);
}

/* The file that a link leads to; where it is on a disk of somebody's, the text may say better which it is. */
static bool
link_read(const struct span *link, struct str text, struct str *path, struct ranges *r)
{
	if (link->kind != SPAN_LINK)
		return false;
	if (str_starts(link->url, STR("file:")) &&
	    location_in((struct str){text.ptr + link->from, link->to - link->from}))
		return false;
	return url_read(link->url, path, r);
}

void
locations_read(struct building *b, struct str text, const struct span *span, size_t spans,
               uint32_t line, enum claim_place place)
{
	struct scan s = {.text = text,
	                 .label = place == CLAIM_LABEL,
	                 .named = place == CLAIM_LABEL && b->under >= 0};
	struct ranges r;
	struct str path;

	for (size_t i = 0; i < spans; i++)
		if (link_read(&span[i], text, &path, &r) &&
		    (r.count > 0 || place == CLAIM_LABEL || str_starts(span[i].url, STR("/")) ||
		     memmem(span[i].url.ptr, span[i].url.len, "://", 3)))
			location_add(b, path, &r, span[i].url, line, place);
	while (scan_next(&s)) {
		bool linked = false;

		for (size_t i = 0; i < spans; i++)
			linked = linked || (s.at > span[i].from && s.at <= span[i].to + 1 &&
			                    link_read(&span[i], text, &path, &r) &&
			                    (r.count > 0 || s.ranges.count == 0));
		if (linked)
			continue;
		if (s.lines_alone)
			lines_add(b, &s.ranges, line, place);
		else
			location_add(b, s.path, &s.ranges, s.url, line, place);
	}
}

void
location_lines(struct building *b, struct str text, uint32_t line, enum claim_place place)
{
	struct ranges r;
	size_t n = 0;

	while (n < text.len && !isdigit((unsigned char)text.ptr[n]) && text.ptr[n] != '~')
		n++;
	if (n > 0 && n < text.len && text.ptr[n - 1] == '~')
		n--;
	if (location_in(text) && !lines_word(text)) {
		locations_read(b, text, NULL, 0, line, place);
		return;
	}
	if (ranges_read(str_from(text, n), &r) > 0)
		lines_add(b, &r, line, place);
}

bool
location_in(struct str text)
{
	struct scan s = {.text = text};

	return scan_next(&s);
}

bool
location_lined(struct str text)
{
	struct scan s = {.text = text};

	while (scan_next(&s))
		if (s.path.len > 0 && s.ranges.count > 0)
			return true;
	return false;
}

/* A letter of a script that needs fewer of them counts for more. */
static size_t
letter_weight(const char *p, const char *end)
{
	if (isalnum((unsigned char)*p))
		return 1;
	return (unsigned char)*p >= 0xc3 && mark_length(p, end) == 0 ? 4 : 0;
}

bool
location_only(struct str text)
{
	struct scan s = {.text = text, .label = true};
	size_t from = 0, letters = 0;
	bool any = false;

	for (bool more = true; more;) {
		const char *to;

		more = scan_next(&s);
		any = any || more;
		to = !more ? text.ptr + text.len : s.path.len > 0 ? s.path.ptr : text.ptr + s.at;
		for (const char *p = text.ptr + from; p < to; p++)
			letters += letter_weight(p, to);
		from = s.at;
	}
	return any && letters < 8;
}

struct str
location_path(struct str text)
{
	struct scan s = {.text = text};

	while (scan_next(&s))
		if (!s.lines_alone)
			return s.path;
	return STR("");
}

bool
location_line(struct building *b, struct str text, uint32_t line)
{
	static const char *const labels[] = {
		"file:", "path:", "location:", "source:", "in:", "from:", "filename:", NULL};
	struct str t = str_trim(text);
	bool comment = false;
	struct scan s = {.label = false};

	while (t.len > 0 && strchr("#/*-;<! =", t.ptr[0]) &&
	       !(t.ptr[0] == '/' && t.len > 1 && t.ptr[1] != '/' && t.ptr[1] != '*' &&
	         t.ptr[1] != ' ')) {
		comment = true;
		t = str_from(t, 1);
	}
	while (t.len > 0 && strchr("*/-> =:", t.ptr[t.len - 1]))
		t.len--;
	for (size_t i = 0; labels[i]; i++)
		if (t.len > strlen(labels[i]) &&
		    strncasecmp(t.ptr, labels[i], strlen(labels[i])) == 0) {
			t = str_trim(str_from(t, strlen(labels[i])));
			comment = true;
			s.label = true;
			break;
		}
	if (t.len > 0 && t.ptr[0] == '`')
		t = str_from(t, 1);
	s.text = t;
	if (!scan_next(&s) || s.path.len == 0 || s.url.len > 0)
		return false;
	/* Nothing but the location, and something that says that it is no code. */
	if (word_strip(str_from(t, s.at < t.len ? s.at : t.len)).len > (comment ? 24 : 0))
		return false;
	if (s.path.ptr > t.ptr && s.ranges.count == 0)
		return false;
	if (!comment && s.ranges.count == 0 && !(s.path.len == t.len && memchr(t.ptr, '/', t.len)))
		return false;
	location_add(b, s.path, &s.ranges, STR(""), line, CLAIM_CODE);
	return true;
}
