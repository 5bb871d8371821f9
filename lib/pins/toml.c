#include "pins/toml_text.h"

#include "base/map.h"
#include "finding/finding.h"

static struct toml *
node(struct toml_reader *r, enum toml_type type, struct str key, struct toml *parent)
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

/* The table KEY, which stands at AT, of TABLE, of an array of tables the last, made where it is not there. */
static struct toml *
inner(struct toml_reader *r, struct toml *table, struct str key, const char *at_key, bool array)
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
take_path(struct toml_reader *r, struct toml **table, struct str *key, const char **at_key)
{
	for (;;) {
		*at_key = r->p;
		if (!toml_take_key(r, key))
			return false;
		toml_skip_blanks(r);
		if (!toml_take(r, '.'))
			return true;
		toml_skip_blanks(r);
		*table = inner(r, *table, *key, *at_key, false);
	}
}

static bool take_value(struct toml_reader *r, struct str key, struct toml *parent);

static bool
take_pair(struct toml_reader *r, struct toml *table)
{
	const char *at_key;
	struct str key;

	if (!take_path(r, &table, &key, &at_key))
		return false;
	if (!toml_take(r, '='))
		return toml_fail(r, "expected '=' after a key");
	toml_skip_blanks(r);
	return take_value(r, key, table);
}

static bool
take_array(struct toml_reader *r, struct toml *array)
{
	r->p++;
	for (;;) {
		if (!toml_skip_space(r))
			return false;
		if (toml_take(r, ']'))
			return true;
		if (r->p == r->end)
			return toml_fail(r, "unterminated array");
		if (!take_value(r, STR_NONE, array) || !toml_skip_space(r))
			return false;
		if (!toml_take(r, ',') && !toml_at(r, ']'))
			return toml_fail(r, "expected ',' or ']' in an array");
	}
}

static bool
take_inline(struct toml_reader *r, struct toml *table)
{
	r->p++;
	for (;;) {
		if (!toml_skip_space(r))
			return false;
		if (toml_take(r, '}'))
			return true;
		if (!take_pair(r, table) || !toml_skip_space(r))
			return false;
		if (!toml_take(r, ',') && !toml_at(r, '}'))
			return toml_fail(r, "expected ',' or '}' in an inline table");
	}
}

/* A number, a boolean, a date: to the end of what can be part of one. */
static bool
take_other(struct toml_reader *r, struct toml *n)
{
	const char *from = r->p;

	while (r->p < r->end && (toml_is_bare(*r->p) || strchr("+.:", *r->p)) && *r->p != '\0')
		r->p++;
	n->text = (struct str){from, (size_t)(r->p - from)};
	return n->text.len > 0 || toml_fail(r, "a value is missing");
}

static bool
take_value(struct toml_reader *r, struct str key, struct toml *parent)
{
	char c = r->p < r->end ? *r->p : '\0';
	enum toml_type type = c == '['                ? TOML_ARRAY
	                      : c == '{'              ? TOML_TABLE
	                      : c == '"' || c == '\'' ? TOML_STRING
	                                              : TOML_OTHER;
	struct toml *n = node(r, type, key, parent);
	bool taken;

	if (type == TOML_STRING)
		return toml_take_string(r, &n->text);
	if (type == TOML_OTHER)
		return take_other(r, n);
	if (r->depth == TOML_MAX_DEPTH)
		return toml_fail(r, "nested too deeply");
	r->depth++;
	taken = type == TOML_ARRAY ? take_array(r, n) : take_inline(r, n);
	r->depth--;
	return taken;
}

/* A line [a.b] or [[a.b]]: what follows goes into *table. */
static bool
take_header(struct toml_reader *r, struct toml *root, struct toml **table)
{
	const char *at_key;
	struct str key;
	bool array;

	r->p++;
	array = toml_take(r, '[');
	toml_skip_blanks(r);
	*table = root;
	if (!take_path(r, table, &key, &at_key))
		return false;
	if (!toml_take(r, ']') || (array && !toml_take(r, ']')))
		return toml_fail(r, "unterminated header of a table");
	*table = inner(r, *table, key, at_key, array);
	return *table || toml_fail(r, "a table and an array of tables of the same name");
}

static bool
take_all(struct toml_reader *r, struct toml *root)
{
	struct toml *table = root;

	while (r->p < r->end) {
		if (!toml_skip_space(r))
			return false;
		if (r->p == r->end)
			break;
		if (!(toml_at(r, '[') ? take_header(r, root, &table) : take_pair(r, table)) ||
		    !toml_take_line_end(r))
			return false;
	}
	return true;
}

struct toml *
toml_parse(struct arena *a, struct str text, struct toml_error *error)
{
	struct toml_reader r = {.arena = a, .line = 1, .mark_column = 1, .error = error};
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
