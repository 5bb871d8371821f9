#include "policy/pad_words.h"

#include <endian.h>

enum { BLOCK = 64, HEX_MIN = 4, MOST = BLOCK / 2 }; /* MOST: words in a block */

#define HASH_FACTOR 0x9fb21c651e98df25ULL
#define HASH_LENGTH 0x100000001b3ULL
#define CASE_BITS   0x2020202020202020ULL

static inline bool
is_word(char c)
{
	unsigned char u = (unsigned char)c;

	return u >= 0x80 || u == '_' || (unsigned char)((u | 0x20) - 'a') < 26 ||
	       (unsigned char)(u - '0') < 10;
}

/* For each byte of a block a bit in each mask. */
struct masks {
	uint64_t word; /* a letter, a digit, an underscore or a byte above 0x7f */
	uint64_t digit, upper, lower, under;
	uint64_t hex; /* a digit or a letter of a hexadecimal number */
	uint64_t tick, newline, slash, dot;
};

#if !defined(LANES_PORTABLE) && defined(__SSE2__)

#include <emmintrin.h>

/* The bytes of V from LOW on, COUNT values. */
static inline uint64_t
within(__m128i v, char low, char count)
{
	__m128i off = _mm_sub_epi8(v, _mm_set1_epi8(low));

	return (unsigned)_mm_movemask_epi8(
		_mm_cmpeq_epi8(_mm_min_epu8(off, _mm_set1_epi8((char)(count - 1))), off));
}

static inline uint64_t
equal(__m128i v, char c)
{
	return (unsigned)_mm_movemask_epi8(_mm_cmpeq_epi8(v, _mm_set1_epi8(c)));
}

static inline void
masks_read(struct masks *m, const char *p)
{
	*m = (struct masks){0};
	for (int i = 0; i < BLOCK; i += 16) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)(p + i));
		__m128i folded = _mm_or_si128(v, _mm_set1_epi8(0x20));
		uint64_t letter = within(folded, 'a', 26), upper = within(v, 'A', 26);
		uint64_t digit = within(v, '0', 10), under = equal(v, '_');

		m->digit |= digit << i;
		m->upper |= upper << i;
		m->lower |= (letter & ~upper) << i;
		m->under |= under << i;
		m->hex |= (within(folded, 'a', 6) | digit) << i;
		m->word |= (letter | digit | under | (unsigned)_mm_movemask_epi8(v)) << i;
		m->tick |= equal(v, '`') << i;
		m->newline |= equal(v, '\n') << i;
		m->slash |= equal(v, '/') << i;
		m->dot |= equal(v, '.') << i;
	}
}

#else

static inline uint64_t
within(unsigned char c, char low, unsigned count)
{
	return (unsigned char)(c - (unsigned char)low) < count;
}

static inline void
masks_read(struct masks *m, const char *p)
{
	*m = (struct masks){0};
	for (int i = 0; i < BLOCK; i++) {
		unsigned char c = (unsigned char)p[i], folded = c | 0x20;
		uint64_t letter = within(folded, 'a', 26), upper = within(c, 'A', 26);
		uint64_t digit = within(c, '0', 10), under = c == '_', high = c >= 0x80;

		m->digit |= digit << i;
		m->upper |= upper << i;
		m->lower |= (letter & ~upper) << i;
		m->under |= under << i;
		m->hex |= (within(folded, 'a', 6) | digit) << i;
		m->word |= (letter | digit | under | high) << i;
		m->tick |= (uint64_t)(c == '`') << i;
		m->newline |= (uint64_t)(c == '\n') << i;
		m->slash |= (uint64_t)(c == '/') << i;
		m->dot |= (uint64_t)(c == '.') << i;
	}
}

#endif

/*
 * The LEN bytes at P, 1 to 8 of them, in lower case, as a number. Where the text goes on far enough all eight are
 * read and those too many cut off. For letters of other scripts it is no lower case, but always the same.
 */
static inline uint64_t
word_part(const char *p, size_t len, const char *end)
{
	uint64_t v = 0;

	if (end - p >= 8)
		memcpy(&v, p, 8);
	else
		memcpy(&v, p, len);
	return (le64toh(v) | CASE_BITS) & ~0ULL >> (64 - 8 * len);
}

static inline uint64_t
hash_word(const char *p, size_t len, const char *end)
{
	uint64_t h = len * HASH_LENGTH;

	for (; len > 8; p += 8, len -= 8) {
		h = (h ^ word_part(p, 8, end)) * HASH_FACTOR;
		h ^= h >> 32;
	}
	h = (h ^ word_part(p, len, end)) * HASH_FACTOR;
	return h ^ h >> 32;
}

uint64_t
pad_word_hash(const char *p, size_t len, const char *end)
{
	return hash_word(p, len, end);
}

/* The bits from FROM on, COUNT of them, fewer than BLOCK. */
static inline uint64_t
bits(unsigned from, unsigned count)
{
	return ((1ULL << count) - 1) << from;
}

/* The words that stand in a path or before a suffix, by a bit beside what tells: 0 in TEXT's first byte is before it. */
static inline uint64_t
masks_beside(const struct pad_cutter *c, const struct masks *m)
{
	uint64_t suffix = m->word >> 1, marks = m->slash | m->dot, beside;

	if (c->end - c->p > BLOCK && m->dot >> (BLOCK - 1))
		suffix |= (uint64_t)is_word(c->p[BLOCK]) << (BLOCK - 1);
	beside = marks << 1 | m->slash >> 1 | (m->dot & suffix) >> 1;
	return beside | (c->p > c->begin && (c->p[-1] == '/' || c->p[-1] == '.'));
}

/* What the bytes of a word, AT in M, say about it. */
static uint32_t
word_flags(const struct masks *m, uint64_t beside, uint64_t at, unsigned len)
{
	uint64_t first = at & -at;
	bool digit = m->digit & at, lower = m->lower & at;
	bool number = (m->digit & first) || (len >= HEX_MIN && digit && !(at & ~m->hex));
	bool name = (m->under & at) || (beside & at) || (digit && lower) ||
	            (lower && (m->upper & at & ~first));

	return (number ? PAD_NUMBER : 0) | (name ? PAD_NAME : 0);
}

/* Take note of the paragraphs and fences that begin or end in the gap AT. */
static void
gap_take(struct pad_cutter *c, uint64_t fence, uint64_t blank)
{
	if (__builtin_parityll(fence))
		c->flags ^= PAD_FENCED;
	if (fence || (blank && !(c->flags & PAD_FENCED)))
		c->flags |= PAD_BREAK;
}

static inline void
word_take(struct pad_cutter *c, struct pad_word *w, const char *p, size_t len, uint32_t flags)
{
	w->ptr = p;
	w->len = (uint32_t)len;
	w->hash = hash_word(p, len, c->end);
	w->flags = flags | c->flags;
	c->flags &= (uint32_t)~PAD_BREAK;
}

/* A word that is longer than a block. */
static void
long_word(struct pad_cutter *c, struct pad_word *w)
{
	const char *p = c->p;
	uint32_t flags = 0;

	while (c->p < c->end) {
		char block[BLOCK] = {0};
		size_t room = (size_t)(c->end - c->p), len;
		struct masks m;

		memcpy(block, c->p, room < BLOCK ? room : BLOCK);
		masks_read(&m, block);
		len = ~m.word == 0 ? BLOCK : (size_t)__builtin_ctzll(~m.word);
		if (m.under || (m.digit && m.lower))
			flags |= PAD_NAME;
		c->p += len;
		if (len < BLOCK)
			break;
	}
	if ((unsigned char)(*p - '0') < 10)
		flags |= PAD_NUMBER;
	word_take(c, w, p, (size_t)(c->p - p), flags);
}

/* How much to take of a block that holds no word: what may begin a fence or a blank line is left for the next one. */
static unsigned
gap_length(const char *p, unsigned len)
{
	unsigned n = len;

	while (len == BLOCK && n > 0 && (p[n - 1] == '`' || p[n - 1] == '\n'))
		n--;
	return n > 0 ? n : len;
}

/* The words of the block at c->p that end in it. Moves c->p past them. */
static unsigned
block_take(struct pad_cutter *c, const char *block, unsigned len, struct pad_word *words)
{
	unsigned count = 0, done = 0;
	struct masks m;
	uint64_t beside, fence, blank, telling;

	masks_read(&m, block);
	beside = masks_beside(c, &m);
	fence = m.tick & ~(m.tick << 1) & m.tick >> 1 & m.tick >> 2;
	blank = m.newline & m.newline >> 1;
	telling = m.digit | m.upper | m.under | beside;
	while (m.word >> done != 0) {
		unsigned from = done + (unsigned)__builtin_ctzll(m.word >> done);
		uint64_t rest = ~(m.word >> from), at;
		unsigned size = rest == 0 ? BLOCK : (unsigned)__builtin_ctzll(rest);

		if (fence | blank)
			gap_take(c, fence & bits(done, from - done),
			         blank & bits(done, from - done));
		done = from;
		if (from + size >= BLOCK && len == BLOCK)
			break;
		at = bits(from, size);
		word_take(c, &words[count++], c->p + from, size,
		          telling & at ? word_flags(&m, beside, at, size) : 0);
		done = from + size;
	}
	if (count == 0 && done == 0 && (m.word & 1)) {
		long_word(c, words);
		return 1;
	}
	if (done == 0) {
		done = gap_length(c->p, len);
		if (fence | blank)
			gap_take(c, fence & ~0ULL >> (BLOCK - done),
			         blank & ~0ULL >> (BLOCK - done));
	}
	c->p += done;
	return count;
}

unsigned
pad_words(struct pad_cutter *c, struct pad_word words[static PAD_WORDS])
{
	unsigned count = 0;

	while (c->p < c->end && count <= PAD_WORDS - MOST) {
		size_t room = (size_t)(c->end - c->p);

		if (room < BLOCK) {
			char block[BLOCK] = {0};

			memcpy(block, c->p, room);
			count += block_take(c, block, (unsigned)room, words + count);
		} else {
			count += block_take(c, c->p, BLOCK, words + count);
		}
	}
	return count;
}
