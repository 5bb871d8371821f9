#include "report/judge_parts.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

/* The reports may lie in the tree, and quote what they are about. */
static void
exclude_reports(struct bench *b)
{
	const struct source_tree *tree = b->j->tree;
	char *root = realpath(tree->root, NULL), *path;

	for (size_t i = 0; root && i < b->claims->reports; i++) {
		struct str file = b->claims->report[i].file, inside;
		char *name = xstrndup(file.ptr ? file.ptr : "", file.len);
		size_t len = strlen(root);

		path = realpath(name, NULL);
		if (path && strncmp(path, root, len) == 0 && (path[len] == '/' || len == 1)) {
			const struct source_file *f;

			inside = str_of(path + len + (path[len] == '/'));
			f = source_tree_find(tree, inside);
			if (f)
				b->excluded[f - tree->file] = true;
		}
		free(path);
		free(name);
	}
	free(root);
}

static int
claim_cmp(const void *a, const void *b)
{
	const struct site *x = a, *y = b;

	if (x->claim != y->claim)
		return x->claim < y->claim ? -1 : 1;
	return x->order < y->order ? -1 : x->order > y->order;
}

/* The sites in order of their claims; by_file and file_first for those who come by file. */
static void
sites_sort(struct bench *b)
{
	size_t files = b->j->tree->files;

	free(b->file_first);
	free(b->by_file);
	for (size_t i = 0; i < b->sites; i++)
		b->site[i].order = (uint32_t)i;
	if (b->sites > 0)
		qsort(b->site, b->sites, sizeof(*b->site), claim_cmp);
	b->file_first = xcalloc(files + 2, sizeof(*b->file_first));
	b->by_file = xcalloc(b->sites + 1, sizeof(*b->by_file));
	for (size_t i = 0; i < b->sites; i++)
		b->file_first[b->site[i].file + 2]++;
	for (size_t i = 2; i < files + 2; i++)
		b->file_first[i] += b->file_first[i - 1];
	for (size_t i = 0; i < b->sites; i++)
		b->by_file[b->file_first[b->site[i].file + 1]++] = (uint32_t)i;
}

static bool
is_wanted(const struct source_file *file, void *arg)
{
	const struct bench *b = arg;
	size_t i = (size_t)(file - b->j->tree->file);

	for (size_t k = b->file_first[i]; k < b->file_first[i + 1]; k++)
		if (!b->site[b->by_file[k]].judged)
			return true;
	return false;
}

static struct str
unread_words(enum source_state state)
{
	return state == SOURCE_BINARY  ? STR("the file is binary")
	       : state == SOURCE_LARGE ? STR("the file is too large to be looked into")
	                               : STR("the file cannot be read");
}

/* Sites of one file that want the fingerprint of their first line, in order of these. */
struct marks {
	struct bench *b;
	uint32_t *site;
	size_t count, at;
};

static int
line_cmp(const void *a, const void *b, void *arg)
{
	const struct site *site = arg;
	uint32_t x = site[*(const uint32_t *)a].first, y = site[*(const uint32_t *)b].first;

	return x < y ? -1 : x > y;
}

static void
mark(void *arg, size_t number, const char *fingerprint)
{
	struct marks *m = arg;

	for (; m->at < m->count && m->b->site[m->site[m->at]].first <= number; m->at++) {
		struct site *s = &m->b->site[m->site[m->at]];

		if (s->first == number)
			snprintf(s->fingerprint, sizeof(s->fingerprint), "%s", fingerprint);
	}
}

/* One pass over the file for all of them: it goes over each byte. */
static void
fingerprints(struct bench *b, size_t file, struct str text)
{
	size_t first = b->file_first[file], end = b->file_first[file + 1];
	struct marks m = {.b = b, .site = xcalloc(end - first, sizeof(*m.site))};

	for (size_t i = first; i < end; i++) {
		const struct site *s = &b->site[b->by_file[i]];

		if (s->first > 0 && !s->fix_only && (s->cited || s->here))
			m.site[m.count++] = b->by_file[i];
	}
	qsort_r(m.site, m.count, sizeof(*m.site), line_cmp, b->site);
	if (m.count > 0)
		fingerprint_lines(text, mark, &m);
	free(m.site);
}

/* Judge those sites of a file that are not yet judged; it can be read where F has a source. */
static void
file_judge(struct bench *b, const struct source_visit *v, const struct site_file *f)
{
	for (size_t i = b->file_first[v->index]; i < b->file_first[v->index + 1]; i++) {
		struct site *s = &b->site[b->by_file[i]];
		const struct claim *c = &b->claims->claim[s->claim];

		if (s->judged)
			continue;
		s->judged = true;
		if (b->j->explain && !s->steps)
			s->steps = xcalloc(1, sizeof(*s->steps));
		if (f->source)
			site_judge(s, c, bench_report(b, c), f, &b->arena[v->thread]);
		else
			s->verdict = VERDICT_UNVERIFIABLE, s->confidence = 0.5,
			s->why = unread_words(v->state);
	}
}

static void
visit(const struct source_visit *v, void *arg)
{
	struct bench *b = arg;
	const struct source_file *file = &b->j->tree->file[v->index];
	struct site_file f = {file->path, lang_of(file->path, v->text), NULL};
	struct align_source source;

	if (v->state != SOURCE_TEXT) {
		file_judge(b, v, &f);
		return;
	}
	align_source_init(&source, v->text, f.lang);
	f.source = &source;
	file_judge(b, v, &f);
	if (bench_shift(b, v->index))
		file_judge(b, v, &f);
	fingerprints(b, v->index, v->text);
	align_source_release(&source);
}

/* Judge the sites that are not yet judged. */
static void
sites_judge(struct bench *b)
{
	sites_sort(b);
	if (b->sites > 0)
		source_each(b->j->tree, b->threads, is_wanted, visit, b);
}

static void
findings_make(struct bench *b)
{
	struct judge *j = b->j;
	size_t at = 0;

	j->count = b->claims->count;
	j->finding = xcalloc(j->count + 1, sizeof(*j->finding));
	if (j->explain)
		j->steps = xcalloc(j->count + 1, sizeof(*j->steps));
	for (uint32_t i = 0; i < b->claims->count; i++) {
		size_t first = at;

		while (at < b->sites && b->site[at].claim == i)
			at++;
		j->finding[i] = (struct finding)FINDING_INIT;
		bench_sum(b, i, first, at);
	}
}

static void
bench_release(struct bench *b)
{
	for (size_t i = 0; i < b->sites; i++) {
		if (b->site[i].steps)
			buf_release(b->site[i].steps);
		free(b->site[i].steps);
	}
	free(b->site);
	free(b->lost);
	free(b->by_file);
	free(b->file_first);
	free(b->excluded);
	free(b->next_check);
	map_release(&b->ids);
	map_release(&b->checks);
}

void
judge_claims(struct judge *j, const struct claims *claims)
{
	struct bench b = {.j = j,
	                  .claims = claims,
	                  .ids = MAP_INIT(sizeof(uint32_t)),
	                  .checks = MAP_INIT(sizeof(uint32_t))};

	j->arena = (struct arena)ARENA_INIT;
	b.threads = source_threads();
	j->arenas = b.threads;
	j->thread_arena = b.arena = xcalloc(b.threads, sizeof(*b.arena));
	b.excluded = xcalloc(j->tree->files + 1, sizeof(*b.excluded));
	exclude_reports(&b);
	bench_locate(&b);
	bench_search(&b);
	sites_judge(&b);
	if (bench_search_missed(&b))
		sites_judge(&b);
	if (j->history)
		bench_history(&b);
	bench_chain_checks(&b);
	findings_make(&b);
	bench_release(&b);
}

void
judge_release(struct judge *j)
{
	for (size_t i = 0; i < j->count; i++) {
		finding_release(&j->finding[i]);
		if (j->steps)
			buf_release(&j->steps[i]);
	}
	free(j->finding);
	free(j->steps);
	for (size_t i = 0; i < j->arenas; i++)
		arena_release(&j->thread_arena[i]);
	free(j->thread_arena);
	arena_release(&j->arena);
}
