/*
 * Files of the tree that a claim does not cite, but that may have what it quotes, or what its fix defines.
 */
#include "report/judge_parts.h"

#include "report/search.h"

/* Whether the claim has a site of its own that is what it cites, and no other file of that name. */
static bool
has_place(const struct bench *b, size_t first, size_t end)
{
	for (size_t i = first; i < end; i++)
		if (b->site[i].how != RESOLVE_ELSEWHERE)
			return true;
	return false;
}

static void
site_add(struct bench *b, struct site site)
{
	GROW(b->site, b->sites, b->site_cap);
	b->site[b->sites++] = site;
}

void
bench_search(struct bench *b)
{
	struct search s = SEARCH_INIT;
	size_t at = 0;

	for (uint32_t i = 0; i < b->claims->count; i++) {
		size_t first = at;

		while (at < b->sites && b->site[at].claim == i)
			at++;
		if (!has_place(b, first, at))
			search_quotes(&s, &b->claims->claim[i], i);
		search_fix(&s, &b->claims->claim[i], i);
	}
	search_run(&s, b->j->tree, b->excluded, b->threads);
	for (size_t i = 0; i < s.hits; i++)
		site_add(b, (struct site){.claim = s.hit[i].claim,
		                          .file = s.hit[i].file,
		                          .fix_only = s.hit[i].kind == SEARCH_FIX});
	search_release(&s);
}

/* Whether all that the sites cited came to is that something quoted is not there, or not whole, without having been fixed. */
static bool
is_missed(const struct bench *b, size_t first, size_t end)
{
	bool missed = false;

	for (size_t i = first; i < end; i++) {
		enum verdict v = b->site[i].verdict;

		if (!b->site[i].cited || b->site[i].how == RESOLVE_ELSEWHERE)
			continue;
		if (v == VERDICT_CONFIRMED || v == VERDICT_FIXED)
			return false;
		missed |= v == VERDICT_CHANGED || v == VERDICT_NOT_FOUND;
	}
	return missed;
}

static bool
has_site(const struct bench *b, size_t first, size_t end, struct search_hit hit)
{
	for (size_t i = first; i < end && b->site[i].claim == hit.claim; i++)
		if (b->site[i].file == hit.file && !b->site[i].fix_only)
			return true;
	return false;
}

bool
bench_search_missed(struct bench *b)
{
	struct search s = SEARCH_INIT;
	size_t sites = b->sites;

	for (size_t first = 0, end; first < sites; first = end) {
		uint32_t claim = b->site[first].claim;

		for (end = first; end < sites && b->site[end].claim == claim; end++)
			;
		if (is_missed(b, first, end))
			search_quotes(&s, &b->claims->claim[claim], claim);
	}
	search_run(&s, b->j->tree, b->excluded, b->threads);
	for (size_t i = 0, at = 0; i < s.hits; i++) {
		while (at < sites && b->site[at].claim < s.hit[i].claim)
			at++;
		if (!has_site(b, at, sites, s.hit[i]))
			site_add(b, (struct site){.claim = s.hit[i].claim,
			                          .file = s.hit[i].file,
			                          .moved = true});
	}
	search_release(&s);
	return b->sites > sites;
}
