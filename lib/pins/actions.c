/*
 * YAML: what workflows and actions of GitHub use, and the hooks of pre-commit.
 */
#include "pins/version.h"
#include "rule/yaml.h"

static struct pins_place
place_of(const struct yaml *n)
{
	return (struct pins_place){n->line, n->column};
}

static bool
parse(struct pins_file *f, struct yaml_file *file)
{
	struct yaml_error error;

	if (yaml_parse_foreign(file, "", f->text, &error))
		return true;
	pins_malformed(f, error.line, arena_copy(&f->arena, str_of(error.reason)).ptr);
	return false;
}

/* "owner/repository/path@ref", "./path", "docker://image". */
static void
use(struct pins_file *f, const struct yaml *n)
{
	static const struct str docker = STR("docker://");
	const char *at;
	struct str ref = STR_NONE, name;

	if (n->type != YAML_SCALAR || n->text.len == 0 || n->text.ptr[0] == '.')
		return;
	if (str_starts(n->text, docker)) {
		name = str_from(n->text, docker.len);
		pins_add(f, place_of(n), version_image(name), name, STR_NONE);
		return;
	}
	name = n->text;
	at = memrchr(name.ptr, '@', name.len);
	if (at) {
		ref = (struct str){at + 1, (size_t)(name.ptr + name.len - at - 1)};
		name.len = (size_t)(at - name.ptr);
	}
	pins_add(f, place_of(n), ref.len > 0 ? version_ref(ref) : PIN_MISSING, name, ref);
}

/*
 * Steps and jobs use things, and so may a step that only an alias brings to its place: every "uses" counts, but for those that
 * are names of values. YAML_MAX_DEPTH bounds the depth.
 */
static void
walk(struct pins_file *f, const struct yaml *node)
{
	static const char *const values[] = {"with", "env", "inputs", "outputs", "secrets", NULL};

	for (const struct yaml *n = node->child; n; n = n->next) {
		bool value = false;

		for (int i = 0; values[i]; i++)
			value |= str_is(n->key, values[i]);
		if (!value && str_is(n->key, "uses"))
			use(f, n);
		else if (!value)
			walk(f, n);
	}
}

void
actions_check(struct pins_file *f)
{
	struct yaml_file file;

	if (!parse(f, &file))
		return;
	if (file.root)
		walk(f, file.root);
	yaml_release(&file);
}

/* A package that a hook needs besides, in the words of its language: "name==1", "name@1", "name:1". */
static void
additional(struct pins_file *f, const struct yaml *n)
{
	const char *at = n->text.len > 1 ? memrchr(n->text.ptr + 1, '@', n->text.len - 1) : NULL;
	struct requirement r;

	if (n->type != YAML_SCALAR || n->text.len == 0)
		return;
	if (at && !memmem(n->text.ptr, n->text.len, " @ ", 3)) {
		struct str name = {n->text.ptr, (size_t)(at - n->text.ptr)};
		struct str version = str_from(n->text, name.len + 1);

		pins_add(f, place_of(n), version_npm(version), name, version);
	} else if (!requirement_parse(n->text, &r) && r.name.len > 0) {
		pins_add(f, place_of(n), r.pin, r.name, r.spec);
	}
}

static void
hooks(struct pins_file *f, const struct yaml *list)
{
	for (const struct yaml *hook = list ? list->child : NULL; hook; hook = hook->next) {
		const struct yaml *n = yaml_get(hook, "additional_dependencies");

		for (n = n ? n->child : NULL; n; n = n->next)
			additional(f, n);
	}
}

void
precommit_check(struct pins_file *f)
{
	struct yaml_file file;
	const struct yaml *n;

	if (!parse(f, &file))
		return;
	/* As it was before version 1: a bare list, and "sha". */
	n = file.root && file.root->type == YAML_LIST ? file.root : yaml_get(file.root, "repos");
	for (n = n ? n->child : NULL; n; n = n->next) {
		const struct yaml *repo = yaml_get(n, "repo"), *rev = yaml_get(n, "rev");
		struct str name = repo && repo->type == YAML_SCALAR ? repo->text : STR_NONE;

		rev = rev ? rev : yaml_get(n, "sha");
		hooks(f, yaml_get(n, "hooks"));
		if (name.len == 0 || str_is(name, "local") || str_is(name, "meta"))
			continue;
		if (rev && rev->type == YAML_SCALAR && rev->text.len > 0)
			pins_add(f, place_of(rev), version_ref(rev->text), name, rev->text);
		else
			pins_add(f, place_of(repo), PIN_MISSING, name, STR_NONE);
	}
	yaml_release(&file);
}
