#include "report/locate.h"

#include <ctype.h>

/*
 * Locations in text: a path, lines before or after it in any of the ways people
 * write them, or a link. What merely looks like a path (json.loads, Node.js,
 * and/or) must not become one: a file that does not exist is evidence against a
 * finding.
 */

/* "第 126-128 行" */
static bool
is_chinese(struct str s)
{
	size_t n = strlen("第");

	if (!str_starts(s, STR("第")))
		return false;
	while (n < s.len && n < 32 && strchr(" 0123456789-~,", s.ptr[n]))
		n++;
	return str_starts(str_from(s, n), STR("行"));
}

/* No words that announce lines are longer, with what stands between them and the first of the lines. */
enum { LINES_WORD_MAX = 48 };

/* "line", "Lines:", "at line", "line no.": how long what announces numbers is. */
size_t
lines_word(struct str s)
{
	static const char words[] = "line|lines|ln|linha|linhas|línea|líneas|linea|lineas|ligne|"
				    "lignes|zeile|zeilen|riga|"
				    "righe|satır|baris|dòng|строка|строки|строке|Строка|Строки";
	static const char *const more[] = {" number", " no.", " nos.", NULL};
	size_t n = 0, k;

	if (is_chinese(s))
		return strlen("第");
	/* It is asked for everywhere, and some scripts do not part words. */
	if (s.len > LINES_WORD_MAX)
		s.len = LINES_WORD_MAX;
	if (str_starts(s, STR("at ")) || str_starts(s, STR("on ")))
		n = 3;
	k = text_word_length(str_from(s, n));
	if (!word_among((struct str){s.ptr + n, k}, words))
		return 0;
	n += k;
	for (size_t i = 0; more[i]; i++)
		if (str_starts(str_from(s, n), str_of(more[i])))
			n += strlen(more[i]);
	k = n;
	while (n < s.len && (s.ptr[n] == ' ' || s.ptr[n] == ':'))
		n++;
	return n > k && n < s.len &&
	                       (isdigit((unsigned char)s.ptr[n]) || strchr("~*`L[#", s.ptr[n]))
	               ? n
	               : 0;
}

/* "~L12", and within brackets "12": what lines begin with that nothing announces. */
static bool
is_line(struct str s, bool bracket)
{
	size_t n = s.len > 0 && s.ptr[0] == '~';

	return (n + 1 < s.len && s.ptr[n] == 'L' && isdigit((unsigned char)s.ptr[n + 1])) ||
	       (bracket && digits_length(str_from(s, n)) > 0);
}

/* What may stand between a path and its lines: the end of code, ":", "#", ", ", " - ". MARK: it announces lines. */
static size_t
between_length(struct str s, bool *mark)
{
	size_t n = s.len > 0 && s.ptr[0] == '`';

	while (n < s.len && s.ptr[n] == '*')
		n++;
	*mark = n < s.len && strchr(":#@", s.ptr[n]);
	if (*mark)
		n += n + 1 < s.len && s.ptr[n + 1] == ' ' ? 2 : 1;
	n += padding_length(str_from(s, n));
	if (*mark || n >= s.len)
		return n;
	if (strchr(",-|", s.ptr[n]))
		n += 1 + padding_length(str_from(s, n + 1));
	else if (str_starts(str_from(s, n), STR("—")))
		n += 3 + padding_length(str_from(s, n + 3));
	return n;
}

/* The lines that follow a path: ":12-15", "#L3", " (lines 2-8)", "`, line 4". Returns how much of S they take. */
static size_t
after_path(struct str s, struct ranges *r)
{
	bool mark, bracket, apart;
	size_t n = between_length(s, &mark), word, k;

	r->count = 0;
	bracket = n < s.len && (s.ptr[n] == '(' || s.ptr[n] == '[');
	apart = bracket && n > 0 && s.ptr[n - 1] == ' ';
	n += bracket;
	word = lines_word(str_from(s, n));
	if (word == 0 && !mark && !is_line(str_from(s, n), apart))
		return 0;
	n += word;
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
	else if (bracket && word == 0 && n < s.len && s.ptr[n] == ' ' &&
	         !memchr(s.ptr + n - k, 'L', k))
		r->count = 0; /* "(~30 ms)" */
	return n;
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

/* The path and lines of a link to a file: a permalink, or relative. */
bool
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

/* A link that is written out. */
static bool
scan_url(struct scan *s, struct str rest)
{
	size_t n = 0;

	if (!str_starts(rest, STR("http://")) && !str_starts(rest, STR("https://")))
		return false;
	while (n < rest.len && !strchr(" `)>]\"'", rest.ptr[n]))
		n++;
	s->url = (struct str){rest.ptr, n};
	s->at += n;
	if (url_read(s->url, &s->path, &s->ranges))
		return true;
	s->url = s->path = STR("");
	return false;
}

/* "126:140 /path/file.py" */
static bool
scan_before(struct scan *s, struct str rest)
{
	size_t n = isdigit((unsigned char)rest.ptr[0]) ? before_path(rest, &s->ranges) : 0;

	if (n == 0)
		return false;
	s->at += n;
	return scan_path(s, path_length(str_from(s->text, s->at)));
}

/* "lines 3-4", alone or of a path that follows. */
static bool
scan_lines(struct scan *s, struct str rest)
{
	size_t n = lines_word(rest), k;

	if (n == 0 && !(rest.len > 1 && rest.ptr[0] == 'L' && isdigit((unsigned char)rest.ptr[1])))
		return false;
	k = ranges_read(str_from(rest, n), &s->ranges);
	if (k == 0)
		return false;
	s->at += n + k;
	n = of_path(str_from(s->text, s->at));
	k = n > 0 ? path_length(str_from(s->text, s->at + n)) : 0;
	if (k > 0 && path_is((struct str){s->text.ptr + s->at + n, k}, s->label)) {
		s->at += n;
		return scan_path(s, k);
	}
	s->lines_alone = true;
	return true;
}

/* ":299", of the path named before. */
static bool
scan_colon(struct scan *s, struct str rest)
{
	size_t n;

	if (!s->named || rest.len < 2 || rest.ptr[0] != ':' ||
	    !isdigit((unsigned char)rest.ptr[1]) || s->at == 0 ||
	    !strchr("` (", s->text.ptr[s->at - 1]))
		return false;
	n = ranges_read(str_from(rest, 1), &s->ranges);
	s->at += n > 0 ? 1 + n : 0;
	s->lines_alone = n > 0;
	return n > 0;
}

/* "`f.c` (in g, ~299-301)": behind a label, of the path named before. */
static bool
scan_about(struct scan *s, struct str rest)
{
	size_t n;

	if (!s->named || !s->label || rest.ptr[0] != '~')
		return false;
	n = ranges_read(rest, &s->ranges);
	if (n == 0 || (n < rest.len && !strchr("),;]", rest.ptr[n])))
		return false;
	s->at += n;
	s->lines_alone = true;
	return true;
}

bool
scan_next(struct scan *s)
{
	s->url = s->path = STR("");
	s->lines_alone = false;
	for (; s->at < s->text.len; s->at++) {
		struct str rest = str_from(s->text, s->at);
		size_t from = s->at, n;

		s->ranges.count = 0;
		if (!starts_word(s->text, s->at))
			continue;
		if (scan_url(s, rest) || scan_before(s, rest) || scan_lines(s, rest) ||
		    scan_colon(s, rest) || scan_about(s, rest))
			return true;
		if (s->at > from)
			continue;
		s->ranges.count = 0;
		n = path_length(rest);
		if (n > 0 && scan_path(s, n)) {
			s->named = true;
			return true;
		}
		s->at += n > 0 ? n - 1 : 0;
	}
	return false;
}
