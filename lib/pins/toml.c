#include "pins/toml.h"

#include "base/buf.h"
#include "base/map.h"
#include "base/utf8.h"
#include "finding/finding.h"

#include <stdint.h>

struct reading {
	struct arena *arena;
	const char *p, *end;
	size_t line;
	const char *mark; /* on this line, and its column */
	size_t mark_column;
	struct toml_error *error;
	struct map
		tables; /* struct toml *, by the address of the table that holds it and its key */
	struct buf scratch;
	unsigned depth;
};

static bool
fail(struct reading *r, const char *reason)
{
	if (!r->error->reason)
		*r->error = (struct toml_error){r->line, reason};
	return false;
}

static bool
at(const struct reading *r, char c)
{
	return r->p < r->end && *r->p == c;
}

static bool
take(struct reading *r, char c)
{
	if (!at(r, c))
		return false;
	r->p++;
	return true;
}

static void
next_line(struct reading *r)
{
	r->p++;
	r->line++;
	r->mark = r->p;
	r->mark_column = 1;
}

static void
skip_blanks(struct reading *r)
{
	while (at(r, ' ') || at(r, '\t'))
		r->p++;
}

/* To the next line where nothing but a comment is left of this one. */
static bool
line_end(struct reading *r)
{
	skip_blanks(r);
	if (at(r, '#'))
		while (r->p < r->end && *r->p != '\n')
			r->p++;
	if (at(r, '\r') && r->p + 1 < r->end && r->p[1] == '\n')
		r->p++;
	if (r->p == r->end)
		return true;
	if (!at(r, '\n'))
		return fail(r, "something after a value or a header");
	next_line(r);
	return true;
}

/* Blanks, comments and line ends, inside an array. */
static bool
skip_space(struct reading *r)
{
	for (;;) {
		skip_blanks(r);
		if (!at(r, '#') && !at(r, '\n') && !at(r, '\r'))
			return true;
		if (!line_end(r))
			return false;
	}
}

static struct toml *
node(struct reading *r, enum toml_type type, struct str key, struct toml *parent)
{
	struct toml *n = arena_take(r->arena, sizeof(*n));

	*n = (struct toml){.type = type, .key = key, .line = r->line};
	r->mark_column += finding_column((struct str){r->mark, (size_t)(r->end - r->mark)},
	                                 (size_t)(r->p - r->mark)) -
	                  1;
	r->mark = r->p;
	n->column = r->mark_column;
	if (parent && parent->last)
		parent->last->next = n;
	else if (parent)
		parent->child = n;
	if (parent)
		parent->last = n;
	return n;
}

static int
hex(char c)
{
	return c >= '0' && c <= '9'                 ? c - '0'
	       : (c | 32) >= 'a' && (c | 32) <= 'f' ? (c | 32) - 'a' + 10
	                                            : -1;
}

static bool
take_code(struct reading *r, int digits)
{
	uint32_t code = 0;
	char bytes[4];

	for (; digits > 0; digits--, r->p++) {
		if (r->p == r->end || hex(*r->p) < 0)
			return fail(r, "bad escape in a string");
		code = code << 4 | (uint32_t)hex(*r->p);
	}
	if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000))
		return fail(r, "an escape that is no character");
	buf_add(&r->scratch, bytes, utf8_encode(bytes, code));
	return true;
}

/* After a backslash in a basic string. */
static bool
take_escape(struct reading *r, bool multi)
{
	static const char from[] = "btnfre\"\\", to[] = "\b\t\n\f\r\033\"\\";
	const char *found;
	char c;

	if (multi && (at(r, ' ') || at(r, '\t') || at(r, '\r') || at(r, '\n'))) {
		skip_blanks(r);
		take(r, '\r');
		if (!at(r, '\n'))
			return fail(r, "bad escape in a string");
		while (at(r, ' ') || at(r, '\t') || at(r, '\r') || at(r, '\n')) {
			if (*r->p == '\n')
				next_line(r);
			else
				r->p++;
		}
		return true;
	}
	if (r->p == r->end)
		return fail(r, "unterminated string");
	c = *r->p++;
	if (c == 'u' || c == 'U')
		return take_code(r, c == 'u' ? 4 : 8);
	found = c ? strchr(from, c) : NULL;
	if (!found)
		return fail(r, "bad escape in a string");
	buf_byte(&r->scratch, to[found - from]);
	return true;
}

/* How many QUOTEs stand at P. */
static size_t
quotes(const struct reading *r, char quote)
{
	size_t n = 0;

	while (r->p + n < r->end && r->p[n] == quote)
		n++;
	return n;
}

/* Whether the string ends here, which is then passed. Up to two quotes may stand before the three that end a long one. */
static bool
ends_string(struct reading *r, char quote, bool multi)
{
	size_t n = quotes(r, quote);

	if (!multi)
		return n > 0 && take(r, quote);
	if (n < 3)
		return false;
	n = n > 5 ? 5 : n;
	buf_add(&r->scratch, r->p, n - 3);
	r->p += n;
	return true;
}

static bool
take_string(struct reading *r, struct str *text)
{
	char quote = *r->p;
	bool multi = quotes(r, quote) >= 3;

	buf_reset(&r->scratch);
	r->p += multi ? 3 : 1;
	if (multi && at(r, '\r') && r->p + 1 < r->end && r->p[1] == '\n')
		r->p++;
	if (multi && at(r, '\n'))
		next_line(r);
	while (!ends_string(r, quote, multi)) {
		if (r->p == r->end || (!multi && *r->p == '\n'))
			return fail(r, "unterminated string");
		if (*r->p == '\\' && quote == '"') {
			r->p++;
			if (!take_escape(r, multi))
				return false;
			continue;
		}
		buf_byte(&r->scratch, *r->p);
		if (*r->p == '\n')
			next_line(r);
		else
			r->p++;
	}
	*text = arena_copy(r->arena, buf_view(&r->scratch));
	return true;
}

static bool
is_bare(char c)
{
	return (c >= '0' && c <= '9') || ((c | 32) >= 'a' && (c | 32) <= 'z') || c == '_' ||
	       c == '-';
}

static bool
take_key(struct reading *r, struct str *key)
{
	const char *from = r->p;

	if (at(r, '"') || at(r, '\''))
		return quotes(r, *r->p) >= 3 ? fail(r, "bad key") : take_string(r, key);
	while (r->p < r->end && is_bare(*r->p))
		r->p++;
	*key = (struct str){from, (size_t)(r->p - from)};
	return key->len > 0 || fail(r, "a key is missing");
}

/* The table KEY, which stands at AT, of TABLE, of an array of tables the last, made where it is not there. */
static struct toml *
inner(struct reading *r, struct toml *table, struct str key, const char *at_key, bool array)
{
	const char *p = r->p;
	struct toml **slot, *t;
	bool fresh;

	buf_reset(&r->scratch);
	buf_add(&r->scratch, &table, sizeof(struct toml *));
	buf_span(&r->scratch, key);
	slot = map_use(&r->tables, buf_view(&r->scratch), &fresh);
	r->p = at_key;
	if (fresh)
		*slot = node(r, array ? TOML_ARRAY : TOML_TABLE, key, table);
	t = *slot;
	if (array)
		t = t->type == TOML_ARRAY ? node(r, TOML_TABLE, STR_NONE, t) : NULL;
	else if (t->type == TOML_ARRAY)
		t = t->last;
	r->p = p;
	return t;
}

/* A key with dots: its last part, where that stands, and the table that is to hold it. */
static bool
take_path(struct reading *r, struct toml **table, struct str *key, const char **at_key)
{
	for (;;) {
		*at_key = r->p;
		if (!take_key(r, key))
			return false;
		skip_blanks(r);
		if (!take(r, '.'))
			return true;
		skip_blanks(r);
		*table = inner(r, *table, *key, *at_key, false);
	}
}

static bool take_value(struct reading *r, struct str key, struct toml *parent);

static bool
take_pair(struct reading *r, struct toml *table)
{
	const char *at_key;
	struct str key;

	if (!take_path(r, &table, &key, &at_key))
		return false;
	if (!take(r, '='))
		return fail(r, "expected '=' after a key");
	skip_blanks(r);
	return take_value(r, key, table);
}

static bool
take_array(struct reading *r, struct toml *array)
{
	r->p++;
	for (;;) {
		if (!skip_space(r))
			return false;
		if (take(r, ']'))
			return true;
		if (r->p == r->end)
			return fail(r, "unterminated array");
		if (!take_value(r, STR_NONE, array) || !skip_space(r))
			return false;
		if (!take(r, ',') && !at(r, ']'))
			return fail(r, "expected ',' or ']' in an array");
	}
}

static bool
take_inline(struct reading *r, struct toml *table)
{
	r->p++;
	for (;;) {
		if (!skip_space(r))
			return false;
		if (take(r, '}'))
			return true;
		if (!take_pair(r, table) || !skip_space(r))
			return false;
		if (!take(r, ',') && !at(r, '}'))
			return fail(r, "expected ',' or '}' in an inline table");
	}
}

/* A number, a boolean, a date: to the end of what can be part of one. */
static bool
take_other(struct reading *r, struct toml *n)
{
	const char *from = r->p;

	while (r->p < r->end && (is_bare(*r->p) || strchr("+.:", *r->p)) && *r->p != '\0')
		r->p++;
	n->text = (struct str){from, (size_t)(r->p - from)};
	return n->text.len > 0 || fail(r, "a value is missing");
}

static bool
take_value(struct reading *r, struct str key, struct toml *parent)
{
	char c = r->p < r->end ? *r->p : '\0';
	enum toml_type type = c == '['                ? TOML_ARRAY
	                      : c == '{'              ? TOML_TABLE
	                      : c == '"' || c == '\'' ? TOML_STRING
	                                              : TOML_OTHER;
	struct toml *n = node(r, type, key, parent);
	bool taken;

	if (type == TOML_STRING)
		return take_string(r, &n->text);
	if (type == TOML_OTHER)
		return take_other(r, n);
	if (r->depth == TOML_MAX_DEPTH)
		return fail(r, "nested too deeply");
	r->depth++;
	taken = type == TOML_ARRAY ? take_array(r, n) : take_inline(r, n);
	r->depth--;
	return taken;
}

/* A line [a.b] or [[a.b]]: what follows goes into *table. */
static bool
take_header(struct reading *r, struct toml *root, struct toml **table)
{
	const char *at_key;
	struct str key;
	bool array;

	r->p++;
	array = take(r, '[');
	skip_blanks(r);
	*table = root;
	if (!take_path(r, table, &key, &at_key))
		return false;
	if (!take(r, ']') || (array && !take(r, ']')))
		return fail(r, "unterminated header of a table");
	*table = inner(r, *table, key, at_key, array);
	return *table || fail(r, "a table and an array of tables of the same name");
}

static bool
take_all(struct reading *r, struct toml *root)
{
	struct toml *table = root;

	while (r->p < r->end) {
		if (!skip_space(r))
			return false;
		if (r->p == r->end)
			break;
		if (!(at(r, '[') ? take_header(r, root, &table) : take_pair(r, table)) ||
		    !line_end(r))
			return false;
	}
	return true;
}

struct toml *
toml_parse(struct arena *a, struct str text, struct toml_error *error)
{
	struct reading r = {.arena = a, .line = 1, .mark_column = 1, .error = error};
	struct toml *root;
	bool whole;

	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	r.tables = (struct map)MAP_INIT(sizeof(struct toml *));
	r.p = r.mark = text.ptr;
	r.end = text.ptr + text.len;
	*error = (struct toml_error){0, NULL};
	root = node(&r, TOML_TABLE, STR_NONE, NULL);
	whole = take_all(&r, root);
	map_release(&r.tables);
	buf_release(&r.scratch);
	return whole ? root : NULL;
}

const struct toml *
toml_get(const struct toml *table, const char *key)
{
	if (!table || table->type != TOML_TABLE)
		return NULL;
	for (const struct toml *n = table->child; n; n = n->next)
		if (str_is(n->key, key))
			return n;
	return NULL;
}

struct str
toml_string(const struct toml *table, const char *key)
{
	const struct toml *n = toml_get(table, key);

	return n && n->type == TOML_STRING ? n->text : STR_NONE;
}

const struct toml *
toml_first(const struct toml *table, const char *const *keys)
{
	const struct toml *n;

	for (; *keys; keys++)
		if ((n = toml_get(table, *keys)) && n->type == TOML_STRING)
			return n;
	return NULL;
}
