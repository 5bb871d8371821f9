/*
 * package.json.
 */
#include "pins/version.h"

struct package {
	struct pins_file *f;
	const char *json; /* the text that was scanned: a copy of the file's */
	size_t skipped;   /* the mark at the file's start */
	struct buf scratch;
};

static struct pins_place
place_of(struct package *p, struct json v)
{
	return pins_place(p->f, p->f->text.ptr + p->skipped + (v.ptr - p->json));
}

static struct str
text_of(struct package *p, struct json v)
{
	buf_reset(&p->scratch);
	return arena_copy(&p->f->arena, json_string(v, &p->scratch));
}

static void
malformed(struct package *p, struct json v, const char *reason)
{
	pins_malformed(p->f, place_of(p, v).line, reason);
}

static void
version(struct package *p, struct str name, struct json v)
{
	struct str spec;

	if (v.type != JSON_STRING) {
		malformed(p, v, "a version that is no string");
		return;
	}
	spec = text_of(p, v);
	pins_add(p->f, place_of(p, v), version_npm(spec), name, spec);
}

/* An object of names and versions. */
static void
section(struct package *p, struct json root, const char *name)
{
	struct json object, key, value;
	struct json_iter it;

	if (!json_get(root, str_of(name), &object))
		return;
	if (object.type != JSON_OBJECT) {
		malformed(p, object, "dependencies are an object of names and versions");
		return;
	}
	it = json_iter(object);
	while (json_next(&it, &key, &value))
		version(p, text_of(p, key), value);
}

/*
 * Overrides may hold one another: {"a": {".": "1.0.0", "b@^2": "2.0.1"}}. A version belongs to the key above it, or with
 * "." to the one above that. Walked with a stack: the scanner bounds its depth.
 */
static void
overrides(struct package *p, struct json object)
{
	struct {
		struct json_iter it;
		struct str name;
	} open[JSON_MAX_DEPTH];
	struct json key, value;
	size_t depth = 1;

	if (object.type != JSON_OBJECT) {
		malformed(p, object, "overrides are an object");
		return;
	}
	open[0].it = json_iter(object);
	open[0].name = STR_NONE;
	while (depth > 0) {
		struct str name;

		if (!json_next(&open[depth - 1].it, &key, &value)) {
			depth--;
			continue;
		}
		name = text_of(p, key);
		if (str_is(name, "."))
			name = open[depth - 1].name;
		if (value.type == JSON_OBJECT) {
			open[depth].it = json_iter(value);
			open[depth++].name = name;
		} else {
			version(p, name, value);
		}
	}
}

static void
all(struct package *p, struct json root)
{
	static const char *const sections[] = {"dependencies",         "devDependencies",
	                                       "optionalDependencies", "peerDependencies",
	                                       "resolutions",          NULL};
	struct json v, inner;

	for (int i = 0; sections[i]; i++)
		section(p, root, sections[i]);
	if (json_get(root, STR("overrides"), &v))
		overrides(p, v);
	if (json_get(root, STR("pnpm"), &v) && json_get(v, STR("overrides"), &inner))
		overrides(p, inner);
}

void
package_check(struct pins_file *f)
{
	struct package p = {.f = f, .skipped = str_starts(f->text, STR("\xef\xbb\xbf")) ? 3 : 0};
	struct str text = str_from(f->text, p.skipped);
	struct buf padded = BUF_INIT;
	struct json root;
	struct json_error error;

	buf_padded(&padded, text);
	p.json = padded.ptr;
	if (!json_scan((struct str){padded.ptr, text.len}, &root, &error))
		pins_malformed(f, pins_place(f, text.ptr + error.offset).line, error.reason);
	else if (root.type != JSON_OBJECT)
		pins_malformed(f, 1, "expected an object");
	else
		all(&p, root);
	buf_release(&padded);
	buf_release(&p.scratch);
}
