/*
 * Reading a tree: what a file must hold, each fault reported where it stands.
 */
#include "rule/yaml.h"

#include "base/clock.h"
#include "base/diag.h"
#include "base/exit.h"
#include "base/file.h"
#include "base/num.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

/* Rules are written by hand: what is larger is not a rules file. */
enum { YAML_MAX_FILE = 16 << 20 };

void
yaml_load(struct yaml_file *file, const char *path)
{
	const char *name = strcmp(path, "-") == 0 ? "stdin" : path;
	struct buf text = BUF_INIT;
	struct yaml_error error;

	if (!file_read(path, YAML_MAX_FILE, &text)) {
		if (errno == EFBIG)
			die(EROS_CONFIG, "bad_config", NULL, "%s: larger than %d MiB", name,
			    YAML_MAX_FILE >> 20);
		die(EROS_NOINPUT, "cannot_open", strerror(errno), "%s", name);
	}
	buf_cstr(&text);
	if (!yaml_parse(file, name, buf_view(&text), &error))
		die(EROS_CONFIG, "bad_config", NULL, "%s:%u: %s", name, error.line, error.reason);
	buf_release(&text);
}

__attribute__((format(printf, 3, 0))) static noreturn void
die_at(const struct yaml_file *file, unsigned line, const char *fmt, va_list ap)
{
	struct buf message = BUF_INIT;

	buf_vprintf(&message, fmt, ap);
	die(EROS_CONFIG, "bad_config", NULL, "%s:%u: %s", file->name, line, buf_cstr(&message));
}

__attribute__((format(printf, 3, 0))) static void
fault_at(const struct yaml_file *file, unsigned line, const char *fmt, va_list ap)
{
	if (!file->fault)
		die_at(file, line, fmt, ap);
	if (file->fault->line > 0)
		return;
	file->fault->line = line;
	vsnprintf(file->fault->reason, sizeof(file->fault->reason), fmt, ap);
}

_Noreturn void
yaml_die(const struct yaml_file *file, const struct yaml *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	die_at(file, node ? node->line : 1, fmt, ap);
}

void
yaml_fault(const struct yaml_file *file, const struct yaml *node, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault_at(file, node ? node->line : 1, fmt, ap);
	va_end(ap);
}

__attribute__((format(printf, 3, 4))) static void
fault_line(const struct yaml_file *file, unsigned line, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fault_at(file, line, fmt, ap);
	va_end(ap);
}

const struct yaml *
yaml_get(const struct yaml *map, const char *key)
{
	struct str wanted = str_of(key);

	if (!map || map->type != YAML_MAP)
		return NULL;
	for (const struct yaml *node = map->child; node; node = node->next) {
		if (str_eq(node->key, wanted))
			return node;
	}
	return NULL;
}

static bool
is_among(struct str word, const char *const *words)
{
	for (; *words; words++) {
		if (str_is(word, *words))
			return true;
	}
	return false;
}

void
yaml_expect_keys(const struct yaml_file *file, const struct yaml *map, const char *const *keys)
{
	yaml_expect(file, map, YAML_MAP, NULL);
	for (const struct yaml *node = map && map->type == YAML_MAP ? map->child : NULL; node;
	     node = node->next) {
		const char *near;

		if (is_among(node->key, keys))
			continue;
		near = str_nearest(node->key, keys);
		fault_line(file, node->key_line, "unknown key '%s'%s%s%s", node->key.ptr,
		           near ? " (did you mean '" : "", near ? near : "", near ? "'?)" : "");
	}
}

static const char *
name_of(const struct yaml *node)
{
	return node && node->key.ptr ? node->key.ptr : NULL;
}

void
yaml_expect(const struct yaml_file *file, const struct yaml *node, enum yaml_type type,
            const char *what)
{
	static const char *const kinds[] = {"a single value", "a list", "a map"};

	if (node && node->type == type)
		return;
	if (!what)
		what = name_of(node);
	yaml_fault(file, node, "%s%sexpected %s", what ? what : "", what ? ": " : "", kinds[type]);
}

const struct yaml *
yaml_top_list(const struct yaml_file *file, const char *const *keys, const char *key)
{
	const struct yaml *list = yaml_get(file->root, key);

	if (file->root) {
		yaml_expect(file, file->root, YAML_MAP, "rules");
		yaml_expect_keys(file, file->root, keys);
	}
	if (!list)
		yaml_fault(file, file->root, "no rules: expected '%s'", key);
	else
		yaml_expect(file, list, YAML_LIST, key);
	return list && list->type == YAML_LIST ? list : NULL;
}

/* "threshold: expected a number from 0 to 1, not '1.5'" */
static void
wrong(const struct yaml_file *file, const struct yaml *node, const char *wanted)
{
	const char *what = name_of(node);
	const char *quote = node && node->quoted ? "\"" : "'";

	if (!node || node->type != YAML_SCALAR)
		yaml_fault(file, node, "%s%sexpected %s", what ? what : "", what ? ": " : "",
		           wanted);
	else
		yaml_fault(file, node, "%s%sexpected %s, not %s%s%s", what ? what : "",
		           what ? ": " : "", wanted, quote, node->text.ptr, quote);
}

static bool
is_null(const struct yaml *node)
{
	static const char *const nulls[] = {"", "~", "null", "Null", "NULL", NULL};

	return !node->quoted && is_among(node->text, nulls);
}

/* A scalar that is not in quotes: a number in quotes is text. */
static bool
is_plain(const struct yaml *node)
{
	return node && node->type == YAML_SCALAR && !node->quoted;
}

struct str
yaml_text(const struct yaml_file *file, const struct yaml *node)
{
	if (node && node->type == YAML_SCALAR && !is_null(node))
		return node->text;
	wrong(file, node, "text");
	return STR("");
}

/* " from 0 to 1", as far as there are bounds. */
static void
add_range(struct buf *b, double min, double max)
{
	if (isfinite(min)) {
		buf_str(b, isfinite(max) ? " from " : " of at least ");
		buf_number(b, min);
	}
	if (isfinite(max)) {
		buf_str(b, isfinite(min) ? " to " : " of at most ");
		buf_number(b, max);
	}
}

double
yaml_number(const struct yaml_file *file, const struct yaml *node, double min, double max)
{
	double value;

	if (!is_plain(node) || !num_parse(node->text, &value) || !(value >= min && value <= max)) {
		struct buf wanted = BUF_INIT;

		buf_str(&wanted, "a number");
		add_range(&wanted, min, max);
		wrong(file, node, buf_cstr(&wanted));
		buf_release(&wanted);
		return 0;
	}
	return value;
}

double
yaml_duration(const struct yaml_file *file, const struct yaml *node)
{
	double seconds;

	if (node && node->type == YAML_SCALAR && duration_parse(node->text, &seconds))
		return seconds;
	wrong(file, node, "a duration such as 30s, 5m or 4h");
	return 0;
}

uint64_t
yaml_count(const struct yaml_file *file, const struct yaml *node, uint64_t min, uint64_t max)
{
	uint64_t value;

	if (!is_plain(node) || !num_parse_count(node->text, max, &value) || value < min) {
		struct buf wanted = BUF_INIT;

		buf_str(&wanted, "a whole number");
		add_range(&wanted, (double)min, max == UINT64_MAX ? INFINITY : (double)max);
		wrong(file, node, buf_cstr(&wanted));
		buf_release(&wanted);
		return min;
	}
	return value;
}

bool
yaml_bool(const struct yaml_file *file, const struct yaml *node)
{
	static const char *const yes[] = {"true", "True", "TRUE", NULL};
	static const char *const no[] = {"false", "False", "FALSE", NULL};

	if (is_plain(node) && is_among(node->text, yes))
		return true;
	if (!is_plain(node) || !is_among(node->text, no))
		wrong(file, node, "true or false");
	return false;
}
