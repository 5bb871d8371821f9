/*
 * From the places of a claim to its verdict.
 */
#include "report/judge_parts.h"

#include <stdlib.h>

enum { MOST_LOCATIONS = 16, MOST_EVIDENCE = 12, MOST_MOVED = 3 };

#define MOVED_WEIGHT 3.4
#define MOVED_PART   0.5
#define MOVED_MORE   0.25

struct sum {
	struct bench *b;
	uint32_t claim;
	struct finding *f;
	struct site *site;
	size_t sites;
	struct site *lead; /* the site that the verdict is from, or NULL */
};

static int
rank(enum verdict v)
{
	static const int of[] = {
		[VERDICT_NONE] = 0,  [VERDICT_NOT_FOUND] = 1, [VERDICT_UNVERIFIABLE] = 2,
		[VERDICT_FIXED] = 3, [VERDICT_CHANGED] = 4,   [VERDICT_CONFIRMED] = 5};

	return of[v];
}

static bool
is_backup(const struct sum *m, const struct site *s)
{
	return m->b->j->tree->file[s->file].backup;
}

static bool
is_better(const struct site *a, const struct site *b)
{
	if (!b || rank(a->verdict) != rank(b->verdict))
		return !b || rank(a->verdict) > rank(b->verdict);
	return a->confidence > b->confidence + 1e-9;
}

static struct site *
lead_cited(const struct sum *m)
{
	struct site *lead = NULL;

	for (size_t i = 0; i < m->sites; i++) {
		struct site *s = &m->site[i];

		if (s->cited && s->how != RESOLVE_ELSEWHERE && is_better(s, lead))
			lead = s;
	}
	return lead;
}

/* Of the files that the search found, or that have but the name, the one that has the quote, or most of it. */
static struct site *
lead_searched(const struct sum *m, bool backup)
{
	struct site *lead = NULL;

	for (size_t i = 0; i < m->sites; i++) {
		struct site *s = &m->site[i];
		bool whole = s->verdict == VERDICT_CONFIRMED && s->here && s->score >= 0.8;

		if (s->fix_only || s->moved || is_backup(m, s) != backup ||
		    (!whole && s->score < 0.4) || s->verdict == VERDICT_NOT_FOUND)
			continue;
		if (!lead || s->score > lead->score + 1e-9 ||
		    (s->score > lead->score - 1e-9 && is_better(s, lead)))
			lead = s;
	}
	return lead;
}

static void
say(struct sum *m, enum verdict verdict, double confidence, struct str why)
{
	m->f->verdict = verdict;
	m->f->confidence = confidence;
	m->f->why = why;
}

/* Whether a quote of the claim is one that could be looked for in a whole tree. */
static bool
is_telling(const struct claim *c, bool *quoted)
{
	bool telling = false;

	*quoted = false;
	for (size_t i = 0; i < c->quotes && !telling; i++) {
		const struct claim_quote *q = &c->quote[i];
		struct align_quote quote;

		if (q->role != CLAIM_QUOTE)
			continue;
		for (size_t k = 0; k < q->lines && !telling; k++) {
			align_quote_init(&quote, &q->text[k].text, 1, LANG_NONE);
			*quoted |= quote.units > 0;
			telling = quote.telling >= ALIGN_STRONG;
			align_quote_release(&quote);
		}
	}
	return telling;
}

static const struct lost *
lost_first(const struct sum *m, size_t *count)
{
	const struct bench *b = m->b;
	size_t low = 0, high = b->losts;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (b->lost[middle].claim < m->claim)
			low = middle + 1;
		else
			high = middle;
	}
	for (*count = 0; low + *count < b->losts && b->lost[low + *count].claim == m->claim;)
		++*count;
	return b->lost + low;
}

/* Nothing that it cites is there, and the search found nothing. */
static void
say_nowhere(struct sum *m)
{
	const struct claim *c = &m->b->claims->claim[m->claim];
	const struct site *backup = lead_searched(m, true);
	size_t losts;
	const struct lost *lost = lost_first(m, &losts);
	bool quoted, telling = is_telling(c, &quoted);

	if (backup && telling)
		say(m, VERDICT_NOT_FOUND, 0.8,
		    arena_format(&m->b->j->arena,
		                 "what is quoted is only in a backup copy, " STR_FMT,
		                 STR_ARG(m->b->j->tree->file[backup->file].path)));
	else if (telling)
		say(m, VERDICT_NOT_FOUND, 0.85, STR("what is quoted is nowhere in the tree"));
	else if (losts > 0 && lost->how != RESOLVE_DIRECTORY)
		say(m, VERDICT_NOT_FOUND, 0.85,
		    arena_format(&m->b->j->arena, "the tree has no file " STR_FMT,
		                 STR_ARG(c->location[lost->location].path)));
	else if (quoted)
		say(m, VERDICT_UNVERIFIABLE, 0.6,
		    STR("no file is cited, and what is quoted is too common to be looked for in "
		        "all"));
	else
		say(m, VERDICT_UNVERIFIABLE, 0.9,
		    losts > 0 ? STR("only a directory is cited, and nothing is quoted")
		              : STR("no file is cited, and nothing is quoted"));
}

/* Where another file has come to hold what the fix defines. */
static void
say_fixed_elsewhere(struct sum *m)
{
	for (size_t i = 0; i < m->sites; i++) {
		const struct site *s = &m->site[i];
		struct str path = m->b->j->tree->file[s->file].path;
		struct evidence *e;

		if (!s->fix_only || s->fix < 0.6 || is_backup(m, s))
			continue;
		say(m, VERDICT_FIXED, 0.75,
		    arena_format(&m->b->j->arena, "the code of the fix is in " STR_FMT ":%u",
		                 STR_ARG(path), s->first));
		e = finding_evidence(m->f);
		*e = (struct evidence){.kind = STR("fix"),
		                       .match = STR("code of the fix"),
		                       .path = path,
		                       .line = s->first,
		                       .end_line = s->last};
		return;
	}
}

/* How much of the quotes is in S beyond what LEAD has of them, where the search found S; 0 where it is not worth telling. */
static double
moved_score(const struct sum *m, const struct site *s)
{
	if (!s->moved || !s->here || is_backup(m, s) || s->weight * s->score < MOVED_WEIGHT ||
	    s->score < MOVED_PART || s->score < m->lead->score + MOVED_MORE)
		return 0;
	return s->verdict == VERDICT_CONFIRMED || s->verdict == VERDICT_CHANGED ? s->score : 0;
}

/*
 * What is quoted is in other files than those cited, a few at most, or more of it is. Whether it was moved there or was
 * always there too is not to be seen, so it is no more than changed.
 */
static void
say_moved(struct sum *m)
{
	bool missed = m->lead && (m->lead->verdict == VERDICT_NOT_FOUND ||
	                          m->lead->verdict == VERDICT_CHANGED);
	struct site *to = NULL;
	double best = 0;
	size_t count = 0;

	for (size_t i = 0; i < m->sites; i++) {
		double score = missed ? moved_score(m, &m->site[i]) : 0;

		to = score > best ? &m->site[i] : to;
		best = score > best ? score : best;
	}
	for (size_t i = 0; best > 0 && i < m->sites; i++)
		count += moved_score(m, &m->site[i]) == best;
	if (count == 0 || count > MOST_MOVED)
		return;
	for (size_t i = 0; i < m->sites; i++)
		if (moved_score(m, &m->site[i]) == best)
			m->site[i].verdict = VERDICT_CHANGED, m->site[i].told = true;
	if (m->lead->verdict != VERDICT_NOT_FOUND)
		return;
	m->lead = to;
	say(m, VERDICT_CHANGED, 0.3 + 0.3 * best,
	    arena_format(&m->b->j->arena,
	                 "what is quoted is not in the cited file, but%s in " STR_FMT,
	                 best < 0.95 ? " something like it" : "",
	                 STR_ARG(m->b->j->tree->file[to->file].path)));
}

static struct str
location_note(const struct sum *m, const struct site *s)
{
	if (is_backup(m, s))
		return STR("backup copy");
	if (s->moved)
		return STR("found by its quote, not cited");
	if (!s->cited)
		return STR("found by its quote");
	return s->how == RESOLVE_EXACT ? STR_NONE : str_of(resolve_words(s->how));
}

static void
location_add(struct sum *m, const struct site *s)
{
	*finding_location(m->f) = (struct location){.path = m->b->j->tree->file[s->file].path,
	                                            .line = s->first,
	                                            .end_line = s->last,
	                                            .verdict = s->verdict,
	                                            .note = location_note(m, s)};
}

static void
evidence_add(struct sum *m, const struct site *s, size_t most)
{
	for (size_t i = 0; i < s->evidences && i < most && m->f->evidence_count < MOST_EVIDENCE;
	     i++)
		*finding_evidence(m->f) = s->evidence[i];
}

/* Whether a site is told of beside the lead: what is cited, and where else the quote is. */
static bool
is_told(const struct sum *m, const struct site *s)
{
	if (s == m->lead || s->fix_only)
		return false;
	if (s->cited)
		return s->how != RESOLVE_ELSEWHERE || s->verdict == VERDICT_CONFIRMED;
	return s->moved ? s->told : s->verdict == VERDICT_CONFIRMED && m->lead && !m->lead->cited;
}

/* The lead's place first, so that the finding's fingerprint is of it; then the others as the claim cites them. */
static void
places_add(struct sum *m)
{
	size_t losts;
	const struct lost *lost = lost_first(m, &losts);
	const struct claim *c = &m->b->claims->claim[m->claim];

	if (m->lead) {
		location_add(m, m->lead);
		evidence_add(m, m->lead, SITE_EVIDENCE);
		m->f->fingerprint = arena_copy(&m->b->j->arena, str_of(m->lead->fingerprint));
	}
	for (size_t i = 0; i < m->sites; i++) {
		if (!is_told(m, &m->site[i]) || m->f->location_count >= MOST_LOCATIONS)
			continue;
		location_add(m, &m->site[i]);
		evidence_add(m, &m->site[i], 1);
	}
	for (size_t i = 0; i < losts && m->f->location_count < MOST_LOCATIONS; i++) {
		const struct claim_location *l = &c->location[lost[i].location];

		*finding_location(m->f) =
			(struct location){.path = l->path,
		                          .line = l->ranges > 0 ? l->range[0].first : 0,
		                          .end_line = l->ranges > 0 ? l->range[0].last : 0,
		                          .verdict = VERDICT_NOT_FOUND,
		                          .note = str_of(resolve_words(lost[i].how))};
	}
}

static void
steps_add(struct sum *m)
{
	struct judge *j = m->b->j;
	struct buf *out = &j->steps[m->claim];
	const struct claim *c = &m->b->claims->claim[m->claim];
	size_t losts;
	const struct lost *lost = lost_first(m, &losts);

	buf_printf(out, "line %u of the report: %zu locations, %zu quotes\n", c->line, c->locations,
	           c->quotes);
	for (size_t i = 0; i < losts; i++)
		buf_printf(out, STR_FMT ": %s\n", STR_ARG(c->location[lost[i].location].path),
		           resolve_words(lost[i].how));
	for (size_t i = 0; i < m->sites; i++) {
		const struct site *s = &m->site[i];

		buf_printf(out, STR_FMT ": %s\n", STR_ARG(j->tree->file[s->file].path),
		           s->cited      ? resolve_words(s->how)
		           : s->fix_only ? "has what the fix defines"
		           : s->moved    ? "has a word of the quote, not cited"
		                         : "has a word of the quote");
		if (s->steps)
			buf_span(out, buf_view(s->steps));
	}
	buf_printf(out, "%s (%.2f): " STR_FMT "\n", verdict_name[m->f->verdict], m->f->confidence,
	           STR_ARG(m->f->why));
}

void
bench_sum(struct bench *b, uint32_t claim, size_t first, size_t end)
{
	struct sum m = {b, claim, &b->j->finding[claim], b->site + first, end - first, NULL};

	bench_state(b, claim);
	m.lead = lead_cited(&m);
	if (!m.lead)
		m.lead = lead_searched(&m, false);
	if (m.lead)
		say(&m, m.lead->verdict, m.lead->confidence, m.lead->why);
	else
		say_nowhere(&m);
	say_moved(&m);
	places_add(&m);
	if (m.f->verdict == VERDICT_CONFIRMED || m.f->verdict == VERDICT_CHANGED ||
	    m.f->verdict == VERDICT_NOT_FOUND)
		say_fixed_elsewhere(&m);
	bench_tie_checks(b, claim, m.site, m.sites);
	if (b->j->explain)
		steps_add(&m);
}
