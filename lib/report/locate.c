#include "report/locate.h"

#include <ctype.h>

/*
 * Locations in text: a path, lines before or after it in any of the ways people
 * write them, or a link. What merely looks like a path (json.loads, Node.js,
 * and/or) must not become one: a file that does not exist is evidence against a
 * finding.
 */

/* "line", "lines", "L", "at line", "Line:": how long the word that announces
 * numbers is. */
static size_t
lines_word(struct str s)
{
	static const char *const words[] = {"lines ", "line ",   "lines: ",      "line: ",
	                                    "lines:", "line:",   "line number ", "line no. ",
	                                    "ln ",    "line #",  "lines #",      "lines ~",
	                                    "line ~", "lines `", "line `",       NULL};
	size_t n = 0;

	if (s.len > 3 && (memcmp(s.ptr, "at ", 3) == 0 || memcmp(s.ptr, "on ", 3) == 0))
		n = 3;
	for (size_t i = 0; words[i]; i++) {
		size_t len = strlen(words[i]);

		if (s.len > n + len && strncasecmp(s.ptr + n, words[i], len) == 0 &&
		    (isdigit((unsigned char)s.ptr[n + len]) || strchr("~*`L[", s.ptr[n + len])))
			return n + len - (strchr("~#`", words[i][len - 1]) ? 1 : 0);
	}
	return 0;
}

/* The lines that follow a path: ":12-15", "#L3", " (lines 2-8)", "`, line 4".
 * Returns how much of S they take. */
static size_t
after_path(struct str s, struct ranges *r)
{
	size_t n = 0, k;
	bool bracket = false, mark = false;

	r->count = 0;
	if (n < s.len && s.ptr[n] == '`')
		n++;
	while (n < s.len && s.ptr[n] == '*')
		n++;
	if (n < s.len && (s.ptr[n] == ':' || s.ptr[n] == '#' || s.ptr[n] == '@')) {
		mark = true;
		n++;
		if (n < s.len && s.ptr[n] == ' ')
			n++;
	}
	n += padding_length(str_from(s, n));
	if (!mark && n < s.len && (s.ptr[n] == ',' || s.ptr[n] == '-' || s.ptr[n] == '|'))
		n += 1 + padding_length(str_from(s, n + 1));
	else if (!mark && s.len - n > 3 && memcmp(s.ptr + n, "\xe2\x80\x94", 3) == 0)
		n += 3 + padding_length(str_from(s, n + 3));
	if (n < s.len && (s.ptr[n] == '(' || s.ptr[n] == '[')) {
		bracket = true;
		n++;
	}
	k = lines_word(str_from(s, n));
	if (k == 0 && !mark &&
	    !(n + 1 < s.len && s.ptr[n] == 'L' && isdigit((unsigned char)s.ptr[n + 1])) &&
	    !(bracket && n > 1 && s.ptr[n - 2] == ' ' && digits_length(str_from(s, n)) > 0))
		return 0;
	n += k;
	k = ranges_read(str_from(s, n), r);
	if (k == 0)
		return 0;
	n += k;
	/* A column after the line. */
	if (mark && r->count == 1 && n + 1 < s.len && s.ptr[n] == ':' &&
	    digits_length(str_from(s, n + 1)) > 0)
		n += 1 + digits_length(str_from(s, n + 1));
	if (bracket && n < s.len && (s.ptr[n] == ')' || s.ptr[n] == ']'))
		n++;
	else if (bracket && k == digits_length(str_from(s, n - k)) && n < s.len && s.ptr[n] == ' ')
		r->count = 0;
	return n;
}

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

/* The path and lines of a link to a file: a permalink, or relative. */
static bool
url_read(struct str url, struct str *path, struct ranges *r)
{
	static const char *const marks[] = {"/blob/", "/tree/", "/src/", "/blame/", NULL};
	const char *hash = memchr(url.ptr, '#', url.len), *slash, *at = NULL;
	struct str fragment = hash ? str_from(url, (size_t)(hash - url.ptr) + 1) : STR("");

	*path = (struct str){url.ptr, hash ? (size_t)(hash - url.ptr) : url.len};
	r->count = 0;
	if (memchr(path->ptr, '?', path->len))
		path->len = (size_t)((const char *)memchr(path->ptr, '?', path->len) - path->ptr);
	if (str_starts(*path, STR("file://"))) {
		*path = str_from(*path, 7);
	} else if (memmem(path->ptr, path->len, "://", 3)) {
		for (size_t i = 0; marks[i] && !at; i++)
			if ((at = memmem(path->ptr, path->len, marks[i], strlen(marks[i]))) != NULL)
				at += strlen(marks[i]);
		if (!at)
			return false;
		*path = str_from(*path, (size_t)(at - path->ptr));
		slash = memchr(path->ptr, '/', path->len);
		if (!slash)
			return false;
		*path = str_from(*path, (size_t)(slash - path->ptr) + 1);
	} else if (!path_is(*path, false)) {
		return false;
	}
	if (str_starts(fragment, STR("lines-")))
		fragment = str_from(fragment, 6);
	if (fragment.len > 0 && (fragment.ptr[0] == 'L' || isdigit((unsigned char)fragment.ptr[0])))
		ranges_read(fragment, r);
	return path->len > 0 && memmem(path->ptr, path->len, "..", 2) != path->ptr + path->len;
}

/* "126:140", "A:B; C:D" before a path; returns how much they and what parts
 * them from it take. */
static size_t
before_path(struct str s, struct ranges *r)
{
	size_t n = 0, k;

	r->count = 0;
	while (r->count < MAX_RANGES) {
		k = digits_length(str_from(s, n));
		if (k == 0 || k > 7 || n + k >= s.len || s.ptr[n + k] != ':')
			return 0;
		r->range[r->count].first = line_number_of(str_from(s, n));
		n += k + 1;
		k = digits_length(str_from(s, n));
		if (k == 0 || k > 7)
			return 0;
		r->range[r->count] = (struct claim_range){.first = r->range[r->count].first,
		                                          .last = line_number_of(str_from(s, n))};
		r->count++;
		n += k;
		if (n < s.len && (s.ptr[n] == ';' || s.ptr[n] == ',')) {
			n += 1 + padding_length(str_from(s, n + 1));
			continue;
		}
		break;
	}
	if (n >= s.len || (s.ptr[n] != ' ' && s.ptr[n] != ':'))
		return 0;
	n += 1 + padding_length(str_from(s, n + 1));
	k = n < s.len ? path_length(str_from(s, n)) : 0;
	return k > 0 && path_is((struct str){s.ptr + n, k}, true) ? n : 0;
}

static bool
starts_word(struct str text, size_t i)
{
	return i == 0 || (!path_char(text.ptr[i - 1]) && (unsigned char)text.ptr[i - 1] < 0x80) ||
	       ((unsigned char)text.ptr[i - 1] >= 0x80 && !isalnum((unsigned char)text.ptr[i]));
}

/* What scanning a text finds, one by one. */
struct scan {
	struct str text;
	size_t at;
	bool label;
	struct str path, url;
	struct ranges ranges;
	bool lines_alone; /* "Line 1041": no path */
	bool named;       /* a path was, so that ":12" is of it */
};

/* "lines 3-4 in foo.py": what parts lines from a path that follows. */
static size_t
of_path(struct str s)
{
	static const char *const words[] = {" of ",          " in ",   " of file ", " in file ",
	                                    " in the file ", " from ", " @ ",       NULL};
	size_t best = 0;

	for (size_t i = 0; words[i]; i++)
		if (str_starts(s, str_of(words[i])) && strlen(words[i]) > best)
			best = strlen(words[i]);
	while (best > 0 && best < s.len && strchr("`*[", s.ptr[best]))
		best++;
	return best;
}

static bool
scan_path(struct scan *s, size_t n)
{
	struct ranges before = s->ranges;
	struct str word = {s->text.ptr + s->at, n};

	if (!path_is(word, s->label))
		return false;
	s->path = word;
	s->at += n;
	n = after_path(str_from(s->text, s->at), &s->ranges);
	s->at += n;
	if (s->ranges.count == 0)
		s->ranges = before;
	return true;
}

static bool
scan_next(struct scan *s)
{
	s->url = s->path = STR("");
	s->lines_alone = false;
	for (; s->at < s->text.len; s->at++) {
		struct str rest = str_from(s->text, s->at);
		size_t n;

		s->ranges.count = 0;
		if (!starts_word(s->text, s->at))
			continue;
		if (str_starts(rest, STR("http://")) || str_starts(rest, STR("https://"))) {
			for (n = 0; n < rest.len && !strchr(" `)>]\"'", rest.ptr[n]);)
				n++;
			s->url = (struct str){rest.ptr, n};
			s->at += n;
			if (url_read(s->url, &s->path, &s->ranges))
				return true;
			s->url = s->path = STR("");
			continue;
		}
		if (isdigit((unsigned char)rest.ptr[0]) &&
		    (n = before_path(rest, &s->ranges)) > 0) {
			s->at += n;
			if (scan_path(s, path_length(str_from(s->text, s->at))))
				return true;
		}
		if ((rest.ptr[0] == 'l' || rest.ptr[0] == 'L') &&
		    ((n = lines_word(rest)) > 0 ||
		     (rest.len > 1 && rest.ptr[0] == 'L' && isdigit((unsigned char)rest.ptr[1])))) {
			size_t k = ranges_read(str_from(rest, n), &s->ranges);

			if (k > 0) {
				s->at += n + k;
				n = of_path(str_from(s->text, s->at));
				if (n > 0 && n + s->at < s->text.len &&
				    (k = path_length(str_from(s->text, s->at + n))) > 0 &&
				    path_is((struct str){s->text.ptr + s->at + n, k}, s->label)) {
					s->at += n;
					return scan_path(s, k);
				}
				s->lines_alone = true;
				return true;
			}
		}
		if (s->named && rest.ptr[0] == ':' && s->at > 0 &&
		    strchr("` (", s->text.ptr[s->at - 1]) && rest.len > 1 &&
		    isdigit((unsigned char)rest.ptr[1]) &&
		    (n = ranges_read(str_from(rest, 1), &s->ranges)) > 0) {
			s->at += 1 + n;
			s->lines_alone = true;
			return true;
		}
		s->ranges.count = 0;
		n = path_length(rest);
		if (n > 0 && scan_path(s, n)) {
			s->named = true;
			return true;
		}
		if (n > 0)
			s->at += n - 1;
	}
	return false;
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
		    (r.count > 0 || memmem(span[i].url.ptr, span[i].url.len, "://", 3)))
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
