#include "report/resolve.h"

#include "report/claim.h"

enum { MOST_PARTS = 64 };

void
resolver_init(struct resolver *l, const struct source_tree *tree)
{
	*l = (struct resolver){tree, MAP_INIT(sizeof(uint32_t)), MAP_INIT(sizeof(uint32_t))};
}

void
resolver_release(struct resolver *l)
{
	map_release(&l->named);
	map_release(&l->last);
}

/* PATH with '/' between its parts and no ".", ".." or empty one; where each part starts goes to PART. */
static size_t
parts_of(struct str path, struct buf *out, size_t part[MOST_PARTS])
{
	size_t n = 0;

	buf_reset(out);
	path = str_trim(path);
	if (str_starts(path, STR("file://")))
		path = str_from(path, 7);
	for (size_t i = 0, end; i < path.len; i = end + 1) {
		struct str one;

		for (end = i; end < path.len && path.ptr[end] != '/' && path.ptr[end] != '\\';
		     end++)
			;
		one = (struct str){path.ptr + i, end - i};
		if (str_is(one, "..") && n > 0)
			out->len = part[--n];
		if (one.len == 0 || str_is(one, ".") || str_is(one, ".."))
			continue;
		if (n == MOST_PARTS) {
			size_t gone = part[1];

			buf_drop(out, gone);
			for (size_t k = 1; k < n; k++)
				part[k - 1] = part[k] - gone;
			n--;
		}
		part[n++] = out->len;
		buf_span(out, one);
		buf_byte(out, '/');
	}
	if (out->len > 0)
		out->len--;
	return n;
}

/* Of some machine, or from somewhere else than the tree's root. */
static bool
is_rooted(struct str path)
{
	path = str_trim(path);
	return path.len > 0 && (strchr("/\\.~", path.ptr[0]) || memchr(path.ptr, ':', path.len));
}

static uint32_t
index_of(const struct resolver *l, const struct source_file *f)
{
	return (uint32_t)(f - l->tree->file);
}

static bool
ends_with_path(struct str path, struct str end)
{
	return path.len > end.len && path.ptr[path.len - end.len - 1] == '/' &&
	       str_eq(str_from(path, path.len - end.len), end);
}

/* The files among those of the same name whose paths end with END; backup copies only where there is nothing else. */
static void
candidates(const struct resolver *l, struct str end, struct str name, struct resolved *out)
{
	size_t count, usual = 0;
	struct source_file *const *file = source_tree_named(l->tree, name, &count);

	for (size_t i = 0; i < count; i++)
		usual += ends_with_path(file[i]->path, end) && !file[i]->backup;
	for (size_t i = 0; i < count; i++) {
		if ((usual > 0 && file[i]->backup) ||
		    !(ends_with_path(file[i]->path, end) || str_eq(file[i]->path, end)))
			continue;
		if (out->files < RESOLVE_MOST)
			out->file[out->files++] = index_of(l, file[i]);
		out->several++;
	}
}

/* How many leading parts two paths have in common. */
static size_t
shared_parts(struct str a, struct str b)
{
	size_t n = 0;

	for (size_t i = 0; i < a.len && i < b.len && a.ptr[i] == b.ptr[i]; i++)
		n += a.ptr[i] == '/';
	return n;
}

/* Of several files the one that the report has named, or that is nearest to what it named last. */
static void
choose(struct resolver *l, uint32_t report, struct str name, struct resolved *out)
{
	struct buf key = BUF_INIT;
	const uint32_t *named = map_find(&l->named, claim_key(&key, report, name));
	const uint32_t *last = map_find(&l->last, claim_key(&key, report, STR("")));
	size_t best = 0, most = 0, ties = 0;

	buf_release(&key);
	for (size_t i = 0; i < out->files; i++) {
		struct str path = l->tree->file[out->file[i]].path;
		size_t n = last ? shared_parts(l->tree->file[*last].path, path) : 0;

		if (named && *named == out->file[i])
			n = SIZE_MAX;
		ties = n > most ? 0 : ties + (n == most);
		if (n > most)
			best = i, most = n;
	}
	if (most == 0 || ties > 0)
		return;
	out->file[0] = out->file[best];
	out->files = 1;
	out->how = RESOLVE_NAMED;
}

static void
remember(struct resolver *l, uint32_t report, const struct resolved *out)
{
	struct buf key = BUF_INIT;
	struct str name = l->tree->file[out->file[0]].name;

	*(uint32_t *)map_use(&l->named, claim_key(&key, report, name), NULL) = out->file[0];
	*(uint32_t *)map_use(&l->last, claim_key(&key, report, STR("")), NULL) = out->file[0];
	buf_release(&key);
}

static bool
is_directory(const struct source_tree *tree, struct str path)
{
	size_t low = 0, high = tree->files;
	struct buf b = BUF_INIT;
	bool is;

	buf_span(&b, path);
	buf_byte(&b, '/');
	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (str_cmp(tree->file[middle].path, buf_view(&b)) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	is = low < tree->files && str_starts(tree->file[low].path, buf_view(&b));
	buf_release(&b);
	return is;
}

/* What the parts from K on may mean. */
static bool
try_parts(struct resolver *l, struct str rest, struct str name, bool stripped, struct resolved *out)
{
	const struct source_file *f = source_tree_find(l->tree, rest);

	if (f) {
		*out = (struct resolved){
			stripped ? RESOLVE_STRIPPED : RESOLVE_EXACT, {index_of(l, f)}, 1, 1};
		return true;
	}
	if (rest.len == name.len && stripped)
		return false;
	candidates(l, rest, name, out);
	if (out->files == 0)
		return false;
	out->how = out->several > 1       ? RESOLVE_SEVERAL
	           : rest.len == name.len ? RESOLVE_BARE
	                                  : RESOLVE_LEADING;
	return true;
}

/*
 * Whether PATH leads from the tree's root into a directory of it, past which the file is no longer: "lib/router/index.js"
 * does not mean the root's own "index.js".
 */
static bool
is_gone(const struct resolver *l, struct str path, const size_t *part, size_t n)
{
	return n > 2 && is_directory(l->tree, (struct str){path.ptr, part[1] - 1});
}

static void
meaning(struct resolver *l, struct str path, const size_t *part, size_t n, bool rooted,
        struct resolved *out)
{
	struct str name = str_from(path, part[n - 1]);

	for (size_t k = 0; k < n; k++) {
		struct str rest = str_from(path, part[k]);

		if (is_directory(l->tree, rest) && !source_tree_find(l->tree, rest)) {
			out->how = RESOLVE_DIRECTORY;
			return;
		}
		if (k > 0 && k == n - 1 && !rooted && is_gone(l, path, part, n))
			break;
		if (try_parts(l, rest, name, k > 0, out))
			return;
	}
	candidates(l, name, name, out);
	if (out->files > 0)
		out->how = RESOLVE_ELSEWHERE;
}

void
resolve_path(struct resolver *l, uint32_t report, struct str path, struct resolved *out)
{
	struct buf b = BUF_INIT;
	size_t part[MOST_PARTS], n = parts_of(path, &b, part);
	struct str whole;

	*out = (struct resolved){.how = RESOLVE_NOTHING};
	if (n > 0) {
		buf_cstr(&b);
		whole = buf_view(&b);
		meaning(l, whole, part, n, is_rooted(path), out);
		if (out->how == RESOLVE_SEVERAL)
			choose(l, report, str_from(whole, part[n - 1]), out);
		if (out->files > 0 && out->how != RESOLVE_ELSEWHERE)
			remember(l, report, out);
	}
	buf_release(&b);
}

const char *
resolve_words(enum resolve_how how)
{
	static const char *const words[] = {
		"no such file",
		"a directory",
		"as written",
		"leading directories taken off",
		"leading directories missing",
		"by its bare name",
		"by what the report named before",
		"ambiguous: several files have that path",
		"a file of that name in another directory",
	};

	return words[how];
}
