#include "report/baseline.h"

#include "base/map.h"
#include "base/mem.h"

/* What two findings have in common that are the same, from the surest to the least sure. */
enum sameness { BY_ID, BY_LINE, BY_CODE, BY_FILE, BY_NAME, SAMENESSES };

struct chain {
	size_t first, last; /* of the earlier findings with one key, numbers from 1 */
};

bool
baseline_add(struct baseline *b, const struct record *r, const char **reason)
{
	struct json type;

	if (!record_get(r, STR("type"), &type) || type.type != JSON_STRING ||
	    !json_is(type, STR("finding")))
		return true;
	GROW(b->old, b->count, b->cap);
	b->old[b->count] = (struct finding)FINDING_INIT;
	if (finding_read(&b->old[b->count], r, &b->arena, reason)) {
		b->count++;
		return true;
	}
	finding_release(&b->old[b->count]);
	return false;
}

static struct str
path_of(const struct finding *f)
{
	return f->location_count > 0 ? f->locations[0].path : STR_NONE;
}

static struct str
name_of(struct str path)
{
	const char *slash = path.len > 0 ? memrchr(path.ptr, '/', path.len) : NULL;

	return slash ? str_from(path, (size_t)(slash - path.ptr) + 1) : path;
}

/* The hash of a fingerprint without the count of equal lines before it. */
static struct str
hash_of(struct str fingerprint)
{
	const char *colon =
		fingerprint.len > 0 ? memchr(fingerprint.ptr, ':', fingerprint.len) : NULL;

	return colon ? (struct str){fingerprint.ptr, (size_t)(colon - fingerprint.ptr)}
	             : fingerprint;
}

/* The key of F; false where it has none. */
static bool
key_of(struct buf *key, const struct finding *f, enum sameness by)
{
	struct str what = f->rule.len > 0 ? f->rule : f->title, where = STR_NONE;

	buf_reset(key);
	switch (by) {
	case BY_ID: buf_span(key, f->id); return f->id.len > 0;
	case BY_LINE: where = f->fingerprint; break;
	case BY_CODE: where = hash_of(f->fingerprint); break;
	case BY_FILE: where = path_of(f); break;
	default: where = name_of(path_of(f)); break;
	}
	buf_span(key, where);
	buf_byte(key, '\0');
	buf_span(key, what);
	return where.len > 0 && what.len > 0;
}

/* NEXT has for each earlier finding the one after it with the same key. */
static void
index_old(const struct baseline *b, struct map *chains, size_t *next, enum sameness by)
{
	struct buf key = BUF_INIT;

	for (size_t i = 0; i < b->count; i++) {
		struct chain *chain;

		next[i] = 0;
		if (b->met[i] || !key_of(&key, &b->old[i], by))
			continue;
		chain = map_use(chains, buf_view(&key), NULL);
		if (chain->first == 0)
			chain->first = i + 1;
		else
			next[chain->last - 1] = i + 1;
		chain->last = i + 1;
	}
	buf_release(&key);
}

static bool
is_over(const struct finding *f)
{
	return f->verdict == VERDICT_FIXED || f->verdict == VERDICT_NOT_FOUND;
}

static struct str
change(const struct finding *old, const struct finding *now)
{
	if (is_over(now) && !is_over(old))
		return STR("fixed");
	if (is_over(old) && !is_over(now) && now->verdict != VERDICT_UNVERIFIABLE)
		return STR("reopened");
	return STR("unchanged");
}

/* Find what is the same by that, among those on both sides that were not found yet; returns how many. */
static size_t
match(struct baseline *b, struct finding *f, size_t count, size_t *next, enum sameness by)
{
	struct map chains = MAP_INIT(sizeof(struct chain));
	struct buf key = BUF_INIT;
	size_t matched = 0;

	index_old(b, &chains, next, by);
	for (size_t i = 0; i < count; i++) {
		struct chain *chain = NULL;

		if (f[i].baseline.len == 0 && key_of(&key, &f[i], by))
			chain = map_find(&chains, buf_view(&key));
		if (!chain || chain->first == 0)
			continue;
		f[i].baseline = change(&b->old[chain->first - 1], &f[i]);
		b->met[chain->first - 1] = true;
		chain->first = next[chain->first - 1];
		matched++;
	}
	map_release(&chains);
	buf_release(&key);
	return matched;
}

size_t
baseline_mark(struct baseline *b, struct finding *f, size_t count)
{
	size_t *next = xcalloc(b->count + 1, sizeof(*next)), matched = 0;

	free(b->met);
	b->met = xcalloc(b->count + 1, sizeof(*b->met));
	for (size_t i = 0; i < count; i++)
		f[i].baseline = STR_NONE;
	for (int by = 0; by < SAMENESSES; by++)
		matched += match(b, f, count, next, (enum sameness)by);
	for (size_t i = 0; i < count; i++)
		if (f[i].baseline.len == 0)
			f[i].baseline = STR("new");
	free(next);
	return b->count - matched;
}

void
baseline_release(struct baseline *b)
{
	for (size_t i = 0; i < b->count; i++)
		finding_release(&b->old[i]);
	free(b->old);
	free(b->met);
	arena_release(&b->arena);
	*b = (struct baseline)BASELINE_INIT;
}
