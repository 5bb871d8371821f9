/*
 * What rules found in the same tree (--checks) beside what reports claim: they see what is missing, "started but never
 * joined", which no quote shows.
 *
 * A check is evidence where it is within a few lines of a claim's place. Only one that talks of the same thing, by a word
 * that the claim has too, changes a verdict: what nothing could be said of, or what has changed, is confirmed by it, and
 * what was taken for fixed is less surely so.
 */
#include "report/judge_parts.h"

#include "report/token.h"

#include <ctype.h>
#include <strings.h>

enum { CLOSE = 3, MOST_CHECKS = 3 };

void
bench_chain_checks(struct bench *b)
{
	b->next_check = xcalloc(b->j->checks + 1, sizeof(*b->next_check));
	for (size_t i = b->j->checks; i > 0; i--) {
		const struct finding *f = &b->j->check[i - 1];
		uint32_t *first;

		if (f->location_count == 0)
			continue;
		first = map_use(&b->checks, f->locations[0].path, NULL);
		b->next_check[i - 1] = *first;
		*first = (uint32_t)i;
	}
}

/* The next word of letters. */
static bool
word_next(struct str *text, struct str *word)
{
	size_t i = 0, end;

	while (i < text->len && !isalpha((unsigned char)text->ptr[i]))
		i++;
	for (end = i; end < text->len && isalpha((unsigned char)text->ptr[end]); end++)
		;
	*word = (struct str){text->ptr + i, end - i};
	*text = str_from(*text, end);
	return word->len > 0;
}

/* Whether two texts have a word in common, of five letters at least, endings aside. */
static bool
talks_of(struct str a, struct str b)
{
	static const char *const common[] = {"should", "could", "without", "never",
	                                     "which",  "there", "where",   "using",
	                                     "value",  "error", NULL};
	struct str word, other;

	while (word_next(&a, &word)) {
		struct str rest = b;
		size_t len = word.len > 6 ? word.len - 2 : word.len;
		bool usual = len < 5 || str_is_any(word, common);

		while (!usual && word_next(&rest, &other))
			if (other.len >= len && strncasecmp(word.ptr, other.ptr, len) == 0)
				return true;
	}
	return false;
}

static bool
is_related(const struct finding *check, const struct finding *f)
{
	struct str about[] = {check->title, check->message, check->rule};

	for (size_t i = 0; i < sizeof(about) / sizeof(*about); i++)
		if (talks_of(about[i], f->title) || talks_of(about[i], f->message) ||
		    talks_of(about[i], f->fix))
			return true;
	return false;
}

static bool
is_close(const struct site *s, size_t line)
{
	if (s->first > 0 && line + CLOSE >= s->first && line <= (size_t)s->last + CLOSE)
		return true;
	for (size_t i = 0; i < s->ranges; i++)
		if (line + CLOSE >= s->stated[i].first && line <= (size_t)s->stated[i].last + CLOSE)
			return true;
	return false;
}

static void
tie(struct bench *b, struct finding *f, const struct finding *check)
{
	const struct location *at = &check->locations[0];
	bool related = is_related(check, f);

	*finding_evidence(f) = (struct evidence){.kind = STR("check"),
	                                         .match = check->rule,
	                                         .path = at->path,
	                                         .line = at->line,
	                                         .end_line = at->end_line,
	                                         .note = check->message};
	if (!related)
		return;
	if (f->verdict == VERDICT_UNVERIFIABLE || f->verdict == VERDICT_CHANGED) {
		f->verdict = VERDICT_CONFIRMED;
		f->confidence = 0.7;
		f->why = arena_format(&b->j->arena,
		                      "the rule " STR_FMT " finds it at " STR_FMT ":%zu",
		                      STR_ARG(check->rule), STR_ARG(at->path), at->line);
	} else if (f->verdict == VERDICT_FIXED) {
		f->confidence *= 0.7;
	} else if (f->verdict == VERDICT_CONFIRMED) {
		f->confidence += (1 - f->confidence) / 2;
	}
}

void
bench_tie_checks(struct bench *b, uint32_t claim, const struct site *site, size_t sites)
{
	struct finding *f = &b->j->finding[claim];
	size_t tied = 0;

	for (size_t i = 0; i < sites && b->j->checks > 0; i++) {
		const uint32_t *first = map_find(&b->checks, b->j->tree->file[site[i].file].path);

		if (site[i].fix_only || (!site[i].cited && !site[i].here))
			continue;
		for (uint32_t k = first ? *first : 0; k > 0 && tied < MOST_CHECKS;
		     k = b->next_check[k - 1]) {
			const struct finding *check = &b->j->check[k - 1];

			if (!is_close(&site[i], check->locations[0].line))
				continue;
			tie(b, f, check);
			tied++;
		}
	}
}
