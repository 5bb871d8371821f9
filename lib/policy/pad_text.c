#include "policy/pad_text.h"

#include <math.h>
#include <strings.h>

/* Classes of bytes; a word is a run of those that have one. */
enum { LOWER = 1, UPPER = 2, DIGIT = 4, HEX = 8, JOIN = 16, OTHER = 32 };

static const uint8_t class_of[256] = {
	['0' ... '9'] = DIGIT | HEX, ['a' ... 'f'] = LOWER | HEX, ['g' ... 'z'] = LOWER,
	['A' ... 'F'] = UPPER | HEX, ['G' ... 'Z'] = UPPER,       ['_'] = JOIN,
	[0x80 ... 0xff] = OTHER,
};

enum { SHINGLE = 4, FENCE = 3, STRETCH = 24, ECHO_MIN = 128, ECHO_SLOTS = 4096 };
enum { BEGINNING = 6 }; /* words in which the report of a failure says so */

#define HASH_INIT  0xcbf29ce484222325ULL
#define HASH_PRIME 0x100000001b3ULL      /* Fowler, Noll and Vo's */
#define NUMBER     0x9e3779b97f4a7c15ULL /* what every number is hashed to */

enum mood { TRUST, DOUBT, SLEEP, TROUBLE, FAILURE };

static const struct {
	char word[13];
	uint8_t mood;
} moods[] = {
	{"again", TROUBLE},     {"cannot", FAILURE},   {"complete", TRUST},
	{"completed", TRUST},   {"confused", DOUBT},   {"denied", FAILURE},
	{"done", TRUST},        {"error", FAILURE},    {"errors", TROUBLE},
	{"exception", FAILURE}, {"failed", FAILURE},   {"fails", TROUBLE},
	{"failure", FAILURE},   {"fatal", FAILURE},    {"finished", TRUST},
	{"fixed", TRUST},       {"maybe", DOUBT},      {"might", DOUBT},
	{"passed", TRUST},      {"perhaps", DOUBT},    {"processed", TRUST},
	{"retry", TROUBLE},     {"retrying", TROUBLE}, {"sleep", SLEEP},
	{"stuck", DOUBT},       {"success", TRUST},    {"successfully", TRUST},
	{"traceback", FAILURE}, {"trying", TROUBLE},   {"unable", FAILURE},
	{"uncertain", DOUBT},   {"unclear", DOUBT},    {"unsure", DOUBT},
	{"verified", TRUST},
};

#define LENGTHS(a, b, c) (1u << (a) | 1u << (b) | 1u << (c))

/* The lengths of the words above, by first letter: nearly every other word is passed over at a glance. */
static const uint16_t mood_lengths[26] = {
	['a' - 'a'] = LENGTHS(5, 5, 5),           ['c' - 'a'] = LENGTHS(6, 8, 9),
	['d' - 'a'] = LENGTHS(4, 6, 6),           ['e' - 'a'] = LENGTHS(5, 6, 9),
	['f' - 'a'] = LENGTHS(5, 6, 7) | 1u << 8, ['m' - 'a'] = LENGTHS(5, 5, 5),
	['p' - 'a'] = LENGTHS(6, 7, 9),           ['r' - 'a'] = LENGTHS(5, 8, 8),
	['s' - 'a'] = LENGTHS(5, 7, 12),          ['t' - 'a'] = LENGTHS(6, 9, 9),
	['u' - 'a'] = LENGTHS(6, 7, 9),           ['v' - 'a'] = LENGTHS(8, 8, 8),
};

/* A word as it is met. */
struct word {
	const char *ptr;
	size_t len;
	uint64_t hash;
	uint32_t stem;
	uint8_t classes, every; /* that some byte has, that every byte has */
};

struct reading {
	struct pad_text *t;
	const char *begin, *end;
	uint64_t last[SHINGLE - 1]; /* hashes of the words before, newest first */
	unsigned since_number;      /* words since the last number */
	uint64_t key, exact, tail;
	unsigned tail_words;
	uint32_t least[PAD_SKETCH];
	bool fenced;
	unsigned stretch; /* shingles in a row that were there before */
	/* The number met last, for progress. */
	const char *number_end;
	double number;
	bool number_alone, of;
	/* Shingles of this text, to find where it repeats itself. */
	unsigned echo_mask;
	uint16_t echo[ECHO_SLOTS];
};

static uint32_t
spread(uint64_t hash)
{
	hash ^= hash >> 29;
	return (uint32_t)(hash * 0xbf58476d1ce4e5b9ULL >> 32);
}

static void
sample(struct pad_samples *s, uint32_t hash, unsigned level)
{
	if (pad_level(hash) >= level && s->count < PAD_SAMPLES)
		s->hash[s->count++] = hash;
}

static void
echo_add(struct reading *r, uint32_t hash)
{
	uint16_t *slot = &r->echo[hash & r->echo_mask], mark = (uint16_t)(hash >> 16 | 1);

	if (r->fenced || r->since_number < SHINGLE || *slot != mark)
		r->stretch = 0;
	else if (++r->stretch >= STRETCH)
		r->t->echo += r->stretch == STRETCH ? STRETCH : 1;
	*slot = mark;
}

static void
shingle_add(struct reading *r, uint64_t word)
{
	uint32_t hash =
		spread(word + r->last[0] * 0x8cb92ba72f3d8dd7ULL +
	               r->last[1] * 0xabc98388fb8fac03ULL + r->last[2] * 0xd6e8feb86659fd93ULL);
	uint32_t *least = &r->least[hash % PAD_SKETCH];

	if (hash < *least)
		*least = hash;
	sample(&r->t->shingle, hash, r->t->keep);
	if (r->echo_mask > 0)
		echo_add(r, hash);
}

/* A word, or what stands for a number, takes its place in the text. */
static void
word_add(struct reading *r, uint64_t hash)
{
	r->key = (r->key ^ hash) * HASH_PRIME;
	r->t->words++;
	if (r->t->words >= SHINGLE)
		shingle_add(r, hash);
	r->last[2] = r->last[1];
	r->last[1] = r->last[0];
	r->last[0] = hash;
}

static void
mood_add(struct pad_text *t, const struct word *w)
{
	for (size_t i = 0; i < sizeof(moods) / sizeof(moods[0]); i++) {
		if (strncasecmp(moods[i].word, w->ptr, w->len) != 0 ||
		    moods[i].word[w->len] != '\0')
			continue;
		t->trust += moods[i].mood == TRUST;
		t->doubt += moods[i].mood == DOUBT;
		t->sleeps |= moods[i].mood == SLEEP;
		t->trouble += moods[i].mood >= TROUBLE;
		t->failure |= moods[i].mood == FAILURE && t->words < BEGINNING;
		return;
	}
}

static bool
word_is_name(const struct reading *r, const struct word *w)
{
	const char *after = w->ptr + w->len;

	if ((w->classes & JOIN) || (w->classes & (DIGIT | LOWER)) == (DIGIT | LOWER))
		return true;
	if ((w->classes & UPPER) && (w->classes & LOWER)) {
		for (size_t i = 1; i < w->len; i++) {
			if (w->ptr[i] >= 'A' && w->ptr[i] <= 'Z')
				return true;
		}
	}
	if (w->ptr > r->begin && (w->ptr[-1] == '/' || w->ptr[-1] == '.'))
		return true;
	return after < r->end && (*after == '/' || (*after == '.' && after + 1 < r->end &&
	                                            class_of[(uint8_t)after[1]]));
}

static bool
is_date_mark(char c)
{
	return c == '/' || c == '-' || c == '.' || c == ':';
}

/* "3/10", "3 of 10", "30%": how far something has come. */
static void
progress_add(struct reading *r, const struct word *w)
{
	const char *after = w->ptr + w->len;
	bool alone = !(w->ptr > r->begin && is_date_mark(w->ptr[-1])) &&
	             !(after + 1 < r->end && is_date_mark(*after) && class_of[(uint8_t)after[1]]);
	double value = 0;

	if (w->classes != (DIGIT | HEX) || w->len > 15) {
		r->number_end = NULL;
		return;
	}
	for (size_t i = 0; i < w->len; i++)
		value = value * 10 + (w->ptr[i] - '0');
	if (alone && r->t->counter < 0)
		r->t->counter = value;
	if (after < r->end && *after == '%') {
		r->t->progress = (float)fmin(1, value / 100);
	} else if (r->number_end != NULL && value > 0 && r->number <= value &&
	           !(after + 1 < r->end && is_date_mark(*after) && class_of[(uint8_t)after[1]])) {
		if ((w->ptr == r->number_end + 1 && w->ptr[-1] == '/' && r->number_alone) || r->of)
			r->t->progress = (float)(r->number / value);
	}
	r->number = value;
	r->number_alone = !(w->ptr > r->begin && is_date_mark(w->ptr[-1]));
	r->number_end = after;
	r->of = false;
}

static void
word_take(struct reading *r, const struct word *w)
{
	bool number = (class_of[(uint8_t)w->ptr[0]] & DIGIT) ||
	              (w->len >= 4 && (w->classes & DIGIT) && (w->every & HEX));
	unsigned first = ((uint8_t)w->ptr[0] | 0x20) - 'a';

	r->exact = (r->exact ^ w->hash) * HASH_PRIME;
	r->tail = (r->tail ^ w->hash) * HASH_PRIME;
	r->tail_words++;
	if (number) {
		progress_add(r, w);
		if (r->since_number > 0 || r->t->words == 0)
			word_add(r, NUMBER);
		r->since_number = 0;
		return;
	}
	r->of = w->len == 2 && r->number_end != NULL && w->ptr == r->number_end + 1 &&
	        strncasecmp(w->ptr, "of", 2) == 0;
	if (!r->of)
		r->number_end = NULL;
	r->since_number++;
	if (word_is_name(r, w))
		r->t->names |= 1ULL << (spread(w->hash) >> 26);
	if (first < 26 && w->len < 16 && (mood_lengths[first] & 1u << w->len))
		mood_add(r->t, w);
	for (unsigned i = 0; i < r->t->stems; i++)
		r->t->found |= (uint32_t)(r->t->stem[i] == w->stem) << i;
	sample(&r->t->word, spread(w->hash), r->t->keep);
	word_add(r, w->hash);
}

/* The word at W->ptr. */
static void
word_read(struct word *w, const char *end)
{
	const char *p = w->ptr;
	uint64_t h = HASH_INIT;
	uint8_t classes = 0, every = 0xff, c;

	w->stem = 0;
	for (; p < end && (c = class_of[(uint8_t)*p]) != 0; p++) {
		classes |= c;
		every &= c;
		h = (h ^ ((uint8_t)*p | (c & UPPER ? 0x20 : 0))) * HASH_PRIME;
		if (p - w->ptr == PAD_STEM - 1)
			w->stem = (uint32_t)(h >> 20) | 1;
	}
	w->len = (size_t)(p - w->ptr);
	w->hash = h;
	w->classes = classes;
	w->every = every;
	if (w->len < PAD_STEM)
		w->stem = (uint32_t)(h >> 20) | 1;
}

static void
paragraph_end(struct reading *r)
{
	if (r->tail_words > 1)
		r->t->tail = spread(r->tail) | 1;
	r->tail = HASH_INIT;
	r->tail_words = 0;
}

/* What stands between words: fences and paragraphs begin and end there. */
static const char *
gap_read(struct reading *r, const char *p)
{
	if (*p == '`' && r->end - p >= FENCE && p[1] == '`' && p[2] == '`') {
		r->fenced = !r->fenced;
		paragraph_end(r);
		return p + FENCE;
	}
	if (*p == '\n' && r->end - p > 1 && p[1] == '\n' && !r->fenced)
		paragraph_end(r);
	return p + 1;
}

static void
reading_begin(struct reading *r, struct str text)
{
	struct pad_text *t = r->t;
	size_t words = text.len / 6, slots = 64;
	const uint32_t *stem = t->stem;
	unsigned stems = t->stems;

	*t = (struct pad_text){.progress = -1, .counter = -1, .stem = stem, .stems = stems};
	while (words >> t->keep > 64)
		t->keep++;
	while (words >> t->ask > 32)
		t->ask++;
	r->begin = text.ptr;
	r->end = text.ptr + text.len;
	r->key = r->exact = r->tail = HASH_INIT;
	r->tail_words = 0;
	memset(r->last, 0, sizeof(r->last));
	memset(r->least, 0xff, sizeof(r->least));
	r->fenced = r->of = r->number_alone = false;
	r->stretch = r->since_number = 0;
	r->number_end = NULL;
	r->number = 0;
	r->echo_mask = 0;
	if (text.len < ECHO_MIN)
		return;
	while (slots < text.len / 4 && slots < ECHO_SLOTS)
		slots *= 2;
	r->echo_mask = (unsigned)slots - 1;
	memset(r->echo, 0, slots * sizeof(r->echo[0]));
}

static void
reading_end(struct reading *r)
{
	struct pad_text *t = r->t;

	if (t->words > 0 && t->words < SHINGLE)
		shingle_add(r, r->key);
	for (unsigned i = 0; i < PAD_SKETCH; i++) {
		uint8_t mark = (uint8_t)(r->least[i] * 0x9e3779b1u >> 24);

		t->sketch[i] = r->least[i] == UINT32_MAX ? 0 : mark | (mark == 0);
	}
	paragraph_end(r);
	t->key = spread(r->key);
	t->exact = spread(r->exact);
}

void
pad_text_read(struct pad_text *t, struct str text)
{
	struct reading r;
	const char *p = text.ptr;

	r.t = t;
	reading_begin(&r, text);
	while (p < r.end) {
		struct word w = {.ptr = p};

		if (class_of[(uint8_t)*p] == 0) {
			p = gap_read(&r, p);
			continue;
		}
		word_read(&w, r.end);
		word_take(&r, &w);
		p += w.len;
	}
	reading_end(&r);
}

static bool
means_something(const struct word *w)
{
	static const char *const common[] = {
		"about", "after", "all",   "and",    "any",    "are",  "but",   "can",  "each",
		"for",   "from",  "has",   "have",   "how",    "into", "its",   "make", "must",
		"not",   "our",   "out",   "please", "should", "so",   "some",  "that", "the",
		"their", "them",  "then",  "there",  "this",   "use",  "using", "was",  "what",
		"when",  "where", "which", "will",   "with",   "you",  "your",
	};

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		if (strlen(common[i]) == w->len && strncasecmp(common[i], w->ptr, w->len) == 0)
			return false;
	}
	return w->len > 2 && !(class_of[(uint8_t)w->ptr[0]] & DIGIT);
}

unsigned
pad_text_stems(struct str goal, uint32_t *stem, unsigned max)
{
	const char *p = goal.ptr, *end = p + goal.len;
	unsigned count = 0;

	while (p < end && count < max) {
		struct word w = {.ptr = p};
		unsigned i = 0;

		if (class_of[(uint8_t)*p] == 0) {
			p++;
			continue;
		}
		word_read(&w, end);
		p += w.len;
		if (!means_something(&w))
			continue;
		while (i < count && stem[i] != w.stem)
			i++;
		if (i == count)
			stem[count++] = w.stem;
	}
	return count;
}

double
pad_text_alike(const uint8_t a[static PAD_SKETCH], const uint8_t b[static PAD_SKETCH])
{
	unsigned same = 0, any = 0;

	for (unsigned i = 0; i < PAD_SKETCH; i++) {
		any += (a[i] | b[i]) != 0;
		same += a[i] == b[i] && a[i] != 0;
	}
	return any == 0 ? 0 : (double)same / any;
}
