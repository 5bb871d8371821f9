#include "pins/pins_file.h"

#include <fnmatch.h>

static const struct {
	const char *pattern; /* of as many last parts of a path as it has itself */
	enum pins_kind kind;
} names[] = {
	{"*.dockerignore", PINS_NONE},
	{"requirements*.txt", PINS_REQUIREMENTS},
	{"*requirements.txt", PINS_REQUIREMENTS},
	{"constraints*.txt", PINS_REQUIREMENTS},
	{"*constraints.txt", PINS_REQUIREMENTS},
	{"requirements/*.txt", PINS_REQUIREMENTS},
	{"pyproject.toml", PINS_PYPROJECT},
	{"package.json", PINS_PACKAGE},
	{"Cargo.toml", PINS_CARGO},
	{"go.mod", PINS_GOMOD},
	{"Gemfile", PINS_GEMFILE},
	{"gems.rb", PINS_GEMFILE},
	{"Dockerfile", PINS_DOCKERFILE},
	{"Dockerfile.*", PINS_DOCKERFILE},
	{"*.[Dd]ockerfile", PINS_DOCKERFILE},
	{"Containerfile", PINS_DOCKERFILE},
	{"Containerfile.*", PINS_DOCKERFILE},
	{".github/workflows/*.yml", PINS_ACTIONS},
	{".github/workflows/*.yaml", PINS_ACTIONS},
	{"action.yml", PINS_ACTIONS},
	{"action.yaml", PINS_ACTIONS},
	{".pre-commit-config.yaml", PINS_PRECOMMIT},
	{".pre-commit-config.yml", PINS_PRECOMMIT},
};

/* The last parts of PATH, as many as PATTERN has; all of it where it has fewer. */
static struct str
tail(struct str path, const char *pattern)
{
	size_t n = path.len;
	int more = 0;

	for (const char *p = pattern; (p = strchr(p, '/')); p++)
		more++;
	for (; n > 0 && (path.ptr[n - 1] != '/' || more-- > 0); n--)
		;
	return str_from(path, n);
}

enum { NAME_ROOM = 1024 }; /* for what is matched; nothing longer has a name that is known */

enum pins_kind
pins_kind_of(struct str path)
{
	char last[NAME_ROOM];

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str name = tail(path, names[i].pattern);

		if (name.len >= sizeof(last) || memchr(name.ptr, '\0', name.len))
			continue;
		memcpy(last, name.ptr, name.len);
		last[name.len] = '\0';
		if (fnmatch(names[i].pattern, last, FNM_PATHNAME) == 0)
			return names[i].kind;
	}
	return PINS_NONE;
}

void
pins_check(struct pins *p, enum pins_kind kind, struct str path, struct str text)
{
	static void (*const check[PINS_KINDS])(struct pins_file *) = {
		[PINS_PYPROJECT] = pyproject_check, [PINS_PACKAGE] = package_check,
		[PINS_CARGO] = cargo_check,         [PINS_GOMOD] = gomod_check,
		[PINS_GEMFILE] = gemfile_check,     [PINS_DOCKERFILE] = dockerfile_check,
		[PINS_ACTIONS] = actions_check,     [PINS_PRECOMMIT] = precommit_check,
	};
	struct pins_file f;

	if (kind == PINS_REQUIREMENTS) {
		requirements_check(p, path, text);
	} else if (kind != PINS_NONE) {
		pins_file_init(&f, p, kind, path, text);
		check[kind](&f);
		pins_file_finish(&f);
	}
}

void
pins_release(struct pins *p)
{
	map_release(&p->seen);
	map_release(&p->lock);
	arena_release(&p->lock_arena);
}
