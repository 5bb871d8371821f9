/*
 * Scanning a tree: all files in threads, then, where hits demand it, all once more for definitions, then what came of it
 * in order.
 */
#include "scan/scan.h"

#include "scan/settle.h"

#include <stdlib.h>

struct crew {
	struct engine engine;
	const struct scan_options *options;
	struct worker *worker; /* by thread */
	size_t *files, *too_large;
	struct hits *hits; /* by file */
	struct demands demands;
};

/* Whether PATH is one of PATHS, or below one. */
static bool
is_below(struct str path, const char *const *paths)
{
	for (; *paths; paths++) {
		struct str p = str_of(*paths);

		if (p.len == 0 ||
		    (str_starts(path, p) && (path.len == p.len || path.ptr[p.len] == '/')))
			return true;
	}
	return false;
}

static bool
is_wanted(const struct source_file *file, void *arg)
{
	const struct crew *c = arg;

	return (!c->options->paths || is_below(file->path, c->options->paths)) &&
	       engine_wants(&c->engine, file->path, file->lang);
}

static void
on_file(const struct source_visit *v, void *arg)
{
	struct crew *c = arg;
	struct str path = v->tree->file[v->index].path;

	c->too_large[v->thread] += v->state == SOURCE_LARGE;
	if (v->state != SOURCE_TEXT)
		return;
	c->files[v->thread]++;
	worker_scan(&c->worker[v->thread], path, lang_of(path, v->text), v->text,
	            &c->hits[v->index]);
}

static bool
is_demanded(const struct source_file *file, void *arg)
{
	const struct crew *c = arg;

	return engine_wants(&c->engine, file->path, file->lang);
}

static void
on_demand(const struct source_visit *v, void *arg)
{
	struct crew *c = arg;
	struct str path = v->tree->file[v->index].path;

	if (v->state == SOURCE_TEXT)
		demands_look(&c->demands, &c->worker[v->thread], path, lang_of(path, v->text),
		             v->text);
}

static void
settle(struct crew *c, struct source_tree *tree, unsigned threads, struct scan_result *result)
{
	for (size_t i = 0; i < tree->files; i++) {
		struct hits *h = &c->hits[i];
		size_t kept = 0;

		for (size_t n = 0; n < h->count; n++)
			if (settle_where(&h->hit[n], tree->file[i].path))
				h->hit[kept++] = h->hit[n];
		h->count = kept;
		for (size_t n = 0; n < h->count; n++)
			demands_add(&c->demands, &h->hit[n]);
	}
	if (c->demands.count > 0) {
		demands_ready(&c->demands);
		source_each(tree, threads, is_demanded, on_demand, c);
	}
	for (size_t i = 0; i < tree->files; i++)
		for (size_t n = 0; n < c->hits[i].count; n++) {
			const struct scan_hit *hit = &c->hits[i].hit[n];

			if (!demands_hold(&c->demands, hit))
				continue;
			if (hit->ignored)
				result->suppressed++;
			else
				settle_finding(hit, tree->file[i].path, result);
		}
}

void
scan_tree(const struct scan_rules *rules, struct source_tree *tree,
          const struct scan_options *options, struct scan_result *result)
{
	unsigned threads = options->threads ? options->threads : source_threads();
	struct crew c = {.options = options};

	*result = (struct scan_result){.finding = NULL};
	engine_init(&c.engine, rules, options->target, NULL);
	demands_init(&c.demands);
	c.worker = xcalloc(threads, sizeof(*c.worker));
	c.files = xcalloc(threads, sizeof(*c.files));
	c.too_large = xcalloc(threads, sizeof(*c.too_large));
	c.hits = xcalloc(tree->files + 1, sizeof(*c.hits));
	for (unsigned i = 0; i < threads; i++)
		worker_init(&c.worker[i], &c.engine);
	source_each(tree, threads, is_wanted, on_file, &c);
	settle(&c, tree, threads, result);
	for (unsigned i = 0; i < threads; i++) {
		result->files += c.files[i];
		result->too_large += c.too_large[i];
		result->given_up += c.worker[i].given_up;
		worker_release(&c.worker[i]);
	}
	for (size_t i = 0; i < tree->files; i++)
		free(c.hits[i].hit);
	free(c.hits);
	free(c.worker);
	free(c.files);
	free(c.too_large);
	demands_release(&c.demands);
	engine_release(&c.engine);
}

void
scan_result_release(struct scan_result *result)
{
	for (size_t i = 0; i < result->count; i++)
		finding_release(&result->finding[i]);
	free(result->finding);
	arena_release(&result->arena);
}
