/*
 * Passing what is UTF-8 many bytes at once, where the processor has AVX2.
 */
#ifndef RECORD_UTF8_LANES_H
#define RECORD_UTF8_LANES_H

#include <stdint.h>

/*
 * The first byte from P on at which the plain text of a string ends: a quote, a backslash or a control character. NULL
 * where not all before it is UTF-8, or where that is not known. P is the start of a character.
 */
static inline const char *utf8_plain(const char *p);

#if !defined(LANES_PORTABLE) && defined(__AVX2__)

#include <immintrin.h>

/*
 * John Keiser and Daniel Lemire, "Validating UTF-8 in less than one instruction per byte" (2021). What can be wrong shows in
 * two bytes that follow each other, but for the second and third continuation byte: so the four bits that the
 * first of two begins with, the four that it ends with and the four that the second begins with each allow for some
 * faults, a bit for each, and what all three allow for is there. TWO_MORE is none where a byte two or three places
 * before begins a character that long, and a fault where none does.
 */
enum {
	TOO_SHORT = 1,         /* a first byte without the next */
	TOO_LONG = 2,          /* a continuation byte after ASCII */
	OVERLONG_3 = 4,        /* that fits in two bytes */
	SURROGATE = 16,        /* U+D800 to U+DFFF */
	OVERLONG_2 = 32,       /* that fits in one byte */
	TOO_LARGE = 8,         /* above U+10FFFF, and */
	TOO_LARGE_OR_FEW = 64, /* above U+13FFFF, or that fits in three bytes */
	TWO_MORE = 128,
	/* Whatever the last four bits of the first byte are. */
	ANYWAY = TOO_SHORT | TOO_LONG | TWO_MORE,
};

#define TWICE(...) _mm256_setr_epi8(__VA_ARGS__, __VA_ARGS__)

static inline __m256i
utf8_first_high(__m256i bits)
{
	return _mm256_shuffle_epi8(TWICE(TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG, TOO_LONG,
	                                 TOO_LONG, TOO_LONG, (char)TWO_MORE, (char)TWO_MORE,
	                                 (char)TWO_MORE, (char)TWO_MORE, TOO_SHORT | OVERLONG_2,
	                                 TOO_SHORT, TOO_SHORT | OVERLONG_3 | SURROGATE,
	                                 TOO_SHORT | TOO_LARGE | TOO_LARGE_OR_FEW),
	                           bits);
}

static inline __m256i
utf8_first_low(__m256i bits)
{
	enum { LARGE = ANYWAY | TOO_LARGE | TOO_LARGE_OR_FEW };

	return _mm256_shuffle_epi8(
		TWICE((char)(ANYWAY | OVERLONG_3 | OVERLONG_2 | TOO_LARGE_OR_FEW),
	              (char)(ANYWAY | OVERLONG_2), (char)ANYWAY, (char)ANYWAY,
	              (char)(ANYWAY | TOO_LARGE), (char)LARGE, (char)LARGE, (char)LARGE,
	              (char)LARGE, (char)LARGE, (char)LARGE, (char)LARGE, (char)LARGE,
	              (char)(LARGE | SURROGATE), (char)LARGE, (char)LARGE),
		bits);
}

static inline __m256i
utf8_second_high(__m256i bits)
{
	enum {
		CONTINUES = TOO_LONG | OVERLONG_2 | TWO_MORE,
		EIGHT = CONTINUES | OVERLONG_3 | TOO_LARGE_OR_FEW,
		NINE = CONTINUES | OVERLONG_3 | TOO_LARGE,
		MORE = CONTINUES | SURROGATE | TOO_LARGE,
	};

	return _mm256_shuffle_epi8(TWICE(TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT, TOO_SHORT,
	                                 TOO_SHORT, TOO_SHORT, TOO_SHORT, (char)EIGHT, (char)NINE,
	                                 (char)MORE, (char)MORE, TOO_SHORT, TOO_SHORT, TOO_SHORT,
	                                 TOO_SHORT),
	                           bits);
}

/* The bytes of V each a number of places further on, the last ones of BEFORE in front of them. */
#define UTF8_AFTER(v, before, places) \
	_mm256_alignr_epi8(v, _mm256_permute2x128_si256(before, v, 0x21), 16 - (places))

/* What is wrong in V, which follows BEFORE: zeros where nothing is, but for a character that it cuts short. */
static inline __m256i
utf8_faults(__m256i v, __m256i before)
{
	const __m256i four = _mm256_set1_epi8(0x0f);
	__m256i first = UTF8_AFTER(v, before, 1);
	__m256i faults = utf8_first_high(_mm256_and_si256(_mm256_srli_epi16(first, 4), four));
	__m256i third = _mm256_subs_epu8(UTF8_AFTER(v, before, 2), _mm256_set1_epi8(0xe0 - 0x80));
	__m256i fourth =
		_mm256_subs_epu8(UTF8_AFTER(v, before, 3), _mm256_set1_epi8((char)(0xf0 - 0x80)));
	__m256i more =
		_mm256_and_si256(_mm256_or_si256(third, fourth), _mm256_set1_epi8((char)TWO_MORE));

	faults = _mm256_and_si256(faults, utf8_first_low(_mm256_and_si256(first, four)));
	faults = _mm256_and_si256(
		faults, utf8_second_high(_mm256_and_si256(_mm256_srli_epi16(v, 4), four)));
	return _mm256_xor_si256(faults, more);
}

/* A bit for each of the bytes at which the plain text of a string ends. */
static inline uint32_t
utf8_ends(__m256i v)
{
	__m256i quote = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('"'));
	__m256i backslash = _mm256_cmpeq_epi8(v, _mm256_set1_epi8('\\'));
	__m256i control = _mm256_cmpeq_epi8(_mm256_min_epu8(v, _mm256_set1_epi8(0x1f)), v);

	return (uint32_t)_mm256_movemask_epi8(
		_mm256_or_si256(_mm256_or_si256(quote, backslash), control));
}

static inline const char *
utf8_plain(const char *p)
{
	__m256i before = _mm256_setzero_si256();

	for (;; p += 32) {
		__m256i v = _mm256_loadu_si256((const __m256i *)(const void *)p);
		__m256i good = _mm256_cmpeq_epi8(utf8_faults(v, before), _mm256_setzero_si256());
		uint32_t ends = utf8_ends(v), bad = ~(uint32_t)_mm256_movemask_epi8(good);

		/* What is cut short is a fault of the byte after it, so up to the end and with it. */
		if (bad & (ends ^ (ends - 1)))
			return NULL;
		if (ends)
			return p + __builtin_ctz(ends);
		before = v;
	}
}

#else

static inline const char *
utf8_plain(const char *p)
{
	(void)p;
	return NULL;
}

#endif

#endif
