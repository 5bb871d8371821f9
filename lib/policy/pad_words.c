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

#ifdef __AVX2__

#include <immintrin.h>

enum { LANES = 32 };
typedef __m256i lanes;

#define LANES_DO(operation) _mm256_##operation##_epi8
#define LANES_MIN           _mm256_min_epu8

static inline lanes
lanes_load(const char *p)
{
	return _mm256_loadu_si256((const __m256i *)(const void *)p);
}

#else

#include <emmintrin.h>

enum { LANES = 16 };
typedef __m128i lanes;

#define LANES_DO(operation) _mm_##operation##_epi8
#define LANES_MIN           _mm_min_epu8

static inline lanes
lanes_load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

#endif

static inline uint64_t
lanes_bits(lanes v)
{
	return (unsigned)LANES_DO(movemask)(v);
}

static inline lanes
lanes_all(unsigned char c)
{
	return LANES_DO(set1)((char)c);
}

static inline uint64_t
equal(lanes v, char c)
{
	return lanes_bits(LANES_DO(cmpeq)(v, lanes_all((unsigned char)c)));
}

/* The bytes of V from LOW on, COUNT values. */
static inline uint64_t
within(lanes v, char low, unsigned char count)
{
	lanes off = LANES_DO(sub)(v, lanes_all((unsigned char)low));
	lanes most = lanes_all((unsigned char)(count - 1));

	return lanes_bits(LANES_DO(cmpeq)(LANES_MIN(off, most), off));
}

static inline __attribute__((always_inline)) void
masks_read(struct masks *m, const char *p)
{
	*m = (struct masks){0};
#pragma GCC unroll 4
	for (int i = 0; i < BLOCK; i += LANES) {
		lanes v = lanes_load(p + i), folded = v | lanes_all(0x20);
		uint64_t letter = within(folded, 'a', 26), upper = within(v, 'A', 26);
		uint64_t digit = within(v, '0', 10), under = equal(v, '_');

		m->digit |= digit << i;
		m->upper |= upper << i;
		m->lower |= (letter & ~upper) << i;
		m->under |= under << i;
		m->hex |= (within(folded, 'a', 6) | digit) << i;
		m->word |= (letter | digit | under | lanes_bits(v)) << i;
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

static inline __attribute__((always_inline)) void
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

/* Sixteen bytes from here less N leave the first N of what they mask. */
static const unsigned char part_masks[32] = {
	255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255,
};

static inline uint64_t
eight_bytes(const void *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
	return le64toh(v);
}

/* The bytes of V that MASK leaves, in lower case. For other scripts it is none, but always the same. */
static inline uint64_t
hash_part(uint64_t h, uint64_t v, uint64_t mask)
{
	h = (h ^ ((v | CASE_BITS) & mask)) * HASH_FACTOR;
	return h ^ h >> 32;
}

/* The hash of the first LEN of the 16 bytes at P. Without a branch on LEN, as that cannot be foretold. */
static inline uint64_t
hash_short(const char *p, size_t len)
{
	const unsigned char *masks = part_masks + 16 - len;
	uint64_t h = hash_part(len * HASH_LENGTH, eight_bytes(p), eight_bytes(masks));

	return hash_part(h, eight_bytes(p + 8), eight_bytes(masks + 8));
}

/* Of a word that is longer, or with which the text ends. */
static __attribute__((noinline)) uint64_t
hash_rare(const char *p, size_t len)
{
	uint64_t h = len * HASH_LENGTH, last = 0;
	char copy[16] = {0};

	if (len <= sizeof(copy))
		return hash_short(memcpy(copy, p, len), len);
	for (; len > 8; p += 8, len -= 8)
		h = hash_part(h, eight_bytes(p), UINT64_MAX);
	memcpy(&last, p, len);
	return hash_part(h, le64toh(last), UINT64_MAX);
}

static inline uint64_t
hash_word(const char *p, size_t len, const char *end)
{
	return len <= 16 && end - p >= 16 ? hash_short(p, len) : hash_rare(p, len);
}

uint64_t
pad_word_hash(const char *p, size_t len, const char *end)
{
	return hash_word(p, len, end);
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

/* The words of a block by their ends: a bit for each, at the byte after its last. */
struct edges {
	uint64_t starts, ends;
	uint64_t number, name; /* those of ends that are PAD_NUMBER and PAD_NAME */
};

/*
 * The ends of those words that have one of SET. What is added at a word's start runs on as a carry through bytes that
 * are not in SET, and gets to the end where there is no other.
 */
static inline uint64_t
having(const struct masks *m, const struct edges *e, uint64_t set)
{
	return e->ends & ~((m->word & ~set) + e->starts);
}

static inline struct edges
edges_of(const struct masks *m, uint64_t beside)
{
	uint64_t word = m->word, digit, lower;
	struct edges e = {.starts = word & ~(word << 1), .ends = ~word & word << 1};
	uint64_t four = e.ends & word << 2 & word << 3 & word << HEX_MIN;

	digit = having(m, &e, m->digit);
	lower = having(m, &e, m->lower);
	e.number = having(m, &e, m->digit & e.starts) | (four & digit & ~having(m, &e, ~m->hex));
	e.name = having(m, &e, m->under | beside) | (digit & lower) |
	         (lower & having(m, &e, m->upper & ~e.starts));
	return e;
}

/* The flags of the next word after a gap, with the paragraphs and fences that begin or end in it. */
static uint32_t
gap_flags(uint32_t flags, uint64_t fence, uint64_t blank)
{
	if (__builtin_parityll(fence))
		flags ^= PAD_FENCED;
	if (fence || (blank && !(flags & PAD_FENCED)))
		flags |= PAD_BREAK;
	return flags;
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
	*w = (struct pad_word){0, p, (uint32_t)(c->p - p), flags | c->flags};
	c->flags &= (uint32_t)~PAD_BREAK;
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

/* Take a block that holds no end of a word. */
static unsigned
wordless_take(struct pad_cutter *c, const struct masks *m, uint64_t fence, uint64_t blank,
              unsigned len, struct pad_word *w)
{
	unsigned gap;

	if (m->word & 1) {
		long_word(c, w);
		return 1;
	}
	gap = m->word != 0 ? (unsigned)__builtin_ctzll(m->word) : gap_length(c->p, len);
	c->flags =
		gap_flags(c->flags, fence & ~0ULL >> (BLOCK - gap), blank & ~0ULL >> (BLOCK - gap));
	c->p += gap;
	return 0;
}

/*
 * The words of the block at c->p that end in it, LEN bytes, of which BLOCK is a copy; without their hashes. Moves
 * c->p past them.
 */
static inline unsigned
block_take(struct pad_cutter *c, const char *block, unsigned len, struct pad_word *words)
{
	uint32_t flags = c->flags;
	struct pad_word *w = words;
	unsigned done = 0;
	struct masks m;
	struct edges e;
	uint64_t fence, blank, marks;

	masks_read(&m, block);
	fence = m.tick & ~(m.tick << 1) & m.tick >> 1 & m.tick >> 2;
	blank = m.newline & m.newline >> 1;
	e = edges_of(&m, masks_beside(c, &m));
	if (e.ends == 0)
		return wordless_take(c, &m, fence, blank, len, words);
	marks = fence | blank;
	while (e.starts != 0) {
		unsigned from = (unsigned)__builtin_ctzll(e.starts);

		if (marks != 0) {
			uint64_t gap = (1ULL << from) - (1ULL << done);

			flags = gap_flags(flags, fence & gap, blank & gap);
		}
		done = from;
		if (e.ends == 0)
			break;
		done = (unsigned)__builtin_ctzll(e.ends);
		w->ptr = c->p + from;
		w->len = done - from;
		w++->flags = flags | (e.number >> done & 1) * PAD_NUMBER |
		             (e.name >> done & 1) * PAD_NAME;
		flags &= (uint32_t)~PAD_BREAK;
		e.starts &= e.starts - 1;
		e.ends &= e.ends - 1;
	}
	c->flags = flags;
	c->p += done;
	return (unsigned)(w - words);
}

unsigned
pad_words(struct pad_cutter *c, struct pad_word words[static PAD_WORDS])
{
	unsigned count = 0;

	while (c->p < c->end && count <= PAD_WORDS - MOST) {
		size_t room = (size_t)(c->end - c->p);
		char rest[BLOCK];
		const char *block = c->p;

		if (room < BLOCK) {
			memset(rest, 0, BLOCK);
			block = memcpy(rest, c->p, room);
		}
		count += block_take(c, block, room < BLOCK ? (unsigned)room : BLOCK, words + count);
	}
	for (struct pad_word *w = words; w < words + count; w++)
		w->hash = hash_word(w->ptr, w->len, c->end);
	return count;
}
