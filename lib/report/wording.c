#include "report/wording.h"

#include "base/hash.h"
#include "base/mem.h"

#include <ctype.h>
#include <math.h>

enum { TEXT_MAX = 8 << 10, WORDS_MAX = 400, WORD_MAX = 48, TITLE_TIMES = 2 };

static const char *const silent[] = {
	"a",    "about", "after", "all",   "also", "an",    "and",      "any",   "are",     "as",
	"at",   "be",    "been",  "but",   "by",   "can",   "could",    "do",    "does",    "due",
	"each", "for",   "from",  "has",   "have", "how",   "if",       "in",    "instead", "into",
	"is",   "it",    "its",   "lead",  "may",  "might", "more",     "must",  "no",      "not",
	"of",   "on",    "one",   "only",  "or",   "other", "possible", "same",  "should",  "since",
	"so",   "such",  "than",  "that",  "the",  "their", "them",     "then",  "there",   "these",
	"they", "this",  "to",    "use",   "used", "using", "via",      "was",   "we",      "well",
	"when", "where", "which", "while", "will", "with",  "without",  "would", "you",     NULL};

struct reading {
	struct word *word;
	size_t count, cap;
	bool title;
};

static bool
is_silent(struct str s)
{
	for (int i = 0; silent[i]; i++)
		if (str_is(s, silent[i]))
			return true;
	return false;
}

/* Without the ending of a plural or of a verb. */
static struct str
stem(struct str s)
{
	static const char *const endings[] = {"ingly", "ings", "edly", "ing", "ies", "ed",
	                                      "es",    "ly",   "s",    "e",   NULL};

	for (int i = 0; endings[i]; i++) {
		size_t n = strlen(endings[i]);

		if (s.len >= n + 3 && memcmp(s.ptr + s.len - n, endings[i], n) == 0)
			return (struct str){s.ptr, s.len - n};
	}
	return s;
}

static void
add(struct reading *r, struct str s)
{
	if (s.len < 2 || r->count == WORDS_MAX)
		return;
	GROW(r->word, r->count, r->cap);
	r->word[r->count++] = (struct word){hash_bytes(s, 1), r->title ? (float)TITLE_TIMES : 1.0F,
	                                    r->title ? 1.0F : 0.0F};
}

/* A part of a name, in whatever case it is. */
static void
add_part(struct reading *r, const char *part, size_t len)
{
	char low[WORD_MAX];

	for (size_t i = 0; i < len; i++)
		low[i] = (char)tolower((unsigned char)part[i]);
	if (!is_silent((struct str){low, len}))
		add(r, stem((struct str){low, len}));
}

static bool
is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool
is_letter(char c)
{
	return is_upper(c) || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
	       (unsigned char)c >= 0x80;
}

/* The parts of NAME, which are set off by underscores or capitals; where there are several the whole, too. */
static void
add_name(struct reading *r, struct str name)
{
	size_t from = 0, parts = 0;

	for (size_t i = 0; i <= name.len; i++) {
		bool end = i == name.len || name.ptr[i] == '_' ||
		           (i > from && is_upper(name.ptr[i]) && !is_upper(name.ptr[i - 1]));

		if (!end)
			continue;
		if (i > from) {
			add_part(r, name.ptr + from, i - from);
			parts++;
		}
		from = i + (i < name.len && name.ptr[i] == '_');
	}
	if (parts > 1)
		add(r, name);
}

/* A character of a script that sets no spaces between words: Chinese, Japanese, Korean. */
static bool
is_dense(struct str s, size_t i)
{
	return i + 2 < s.len && (unsigned char)s.ptr[i] >= 0xe3 && (unsigned char)s.ptr[i] <= 0xed;
}

/* Of such, each two that stand together are a word; returns how many bytes they take. */
static size_t
add_dense(struct reading *r, struct str text, size_t from)
{
	size_t i = from;

	for (; is_dense(text, i); i += 3)
		if (is_dense(text, i + 3))
			add(r, (struct str){text.ptr + i, 6});
	if (i == from + 3)
		add(r, (struct str){text.ptr + from, 3});
	return i - from;
}

static void
add_text(struct reading *r, struct str text)
{
	struct str before = STR_NONE; /* the word before a hyphen */
	size_t i = 0;

	if (text.len > TEXT_MAX)
		text.len = TEXT_MAX;
	while (i < text.len) {
		size_t from = i;
		struct str name;
		char joined[2 * WORD_MAX];

		if (is_dense(text, i)) {
			i += add_dense(r, text, i);
			continue;
		}
		while (i < text.len && is_letter(text.ptr[i]) && i - from < WORD_MAX &&
		       !is_dense(text, i))
			i++;
		name = (struct str){text.ptr + from, i - from};
		if (name.len == 0) {
			before = text.ptr[i] == '-' ? before : STR_NONE;
			i++;
			continue;
		}
		add_name(r, name);
		if (before.len > 0 && before.ptr + before.len + 1 == name.ptr) {
			memcpy(joined, before.ptr, before.len);
			memcpy(joined + before.len, name.ptr, name.len);
			if (before.len + name.len < WORD_MAX)
				add_part(r, joined, before.len + name.len);
		}
		before = name;
	}
}

static int
by_hash(const void *a, const void *b)
{
	const struct word *x = a, *y = b;

	return (x->hash > y->hash) - (x->hash < y->hash);
}

static int
by_value(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Each word once, with how often it is there. */
static void
fold(struct wording *w)
{
	size_t kept = 0;

	if (w->count > 0)
		qsort(w->word, w->count, sizeof(*w->word), by_hash);
	for (size_t i = 0; i < w->count; i++) {
		if (kept > 0 && w->word[kept - 1].hash == w->word[i].hash) {
			w->word[kept - 1].weight += w->word[i].weight;
			w->word[kept - 1].title += w->word[i].title;
		} else {
			w->word[kept++] = w->word[i];
		}
	}
	w->count = kept;
}

/* The first of the SORTED values that is not below VALUE. */
static size_t
lower_bound(const uint64_t *sorted, size_t count, uint64_t value)
{
	size_t low = 0;

	while (low < count) {
		size_t mid = low + (count - low) / 2;

		if (sorted[mid] < value)
			low = mid + 1;
		else
			count = mid;
	}
	return low;
}

size_t
wordings_frequency(const struct wordings *w, uint64_t hash)
{
	size_t from = lower_bound(w->all, w->all_count, hash), n = from;

	while (n < w->all_count && w->all[n] == hash)
		n++;
	return n - from;
}

/* Counts become weights, and vectors one long. */
static void
weigh(const struct wordings *w, struct wording *one)
{
	double length = 0, title_length = 0;

	for (size_t i = 0; i < one->count; i++) {
		struct word *word = &one->word[i];
		size_t from = lower_bound(w->all, w->all_count, word->hash);
		size_t end = word->hash == UINT64_MAX
		                     ? w->all_count
		                     : lower_bound(w->all, w->all_count, word->hash + 1);
		double rare = log(1 + (double)w->count / (double)(end - from));

		word->weight = (float)((1 + log((double)word->weight)) * rare);
		word->title = word->title > 0 ? (float)rare : 0.0F;
		length += (double)word->weight * (double)word->weight;
		title_length += (double)word->title * (double)word->title;
	}
	for (size_t i = 0; i < one->count; i++) {
		one->word[i].weight /= (float)sqrt(length);
		if (title_length > 0)
			one->word[i].title /= (float)sqrt(title_length);
	}
}

void
wordings_make(struct wordings *w, const struct finding *f, size_t count)
{
	*w = (struct wordings){.of = xcalloc(count ? count : 1, sizeof(*w->of)), .count = count};
	for (size_t i = 0; i < count; i++) {
		struct reading r = {.title = true};

		add_text(&r, f[i].title);
		r.title = false;
		add_text(&r, f[i].message);
		add_text(&r, f[i].impact);
		add_text(&r, f[i].fix);
		w->of[i] = (struct wording){r.word, r.count};
		fold(&w->of[i]);
		for (size_t k = 0; k < w->of[i].count; k++) {
			GROW(w->all, w->all_count, w->all_cap);
			w->all[w->all_count++] = w->of[i].word[k].hash;
		}
	}
	if (w->all_count > 0)
		qsort(w->all, w->all_count, sizeof(*w->all), by_value);
	for (size_t i = 0; i < count; i++)
		weigh(w, &w->of[i]);
}

void
wordings_release(struct wordings *w)
{
	for (size_t i = 0; i < w->count; i++)
		free(w->of[i].word);
	free(w->of);
	free(w->all);
	*w = (struct wordings){.count = 0};
}

static double
product(const struct wording *a, const struct wording *b, bool title)
{
	size_t i = 0, j = 0;
	double sum = 0;

	while (i < a->count && j < b->count) {
		const struct word *x = &a->word[i], *y = &b->word[j];

		if (x->hash == y->hash)
			sum += title ? (double)x->title * (double)y->title
			             : (double)x->weight * (double)y->weight;
		i += x->hash <= y->hash;
		j += y->hash <= x->hash;
	}
	return sum;
}

double
wordings_like(const struct wordings *w, size_t a, size_t b)
{
	return product(&w->of[a], &w->of[b], false);
}

double
wordings_titles_like(const struct wordings *w, size_t a, size_t b)
{
	return product(&w->of[a], &w->of[b], true);
}
