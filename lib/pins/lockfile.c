/*
 * Lock files: which versions were written down beside a file that says only what is wanted. Of each format no more is read
 * than names and versions, line by line where it has a line for each.
 */
#include "pins/version.h"

static void
keep(struct pins *p, struct str name, struct str version)
{
	struct str *v;
	bool fresh;

	if (name.len == 0)
		return;
	v = map_use(&p->lock, name, &fresh);
	if (fresh)
		*v = arena_copy(&p->lock_arena, version);
}

/* The value of "KEY = "…"" or "KEY: "…"", quotes gone; false where LINE is something else. */
static bool
pair(struct str line, const char *key, struct str *value)
{
	line = str_trim(line);
	if (!str_starts(line, str_of(key)))
		return false;
	line = str_trim(str_from(line, strlen(key)));
	if (line.len == 0 || (line.ptr[0] != '=' && line.ptr[0] != ':'))
		return false;
	line = str_trim(str_from(line, 1));
	while (line.len > 0 && (line.ptr[0] == '"' || line.ptr[0] == '\''))
		line = str_from(line, 1);
	while (line.len > 0 && strchr("\"',", line.ptr[line.len - 1]))
		line.len--;
	*value = line;
	return true;
}

/* Cargo.lock, poetry.lock, uv.lock, pdm.lock, pylock.toml: [[package]] tables. */
static void
read_toml(struct pins *p, struct str text)
{
	struct str line, value, name = STR_NONE;

	while (str_line(&text, &line)) {
		if (str_starts(line, STR("["))) {
			keep(p, name, STR_NONE);
			name = STR_NONE;
		} else if (pair(line, "name", &value)) {
			name = value;
		} else if (pair(line, "version", &value)) {
			keep(p, name, value);
			name = STR_NONE;
		}
	}
	keep(p, name, STR_NONE);
}

/* package-lock.json: "packages" by path in version 2 and 3, "dependencies" by name in 1. */
static void
read_npm(struct pins *p, struct str text)
{
	static const char *const lists[] = {"packages", "dependencies", NULL};
	struct buf padded = BUF_INIT, scratch = BUF_INIT;
	struct json root, list, key, value, version;
	struct json_error error;

	buf_padded(&padded, text);
	if (!json_scan((struct str){padded.ptr, text.len}, &root, &error))
		root.type = JSON_NULL;
	for (int i = 0; lists[i]; i++) {
		struct json_iter it;

		if (!json_get(root, str_of(lists[i]), &list) || list.type != JSON_OBJECT)
			continue;
		it = json_iter(list);
		while (json_next(&it, &key, &value)) {
			struct str name, number = STR_NONE;
			const char *last = NULL, *at;

			buf_reset(&scratch);
			buf_room(&scratch, key.len + value.len);
			name = json_string(key, &scratch);
			for (at = name.ptr; (at = memmem(at, (size_t)(name.ptr + name.len - at),
			                                 "node_modules/", 13));
			     last = at)
				at += 13;
			if (last)
				name = str_from(name, (size_t)(last - name.ptr));
			if (json_get(value, STR("version"), &version) &&
			    version.type == JSON_STRING)
				number = json_string(version, &scratch);
			keep(p, name, number);
		}
	}
	buf_release(&padded);
	buf_release(&scratch);
}

/*
 * yarn.lock, pnpm-lock.yaml, bun.lock: a line for each package begins with its name, perhaps after a quote or a slash, and '@',
 * '/' or ':' with the version after it.
 */
static void
read_lines(struct pins *p, struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		size_t n = 1;

		line = str_trim(line);
		while (line.len > 0 && strchr("\"'/", line.ptr[0]))
			line = str_from(line, 1);
		while (n < line.len && !strchr("@/:\"'", line.ptr[n]))
			n++;
		if (n < line.len && line.ptr[0] == '@' && line.ptr[n] == '/')
			for (n++; n < line.len && !strchr("@/:\"'", line.ptr[n]);)
				n++;
		if (n < line.len)
			keep(p, (struct str){line.ptr, n}, STR_NONE);
	}
}

/* Gemfile.lock: "    name (1.2.3)". */
static void
read_gems(struct pins *p, struct str text)
{
	struct str line;

	while (str_line(&text, &line)) {
		const char *open = memchr(line.ptr, '(', line.len);

		if (!str_starts(line, STR("    ")) || str_starts(line, STR("     ")) || !open ||
		    line.ptr[line.len - 1] != ')')
			continue;
		keep(p, str_trim((struct str){line.ptr, (size_t)(open - line.ptr)}),
		     (struct str){open + 1, (size_t)(line.ptr + line.len - open) - 2});
	}
}

static const struct {
	enum pins_kind kind;
	const char *name;
	void (*read)(struct pins *p, struct str text);
} locks[] = {
	{PINS_PYPROJECT, "poetry.lock", read_toml},
	{PINS_PYPROJECT, "uv.lock", read_toml},
	{PINS_PYPROJECT, "pdm.lock", read_toml},
	{PINS_PYPROJECT, "pylock.toml", read_toml},
	{PINS_PACKAGE, "package-lock.json", read_npm},
	{PINS_PACKAGE, "npm-shrinkwrap.json", read_npm},
	{PINS_PACKAGE, "yarn.lock", read_lines},
	{PINS_PACKAGE, "pnpm-lock.yaml", read_lines},
	{PINS_PACKAGE, "bun.lock", read_lines},
	{PINS_CARGO, "Cargo.lock", read_toml},
	{PINS_GEMFILE, "Gemfile.lock", read_gems},
	{PINS_GEMFILE, "gems.locked", read_gems},
};

static void
forget(struct pins *p)
{
	map_release(&p->lock);
	p->lock = (struct map)MAP_INIT(sizeof(struct str));
	arena_release(&p->lock_arena);
	p->lock_path = STR_NONE;
}

/* Make the lock file PATH the one that is known; false where there is none. */
static bool
load(struct pins_file *f, size_t i, struct str path)
{
	struct pins *p = f->pins;
	struct buf text = BUF_INIT;
	bool there;

	if (path.len == 0)
		return false;
	if (p->lock_path.len > 0 && str_eq(p->lock_path, path))
		return true;
	there = p->open(p->arg, path, &text) == PINS_OPENED;
	if (there) {
		forget(p);
		p->lock_path = arena_copy(&p->lock_arena, path);
		locks[i].read(p, buf_view(&text));
	}
	buf_release(&text);
	return there;
}

/* The nearest lock file, from the directory of F on upwards. */
static void
find_lock(struct pins_file *f)
{
	struct buf up = BUF_INIT;
	size_t depth = 0;

	f->lock_sought = true;
	for (size_t i = 0; i < f->path.len; i++)
		depth += f->path.ptr[i] == '/';
	for (size_t d = 0; d <= depth && !f->locked; d++, buf_str(&up, "../"))
		for (size_t i = 0; i < sizeof(locks) / sizeof(locks[0]) && !f->locked; i++) {
			size_t len = up.len;

			if (locks[i].kind != f->kind)
				continue;
			buf_str(&up, locks[i].name);
			f->locked = load(f, i, pins_beside(f, buf_view(&up)));
			up.len = len;
		}
	buf_release(&up);
}

bool
pins_locked(struct pins_file *f, struct str name, struct str *version, struct str *lock)
{
	const struct str *v;

	if (!f->lock_sought)
		find_lock(f);
	if (!f->locked)
		return false;
	v = map_find(&f->pins->lock, name);
	if (!v && f->kind == PINS_PYPROJECT)
		v = map_find(&f->pins->lock, requirement_name(&f->arena, name));
	if (!v)
		return false;
	*version = *v;
	*lock = f->pins->lock_path;
	return true;
}
