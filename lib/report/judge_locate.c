/*
 * The claims' locations: which files of the tree they are, and the lines stated in each.
 */
#include "report/judge_parts.h"

#include <stdlib.h>

struct places {
	struct bench *b;
	struct resolver resolver;
	uint32_t claim;
	size_t first; /* of the claim's sites */
};

/* The claim's site that is FILE, made where there is none. */
static struct site *
site_of(struct places *p, uint32_t file, enum resolve_how how)
{
	struct bench *b = p->b;
	struct site *s;

	for (size_t i = p->first; i < b->sites; i++)
		if (b->site[i].file == file)
			return &b->site[i];
	GROW(b->site, b->sites, b->site_cap);
	s = &b->site[b->sites++];
	*s = (struct site){.claim = p->claim, .file = file, .how = how, .cited = true};
	return s;
}

static void
range_add(struct site *s, const struct claim_range *r)
{
	struct align_range range = {r->first, r->last};

	if (range.first == 0)
		range.first = range.last;
	if (range.last == 0)
		range.last = range.first;
	if (range.last < range.first)
		range = (struct align_range){r->last, r->first};
	if (r->about) {
		range.first = range.first > 10 ? range.first - 10 : 1;
		range.last = range.last < UINT32_MAX - 10 ? range.last + 10 : range.last;
	}
	if (r->open && range.last < UINT32_MAX - 20)
		range.last += 20;
	if (range.first > 0 && s->ranges < SITE_RANGES)
		s->stated[s->ranges++] = range;
}

static void
site_cite(struct site *s, const struct claim_location *l, size_t number)
{
	for (size_t i = 0; i < l->ranges; i++)
		range_add(s, &l->range[i]);
	if (number < 64)
		s->cites |= 1ull << number;
	if (s->report_line == 0)
		s->report_line = l->line;
}

/* Lines alone are those of the location before, or of the only file there is. */
static void
lines_cite(struct places *p, const struct claim_location *l, size_t number, size_t last_first)
{
	struct bench *b = p->b;

	for (size_t i = last_first; i < b->sites; i++)
		site_cite(&b->site[i], l, number);
}

static void
lost_add(struct places *p, size_t location, enum resolve_how how)
{
	struct bench *b = p->b;

	GROW(b->lost, b->losts, b->lost_cap);
	b->lost[b->losts++] = (struct lost){p->claim, (uint32_t)location, how};
}

static void
claim_locate(struct places *p)
{
	struct bench *b = p->b;
	const struct claim *c = &b->claims->claim[p->claim];
	size_t last_first = p->first;
	bool early = false; /* lines were stated before any file was */

	for (size_t i = 0; i < c->locations; i++) {
		const struct claim_location *l = &c->location[i];
		struct resolved found;
		bool any = false;

		if (l->place == CLAIM_FIX)
			continue;
		if (l->path.len == 0) {
			lines_cite(p, l, i, last_first);
			early |= last_first == b->sites;
			continue;
		}
		resolve_path(&p->resolver, c->report, l->path, &found);
		if (found.files > 0)
			last_first = b->sites;
		for (size_t k = 0; k < found.files; k++) {
			struct site *s;

			if (b->excluded[found.file[k]])
				continue;
			any = true;
			s = site_of(p, found.file[k], found.how);
			if (s < &b->site[last_first])
				last_first = (size_t)(s - b->site);
			site_cite(s, l, i);
		}
		if (!any || found.how == RESOLVE_ELSEWHERE)
			lost_add(p, i,
			         any                              ? found.how
			         : found.how == RESOLVE_DIRECTORY ? RESOLVE_DIRECTORY
			                                          : RESOLVE_NOTHING);
	}
	for (size_t i = 0; early && i < c->locations; i++)
		if (c->location[i].path.len == 0 && c->location[i].place != CLAIM_FIX)
			lines_cite(p, &c->location[i], i, p->first);
}

void
bench_locate(struct bench *b)
{
	struct places p = {.b = b};

	resolver_init(&p.resolver, b->j->tree);
	for (p.claim = 0; p.claim < b->claims->count; p.claim++) {
		p.first = b->sites;
		claim_locate(&p);
	}
	resolver_release(&p.resolver);
}
