/*
 * requirements.txt, as pip reads it. A file is judged together with all that it includes, by -r and -c: where one of them
 * gives the one version of a package, whatever else is said of it can only agree.
 */
#include "base/mem.h"
#include "pins/version.h"

/* A link to a directory above it gives one file any number of paths. */
enum { PARTS_MAX = 256 };

struct item {
	struct pins_file *file;
	struct pins_place place;
	struct requirement is;
};

struct part {
	struct pins_file file;
	struct buf text;
};

struct closure {
	struct pins *pins;
	struct part **parts;
	size_t count, cap;
	struct item *items;
	size_t item_count, item_cap;
	struct map known; /* paths of the parts */
	struct map exact; /* names of which one version is given wherever they are installed */
	struct arena arena;
};

static struct part *
add_part(struct closure *c, struct str path)
{
	struct part *part = xcalloc(1, sizeof(*part));

	GROW(c->parts, c->count, c->cap);
	c->parts[c->count++] = part;
	map_use(&c->known, path, NULL);
	return part;
}

/* TARGET is included at PLACE of FILE: read it, unless it was read before, or say why not. */
static void
include(struct closure *c, struct pins_file *file, struct pins_place place, struct str target)
{
	struct str path = pins_beside(file, target);
	struct buf text = BUF_INIT;
	struct part *part;

	if (path.len > 0 && map_find(&c->known, path))
		return;
	if (path.len == 0 || c->count == PARTS_MAX || memmem(target.ptr, target.len, "://", 3) ||
	    c->pins->open(c->pins->arg, path, &text) != PINS_OPENED) {
		buf_release(&text);
		pins_add(file, place, PIN_UNREAD, target, STR_NONE);
		return;
	}
	part = add_part(c, path);
	part->text = text;
	pins_file_init(&part->file, c->pins, PINS_REQUIREMENTS, arena_copy(&c->arena, path),
	               buf_view(&part->text));
}

static void
require(struct closure *c, struct pins_file *file, struct pins_place place, struct str text)
{
	struct item item = {.file = file, .place = place};
	const char *reason = requirement_parse(text, &item.is);

	if (reason) {
		pins_malformed(file, place.line, reason);
	} else if (item.is.name.len > 0) {
		if (item.is.pin == PIN_EXACT && item.is.marker.len == 0)
			map_use(&c->exact, requirement_name(&c->arena, item.is.name), NULL);
		item.is.name = arena_copy(&file->arena, item.is.name);
		item.is.spec = arena_copy(&file->arena, item.is.spec);
		GROW(c->items, c->item_count, c->item_cap);
		c->items[c->item_count++] = item;
	}
}

/* Whether LINE is the option NAME, whose argument is then in *argument. */
static bool
option(struct str line, const char *name, struct str *argument)
{
	size_t n = strlen(name);

	if (!str_starts(line, str_of(name)) || line.len == n)
		return false;
	if (n > 2 && !strchr(" \t=", line.ptr[n]))
		return false;
	*argument = str_trim(str_from(line, n));
	if (argument->len > 0 && argument->ptr[0] == '=')
		*argument = str_trim(str_from(*argument, 1));
	if (argument->len > 1 && strchr("\"'", argument->ptr[0]) &&
	    argument->ptr[argument->len - 1] == argument->ptr[0])
		*argument = (struct str){argument->ptr + 1, argument->len - 2};
	return argument->len > 0;
}

/* Without the options that a requirement may have after it. */
static struct str
without_options(struct str line)
{
	for (size_t i = 0; i + 2 < line.len; i++)
		if (strchr(" \t", line.ptr[i]) && line.ptr[i + 1] == '-' && line.ptr[i + 2] == '-')
			return (struct str){line.ptr, i};
	return line;
}

static void
take_line(struct closure *c, struct pins_file *file, struct pins_place place, struct str line)
{
	struct str argument;

	if (option(line, "-r", &argument) || option(line, "--requirement", &argument) ||
	    option(line, "-c", &argument) || option(line, "--constraint", &argument))
		include(c, file, place, argument);
	else if (option(line, "-e", &argument) || option(line, "--editable", &argument))
		require(c, file, place, without_options(argument));
	else if (line.ptr[0] != '-')
		require(c, file, place, without_options(line));
	else if (str_is(line, "-r") || str_is(line, "-c") || str_is(line, "-e"))
		pins_malformed(file, place.line, "an option without its argument");
}

/* LINE without a comment, which begins with a '#' at its start or after white space. */
static struct str
without_comment(struct str line)
{
	for (size_t i = 0; i < line.len; i++)
		if (line.ptr[i] == '#' && (i == 0 || strchr(" \t", line.ptr[i - 1])))
			return (struct str){line.ptr, i};
	return line;
}

/* Join lines that end in a backslash, and take each whole one; a comment ends one, too. */
static void
take_file(struct closure *c, struct pins_file *file)
{
	struct str rest = file->text, line, whole;
	struct buf joined = BUF_INIT;
	struct pins_place place = {0, 0};
	bool more;

	if (str_starts(rest, STR("\xef\xbb\xbf")))
		rest = str_from(rest, 3);
	do {
		bool comment, last = !str_line(&rest, &line);

		line = last ? STR_NONE : line;
		comment = str_starts(str_trim(line), STR("#"));
		more = !last && !comment && line.len > 0 && line.ptr[line.len - 1] == '\\';
		if (place.line == 0 && str_trim(line).len > 0)
			place = pins_place(file, str_trim(line).ptr);
		if (comment)
			buf_byte(&joined, ' ');
		buf_add(&joined, line.ptr, line.len - more);
		if (more)
			continue;
		whole = str_trim(without_comment(buf_view(&joined)));
		if (whole.len > 0)
			take_line(c, file, place, whole);
		buf_reset(&joined);
		place.line = 0;
		more = !last;
	} while (more);
	buf_release(&joined);
}

void
requirements_check(struct pins *p, struct str path, struct str text)
{
	struct closure c = {
		.pins = p, .known = MAP_INIT(sizeof(char)), .exact = MAP_INIT(sizeof(char))};

	pins_file_init(&add_part(&c, path)->file, p, PINS_REQUIREMENTS, path, text);
	for (size_t i = 0; i < c.count; i++)
		take_file(&c, &c.parts[i]->file);
	for (size_t i = 0; i < c.item_count; i++) {
		struct item *item = &c.items[i];

		if (item->is.marker.len > 0 ||
		    !map_find(&c.exact, requirement_name(&c.arena, item->is.name)))
			pins_add(item->file, item->place, item->is.pin, item->is.name,
			         item->is.spec);
	}
	for (size_t i = 0; i < c.count; i++) {
		pins_file_finish(&c.parts[i]->file);
		buf_release(&c.parts[i]->text);
		free(c.parts[i]);
	}
	free(c.parts);
	free(c.items);
	map_release(&c.known);
	map_release(&c.exact);
	arena_release(&c.arena);
}
