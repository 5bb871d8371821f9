/*
 * Dockerfile: the images that stages are made from and copied from, and what apt-get installs.
 */
#include "pins/dockerfile.h"

#include "pins/version.h"

struct pins_place
dockerfile_place(struct dockerfile *d, const char *at)
{
	return pins_place(d->f, d->f->text.ptr + (at - d->copy));
}

bool
dockerfile_word(struct str *s, struct str *word)
{
	size_t n = 0;

	while (s->len > 0 && strchr(" \t\r\n\"'", s->ptr[0]) && s->ptr[0] != '\0')
		*s = str_from(*s, 1);
	while (n < s->len && (s->ptr[n] == '\0' || !strchr(" \t\r\n\"'", s->ptr[n])))
		n++;
	*word = (struct str){s->ptr, n};
	*s = str_from(*s, n);
	return n > 0;
}

static bool
is_name(char c, bool first)
{
	return ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' || (!first && c >= '0' && c <= '9');
}

/* Add the value of the variable at the start of S, after its '$', to B; returns how many bytes it took. */
static size_t
add_value(struct dockerfile *d, struct str s, struct buf *b, bool *open)
{
	bool brace = s.len > 0 && s.ptr[0] == '{';
	size_t from = brace, n = from, end;
	const struct str *value;
	const char *close;
	struct str otherwise = STR_NONE;

	while (n < s.len && is_name(s.ptr[n], n == from))
		n++;
	close = brace ? memchr(s.ptr, '}', s.len) : NULL;
	end = brace ? (close ? (size_t)(close - s.ptr) + 1 : s.len) : n;
	value = map_find(&d->values, (struct str){s.ptr + from, n - from});
	if (brace && close && s.ptr[n] != '}')
		otherwise = (struct str){s.ptr + n, end - 1 - n};
	if (value && value->ptr && !str_starts(otherwise, STR(":+"))) {
		buf_span(b, *value);
	} else if (str_starts(otherwise, STR(":-")) || str_starts(otherwise, STR(":+"))) {
		buf_span(b, str_from(otherwise, 2));
	} else if (str_starts(otherwise, STR("-"))) {
		buf_span(b, str_from(otherwise, 1));
	} else {
		*open = true;
		buf_byte(b, '$');
		buf_add(b, s.ptr, end);
	}
	return end;
}

struct str
dockerfile_expand(struct dockerfile *d, struct str word, bool *open)
{
	struct buf b = BUF_INIT;
	struct str expanded;

	*open = false;
	if (word.len == 0 || !memchr(word.ptr, '$', word.len))
		return word;
	for (size_t i = 0; i < word.len; i++) {
		if (word.ptr[i] == '$')
			i += add_value(d, str_from(word, i + 1), &b, open);
		else
			buf_byte(&b, word.ptr[i]);
	}
	expanded = arena_copy(&d->f->arena, buf_view(&b));
	buf_release(&b);
	return expanded;
}

static struct str
lower(struct dockerfile *d, struct str s)
{
	char *p = arena_take(&d->f->arena, s.len + 1);

	for (size_t i = 0; i < s.len; i++)
		p[i] = (char)(s.ptr[i] >= 'A' && s.ptr[i] <= 'Z' ? s.ptr[i] | 32 : s.ptr[i]);
	return (struct str){p, s.len};
}

/* An image that is named at WORD, unless it is a stage of this file. */
static void
on_image(struct dockerfile *d, struct str word)
{
	bool open;
	struct str image = dockerfile_expand(d, word, &open);

	if (str_is(image, "scratch") || map_find(&d->stages, lower(d, image)))
		return;
	pins_add(d->f, dockerfile_place(d, word.ptr), open ? PIN_MOVING : version_image(image),
	         image, STR_NONE);
}

static const char *
on_from(struct dockerfile *d, struct str rest)
{
	struct str word, image = STR_NONE, as;

	while (dockerfile_word(&rest, &word) && str_starts(word, STR("--")))
		;
	if (word.len == 0)
		return "FROM without an image";
	image = word;
	on_image(d, image);
	if (!dockerfile_word(&rest, &word))
		return NULL;
	if (!str_eq_case(word, STR("as")) || !dockerfile_word(&rest, &as))
		return "expected AS and a name after the image";
	map_use(&d->stages, lower(d, as), NULL);
	return NULL;
}

/* ARG and ENV: NAME=VALUE …, or NAME, or for ENV also NAME VALUE. */
static const char *
on_set(struct dockerfile *d, struct str rest, bool environment)
{
	struct str word;

	while (dockerfile_word(&rest, &word)) {
		const char *equals = memchr(word.ptr, '=', word.len);
		struct str name = {word.ptr, equals ? (size_t)(equals - word.ptr) : word.len};
		struct str value = equals ? str_from(word, name.len + 1) : STR_NONE, *kept;
		bool open, fresh;

		if (equals && value.len == 0 && rest.len > 0 && strchr("\"'", rest.ptr[0])) {
			const char *end = memchr(rest.ptr + 1, rest.ptr[0], rest.len - 1);

			value = (struct str){rest.ptr + 1,
			                     end ? (size_t)(end - rest.ptr) - 1 : rest.len - 1};
			rest = str_from(rest, value.len + 1 + (end != NULL));
		} else if (!equals && environment) {
			value = str_trim(rest);
			rest.len = 0;
		}
		value = dockerfile_expand(d, value, &open);
		kept = map_use(&d->values, name, &fresh);
		if (fresh || value.ptr)
			*kept = open ? STR_NONE : value;
	}
	return NULL;
}

/* The images in --from=IMAGE and --mount=…,from=IMAGE, at the start of an instruction. */
static void
on_flags(struct dockerfile *d, struct str rest)
{
	struct str word, item;

	while (dockerfile_word(&rest, &word) && str_starts(word, STR("--"))) {
		word = str_from(word, 2);
		if (str_starts(word, STR("mount=")))
			word = str_from(word, 6);
		while (str_item(&word, &item)) {
			if (!str_starts(item, STR("from=")) || item.len == 5)
				continue;
			item = str_from(item, 5);
			if (item.ptr[0] < '0' || item.ptr[0] > '9')
				on_image(d, item);
		}
	}
}

/* The word that ends the heredoc which LINE begins; empty where it begins none. */
static struct str
heredoc(struct str line)
{
	const char *at = memmem(line.ptr, line.len, "<<", 2);
	struct str rest, word;

	if (!at)
		return STR_NONE;
	rest = str_from(line, (size_t)(at - line.ptr) + 2);
	if (rest.len > 0 && (rest.ptr[0] == '<' || rest.ptr[0] == ' '))
		return STR_NONE;
	if (rest.len > 0 && rest.ptr[0] == '-')
		rest = str_from(rest, 1);
	return dockerfile_word(&rest, &word) ? word : STR_NONE;
}

/* The lines up to END, *rest being moved past it; false where there is no such line. */
static bool
take_heredoc(struct str *rest, struct str end, struct str *body)
{
	struct str line;

	*body = *rest;
	while (str_line(rest, &line)) {
		if (str_eq(str_trim(line), end)) {
			body->len = (size_t)(line.ptr - body->ptr);
			return true;
		}
	}
	return false;
}

static bool
is_instruction(struct str word)
{
	static const char *const known[] = {
		"add",        "arg",         "cmd",     "copy",    "entrypoint", "env",
		"expose",     "healthcheck", "label",   "run",     "shell",      "stopsignal",
		"maintainer", "volume",      "onbuild", "workdir", "user",       NULL};

	return str_is_any(word, known);
}

/* LINE is an instruction; *rest is what comes after its line. */
static const char *
on_instruction(struct dockerfile *d, struct str line, struct str *rest)
{
	struct str word, end, body = STR_NONE;

	if (!dockerfile_word(&line, &word))
		return NULL;
	if (str_eq_case(word, STR("onbuild")))
		dockerfile_word(&line, &word);
	if (str_eq_case(word, STR("from")))
		return on_from(d, line);
	if (!is_instruction(word))
		return "unknown instruction";
	if (str_eq_case(word, STR("arg")) || str_eq_case(word, STR("env")))
		return on_set(d, line, str_eq_case(word, STR("env")));
	if (!str_eq_case(word, STR("run")) && !str_eq_case(word, STR("copy")) &&
	    !str_eq_case(word, STR("add")))
		return NULL;
	on_flags(d, line);
	end = heredoc(line);
	if (end.len > 0 && !take_heredoc(rest, end, &body))
		return "unterminated heredoc";
	if (str_eq_case(word, STR("run"))) {
		dockerfile_apt(d, line);
		dockerfile_apt(d, body);
	}
	return NULL;
}

/* The sign that continues a line: a backslash, or what a directive at the top of the file says. */
static char
escape_of(struct str text)
{
	struct str line, word;

	while (str_line(&text, &line) && str_starts(str_trim(line), STR("#"))) {
		line = str_trim(str_from(str_trim(line), 1));
		if (!str_starts(line, STR("escape")))
			continue;
		line = str_trim(str_from(line, 6));
		if (str_starts(line, STR("=")) &&
		    (line = str_from(line, 1), dockerfile_word(&line, &word)))
			return word.ptr[0];
	}
	return '\\';
}

static void
blank(struct dockerfile *d)
{
	struct str rest = d->f->text, line;
	char escape = escape_of(rest);
	bool continued = false;

	memcpy(d->copy, rest.ptr, rest.len);
	while (str_line(&rest, &line)) {
		struct str s = str_trim(line);
		char *at = d->copy + (line.ptr - d->f->text.ptr), *end = at + line.len;

		if (s.len > 0 && s.ptr[0] == '#')
			memset(at, ' ', line.len);
		else if (s.len > 0)
			continued = s.ptr[s.len - 1] == escape;
		if (s.len > 0 && s.ptr[0] != '#' && continued)
			d->copy[s.ptr + s.len - 1 - d->f->text.ptr] = ' ';
		if (continued)
			memset(end, ' ', (size_t)(rest.ptr - line.ptr) - line.len);
	}
}

void
dockerfile_check(struct pins_file *f)
{
	struct dockerfile d = {.f = f,
	                       .copy = arena_take(&f->arena, f->text.len + 1),
	                       .values = MAP_INIT(sizeof(struct str)),
	                       .stages = MAP_INIT(sizeof(char))};
	struct str rest = {d.copy, f->text.len}, line;

	blank(&d);
	if (str_starts(rest, STR("\xef\xbb\xbf")))
		rest = str_from(rest, 3);
	while (str_line(&rest, &line)) {
		const char *reason = on_instruction(&d, line, &rest);

		if (reason)
			pins_malformed(f, dockerfile_place(&d, str_trim(line).ptr).line, reason);
	}
	map_release(&d.values);
	map_release(&d.stages);
}
