/*
 * Cargo.toml. A bare version is a range to Cargo, "1.2" being "^1.2"; only "=1.2.3" is one version.
 */
#include "pins/toml.h"
#include "pins/version.h"

static void
dependency(struct pins_file *f, const struct toml *n)
{
	static const char *const refs[] = {"rev", "tag", "branch", NULL};
	static const char *const versions[] = {"version", NULL};
	bool git = toml_get(n, "git") != NULL;
	const struct toml *package = toml_get(n, "package");
	const struct toml *spec = n->type == TOML_STRING ? n : toml_first(n, git ? refs : versions);
	struct str text = spec ? spec->text : STR_NONE;

	if (n->type != TOML_STRING && n->type != TOML_TABLE) {
		pins_malformed(f, n->line, "expected a string or a table");
		return;
	}
	if (toml_get(n, "path") || toml_get(n, "workspace"))
		return;
	spec = spec ? spec : n;
	pins_add(f, (struct pins_place){spec->line, spec->column},
	         git ? version_ref(text) : version_cargo(text),
	         package && package->type == TOML_STRING ? package->text : n->key, text);
}

static void
table(struct pins_file *f, const struct toml *t)
{
	if (t && t->type == TOML_TABLE)
		for (const struct toml *n = t->child; n; n = n->next)
			dependency(f, n);
}

/* The tables that a package, a target and a workspace may have. */
static void
tables(struct pins_file *f, const struct toml *t)
{
	table(f, toml_get(t, "dependencies"));
	table(f, toml_get(t, "dev-dependencies"));
	table(f, toml_get(t, "dev_dependencies"));
	table(f, toml_get(t, "build-dependencies"));
	table(f, toml_get(t, "build_dependencies"));
}

static void
each(struct pins_file *f, const struct toml *t,
     void (*what)(struct pins_file *, const struct toml *))
{
	if (t && t->type == TOML_TABLE)
		for (const struct toml *n = t->child; n; n = n->next)
			what(f, n);
}

void
cargo_check(struct pins_file *f)
{
	struct toml_error error;
	const struct toml *root = toml_parse(&f->arena, f->text, &error);

	if (!root) {
		pins_malformed(f, error.line, error.reason);
		return;
	}
	tables(f, root);
	tables(f, toml_get(root, "workspace"));
	each(f, toml_get(root, "target"), tables);
	each(f, toml_get(root, "patch"), table);
	table(f, toml_get(root, "replace"));
}
