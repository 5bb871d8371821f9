#include "policy/pad_classic.h"

#include "base/hash.h"
#include "base/utf8.h"

#include <math.h>

enum { LAST = 3 }; /* outputs among which two equal ones are a repeat */

static const char *const phrases[] = {
	"error",     "failed",  "retry",     "trying again", "unable", /* arousal */
	"completed", "success", "done",      "processed",              /* dominance */
	"maybe",     "might",   "uncertain", "not sure",     "trying", /* against it */
};

enum { AROUSE = 5, MASTER = 9, DOUBT = 14 }; /* where each group ends */

/* The lower-case letter of CODE, for the scripts of two-byte UTF-8 that have it a fixed way off. */
static uint32_t
lower(uint32_t code)
{
	if ((code >= 0xc0 && code <= 0xde && code != 0xd7) ||
	    (code >= 0x391 && code <= 0x3ab && code != 0x3a2))
		return code + 0x20;
	if (code >= 0x410 && code <= 0x42f)
		return code + 0x20;
	if (code >= 0x400 && code <= 0x40f)
		return code + 0x50;
	if ((code >= 0x100 && code <= 0x12f) || (code >= 0x132 && code <= 0x137) ||
	    (code >= 0x14a && code <= 0x177))
		return code | 1;
	return code;
}

static void
lower_add(struct buf *out, struct str text)
{
	const char *p = text.ptr, *end = p + text.len;
	char *q = buf_room(out, text.len);

	while (p < end) {
		if ((uint8_t)*p < 0x80) {
			*q++ = *p >= 'A' && *p <= 'Z' ? (char)(*p + 0x20) : *p;
			p++;
		} else if (utf8_length(p, end) == 2) {
			q += utf8_encode(
				q, lower((uint32_t)(*p & 0x1f) << 6 | (uint32_t)(p[1] & 0x3f)));
			p += 2;
		} else {
			*q++ = *p++;
		}
	}
	out->len = (size_t)(q - out->ptr);
}

/* Length of the white space at P, as Unicode has it; 0 where there is none. */
static size_t
space_length(const char *p, const char *end)
{
	static const char *const wide[] = {"\xc2\x85",     "\xc2\xa0",     "\xe1\x9a\x80",
	                                   "\xe2\x80\xa8", "\xe2\x80\xa9", "\xe2\x80\xaf",
	                                   "\xe2\x81\x9f", "\xe3\x80\x80"};
	size_t room = (size_t)(end - p);

	if ((uint8_t)*p < 0x80)
		return *p == ' ' || (*p >= '\t' && *p <= '\r') || (*p >= 0x1c && *p <= 0x1f);
	if (room >= 3 && memcmp(p, "\xe2\x80", 2) == 0 && (uint8_t)p[2] >= 0x80 &&
	    (uint8_t)p[2] <= 0x8a)
		return 3;
	for (size_t i = 0; i < sizeof(wide) / sizeof(wide[0]); i++) {
		size_t len = strlen(wide[i]);

		if (room >= len && memcmp(p, wide[i], len) == 0)
			return len;
	}
	return 0;
}

/* The next word of *rest, which is moved past it. */
static bool
word_next(struct str *rest, struct str *word)
{
	const char *p = rest->ptr, *end = p + rest->len;
	size_t space;

	while (p < end && (space = space_length(p, end)) > 0)
		p += space;
	word->ptr = p;
	while (p < end && space_length(p, end) == 0)
		p++;
	word->len = (size_t)(p - word->ptr);
	*rest = (struct str){p, (size_t)(end - p)};
	return word->len > 0;
}

static int
hash_cmp(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return (x > y) - (x < y);
}

/* Note in FOUND which words of the goal occur in TEXT, which is in lower case. */
static void
goal_find(const struct pad_classic *c, struct str text, unsigned char *found)
{
	struct str word;

	while (c->goal_words > 0 && word_next(&text, &word)) {
		uint64_t hash = hash_bytes(word, 0), *at;

		at = bsearch(&hash, c->goal, c->goal_words, sizeof(hash), hash_cmp);
		if (at != NULL)
			found[(at - c->goal) / 8] |= (unsigned char)(1u << (at - c->goal) % 8);
	}
}

static unsigned char *
found_new(const struct pad_classic *c)
{
	return xcalloc(1, c->goal_words / 8 + 1);
}

static void
goal_read(struct pad_classic *c, struct str text)
{
	size_t room = 0, kept = 0;
	struct str word;

	c->goal_words = 0;
	free(c->goal);
	c->goal = NULL;
	while (c->goal_words < PAD_CLASSIC_WORDS && word_next(&text, &word)) {
		GROW(c->goal, c->goal_words, room);
		c->goal[c->goal_words++] = hash_bytes(word, 0);
	}
	if (c->goal_words > 0)
		qsort(c->goal, c->goal_words, sizeof(c->goal[0]), hash_cmp);
	for (size_t i = 0; i < c->goal_words; i++) {
		if (kept == 0 || c->goal[i] != c->goal[kept - 1])
			c->goal[kept++] = c->goal[i];
	}
	c->goal_words = kept;
}

void
pad_classic_goal(struct pad_classic *c, struct str goal)
{
	uint64_t hash = hash_bytes(goal, 1);
	struct buf text = BUF_INIT;

	if (hash == c->goal_hash)
		return;
	c->goal_hash = hash;
	lower_add(&text, goal);
	goal_read(c, buf_view(&text));
	buf_release(&text);
	for (size_t i = 0; i < c->outputs; i++) {
		struct pad_classic_output *o = &c->output[i];

		free(o->found);
		o->found = found_new(c);
		goal_find(c, (struct str){o->kept, o->kept_len}, o->found);
	}
}

static unsigned
phrases_in(struct str text)
{
	unsigned bits = 0;

	for (unsigned i = 0; i < DOUBT; i++)
		bits |= (unsigned)(memmem(text.ptr, text.len, phrases[i], strlen(phrases[i])) !=
		                   NULL)
		        << i;
	return bits;
}

static void
output_drop(struct pad_classic *c)
{
	free(c->output[0].found);
	free(c->output[0].kept);
	c->outputs--;
	memmove(c->output, c->output + 1, c->outputs * sizeof(c->output[0]));
}

void
pad_classic_add(struct pad_classic *c, struct str text, size_t window)
{
	struct buf b = BUF_INIT;
	struct pad_classic_output o = {.hash = hash_bytes(text, 2), .len = text.len};
	struct str s;

	lower_add(&b, text);
	s = buf_view(&b);
	o.phrases = s.len > 0 ? phrases_in(s) : 0;
	o.head_len = o.tail_len = s.len < PAD_CLASSIC_EDGE ? s.len : PAD_CLASSIC_EDGE;
	if (s.len > 0) {
		memcpy(o.head, s.ptr, o.head_len);
		memcpy(o.tail, s.ptr + s.len - o.tail_len, o.tail_len);
	}
	o.found = found_new(c);
	goal_find(c, s, o.found);
	o.kept_len = s.len < PAD_CLASSIC_KEEP ? s.len : PAD_CLASSIC_KEEP;
	o.kept = xmalloc(o.kept_len + 1);
	if (o.kept_len > 0)
		memcpy(o.kept, s.ptr, o.kept_len);
	buf_release(&b);
	while (c->outputs >= window)
		output_drop(c);
	GROW(c->output, c->outputs, c->room);
	c->output[c->outputs++] = o;
}

/* The phrases of the whole window, those that reach from one output into the next included. */
static unsigned
window_phrases(const struct pad_classic *c)
{
	char joint[2 * PAD_CLASSIC_EDGE + 1];
	unsigned bits = 0;

	for (size_t i = 0; i < c->outputs; i++) {
		const struct pad_classic_output *o = &c->output[i], *next = o + 1;

		bits |= o->phrases;
		if (i + 1 == c->outputs)
			break;
		memcpy(joint, o->tail, o->tail_len);
		joint[o->tail_len] = ' ';
		memcpy(joint + o->tail_len + 1, next->head, next->head_len);
		bits |= phrases_in((struct str){joint, o->tail_len + 1 + next->head_len});
	}
	return bits;
}

static int
bits_between(unsigned bits, unsigned from, unsigned to)
{
	return __builtin_popcount(bits >> from & ((1u << (to - from)) - 1));
}

static bool
output_same(const struct pad_classic_output *a, const struct pad_classic_output *b)
{
	return a->hash == b->hash && a->len == b->len;
}

static bool
window_repeats(const struct pad_classic *c)
{
	const struct pad_classic_output *o = c->output + c->outputs - LAST;

	return c->outputs >= LAST &&
	       (output_same(o, o + 1) || output_same(o + 1, o + 2) || output_same(o, o + 2));
}

static double
window_goal(const struct pad_classic *c)
{
	size_t found = 0;

	if (c->goal_words == 0)
		return 0;
	for (size_t byte = 0; byte <= c->goal_words / 8; byte++) {
		unsigned bits = 0;

		for (size_t i = 0; i < c->outputs; i++)
			bits |= c->output[i].found[byte];
		found += (size_t)__builtin_popcount(bits);
	}
	return (double)found / (double)c->goal_words;
}

void
pad_classic_measure(const struct pad_classic *c, double *pleasure, double *arousal,
                    double *dominance)
{
	unsigned bits = window_phrases(c);
	int mastery = 2 * bits_between(bits, AROUSE, MASTER) - bits_between(bits, MASTER, DOUBT);
	int trouble = bits_between(bits, 0, AROUSE) + 2 * window_repeats(c);

	*pleasure = window_goal(c);
	*arousal = fmin(1, trouble / 5.0);
	*dominance = fmax(0, mastery / 10.0);
}

void
pad_classic_release(struct pad_classic *c)
{
	while (c->outputs > 0)
		output_drop(c);
	free(c->output);
	free(c->goal);
	*c = (struct pad_classic){0};
}
