#include "report/reading.h"

#include <ctype.h>

/*
 * Locations in text: a path, lines before or after it in any of the ways people write them, or a link. What merely looks
 * like a path (json.loads, Node.js, and/or) must not become one: a file that does not exist is evidence against a finding.
 */

enum { MAX_RANGES = 64 };

struct ranges {
	struct claim_range range[MAX_RANGES];
	size_t count;
};

static const char *const extensions[] = {
	"py",         "pyi",   "pyx",      "ipynb",   "c",      "h",       "cc",         "cpp",
	"cxx",        "hpp",   "hh",       "hxx",     "inl",    "m",       "mm",         "swift",
	"java",       "kt",    "kts",      "scala",   "groovy", "gradle",  "go",         "rs",
	"rb",         "erb",   "php",      "pl",      "pm",     "js",      "jsx",        "ts",
	"tsx",        "mjs",   "cjs",      "mts",     "cts",    "vue",     "svelte",     "astro",
	"html",       "htm",   "css",      "scss",    "sass",   "less",    "sol",        "vy",
	"cairo",      "move",  "fe",       "huff",    "yul",    "rell",    "nr",         "circom",
	"cs",         "vb",    "fs",       "fsx",     "csproj", "sln",     "sh",         "bash",
	"zsh",        "fish",  "ps1",      "bat",     "cmd",    "sql",     "prisma",     "graphql",
	"gql",        "proto", "thrift",   "yaml",    "yml",    "json",    "jsonc",      "json5",
	"toml",       "ini",   "cfg",      "conf",    "xml",    "plist",   "properties", "lua",
	"dart",       "ex",    "exs",      "erl",     "hrl",    "hs",      "ml",         "mli",
	"elm",        "clj",   "cljs",     "lisp",    "el",     "scm",     "r",          "jl",
	"nim",        "zig",   "v",        "sv",      "vhd",    "vhdl",    "asm",        "s",
	"f90",        "f",     "pas",      "adb",     "ads",    "tf",      "tfvars",     "hcl",
	"nix",        "cmake", "mk",       "am",      "ac",     "in",      "txt",        "md",
	"rst",        "adoc",  "csv",      "lock",    "env",    "service", "timer",      "j2",
	"jinja",      "tmpl",  "tpl",      "hbs",     "ejs",    "pug",     "twig",       "blade",
	"dockerfile", "cu",    "cuh",      "glsl",    "wgsl",   "metal",   "tcl",        "awk",
	"sed",        "d",     "pug",      "razor",   "cshtml", "aspx",    "jsp",        "xaml",
	"rego",       "bicep", "template", "example", "log",    "gd",      "tscn",       "cls",
	"trigger",    "apex",  "abap",     "cob",     "cbl",    "gs",      "wat",        "y",
	"l",          "jsonl", "1",        NULL,
};

static const char *const names[] = {
	"Makefile",      "Dockerfile",  "Jenkinsfile",    "Procfile",  "Gemfile",
	"Rakefile",      "Vagrantfile", "CMakeLists.txt", ".env",      ".gitignore",
	".dockerignore", "Podfile",     "Justfile",       "Caddyfile", NULL};

/* Products and the like. */
static const char *const products[] = {
	"node.js",    "next.js",   "vue.js",  "react.js",  "express.js", "d3.js",   "three.js",
	"nuxt.js",    "ethers.js", "web3.js", "socket.io", "chart.js",   "nest.js", "backbone.js",
	"discord.js", "asp.net",   "p5.js",   "alpine.js", NULL};

static bool
among(const char *const *words, struct str s)
{
	for (; *words; words++)
		if (strlen(*words) == s.len && strncasecmp(*words, s.ptr, s.len) == 0)
			return true;
	return false;
}

static bool
is_path_char(char c)
{
	return isalnum((unsigned char)c) || strchr("_./\\-+@~$%", c);
}

/* How long the path-like word at the start of S is. */
static size_t
word_length(struct str s)
{
	size_t n = 0, k;
	const char *close;

	while (n < s.len) {
		if (is_path_char(s.ptr[n]) && s.ptr[n] != 0) {
			n++;
		} else if ((unsigned char)s.ptr[n] >= 0x80 &&
		           mark_length(s.ptr + n, s.ptr + s.len) == 0) {
			n++;
		} else if ((s.ptr[n] == '[' || s.ptr[n] == '(') && n > 0 && s.ptr[n - 1] == '/' &&
		           (close = memchr(s.ptr + n, s.ptr[n] == '[' ? ']' : ')', s.len - n)) !=
		                   NULL &&
		           (k = (size_t)(close - s.ptr)) + 1 < s.len && k < n + 40 &&
		           (s.ptr[k + 1] == '/' || s.ptr[k + 1] == '.')) {
			n = k + 1;
		} else {
			break;
		}
	}
	while (n > 0 && (s.ptr[n - 1] == '.' || s.ptr[n - 1] == '-' || s.ptr[n - 1] == '+' ||
	                 s.ptr[n - 1] == '@' || s.ptr[n - 1] == '~' || s.ptr[n - 1] == '%'))
		n--;
	return n;
}

static struct str
base_name(struct str path)
{
	for (size_t i = path.len; i-- > 0;)
		if (path.ptr[i] == '/' || path.ptr[i] == '\\')
			return str_from(path, i + 1);
	return path;
}

/* What follows the last dot of a name that has something before it, or empty. */
static struct str
extension(struct str name)
{
	for (size_t i = name.len; i-- > 1;)
		if (name.ptr[i] == '.')
			return str_from(name, i + 1);
	return STR("");
}

/* Whether a word is a path. LABEL: it stands where a path is announced, so that a directory counts. */
static bool
is_path(struct str s, bool label)
{
	struct str base = base_name(s), ext = extension(base);
	bool slash = base.len < s.len, letters = false;

	if (s.len < 3 || s.len > 400 || memmem(s.ptr, s.len, "//", 2) || s.ptr[0] == '@')
		return false;
	if (base.len == 0)
		return label && s.len > 2;
	for (size_t i = 0; i < base.len; i++)
		letters = letters || isalpha((unsigned char)base.ptr[i]);
	if (among(names, base) || (str_starts(base, STR(".env")) && base.len < 24))
		return true;
	if (ext.len == 0)
		return label && slash && letters && memchr(s.ptr, '/', s.len) &&
		       (s.ptr[0] == '/' || s.ptr[0] == '.' || islower((unsigned char)s.ptr[0]));
	if (!among(extensions, ext) || among(products, base))
		return false;
	if (slash)
		return true;
	for (size_t i = 0; i < ext.len; i++)
		if (isupper((unsigned char)ext.ptr[i]))
			return false;
	/* Without a directory only the clearest: not self.c, process.env, os.name.in. */
	if (str_is(ext, "1") || str_is(ext, "log") || str_is(ext, "env") || str_is(ext, "in") ||
	    str_is(ext, "lock") || str_is(ext, "template") || str_is(ext, "example") ||
	    str_is(ext, "service"))
		return (str_is(ext, "log") || str_is(ext, "lock") || str_is(ext, "service")) &&
		       label;
	if (ext.len == 1 &&
	    (str_starts(base, STR("self.")) || str_starts(base, STR("this.")) || base.len < 5) &&
	    !label)
		return base.len >= 3 && strchr("ch", ext.ptr[0]) &&
		       !memchr(base.ptr, '.', base.len - 2);
	return !str_starts(base, STR("self.")) && !str_starts(base, STR("this."));
}

static size_t
digits(struct str s)
{
	size_t n = 0;

	while (n < s.len && isdigit((unsigned char)s.ptr[n]))
		n++;
	return n;
}

static uint32_t
number(struct str s)
{
	uint64_t v = 0;

	for (size_t i = 0; i < s.len && isdigit((unsigned char)s.ptr[i]); i++)
		v = v < UINT32_MAX ? v * 10 + (uint64_t)(s.ptr[i] - '0') : v;
	return v < UINT32_MAX ? (uint32_t)v : UINT32_MAX;
}

/* Marks that may stand around numbers: emphasis, code, spaces. */
static size_t
padding(struct str s)
{
	size_t n = 0;

	while (n < s.len && strchr(" *`_", s.ptr[n]))
		n++;
	return n;
}

/* "-", en and em dash, "..", "to": between the ends of a range. */
static size_t
range_mark(struct str s)
{
	size_t n = padding(s), from = n;

	if (n < s.len && s.ptr[n] == '-')
		n++;
	else if (n + 2 < s.len && memcmp(s.ptr + n, "\xe2\x80", 2) == 0 &&
	         ((unsigned char)s.ptr[n + 2] >= 0x90 && (unsigned char)s.ptr[n + 2] <= 0x95))
		n += 3;
	else if (n + 1 < s.len && memcmp(s.ptr + n, "..", 2) == 0)
		n += n + 2 < s.len && s.ptr[n + 2] == '.' ? 3 : 2;
	else if (n > 0 && n + 2 < s.len && memcmp(s.ptr + n, "to ", 3) == 0)
		n += 3;
	if (n == from)
		return 0;
	return n + padding(str_from(s, n));
}

static size_t
line_mark(struct str s)
{
	size_t n = 0;

	while (n < s.len &&
	       (s.ptr[n] == '~' || s.ptr[n] == '*' || s.ptr[n] == '`' || s.ptr[n] == '#'))
		n++;
	if (n + 2 < s.len && memcmp(s.ptr + n, "\xe2\x89\x88", 3) == 0)
		n += 3;
	if (n + 1 < s.len && (s.ptr[n] == 'L' || s.ptr[n] == 'l') &&
	    isdigit((unsigned char)s.ptr[n + 1]))
		n++;
	return n;
}

/* "126", "L10-L20", "~70", "157-163+"; returns its length, or 0. */
static size_t
range_read(struct str s, struct claim_range *r)
{
	size_t n = line_mark(s), k = digits(str_from(s, n)), m;

	if (k == 0 || k > 7)
		return 0;
	*r = (struct claim_range){.first = number(str_from(s, n)),
	                          .about = memchr(s.ptr, '~', n) != NULL};
	r->about = r->about || memchr(s.ptr, 0xe2, n) != NULL;
	r->last = r->first;
	n += k;
	if (n < s.len && s.ptr[n] == 'C' && digits(str_from(s, n + 1)) > 0)
		n += 1 + digits(str_from(s, n + 1));
	m = range_mark(str_from(s, n));
	if (m > 0) {
		m += n + line_mark(str_from(s, n + m));
		k = digits(str_from(s, m));
		if (k > 0 && k <= 7) {
			r->last = number(str_from(s, m));
			n = m + k;
		}
		if (n < s.len && s.ptr[n] == 'C' && digits(str_from(s, n + 1)) > 0)
			n += 1 + digits(str_from(s, n + 1));
	}
	if (n < s.len && s.ptr[n] == '+') {
		r->open = true;
		n++;
	}
	if (n < s.len && (isalpha((unsigned char)s.ptr[n]) || s.ptr[n] == '%'))
		return 0;
	return r->first > 0 ? n : 0;
}

static size_t
list_mark(struct str s)
{
	size_t n = padding(s), from = n;

	while (n < s.len &&
	       (s.ptr[n] == ',' || s.ptr[n] == ';' || s.ptr[n] == '&' || s.ptr[n] == '/'))
		n++;
	n += padding(str_from(s, n));
	if (s.len - n > 4 && memcmp(s.ptr + n, "and ", 4) == 0)
		n += 4;
	if (n == from || n == padding(s))
		return 0;
	if (s.len - n > 6 && strncasecmp(s.ptr + n, "lines ", 6) == 0)
		n += 6;
	else if (s.len - n > 5 && strncasecmp(s.ptr + n, "line ", 5) == 0)
		n += 5;
	return n;
}

/* A list of ranges; returns how much of S it takes. */
static size_t
ranges_read(struct str s, struct ranges *r)
{
	size_t n = padding(s), k, m;

	r->count = 0;
	while (r->count < MAX_RANGES && (k = range_read(str_from(s, n), &r->range[r->count])) > 0) {
		n += k;
		r->count++;
		m = list_mark(str_from(s, n));
		if (m == 0 || line_mark(str_from(s, n + m)) + n + m >= s.len ||
		    !isdigit((unsigned char)s.ptr[n + m + line_mark(str_from(s, n + m))]))
			break;
		n += m;
	}
	return r->count > 0 ? n : 0;
}

/* "line", "lines", "L", "at line", "Line:": how long the word that announces numbers is. */
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

/* The lines that follow a path: ":12-15", "#L3", " (lines 2-8)", "`, line 4". Returns how much of S they take. */
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
	n += padding(str_from(s, n));
	if (!mark && n < s.len && (s.ptr[n] == ',' || s.ptr[n] == '-' || s.ptr[n] == '|'))
		n += 1 + padding(str_from(s, n + 1));
	else if (!mark && s.len - n > 3 && memcmp(s.ptr + n, "\xe2\x80\x94", 3) == 0)
		n += 3 + padding(str_from(s, n + 3));
	if (n < s.len && (s.ptr[n] == '(' || s.ptr[n] == '[')) {
		bracket = true;
		n++;
	}
	k = lines_word(str_from(s, n));
	if (k == 0 && !mark &&
	    !(n + 1 < s.len && s.ptr[n] == 'L' && isdigit((unsigned char)s.ptr[n + 1])) &&
	    !(bracket && n > 1 && s.ptr[n - 2] == ' ' && digits(str_from(s, n)) > 0))
		return 0;
	n += k;
	k = ranges_read(str_from(s, n), r);
	if (k == 0)
		return 0;
	n += k;
	/* A column after the line. */
	if (mark && r->count == 1 && n + 1 < s.len && s.ptr[n] == ':' &&
	    digits(str_from(s, n + 1)) > 0)
		n += 1 + digits(str_from(s, n + 1));
	if (bracket && n < s.len && (s.ptr[n] == ')' || s.ptr[n] == ']'))
		n++;
	else if (bracket && k == digits(str_from(s, n - k)) && n < s.len && s.ptr[n] == ' ')
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

/* What was just named, at index I, is what the code that follows is of; of what prose names only if it stands next to it. */
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
	if (memmem(path->ptr, path->len, "://", 3)) {
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
	} else if (!is_path(*path, false)) {
		return false;
	}
	if (str_starts(fragment, STR("lines-")))
		fragment = str_from(fragment, 6);
	if (fragment.len > 0 && (fragment.ptr[0] == 'L' || isdigit((unsigned char)fragment.ptr[0])))
		ranges_read(fragment, r);
	return path->len > 0 && memmem(path->ptr, path->len, "..", 2) != path->ptr + path->len;
}

/* "126:140", "A:B; C:D" before a path; returns how much they and what parts them from it take. */
static size_t
before_path(struct str s, struct ranges *r)
{
	size_t n = 0, k;

	r->count = 0;
	while (r->count < MAX_RANGES) {
		k = digits(str_from(s, n));
		if (k == 0 || k > 7 || n + k >= s.len || s.ptr[n + k] != ':')
			return 0;
		r->range[r->count].first = number(str_from(s, n));
		n += k + 1;
		k = digits(str_from(s, n));
		if (k == 0 || k > 7)
			return 0;
		r->range[r->count] = (struct claim_range){.first = r->range[r->count].first,
		                                          .last = number(str_from(s, n))};
		r->count++;
		n += k;
		if (n < s.len && (s.ptr[n] == ';' || s.ptr[n] == ',')) {
			n += 1 + padding(str_from(s, n + 1));
			continue;
		}
		break;
	}
	if (n >= s.len || (s.ptr[n] != ' ' && s.ptr[n] != ':'))
		return 0;
	n += 1 + padding(str_from(s, n + 1));
	k = n < s.len ? word_length(str_from(s, n)) : 0;
	return k > 0 && is_path((struct str){s.ptr + n, k}, true) ? n : 0;
}

static bool
starts_word(struct str text, size_t i)
{
	return i == 0 ||
	       (!is_path_char(text.ptr[i - 1]) && (unsigned char)text.ptr[i - 1] < 0x80) ||
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

	if (!is_path(word, s->label))
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
			if (scan_path(s, word_length(str_from(s->text, s->at))))
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
				    (k = word_length(str_from(s->text, s->at + n))) > 0 &&
				    is_path((struct str){s->text.ptr + s->at + n, k}, s->label)) {
					s->at += n;
					return scan_path(s, k);
				}
				s->lines_alone = true;
				return true;
			}
		}
		s->ranges.count = 0;
		n = word_length(rest);
		if (n > 0 && scan_path(s, n))
			return true;
		if (n > 0)
			s->at += n - 1;
	}
	return false;
}

/* Lines without a path are of the location named last, if it has none yet, else a location of their own. */
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
locations_read(struct building *b, struct str text, const struct span *span, size_t spans,
               uint32_t line, enum claim_place place)
{
	struct scan s = {.text = text, .label = place == CLAIM_LABEL};
	struct ranges r;
	struct str path;

	for (size_t i = 0; i < spans; i++)
		if (span[i].kind == SPAN_LINK && url_read(span[i].url, &path, &r) &&
		    (r.count > 0 || memmem(span[i].url.ptr, span[i].url.len, "://", 3)))
			location_add(b, path, &r, span[i].url, line, place);
	while (scan_next(&s)) {
		bool linked = false;

		for (size_t i = 0; i < spans; i++)
			linked = linked ||
			         (span[i].kind == SPAN_LINK && s.at > span[i].from &&
			          s.at <= span[i].to + 1 && url_read(span[i].url, &path, &r) &&
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
			letters += isalnum((unsigned char)*p) != 0;
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
