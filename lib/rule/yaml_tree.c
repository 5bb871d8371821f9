/*
 * The tree, built from libyaml's events. Nodes and their text lie in an arena that yaml_release
 * frees; the only stack is that of open containers, which YAML_MAX_DEPTH bounds.
 */
#include "rule/yaml.h"

#include "base/mem.h"
#include "base/utf8.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <yaml.h>

struct builder {
	struct yaml_file *file;
	struct yaml_error *error;
	bool foreign;
	size_t nodes, documents;
	size_t depth;
	struct {
		struct yaml *node;
		struct yaml **tail; /* where its next child goes */
	} open[YAML_MAX_DEPTH];
	struct str
		key; /* read in the innermost map, its value not yet; no ptr where there is none */
	unsigned key_line;
};

void
yaml_release(struct yaml_file *file)
{
	arena_release(&file->arena);
	file->root = NULL;
}

__attribute__((format(printf, 3, 4))) static bool
fail(struct yaml_error *error, size_t line, const char *fmt, ...)
{
	va_list ap;

	error->line = (unsigned)line;
	va_start(ap, fmt);
	vsnprintf(error->reason, sizeof(error->reason), fmt, ap);
	va_end(ap);
	return false;
}

static size_t
line_of(const yaml_event_t *event)
{
	return event->start_mark.line + 1;
}

/* A map waits for a key, rather than for the value of one. */
static bool
wants_key(const struct builder *b)
{
	return b->depth > 0 && b->open[b->depth - 1].node->type == YAML_MAP && !b->key.ptr;
}

static struct yaml *
add_node(struct builder *b, enum yaml_type type, const yaml_event_t *event)
{
	struct yaml *node = arena_take(&b->file->arena, sizeof(*node));

	*node = (struct yaml){.type = type,
	                      .line = (unsigned)line_of(event),
	                      .column = (unsigned)event->start_mark.column + 1,
	                      .key = b->key,
	                      .key_line = b->key_line};
	b->key = STR_NONE;
	b->key_line = 0;
	if (b->depth == 0) {
		b->file->root = node;
	} else {
		*b->open[b->depth - 1].tail = node;
		b->open[b->depth - 1].tail = &node->next;
		b->open[b->depth - 1].node->count++;
	}
	return node;
}

/* What no node may have, and how many there may be. */
static bool
check_node(struct builder *b, const yaml_event_t *event, const void *anchor, const void *tag)
{
	if (anchor && !b->foreign)
		return fail(b->error, line_of(event), "anchors and aliases are not allowed");
	if (tag && !b->foreign)
		return fail(b->error, line_of(event), "tags are not allowed");
	if (++b->nodes > YAML_MAX_NODES)
		return fail(b->error, line_of(event), "more than %d nodes", YAML_MAX_NODES);
	return true;
}

static bool
on_scalar(struct builder *b, const yaml_event_t *event)
{
	const char *text = (const char *)event->data.scalar.value;
	size_t len = event->data.scalar.length, line = line_of(event);
	bool quoted = event->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
	struct yaml *node;

	if (!check_node(b, event, event->data.scalar.anchor, event->data.scalar.tag))
		return false;
	if (memchr(text, '\0', len))
		return fail(b->error, line, "NUL character in a string");
	if (wants_key(b)) {
		if (!quoted && strcmp(text, "<<") == 0 && !b->foreign)
			return fail(b->error, line, "merge keys are not allowed");
		if (!quoted && len == 0)
			return fail(b->error, line, "a key is missing");
		b->key = arena_copy(&b->file->arena, (struct str){text, len});
		b->key_line = (unsigned)line;
		return true;
	}
	node = add_node(b, YAML_SCALAR, event);
	node->quoted = quoted;
	node->text = arena_copy(&b->file->arena, (struct str){text, len});
	return true;
}

static bool
on_open(struct builder *b, const yaml_event_t *event, enum yaml_type type, const void *anchor,
        const void *tag)
{
	struct yaml *node;

	if (!check_node(b, event, anchor, tag))
		return false;
	if (wants_key(b))
		return fail(b->error, line_of(event), "a key must be text, not a list or a map");
	if (b->depth == YAML_MAX_DEPTH)
		return fail(b->error, line_of(event), "nested deeper than %d levels",
		            YAML_MAX_DEPTH);
	node = add_node(b, type, event);
	b->open[b->depth].node = node;
	b->open[b->depth].tail = &node->child;
	b->depth++;
	return true;
}

static int
by_key(const void *a, const void *b)
{
	const struct yaml *x = *(struct yaml *const *)a, *y = *(struct yaml *const *)b;
	int order = str_cmp(x->key, y->key);

	return order ? order : (x->key_line > y->key_line) - (x->key_line < y->key_line);
}

/* Sorted, so that a map of very many keys costs no square. */
static bool
check_duplicates(struct builder *b, const struct yaml *map)
{
	struct yaml **sorted, *first = NULL, *again = NULL;
	size_t n = 0;

	if (map->count < 2 || b->foreign)
		return true;
	sorted = xreallocarray(NULL, map->count, sizeof(*sorted));
	for (struct yaml *node = map->child; node; node = node->next)
		sorted[n++] = node;
	qsort(sorted, n, sizeof(*sorted), by_key);
	for (size_t i = 1; i < n; i++) {
		if (str_eq(sorted[i - 1]->key, sorted[i]->key) &&
		    (!again || sorted[i]->key_line < again->key_line)) {
			first = sorted[i - 1];
			again = sorted[i];
		}
	}
	free(sorted);
	return !again || fail(b->error, again->key_line, "duplicate key '%.60s' (first at line %u)",
	                      again->key.ptr, first->key_line);
}

/* Its anchor's node was seen where it stands. */
static bool
on_alias(struct builder *b, const yaml_event_t *event)
{
	if (!b->foreign)
		return fail(b->error, line_of(event), "anchors and aliases are not allowed");
	if (!check_node(b, event, NULL, NULL))
		return false;
	if (wants_key(b)) {
		b->key = STR("");
		b->key_line = (unsigned)line_of(event);
	} else {
		add_node(b, YAML_SCALAR, event)->text = STR("");
	}
	return true;
}

static bool
on_event(struct builder *b, const yaml_event_t *event)
{
	if (b->foreign && b->documents > 1)
		return true;
	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		return ++b->documents == 1 || b->foreign ||
		       fail(b->error, line_of(event), "a second document is not allowed");
	case YAML_ALIAS_EVENT: return on_alias(b, event);
	case YAML_SCALAR_EVENT: return on_scalar(b, event);
	case YAML_SEQUENCE_START_EVENT:
		return on_open(b, event, YAML_LIST, event->data.sequence_start.anchor,
		               event->data.sequence_start.tag);
	case YAML_MAPPING_START_EVENT:
		return on_open(b, event, YAML_MAP, event->data.mapping_start.anchor,
		               event->data.mapping_start.tag);
	case YAML_SEQUENCE_END_EVENT: b->depth--; return true;
	case YAML_MAPPING_END_EVENT: return check_duplicates(b, b->open[--b->depth].node);
	default: return true;
	}
}

/* Whether a tab indents line LINE of TEXT: libyaml's words for that help nobody. */
static bool
tab_indents(struct str text, size_t line)
{
	struct str s = STR_NONE;
	size_t i = 0;

	while (line-- > 0) {
		if (!str_line(&text, &s))
			return false;
	}
	while (i < s.len && s.ptr[i] == ' ')
		i++;
	return i < s.len && s.ptr[i] == '\t';
}

static bool
syntax_error(const yaml_parser_t *p, struct str text, struct yaml_error *error)
{
	size_t line = p->problem_mark.line + 1;

	if (p->error == YAML_MEMORY_ERROR)
		return fail(error, line, "out of memory");
	if (p->error == YAML_READER_ERROR) {
		line = 1;
		for (size_t i = 0; i < p->problem_offset && i < text.len; i++)
			line += text.ptr[i] == '\n';
		return fail(error, line, "%s", p->problem);
	}
	if (tab_indents(text, line))
		return fail(error, line, "a tab cannot indent: use spaces");
	if (!p->context)
		return fail(error, line, "%s", p->problem);
	if (p->context_mark.line + 1 == line)
		return fail(error, line, "%s %s", p->problem, p->context);
	return fail(error, line, "%s %s that begins at line %zu", p->problem, p->context,
	            p->context_mark.line + 1);
}

static bool
check_bytes(struct str text, struct yaml_error *error)
{
	const char *p = text.ptr, *end = text.ptr + text.len;
	size_t line = 1;

	while (p < end) {
		size_t n = utf8_length(p, end);

		if (n == 0)
			return fail(error, line, "invalid UTF-8");
		if (*p == '\0')
			return fail(error, line, "NUL byte");
		line += *p == '\n';
		p += n;
	}
	return true;
}

static bool
build(struct builder *b, yaml_parser_t *parser, struct str text)
{
	bool more = true;

	while (more) {
		yaml_event_t event;
		bool accepted;

		if (!yaml_parser_parse(parser, &event))
			return syntax_error(parser, text, b->error);
		accepted = on_event(b, &event);
		more = event.type != YAML_STREAM_END_EVENT;
		yaml_event_delete(&event);
		if (!accepted)
			return false;
	}
	return true;
}

static bool
parse(struct yaml_file *file, const char *name, struct str text, struct yaml_error *error,
      bool foreign)
{
	struct builder b = {.file = file, .error = error, .foreign = foreign};
	struct yaml *root;
	yaml_parser_t parser;
	bool built;

	*file = (struct yaml_file){.name = name};
	if (str_starts(text, STR("\xef\xbb\xbf")))
		text = str_from(text, 3);
	if (!check_bytes(text, error))
		return false;
	if (!yaml_parser_initialize(&parser))
		return fail(error, 1, "out of memory");
	yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
	yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
	built = build(&b, &parser, text);
	yaml_parser_delete(&parser);
	root = file->root;
	if (!built)
		yaml_release(file);
	else if (root && root->type == YAML_SCALAR && !root->quoted && root->text.len == 0)
		file->root = NULL; /* "---" alone */
	return built;
}

bool
yaml_parse(struct yaml_file *file, const char *name, struct str text, struct yaml_error *error)
{
	return parse(file, name, text, error, false);
}

bool
yaml_parse_foreign(struct yaml_file *file, const char *name, struct str text,
                   struct yaml_error *error)
{
	return parse(file, name, text, error, true);
}
