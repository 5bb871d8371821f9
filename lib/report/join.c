#include "report/reading.h"

#include "base/map.h"

#include <ctype.h>

/*
 * The same finding twice in one report: a row of the summary and a section of its own. They are joined where they have
 * the same number, or none, and titles alike, or the same number and one of them is a row. The one that says more stays.
 */

/* A finding of a table or a list, which has no text of its own. */
static bool
is_brief(const struct claim *c)
{
	return (c->row || c->last_line - c->line <= 1) && c->description.len + c->impact.len < 400;
}

/* Whether they name the same file. */
static bool
is_near(const struct claim *a, const struct claim *b)
{
	for (size_t i = 0; i < a->locations && i < 8; i++)
		for (size_t k = 0; k < b->locations && k < 8; k++)
			if (a->location[i].path.len > 0 &&
			    str_eq(a->location[i].path, b->location[k].path))
				return true;
	return false;
}

/* Whether two titles begin with the same two words. */
static bool
begins_alike(struct str a, struct str b)
{
	for (int i = 0; i < 2; i++) {
		struct str x = word_next(&a), y = word_next(&b);

		if (x.len == 0 || !str_eq_case(x, y))
			return false;
	}
	return true;
}

static bool
is_same(const struct claim *a, const struct claim *b)
{
	if (!is_brief(a) && !is_brief(b))
		return false;
	if (a->number.len > 0 && b->number.len > 0) {
		if (!str_eq(a->number, b->number))
			return false;
		/* Names are given once; numbers begin anew in each section. */
		if (!isdigit((unsigned char)a->number.ptr[0]))
			return true;
		if (a->row != b->row && is_brief(a) != is_brief(b) && a->severity == b->severity &&
		    (is_near(a, b) || begins_alike(a->title, b->title)))
			return true;
	}
	/* A row tells in short what an item says with all that belongs to it. */
	if (a->row != b->row && a->severity == b->severity &&
	    word_within(a->row ? a->title : b->title, a->row ? b->title : a->title))
		return true;
	return word_alike(a->title, b->title);
}

/* Whether the severity of C was only guessed from its name. */
static bool
is_guessed(const struct claim *c)
{
	return c->number.len > 0 && str_eq(c->severity_words, c->number);
}

/* Of what the brief one says, that which the full one does not. */
static void
claim_absorb(struct claim *full, const struct claim *brief)
{
	full->mentions += brief->mentions + 1;
	if (full->severity == SEVERITY_UNKNOWN ||
	    (is_guessed(full) && brief->severity != SEVERITY_UNKNOWN)) {
		full->severity = brief->severity;
		full->severity_words = brief->severity_words;
		full->severity_line = brief->severity_line;
	}
	if (full->number.len == 0)
		full->number = brief->number;
	if (full->fix.len == 0)
		full->fix = brief->fix;
	if (full->locations == 0) {
		full->location = brief->location;
		full->locations = brief->locations;
	}
	if (full->saids == 0) {
		full->said = brief->said;
		full->saids = brief->saids;
	}
}

/* Claims by their number, and by the first long word of their title: those that may be the same. */
struct bucket {
	size_t last; /* 1 + index of the newest claim, 0 for none */
};

static struct str
first_word(struct str title, char out[static 32])
{
	size_t n = 0;

	for (size_t i = 0; i < title.len && n < 31; i++) {
		char c = title.ptr[i];

		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'))
			out[n++] = c;
		else if (c >= 'A' && c <= 'Z')
			out[n++] = (char)(c + 32);
		else if (n >= 4)
			break;
		else
			n = 0;
	}
	return (struct str){out, n};
}

/* At most this many earlier ones are compared with each, so that time stays linear. */
enum { MAX_CHAIN = 8 };

static size_t
find_same(struct claims *c, struct map *m, size_t *before, const bool *gone, size_t i,
          struct str key)
{
	struct bucket *b = map_use(m, key, NULL);
	size_t found = 0, at = b->last;

	for (int n = 0; at > 0 && n < MAX_CHAIN && !found; n++) {
		if (!gone[at - 1] && is_same(&c->claim[at - 1], &c->claim[i]))
			found = at;
		at = before[at - 1];
	}
	before[i] = b->last;
	b->last = i + 1;
	return found;
}

/* Whether C is a title and a severity, and says neither where nor why. */
static bool
is_bare(const struct claim *c)
{
	for (size_t i = 0; i < c->quotes; i++)
		if (c->quote[i].role != CLAIM_INLINE)
			return false;
	return c->severity != SEVERITY_UNKNOWN && c->locations == 0 &&
	       c->description.len + c->impact.len == 0;
}

/* What a section, or a report, has of each severity. */
struct tally {
	size_t bare[SEVERITY_COUNT], full, all;
};

/* The findings from I on that are of one section. */
static size_t
section_end(const struct claims *c, size_t i, struct tally *t)
{
	size_t end = i;

	*t = (struct tally){{0}, 0, 0};
	for (; end < c->count && str_eq(c->claim[end].section, c->claim[i].section); end++) {
		t->full += !is_bare(&c->claim[end]);
		t->bare[c->claim[end].severity] += is_bare(&c->claim[end]);
		t->all++;
	}
	return end;
}

/*
 * A section that says in short what others say in full: of two findings or more, all bare, where the report has no fewer
 * full ones of each of their severities. It comes before these, or is a plan that begins with the worst; a list of small
 * things at the end is not one.
 */
static bool
is_recap(const struct tally *t, const size_t *full, bool first)
{
	if (t->full > 0 || t->all < 2)
		return false;
	for (int k = 0; k < SEVERITY_COUNT; k++)
		if (t->bare[k] > full[k])
			return false;
	return first || t->bare[SEVERITY_CRITICAL] + t->bare[SEVERITY_HIGH] > 0;
}

static void
drop_recaps(struct claims *c, size_t from)
{
	size_t full[SEVERITY_COUNT] = {0}, kept = from, seen = 0, end;

	for (size_t i = from; i < c->count; i++)
		full[c->claim[i].severity] += !is_bare(&c->claim[i]);
	for (size_t i = from; i < c->count; i = end) {
		struct tally t;

		end = section_end(c, i, &t);
		if (is_recap(&t, full, seen == 0))
			continue;
		seen += t.full;
		memmove(&c->claim[kept], &c->claim[i], t.all * sizeof(*c->claim));
		kept += t.all;
	}
	c->count = kept;
}

void
claims_join(struct claims *c, size_t from)
{
	struct map by_number = MAP_INIT(sizeof(struct bucket)),
		   by_word = MAP_INIT(sizeof(struct bucket));
	size_t *before = xcalloc(2 * c->count + 1, sizeof(*before)), kept = from;
	bool *gone = xcalloc(c->count + 1, sizeof(*gone));

	for (size_t i = from; i < c->count; i++) {
		struct claim *now = &c->claim[i];
		char word[32];
		struct str key = first_word(now->title, word);
		size_t same = now->number.len > 0
		                      ? find_same(c, &by_number, before, gone, i, now->number)
		                      : 0;
		size_t other =
			key.len > 0 ? find_same(c, &by_word, before + c->count, gone, i, key) : 0;

		same = same > 0 ? same : other;
		if (same == 0)
			continue;
		if (is_brief(now)) {
			claim_absorb(&c->claim[same - 1], now);
			gone[i] = true;
		} else {
			claim_absorb(now, &c->claim[same - 1]);
			gone[same - 1] = true;
		}
	}
	for (size_t i = from; i < c->count; i++)
		if (!gone[i])
			c->claim[kept++] = c->claim[i];
	c->count = kept;
	drop_recaps(c, from);
	for (size_t i = from; i < c->count; i++)
		c->claim[i].ordinal = (uint32_t)(i - from);
	free(before);
	free(gone);
	map_release(&by_number);
	map_release(&by_word);
}
