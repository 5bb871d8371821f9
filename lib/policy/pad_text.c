#include "policy/pad_text.h"

#include "policy/pad_flow.h"
#include "policy/pad_words.h"

#include <strings.h>

enum { SHINGLE = 4, STRETCH = 24, MISS = 12, ECHO_MIN = 128, ECHO_PLACES = 2048 };
enum { BEGINNING = 6 }; /* words in which the report of a failure says so */

/* For what few words need: kept out of the loop over them, which needs the registers. */
#define APART __attribute__((noinline))

#define HASH_INIT  0xcbf29ce484222325ULL
#define HASH_PRIME 0x100000001b3ULL
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

enum { MOODS = sizeof(moods) / sizeof(moods[0]), MOOD_BITS = 10, MOOD_PLACES = 1 << MOOD_BITS };

/* The words above by their hashes: in the place that the first bits of it tell, or the next free one, a number from 1. */
static struct {
	uint64_t hash[MOODS];
	uint8_t place[MOOD_PLACES];
	bool made;
} mood_table;

static void
mood_table_make(void)
{
	for (size_t i = 0; i < MOODS; i++) {
		const char *word = moods[i].word;
		uint64_t hash = pad_word_hash(word, strlen(word), word + sizeof(moods[i].word));
		size_t place = hash >> (64 - MOOD_BITS);

		while (mood_table.place[place] != 0)
			place = (place + 1) % MOOD_PLACES;
		mood_table.place[place] = (uint8_t)(i + 1);
		mood_table.hash[i] = hash;
	}
	mood_table.made = true;
}

/* Whether a word with this hash may be one of moods: nearly all others are passed over at a glance. */
static inline bool
may_have_mood(uint64_t hash)
{
	return mood_table.place[hash >> (64 - MOOD_BITS)] != 0;
}

/* The last words: the latest one, it and the one before as a pair, and the pair that is a word older. */
struct window {
	uint64_t word, pair, before;
};

struct reading {
	struct pad_text *t;
	const char *begin, *end;
	uint32_t keep; /* the largest hash that is a sample */
	struct window last;
	uint32_t since_number; /* words since the last number */
	uint64_t key, tail;
	uint32_t tail_words;
	uint32_t least[PAD_SKETCH];
	uint32_t stretch; /* shingles in a row that were there before */
	uint32_t skip;    /* words until there is a shingle */
	/* The number met last, for progress. */
	const char *number_end;
	int64_t number;
	bool number_alone, of;
	bool tells; /* every word may tell something: about that number or the goal */
	/* Shingles of this text, to find where it repeats itself. */
	uint32_t echo_mask;
	uint32_t echo[ECHO_PLACES];
};

static inline uint32_t
spread(uint64_t hash)
{
	hash ^= hash >> 29;
	return (uint32_t)(hash * 0xbf58476d1ce4e5b9ULL >> 32);
}

/* Without a branch on what is a matter of chance, whether HASH is one. */
static inline void
sample(struct pad_samples *s, uint32_t hash, uint32_t keep)
{
	if (s->count < PAD_SAMPLES) {
		s->hash[s->count] = hash;
		s->count += hash <= keep;
	}
}

/*
 * Whether the text has had this shingle before. A place holds the marks of two, the newer one in its lower half. Where
 * three fall into one place one is missed, so a stretch survives a single miss; a word that is new makes SHINGLE of them.
 */
static inline uint32_t
echo_add(struct reading *r, uint32_t hash, uint32_t stretch, bool counts)
{
	uint32_t *place = &r->echo[hash & r->echo_mask], mark = hash >> 16 | 1, had = *place;
	bool newer = (had & 0xffff) == mark, older = had >> 16 == mark;

	*place = newer ? had : had << 16 | mark;
	if (!counts)
		return 0;
	if (!newer && !older)
		return stretch - (stretch < MISS ? stretch : MISS);
	if (++stretch >= STRETCH)
		r->t->echo += stretch == STRETCH ? STRETCH : 1;
	return stretch;
}

static inline uint32_t
window_add(struct window *w, uint64_t word)
{
	uint64_t pair = word + w->word * 0x8cb92ba72f3d8dd7ULL;
	uint64_t hash = pair + w->before * 0xabc98388fb8fac03ULL;

	*w = (struct window){word, pair, w->pair};
	return spread(hash);
}

/* The hashes of the shingles that end in the COUNT items. Returns how many of the first ones end none. */
static unsigned
shingles_hash(struct reading *r, struct pad_item *item, unsigned count)
{
	struct window last = r->last;
	unsigned skip = r->skip < count ? r->skip : count;

	for (unsigned i = 0; i < count; i++)
		item[i].shingle = window_add(&last, item[i].hash);
	r->last = last;
	r->skip -= skip;
	return skip;
}

/* The shingles that end in the COUNT items. */
static void
shingles_add(struct reading *r, struct pad_item *item, unsigned count)
{
	const struct pad_item *first = item + shingles_hash(r, item, count), *end = item + count;
	uint32_t keep = r->keep, stretch = r->stretch;

	for (const struct pad_item *i = first; i < end; i++) {
		uint32_t *least = &r->least[i->shingle % PAD_SKETCH];

		*least = i->shingle < *least ? i->shingle : *least;
		sample(&r->t->shingle, i->shingle, keep);
	}
	if (r->echo_mask == 0)
		return;
	for (const struct pad_item *i = first; i < end; i++)
		stretch = echo_add(r, i->shingle, stretch, i->counts);
	r->stretch = stretch;
}

static void
mood_add(struct pad_text *t, uint64_t hash)
{
	size_t place = hash >> (64 - MOOD_BITS);
	enum mood mood;

	while (mood_table.place[place] != 0 && mood_table.hash[mood_table.place[place] - 1] != hash)
		place = (place + 1) % MOOD_PLACES;
	if (mood_table.place[place] == 0)
		return;
	mood = moods[mood_table.place[place] - 1].mood;
	t->trust += mood == TRUST;
	t->doubt += mood == DOUBT;
	t->sleeps |= mood == SLEEP;
	t->trouble += mood >= TROUBLE;
	t->failure |= mood == FAILURE && t->words < BEGINNING;
}

static bool
is_date_mark(char c)
{
	return c == '/' || c == '-' || c == '.' || c == ':';
}

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* The value of a word of digits only; negative: it is none. */
static int64_t
value_of(const struct pad_word *w)
{
	int64_t value = 0;

	if (w->len > 15)
		return -1;
	for (size_t i = 0; i < w->len; i++) {
		if (!is_digit(w->ptr[i]))
			return -1;
		value = value * 10 + (w->ptr[i] - '0');
	}
	return value;
}

/* "3/10", "3 of 10", "30%": how far something has come. */
static APART void
number_add(struct reading *r, const struct pad_word *w)
{
	const char *after = w->ptr + w->len;
	bool follows = w->ptr > r->begin && is_date_mark(w->ptr[-1]);
	bool followed = after + 1 < r->end && is_date_mark(*after) && is_digit(after[1]);
	int64_t value = value_of(w);

	if (value >= 0 && !follows && !followed && r->t->counter < 0)
		r->t->counter = (double)value;
	if (value >= 0 && after < r->end && *after == '%')
		r->t->progress = value < 100 ? (float)value / 100 : 1;
	else if (value > 0 && r->number_end != NULL && r->number <= value && !followed &&
	         (r->of || (r->number_alone && w->ptr == r->number_end + 1 && w->ptr[-1] == '/')))
		r->t->progress = (float)((double)r->number / (double)value);
	r->number = value;
	r->number_alone = !follows;
	r->number_end = value < 0 ? NULL : after;
	r->tells = r->number_end != NULL || r->t->stems > 0;
	r->of = false;
}

/* A word's stem: its first letters. */
static uint32_t
stem_of(const struct pad_word *w, const char *end)
{
	return spread(pad_word_hash(w->ptr, w->len < PAD_STEM ? w->len : PAD_STEM, end)) | 1;
}

static void
stem_find(struct pad_text *t, const struct pad_word *w, const char *end)
{
	uint32_t stem = stem_of(w, end);

	for (unsigned i = 0; i < t->stems; i++)
		t->found |= (uint32_t)(t->stem[i] == stem) << i;
}

/* A paragraph that hashes to TAIL ends. Returns the hash that the next one begins with. */
static uint64_t
paragraph_end(struct reading *r, uint64_t tail)
{
	if (r->tail_words > 1)
		r->t->tail = spread(tail) | 1;
	r->tail_words = 0;
	return HASH_INIT;
}

/* What a word that is no number tells, besides itself. */
static APART void
word_tell(struct reading *r, const struct pad_word *w)
{
	if (r->number_end != NULL) {
		r->of = w->len == 2 && w->ptr == r->number_end + 1 &&
		        strncasecmp(w->ptr, "of", 2) == 0;
		r->number_end = r->of ? r->number_end : NULL;
		r->tells = r->of || r->t->stems > 0;
	}
	mood_add(r->t, w->hash);
	if (r->t->stems > 0)
		stem_find(r->t, w, r->end);
}

/* Take the words that were cut; ITEM has room for as many. Returns how many items they are. */
static unsigned
words_take(struct reading *r, const struct pad_word *words, unsigned count, struct pad_item *item)
{
	struct pad_text *t = r->t;
	uint64_t key = r->key, tail = r->tail, names = t->names;
	uint32_t since = r->since_number, keep = r->keep;
	const struct pad_item *first = item;

	for (const struct pad_word *w = words; w < words + count; w++) {
		uint64_t hash = w->hash;
		uint32_t flags = w->flags;

		if (flags & PAD_BREAK)
			tail = paragraph_end(r, tail);
		tail = (tail ^ hash) * HASH_PRIME;
		r->tail_words++;
		if (flags & PAD_NUMBER) {
			bool follows = since == 0 && t->words > 0;

			number_add(r, w);
			since = 0;
			if (follows)
				continue;
			hash = NUMBER;
		} else {
			uint32_t mark = spread(hash);

			since++;
			names |= (uint64_t)(flags / PAD_NAME & 1) << (mark >> 26);
			sample(&t->word, mark, keep);
			if (r->tells || may_have_mood(hash))
				word_tell(r, w);
		}
		t->words++;
		key = (key ^ hash) * HASH_PRIME;
		item->hash = hash;
		item++->counts = since >= SHINGLE && !(flags & PAD_FENCED);
	}
	r->key = key;
	r->tail = tail;
	r->since_number = since;
	t->names = names;
	return (unsigned)(item - first);
}

static void
reading_begin(struct reading *r, struct str text)
{
	struct pad_text *t = r->t;
	size_t words = text.len / 6, places = 32;
	const uint32_t *stem = t->stem;
	struct pad_flow *flow = t->flow;
	unsigned stems = t->stems;

	memset(t, 0, offsetof(struct pad_text, word));
	t->word.count = t->shingle.count = 0;
	t->progress = -1;
	t->counter = -1;
	t->stem = stem;
	t->stems = stems;
	t->flow = flow;
	while (words >> t->keep > 64)
		t->keep++;
	while (words >> t->ask > 32)
		t->ask++;
	r->keep = UINT32_MAX >> t->keep;
	r->begin = text.ptr;
	r->end = text.ptr + text.len;
	r->key = r->tail = HASH_INIT;
	r->tail_words = 0;
	r->last = (struct window){0};
	memset(r->least, 0xff, sizeof(r->least));
	r->of = r->number_alone = false;
	r->stretch = r->since_number = 0;
	r->skip = SHINGLE - 1;
	r->number_end = NULL;
	r->tells = stems > 0;
	r->number = 0;
	r->echo_mask = 0;
	if (text.len < ECHO_MIN)
		return;
	while (places < text.len / 8 && places < ECHO_PLACES)
		places *= 2;
	r->echo_mask = (unsigned)places - 1;
	memset(r->echo, 0, places * sizeof(r->echo[0]));
}

static void
reading_end(struct reading *r)
{
	struct pad_text *t = r->t;

	if (t->words > 0 && t->words < SHINGLE) {
		r->skip = 0;
		shingles_add(r, &(struct pad_item){.hash = r->key}, 1);
	}
	for (unsigned i = 0; i < PAD_SKETCH; i++) {
		uint8_t mark = (uint8_t)(r->least[i] * 0x9e3779b1u >> 24);

		t->sketch[i] = r->least[i] == UINT32_MAX ? 0 : mark | (mark == 0);
	}
	paragraph_end(r, r->tail);
	t->key = spread(r->key);
}

static void
text_read(struct pad_text *t, struct str text)
{
	struct pad_cutter cutter = pad_cutter(text);
	struct pad_word words[PAD_WORDS];
	struct pad_item items[PAD_WORDS];
	struct reading r;
	unsigned count;

	if (!mood_table.made)
		mood_table_make();
	r.t = t;
	reading_begin(&r, text);
	while ((count = pad_words(&cutter, words)) > 0) {
		count = words_take(&r, words, count, items);
		shingles_add(&r, items, count);
		if (t->flow != NULL)
			pad_flow_add(t->flow, items, count);
	}
	reading_end(&r);
}

void pad_text_read_wide(struct pad_text *t, struct str text);

#ifdef SCAN_WIDE

void
pad_text_read_wide(struct pad_text *t, struct str text)
{
	text_read(t, text);
}

#else

void
pad_text_read(struct pad_text *t, struct str text)
{
#ifdef HAVE_SCAN_WIDE
	if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi2")) {
		pad_text_read_wide(t, text);
		return;
	}
#endif
	text_read(t, text);
}

static bool
means_something(const struct pad_word *w)
{
	static const char *const common[] = {
		"about", "after", "all",   "and",    "any",    "are",   "but",  "can",  "each",
		"for",   "from",  "has",   "have",   "how",    "into",  "its",  "make", "must",
		"not",   "our",   "out",   "please", "should", "some",  "that", "the",  "their",
		"them",  "then",  "there", "this",   "use",    "using", "was",  "what", "when",
		"where", "which", "will",  "with",   "you",    "your",
	};

	for (size_t i = 0; i < sizeof(common) / sizeof(common[0]); i++) {
		if (strlen(common[i]) == w->len && strncasecmp(common[i], w->ptr, w->len) == 0)
			return false;
	}
	return w->len > 2 && !(w->flags & PAD_NUMBER);
}

unsigned
pad_text_stems(struct str goal, uint32_t *stem, unsigned max)
{
	struct pad_cutter cutter = pad_cutter(goal);
	struct pad_word words[PAD_WORDS];
	unsigned count = 0, cut;

	while ((cut = pad_words(&cutter, words)) > 0) {
		for (unsigned w = 0, i = 0; w < cut && count < max; w++, i = 0) {
			if (!means_something(&words[w]))
				continue;
			stem[count] = stem_of(&words[w], cutter.end);
			while (stem[i] != stem[count])
				i++;
			count += i == count;
		}
	}
	return count;
}

#endif
