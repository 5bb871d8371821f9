#include "report/merge_pairs.h"

#include "base/map.h"
#include "base/mem.h"

enum {
	NEIGHBOURS = 48, /* that a finding is compared with in one file */
	RARE = 16,       /* findings that have a word that is rare */
	PATHS_MAX = 8,   /* files of a finding that count */
};

struct spot {
	struct str path;
	size_t line, finding, next; /* next: in a file of the same name, a number from 1 */
};

struct search {
	const struct matcher *t;
	struct pairs *pairs;
	struct map seen; /* pairs that were compared */
};

static void
compare(struct search *s, size_t a, size_t b)
{
	size_t key[2] = {a < b ? a : b, a < b ? b : a};
	struct pair pair = {.a = key[0], .b = key[1]};
	bool fresh;

	if (a == b)
		return;
	map_use(&s->seen, (struct str){(const char *)key, sizeof(key)}, &fresh);
	if (!fresh)
		return;
	pair.like = matcher_judge(s->t, pair.a, pair.b, &pair.score);
	if (pair.like == LIKE_NOT)
		return;
	GROW(s->pairs->pair, s->pairs->count, s->pairs->cap);
	s->pairs->pair[s->pairs->count++] = pair;
}

static int
by_line(const void *a, const void *b)
{
	const struct spot *x = a, *y = b;
	int order = str_cmp(x->path, y->path);

	if (order)
		return order;
	if (x->line != y->line)
		return x->line < y->line ? -1 : 1;
	return (x->finding > y->finding) - (x->finding < y->finding);
}

static struct str
name_of(struct str path)
{
	const char *slash = memrchr(path.ptr, '/', path.len);

	return slash ? str_from(path, (size_t)(slash - path.ptr) + 1) : path;
}

/* The findings of files of one name, in the order of their lines, each with those that follow it. */
static void
compare_neighbours(struct search *s, struct spot *spot, size_t count)
{
	qsort(spot, count, sizeof(*spot), by_line);
	for (size_t i = 0; i < count; i++)
		for (size_t k = i + 1; k < count && k <= i + NEIGHBOURS; k++)
			compare(s, spot[i].finding, spot[k].finding);
}

static void
find_in_files(struct search *s)
{
	struct map files =
		MAP_INIT(sizeof(size_t)); /* the number, from 1, of the last spot there */
	struct spot *spots = NULL, *one = NULL;
	size_t count = 0, cap = 0, one_count, one_cap = 0;

	for (size_t i = 0; i < s->t->m->count; i++) {
		const struct finding *f = &s->t->m->finding[i];

		for (size_t k = 0; k < f->location_count && k < PATHS_MAX; k++) {
			size_t *last;

			if (f->locations[k].path.len == 0)
				continue;
			last = map_use(&files, name_of(f->locations[k].path), NULL);
			GROW(spots, count, cap);
			spots[count] =
				(struct spot){f->locations[k].path, f->locations[k].line, i, *last};
			*last = ++count;
		}
	}
	for (size_t *last = map_oldest(&files); last; last = map_newer(&files, last)) {
		one_count = 0;
		for (size_t n = *last; n > 0; n = spots[n - 1].next) {
			GROW(one, one_count, one_cap);
			one[one_count++] = spots[n - 1];
		}
		compare_neighbours(s, one, one_count);
	}
	free(spots);
	free(one);
	map_release(&files);
}

/* A word of a title that few findings have: they are compared, wherever they are. */
static void
find_by_title(struct search *s)
{
	struct map rare = MAP_INIT(sizeof(struct { size_t count, of[RARE]; }));
	const struct wordings *w = &s->t->words;

	for (size_t i = 0; i < w->count; i++)
		for (size_t k = 0; k < w->of[i].count; k++) {
			const struct word *word = &w->of[i].word[k];
			struct {
				size_t count, of[RARE];
			} * found;

			if (word->title <= 0 || wordings_frequency(w, word->hash) > RARE)
				continue;
			found = map_use(&rare,
			                (struct str){(const char *)&word->hash, sizeof(word->hash)},
			                NULL);
			for (size_t n = 0; n < found->count; n++)
				compare(s, found->of[n], i);
			if (found->count < RARE)
				found->of[found->count++] = i;
		}
	map_release(&rare);
}

static int
by_score(const void *a, const void *b)
{
	const struct pair *x = a, *y = b;

	if (x->score > y->score || x->score < y->score)
		return x->score > y->score ? -1 : 1;
	if (x->a != y->a)
		return x->a < y->a ? -1 : 1;
	return (x->b > y->b) - (x->b < y->b);
}

void
pairs_find(struct pairs *p, const struct matcher *t)
{
	struct search s = {.t = t, .pairs = p, .seen = MAP_INIT(sizeof(char))};

	find_in_files(&s);
	find_by_title(&s);
	map_release(&s.seen);
	if (p->count > 0)
		qsort(p->pair, p->count, sizeof(*p->pair), by_score);
}
