/*
 * Looking at many bytes at once: the two questions on which the scanner spends its time. SSE2 and
 * NEON belong to every x86-64 and AArch64 machine; AVX2 is used where the compiler is told that it
 * is there. -DLANES_PORTABLE takes the way without them. All give the same answers.
 */
#ifndef RECORD_LANES_H
#define RECORD_LANES_H

#include <stdint.h>
#include <string.h>

/*
 * Of the 64 bytes from P on, a bit for each at which the plain text of a string ends: a quote, a
 * backslash, a control character, or one that is not ASCII.
 */
static inline uint64_t lanes_stops(const char *p);

/* The first byte from P on that is no digit. Reads up to 15 bytes beyond it. */
static inline const char *lanes_digits(const char *p);

/*
 * The same, and where that is a point, in *NEXT the one after it: both are needed of a number, and nearly always seen at
 * once.
 */
static inline const char *lanes_digits_both(const char *p, const char **next);

#if !defined(LANES_PORTABLE) && defined(__SSE2__)

#include <emmintrin.h>

static inline __m128i
lanes_load(const char *p)
{
	return _mm_loadu_si128((const __m128i *)(const void *)p);
}

#ifdef __AVX2__

#include <immintrin.h>

static inline uint64_t
lanes_stops32(const char *p)
{
	__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
	__m256i quote = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('"'));
	__m256i backslash = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\'));
	/* As signed numbers, controls and bytes above 0x7f are both below the space. */
	__m256i low = _mm256_cmpgt_epi8(_mm256_set1_epi8(' '), v);

	return (unsigned)_mm256_movemask_epi8(
		_mm256_or_si256(_mm256_or_si256(quote, backslash), low));
}

static inline uint64_t
lanes_stops(const char *p)
{
	return lanes_stops32(p) | lanes_stops32(p + 32) << 32;
}

#else

static inline uint64_t
lanes_stops16(const char *p)
{
	__m128i v = lanes_load(p);
	__m128i quote = _mm_cmpeq_epi8(v, _mm_set1_epi8('"'));
	__m128i backslash = _mm_cmpeq_epi8(v, _mm_set1_epi8('\\'));
	/* As signed numbers, controls and bytes above 0x7f are both below the space. */
	__m128i low = _mm_cmplt_epi8(v, _mm_set1_epi8(' '));

	return (unsigned)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quote, backslash), low));
}

static inline uint64_t
lanes_stops(const char *p)
{
	return lanes_stops16(p) | lanes_stops16(p + 16) << 16 | lanes_stops16(p + 32) << 32 |
	       lanes_stops16(p + 48) << 48;
}

#endif

/* Of the 16 bytes from P on, a bit for each that is no digit. */
static inline unsigned
lanes_others(const char *p)
{
	__m128i value = _mm_sub_epi8(lanes_load(p), _mm_set1_epi8('0'));
	__m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);

	return (unsigned)_mm_movemask_epi8(digit) ^ 0xffff;
}

static inline const char *
lanes_digits(const char *p)
{
	unsigned others;

	while ((others = lanes_others(p)) == 0)
		p += 16;
	return p + __builtin_ctz(others);
}

static inline const char *
lanes_digits_both(const char *p, const char **next)
{
	unsigned others = lanes_others(p), after = others & (others - 1);

	if (__builtin_expect(after != 0, 1)) {
		*next = p + __builtin_ctz(after);
		return p + __builtin_ctz(others);
	}
	p = lanes_digits(p);
	*next = *p == '.' ? lanes_digits(p + 1) : p;
	return p;
}

#elif !defined(LANES_PORTABLE) && defined(__aarch64__) && defined(__ARM_NEON)

#include <arm_neon.h>

static inline uint8x16_t
lanes_stops16(const char *p)
{
	static const uint8_t bit[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
	uint8x16_t v = vld1q_u8((const uint8_t *)p);
	uint8x16_t special = vorrq_u8(vceqq_u8(v, vdupq_n_u8('"')), vceqq_u8(v, vdupq_n_u8('\\')));
	uint8x16_t range = vorrq_u8(vcltq_u8(v, vdupq_n_u8(' ')), vcgeq_u8(v, vdupq_n_u8(0x80)));

	return vandq_u8(vorrq_u8(special, range), vld1q_u8(bit));
}

static inline uint64_t
lanes_stops(const char *p)
{
	uint8x16_t low = vpaddq_u8(lanes_stops16(p), lanes_stops16(p + 16));
	uint8x16_t high = vpaddq_u8(lanes_stops16(p + 32), lanes_stops16(p + 48));
	uint8x16_t both = vpaddq_u8(low, high);

	return vgetq_lane_u64(vreinterpretq_u64_u8(vpaddq_u8(both, both)), 0);
}

static inline const char *
lanes_digits(const char *p)
{
	for (;; p += 16) {
		uint8x16_t value = vsubq_u8(vld1q_u8((const uint8_t *)p), vdupq_n_u8('0'));
		uint16x8_t other = vreinterpretq_u16_u8(vcgtq_u8(value, vdupq_n_u8(9)));
		uint64_t mask = vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(other, 4)), 0);

		if (mask)
			return p + __builtin_ctzll(mask) / 4;
	}
}

#else

/* Of eight bytes, the top bit of each that is zero. */
static inline uint64_t
lanes_zero(uint64_t x)
{
	const uint64_t low = 0x7f7f7f7f7f7f7f7fULL;

	return ~(((x & low) + low) | x | low);
}

static inline uint64_t
lanes_stops8(const char *p)
{
	const uint64_t ones = 0x0101010101010101ULL, tops = 0x80 * ones;
	uint64_t v, stops;

	memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	/* A byte below 0x20 has none of the three top bits. */
	stops = lanes_zero(v ^ ones * '"') | lanes_zero(v ^ ones * '\\') |
	        lanes_zero(v & ones * 0xe0) | (v & tops);
	return (stops >> 7) * 0x0102040810204080ULL >> 56;
}

static inline uint64_t
lanes_stops(const char *p)
{
	uint64_t stops = 0;

	for (unsigned i = 0; i < 64; i += 8)
		stops |= lanes_stops8(p + i) << i;
	return stops;
}

static inline const char *
lanes_digits(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

#endif

#if defined(LANES_PORTABLE) || !defined(__SSE2__)

static inline const char *
lanes_digits_both(const char *p, const char **next)
{
	p = lanes_digits(p);
	*next = *p == '.' ? lanes_digits(p + 1) : p;
	return p;
}

#endif

#endif
