/*
 * Looking at many bytes at once: the two questions on which the scanner spends its time. SSE2 and
 * NEON belong to every x86-64 and AArch64 machine, so nothing is chosen at run time;
 * -DLANES_PORTABLE takes the way without them, which gives the same answers.
 *
 * Both may read up to LANES - 1 bytes past the one that stops them.
 */
#ifndef RECORD_LANES_H
#define RECORD_LANES_H

#include <stdint.h>
#include <string.h>

/* The first byte from P on that is not plain text of a string: a quote, a backslash, a control, or
 * not ASCII. */
static inline const char *lanes_plain(const char *p);

/* The first byte from P on that is no digit. */
static inline const char *lanes_digits(const char *p);

#if !defined(LANES_PORTABLE) && defined(__SSE2__)

#include <emmintrin.h>

enum { LANES = 16 };

static inline const char *
lanes_plain(const char *p)
{
	const __m128i quote = _mm_set1_epi8('"'), backslash = _mm_set1_epi8('\\');
	const __m128i space = _mm_set1_epi8(' ');

	for (;; p += LANES) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		/* Compared as signed numbers, controls and bytes above 0x7f are both below the
		 * space. */
		__m128i stop = _mm_or_si128(
			_mm_or_si128(_mm_cmpeq_epi8(v, quote), _mm_cmpeq_epi8(v, backslash)),
			_mm_cmplt_epi8(v, space));
		unsigned mask = (unsigned)_mm_movemask_epi8(stop);

		if (mask)
			return p + __builtin_ctz(mask);
	}
}

static inline const char *
lanes_digits(const char *p)
{
	for (;; p += LANES) {
		__m128i v = _mm_loadu_si128((const __m128i *)(const void *)p);
		__m128i value = _mm_sub_epi8(v, _mm_set1_epi8('0'));
		__m128i digit = _mm_cmpeq_epi8(_mm_min_epu8(value, _mm_set1_epi8(9)), value);
		unsigned mask = (unsigned)_mm_movemask_epi8(digit) ^ 0xffff;

		if (mask)
			return p + __builtin_ctz(mask);
	}
}

#elif !defined(LANES_PORTABLE) && defined(__ARM_NEON) && defined(__aarch64__)

#include <arm_neon.h>

enum { LANES = 16 };

/* Four bits a byte: the index of the first byte that is set, or 16. */
static inline unsigned
lanes_first(uint8x16_t set)
{
	uint64_t mask =
		vget_lane_u64(vreinterpret_u64_u8(vshrn_n_u16(vreinterpretq_u16_u8(set), 4)), 0);

	return mask ? (unsigned)__builtin_ctzll(mask) / 4 : LANES;
}

static inline const char *
lanes_plain(const char *p)
{
	for (;; p += LANES) {
		uint8x16_t v = vld1q_u8((const uint8_t *)p);
		uint8x16_t stop = vorrq_u8(
			vorrq_u8(vceqq_u8(v, vdupq_n_u8('"')), vceqq_u8(v, vdupq_n_u8('\\'))),
			vorrq_u8(vcltq_u8(v, vdupq_n_u8(' ')), vcgeq_u8(v, vdupq_n_u8(0x80))));
		unsigned first = lanes_first(stop);

		if (first < LANES)
			return p + first;
	}
}

static inline const char *
lanes_digits(const char *p)
{
	for (;; p += LANES) {
		uint8x16_t value = vsubq_u8(vld1q_u8((const uint8_t *)p), vdupq_n_u8('0'));
		unsigned first = lanes_first(vcgtq_u8(value, vdupq_n_u8(9)));

		if (first < LANES)
			return p + first;
	}
}

#else

enum { LANES = 8 };

/* In each byte of the result the top bit is set where that byte of X is zero (and perhaps above
 * such a byte). */
static inline uint64_t
lanes_zero(uint64_t x)
{
	return (x - 0x0101010101010101ULL) & ~x & 0x8080808080808080ULL;
}

static inline const char *
lanes_plain(const char *p)
{
	const uint64_t ones = 0x0101010101010101ULL;

	for (;; p += LANES) {
		uint64_t v;

		memcpy(&v, p, sizeof(v));
		if (lanes_zero(v ^ ones * '"') | lanes_zero(v ^ ones * '\\') |
		    ((v - ones * ' ') & 0x8080808080808080ULL) | (v & 0x8080808080808080ULL))
			break;
	}
	while ((unsigned char)*p >= ' ' && (unsigned char)*p < 0x80 && *p != '"' && *p != '\\')
		p++;
	return p;
}

static inline const char *
lanes_digits(const char *p)
{
	while (*p >= '0' && *p <= '9')
		p++;
	return p;
}

#endif

#endif
