#include "report/merge_pairs.h"

#include "base/map.h"
#include "base/mem.h"

enum { CROSS_MAX = 64, POSSIBLE_MAX = 8 };

/* A group of findings that say the same: a chain from its first on. */
struct link {
	size_t root, next, last,
		size; /* next, last and size: of a root the chain; next is SIZE_MAX at the end */
	bool part;    /* a report says that it is part of another */
};

struct joining {
	struct merge *m;
	struct matcher t;
	struct pairs pairs;
	struct link *link;
};

static size_t
root_of(struct joining *j, size_t i)
{
	while (j->link[i].root != i) {
		j->link[i].root = j->link[j->link[i].root].root;
		i = j->link[i].root;
	}
	return i;
}

/* Make the groups of A and B one; the one that begins earlier is its root. */
static void
join(struct joining *j, size_t a, size_t b)
{
	size_t first = root_of(j, a), second = root_of(j, b);

	if (first == second)
		return;
	if (second < first) {
		size_t swap = first;

		first = second;
		second = swap;
	}
	j->link[second].root = first;
	j->link[j->link[first].last].next = second;
	j->link[first].last = j->link[second].last;
	j->link[first].size += j->link[second].size;
}

/* Whether none of A's group is unlike one of B's: a chain of likenesses may lead from one thing to quite another. */
static bool
groups_agree(struct joining *j, size_t a, size_t b)
{
	size_t first = root_of(j, a), second = root_of(j, b);
	double score;

	if (j->link[first].size * j->link[second].size > CROSS_MAX)
		return false;
	for (size_t i = first; i != SIZE_MAX; i = j->link[i].next)
		for (size_t k = second; k != SIZE_MAX; k = j->link[k].next)
			if (matcher_judge(&j->t, i < k ? i : k, i < k ? k : i, &score) == LIKE_NOT)
				return false;
	return true;
}

/* What a report itself says: "covered by 1". Numbering may start again, so the last one of that number before it is meant. */
static void
join_by_hints(struct joining *j)
{
	const struct claims *claims = j->m->claims;
	struct map last =
		MAP_INIT(sizeof(size_t)); /* the finding, from 1, that had the number last */
	struct buf key = BUF_INIT;

	for (int pass = 0; claims && pass < 2; pass++) {
		/* The second time what comes after it is known, too. */
		for (size_t i = 0; i < j->m->count; i++) {
			const struct claim *c = &claims->claim[i];

			for (size_t h = 0; h < c->hints; h++) {
				const size_t *n = map_find(
					&last, claim_key(&key, c->report, c->hint[h].number));

				if (!n || *n == i + 1 || c->hint[h].kind == CLAIM_HINT_SEE ||
				    (pass == 1 && j->link[i].part))
					continue;
				join(j, i, *n - 1);
				j->link[i].part = true;
			}
			if (pass == 0 && c->number.len > 0)
				*(size_t *)map_use(&last, claim_key(&key, c->report, c->number),
				                   NULL) = i + 1;
		}
	}
	map_release(&last);
	buf_release(&key);
}

static void
join_by_likeness(struct joining *j)
{
	for (size_t i = 0; i < j->pairs.count; i++) {
		const struct pair *p = &j->pairs.pair[i];

		if (p->like == LIKE_STRONGLY && groups_agree(j, p->a, p->b))
			join(j, p->a, p->b);
	}
}

static unsigned
verdict_rank(enum verdict v)
{
	static const unsigned rank[VERDICT_COUNT] = {
		[VERDICT_CONFIRMED] = 5, [VERDICT_CHANGED] = 4,      [VERDICT_FIXED] = 3,
		[VERDICT_NOT_FOUND] = 2, [VERDICT_UNVERIFIABLE] = 1, [VERDICT_NONE] = 6};

	return rank[v];
}

/* Whether F says more surely what has become of it than the one before. */
static bool
judges_over(const struct finding *f, const struct finding *before)
{
	if (f->verdict == before->verdict)
		return f->confidence > before->confidence;
	if (f->verdict == VERDICT_FIXED && before->verdict != VERDICT_NONE)
		return f->confidence > before->confidence ||
		       verdict_rank(before->verdict) < verdict_rank(VERDICT_FIXED);
	if (before->verdict == VERDICT_FIXED && f->verdict != VERDICT_NONE)
		return verdict_rank(f->verdict) > verdict_rank(VERDICT_FIXED) &&
		       f->confidence >= before->confidence;
	return verdict_rank(f->verdict) > verdict_rank(before->verdict);
}

/* Whether F goes before the one whose words led so far. */
static bool
leads_over(const struct joining *j, size_t i, size_t before)
{
	const struct finding *f = j->m->finding;

	if (j->link[i].part != j->link[before].part)
		return j->link[before].part;
	return f[i].severity > f[before].severity;
}

static bool
has_location(const struct finding *f, const struct location *l)
{
	for (size_t i = 0; i < f->location_count; i++)
		if (f->locations[i].line == l->line && f->locations[i].end_line == l->end_line &&
		    str_eq(f->locations[i].path, l->path))
			return true;
	return false;
}

static bool
has_evidence(const struct finding *f, const struct evidence *e)
{
	for (size_t i = 0; i < f->evidence_count; i++) {
		const struct evidence *x = &f->evidence[i];

		if (x->line == e->line && x->end_line == e->end_line &&
		    x->report_line == e->report_line && str_eq(x->kind, e->kind) &&
		    str_eq(x->path, e->path) && str_eq(x->report, e->report) &&
		    str_eq(x->match, e->match))
			return true;
	}
	return false;
}

/* All that FROM has beyond words and verdict. */
static void
gather(struct finding *into, const struct finding *from)
{
	for (size_t i = 0; i < from->location_count; i++)
		if (!has_location(into, &from->locations[i]))
			*finding_location(into) = from->locations[i];
	for (size_t i = 0; i < from->evidence_count; i++)
		if (!has_evidence(into, &from->evidence[i]))
			*finding_evidence(into) = from->evidence[i];
	for (size_t i = 0; i < from->source_count; i++)
		*finding_source(into) = from->sources[i];
	for (size_t i = 0; i < from->judgement_count; i++)
		*finding_judgement(into) = from->judgements[i];
	if (from->severity > into->severity)
		into->severity = from->severity;
	if (into->message.len == 0)
		into->message = from->message;
	if (into->impact.len == 0)
		into->impact = from->impact;
	if (into->fix.len == 0)
		into->fix = from->fix;
	if (into->cwe.len == 0)
		into->cwe = from->cwe;
	if (into->rule.len == 0)
		into->rule = from->rule;
}

/* What FROM was judged, where that is not what all of them together are. */
static void
dissent(struct merge *m, struct finding *into, const struct finding *from)
{
	struct buf note = BUF_INIT;

	if (from->verdict == into->verdict || from->source_count == 0)
		return;
	buf_str(&note, verdict_name[from->verdict]);
	if (from->why.len > 0) {
		buf_str(&note, ": ");
		buf_span(&note, from->why);
	}
	*finding_evidence(into) = (struct evidence){.kind = STR("verdict"),
	                                            .report = from->sources[0].report,
	                                            .report_line = from->sources[0].line,
	                                            .note = arena_copy(&m->arena, buf_view(&note))};
	buf_release(&note);
}

/* The group of ROOT as one finding. */
static void
make_one(struct joining *j, size_t root, struct finding *out)
{
	const struct finding *f = j->m->finding;
	const struct finding *words, *fate;
	size_t lead = root, judge = root;

	for (size_t i = j->link[root].next; i != SIZE_MAX; i = j->link[i].next) {
		lead = leads_over(j, i, lead) ? i : lead;
		judge = judges_over(&f[i], &f[judge]) ? i : judge;
	}
	words = &f[lead];
	fate = &f[judge];
	*out = (struct finding){.id = f[root].id,
	                        .rule = words->rule,
	                        .severity = words->severity,
	                        .title = words->title,
	                        .message = words->message,
	                        .impact = words->impact,
	                        .fix = words->fix,
	                        .cwe = words->cwe,
	                        .verdict = fate->verdict,
	                        .why = fate->why,
	                        .confidence = fate->confidence,
	                        .fingerprint = fate->fingerprint,
	                        .baseline = f[root].baseline};
	gather(out, fate);
	for (size_t i = root; i != SIZE_MAX; i = j->link[i].next) {
		if (i != judge)
			gather(out, &f[i]);
		dissent(j->m, out, &f[i]);
		for (size_t k = 0; k < f[i].possible_count; k++)
			*finding_possible(out) = f[i].possible[k];
	}
}

/* Each of two that may be the same names the other, once. */
static void
name_possible(struct finding *f, struct str other)
{
	for (size_t i = 0; i < f->possible_count; i++)
		if (str_eq(f->possible[i], other))
			return;
	*finding_possible(f) = other;
}

static void
tell_possible(struct joining *j)
{
	struct merge *m = j->m;

	for (size_t i = 0; i < j->pairs.count; i++) {
		struct finding *a = &m->merged[m->into[j->pairs.pair[i].a]];
		struct finding *b = &m->merged[m->into[j->pairs.pair[i].b]];

		if (a == b || a->possible_count >= POSSIBLE_MAX ||
		    b->possible_count >= POSSIBLE_MAX)
			continue;
		name_possible(a, b->id);
		name_possible(b, a->id);
	}
}

/* The groups in the order of the input, now that nothing is joined any more; returns how many there are. */
static size_t
put_in_order(struct joining *j)
{
	size_t groups = 0;

	for (size_t i = 0; i < j->m->count; i++) {
		struct link *root = &j->link[root_of(j, i)];

		j->link[i].next = SIZE_MAX;
		if (root == &j->link[i])
			groups++;
		else
			j->link[root->last].next = i;
		root->last = i;
	}
	return groups;
}

static void
write_merged(struct joining *j)
{
	struct merge *m = j->m;

	m->merged_count = put_in_order(j);
	m->merged = xcalloc(m->merged_count ? m->merged_count : 1, sizeof(*m->merged));
	m->merged_count = 0;
	for (size_t i = 0; i < m->count; i++) {
		struct finding *one;

		if (root_of(j, i) != i)
			continue;
		one = &m->merged[m->merged_count];
		make_one(j, i, one);
		for (size_t k = i; k != SIZE_MAX; k = j->link[k].next)
			m->into[k] = m->merged_count;
		m->merged_count++;
	}
}

void
merge_run(struct merge *m)
{
	struct joining j = {.m = m, .link = xcalloc(m->count ? m->count : 1, sizeof(*j.link))};

	m->merged_count = 0;
	m->into = xcalloc(m->count ? m->count : 1, sizeof(*m->into));
	for (size_t i = 0; i < m->count; i++)
		j.link[i] = (struct link){.root = i, .next = SIZE_MAX, .last = i, .size = 1};
	matcher_init(&j.t, m);
	pairs_find(&j.pairs, &j.t);
	join_by_hints(&j);
	join_by_likeness(&j);
	write_merged(&j);
	tell_possible(&j);
	matcher_release(&j.t);
	free(j.pairs.pair);
	free(j.link);
}

void
merge_release(struct merge *m)
{
	for (size_t i = 0; i < m->merged_count; i++)
		finding_release(&m->merged[i]);
	free(m->merged);
	free(m->into);
	arena_release(&m->arena);
}
