/*
 * pyproject.toml: what is built with, what is depended on (PEP 517, 621, 735), and the tables of Poetry, PDM, uv and Hatch.
 */
#include "pins/toml.h"
#include "pins/version.h"

static struct pins_place
place_of(const struct toml *n)
{
	return (struct pins_place){n->line, n->column};
}

struct project {
	struct pins_file *f;
	struct map sources; /* tables of [tool.uv.sources], which say where a package comes from */
};

static void
find_sources(struct project *p, const struct toml *tool)
{
	const struct toml *n = toml_get(toml_get(tool, "uv"), "sources");

	for (n = n ? n->child : NULL; n; n = n->next)
		if (n->type == TOML_TABLE)
			*(const struct toml **)map_use(
				&p->sources, requirement_name(&p->f->arena, n->key), NULL) = n;
}

/*
 * What a table says that names a place to fetch from, and which of its strings says so (may be NULL); false where it names none.
 */
static bool
from_place(const struct toml *t, enum pin *pin, const struct toml **spec)
{
	static const char *const refs[] = {"rev", "tag", "branch", NULL}, *const url[] = {"url",
	                                                                                  NULL};

	if (toml_get(t, "git")) {
		*spec = toml_first(t, refs);
		*pin = version_ref(*spec ? (*spec)->text : STR_NONE);
	} else if (toml_get(t, "url")) {
		*spec = toml_first(t, url);
		*pin = version_url(*spec ? (*spec)->text : STR_NONE);
	} else if (toml_get(t, "path") || toml_get(t, "file") || toml_get(t, "workspace")) {
		*pin = PIN_EXACT;
	} else {
		return false;
	}
	return true;
}

static void
list(struct project *p, const struct toml *array)
{
	for (const struct toml *n = array ? array->child : NULL; n; n = n->next) {
		struct requirement r;
		const struct toml *const *source, *spec = NULL;
		const char *reason;

		if (n->type != TOML_STRING)
			continue;
		reason = requirement_parse(n->text, &r);
		if (reason) {
			pins_malformed(p->f, n->line, reason);
			continue;
		}
		source = map_find(&p->sources, requirement_name(&p->f->arena, r.name));
		if (source && from_place(*source, &r.pin, &spec) && spec)
			r.spec = spec->text;
		if (r.name.len > 0)
			pins_add(p->f, place_of(n), r.pin, r.name, r.spec);
	}
}

/* A table of lists. */
static void
lists(struct project *p, const struct toml *table)
{
	for (const struct toml *n = table ? table->child : NULL; n; n = n->next)
		if (n->type == TOML_ARRAY)
			list(p, n);
}

static void
poetry_value(struct pins_file *f, struct str name, const struct toml *n)
{
	static const char *const version[] = {"version", NULL};
	const struct toml *spec = n->type == TOML_STRING ? n : toml_first(n, version);
	enum pin pin = version_poetry(spec ? spec->text : STR_NONE);

	if (n->type == TOML_TABLE)
		from_place(n, &pin, &spec);
	if (n->type == TOML_OTHER || n->type == TOML_ARRAY)
		pins_malformed(f, n->line, "expected a string or a table");
	else
		pins_add(f, place_of(spec ? spec : n), pin, name, spec ? spec->text : STR_NONE);
}

static void
poetry(struct pins_file *f, const struct toml *table)
{
	for (const struct toml *n = table ? table->child : NULL; n; n = n->next) {
		if (str_is(n->key, "python"))
			continue;
		if (n->type != TOML_ARRAY)
			poetry_value(f, n->key, n);
		else
			for (const struct toml *e = n->child; e; e = e->next)
				poetry_value(f, n->key, e);
	}
}

static void
tools(struct project *p, const struct toml *tool)
{
	const struct toml *group = toml_get(toml_get(tool, "poetry"), "group");
	const struct toml *envs = toml_get(toml_get(tool, "hatch"), "envs");

	poetry(p->f, toml_get(toml_get(tool, "poetry"), "dependencies"));
	poetry(p->f, toml_get(toml_get(tool, "poetry"), "dev-dependencies"));
	for (group = group ? group->child : NULL; group; group = group->next)
		poetry(p->f, toml_get(group, "dependencies"));
	lists(p, toml_get(toml_get(tool, "pdm"), "dev-dependencies"));
	list(p, toml_get(toml_get(tool, "uv"), "dev-dependencies"));
	for (envs = envs ? envs->child : NULL; envs; envs = envs->next) {
		list(p, toml_get(envs, "dependencies"));
		list(p, toml_get(envs, "extra-dependencies"));
	}
}

void
pyproject_check(struct pins_file *f)
{
	struct toml_error error;
	const struct toml *root = toml_parse(&f->arena, f->text, &error);
	const struct toml *project = toml_get(root, "project"), *tool = toml_get(root, "tool");
	struct project p = {.f = f, .sources = MAP_INIT(sizeof(struct toml *))};

	if (!root) {
		pins_malformed(f, error.line, error.reason);
		return;
	}
	find_sources(&p, tool);
	list(&p, toml_get(toml_get(root, "build-system"), "requires"));
	list(&p, toml_get(project, "dependencies"));
	lists(&p, toml_get(project, "optional-dependencies"));
	lists(&p, toml_get(root, "dependency-groups"));
	tools(&p, tool);
	map_release(&p.sources);
}
