#include "base/num.h"

#include <errno.h>
#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

static bool
is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* A number taken apart: value = (negative ? -1 : 1) * mantissa * 10^exponent. */
struct decimal {
	uint64_t mantissa;
	int64_t exponent;
	size_t digits; /* significant digits of the text; beyond 19 the mantissa is not exact */
	bool negative;
};

/*
 * Eight digits at once, after Johnnie L. Lee and Daniel Lemire ("Number parsing at a gigabyte per second", 2021):
 * pairs, then fours, then all eight are joined by three multiplications.
 */
static inline bool
eight_digits(uint64_t v, uint64_t *value)
{
	v ^= 0x3030303030303030ULL;
	if ((v | (v + 0x0606060606060606ULL)) & 0xf0f0f0f0f0f0f0f0ULL)
		return false;
	v = v * 10 + (v >> 8);
	*value = ((v & 0x000000ff000000ffULL) * 0x000f424000000064ULL +
	          (v >> 16 & 0x000000ff000000ffULL) * 0x0000271000000001ULL) >>
	         32;
	return true;
}

/* The eight bytes from P on, the first one lowest. */
static inline uint64_t
load_eight(const char *p)
{
	uint64_t v;

	memcpy(&v, p, sizeof(v));
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
	v = __builtin_bswap64(v);
#endif
	return v;
}

static inline const char *
scan_digits(const char *p, const char *end, struct decimal *d)
{
	uint64_t eight;

	while (d->digits == 0 && p < end && *p == '0')
		p++;
	while (end - p >= 8 && eight_digits(load_eight(p), &eight)) {
		d->digits += 8;
		d->mantissa = d->mantissa * 100000000 + eight;
		p += 8;
	}
	for (; p < end && is_digit(*p); p++) {
		d->digits++;
		d->mantissa = d->mantissa * 10 + (uint64_t)(*p - '0');
	}
	return p;
}

/* The exponent's value is clamped far beyond what the digits of any text can make up for. */
static const char *
scan_exponent(const char *p, const char *end, struct decimal *d)
{
	bool negative = false;
	int64_t value = 0;

	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	if (p == end || !is_digit(*p))
		return NULL;
	for (; p < end && is_digit(*p); p++)
		if (value < INT64_MAX / 100)
			value = value * 10 + (*p - '0');
	d->exponent += negative ? -value : value;
	return p;
}

static inline bool
scan_decimal(struct str s, struct decimal *d)
{
	const char *p = s.ptr, *end = s.ptr + s.len, *start;

	*d = (struct decimal){0};
	if (p < end && *p == '-') {
		d->negative = true;
		p++;
	}
	if (p == end || !is_digit(*p))
		return false;
	start = p;
	p = scan_digits(p, end, d);
	if (*start == '0' && p - start > 1)
		return false;
	if (p < end && *p == '.') {
		start = ++p;
		p = scan_digits(p, end, d);
		if (p == start)
			return false;
		d->exponent -= p - start;
	}
	if (p < end && (*p == 'e' || *p == 'E'))
		p = scan_exponent(p + 1, end, d);
	return p == end;
}

static const double power_of_ten[] = {
	1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
};

/*
 * William D. Clinger, "How to read floating point numbers accurately" (PLDI 1990): where mantissa
 * and power of ten are both exact doubles, one operation rounds correctly.
 */
static inline bool
exact(const struct decimal *d, double *value)
{
	if (FLT_EVAL_METHOD != 0 || d->mantissa > 1ULL << 53 || d->exponent < -22 ||
	    d->exponent > 22)
		return false;
	if (d->exponent < 0)
		*value = (double)(int64_t)d->mantissa / power_of_ten[-d->exponent];
	else
		*value = (double)(int64_t)d->mantissa * power_of_ten[d->exponent];
	return true;
}

/*
 * The one to eight bytes from P to END, all of them digits, in one step. Eight bytes before END belong to the text:
 * those before P count as zeros. How many digits there are is what no processor guesses.
 */
static inline bool
last_digits(const char *p, const char *end, uint64_t *value)
{
	unsigned count = (unsigned)(end - p), other = 8 * (8 - count);
	uint64_t v = load_eight(end - 8) >> other << other;

	return eight_digits(v | 0x3030303030303030ULL >> 8 * (count - 1) >> 8, value);
}

/* Most numbers: positive, at most ten digits, and at most eight after a point. False for any other, whatever it is. */
static inline bool
plain(struct str s, double *value)
{
	const char *p = s.ptr, *end = s.ptr + s.len;
	uint64_t whole = 0, fraction;
	ptrdiff_t digits;

	/* A time has so many digits, a measure with a fraction seldom. */
	if (s.len > 10 && eight_digits(load_eight(p), &whole))
		p += 8;
	for (; p < end && is_digit(*p); p++)
		whole = whole * 10 + (uint64_t)(*p - '0');
	digits = p - s.ptr;
	if (digits == 0 || digits > 10 || (digits > 1 && *s.ptr == '0'))
		return false;
	if (p == end) {
		*value = (double)(int64_t)whole;
		return true;
	}
	digits = end - ++p;
	if (p[-1] != '.' || s.len < 8 || digits < 1 || digits > 8 ||
	    !last_digits(p, end, &fraction))
		return false;
	whole = whole * (uint64_t)(int64_t)power_of_ten[digits] + fraction;
	if (FLT_EVAL_METHOD != 0 || whole > 1ULL << 53)
		return false;
	*value = (double)(int64_t)whole / power_of_ten[digits];
	return true;
}

/*
 * Fractions of 16 to 19 digits, after Daniel Lemire, "Number parsing at a gigabyte per second"
 * (2021): w times the reciprocal of 5^n, cut to 128 bits, is off by less than 1, while w / 5^n,
 * unless it is exactly the middle between two doubles, is at least 2^10 away from it on that scale.
 * So rounding the product is rounding the quotient.
 */
static bool
fraction(const struct decimal *d, double *value)
{
#ifdef __SIZEOF_INT128__
	/* floor(2^(bits + 127) / 5^n) + 1 for n = 1, 2, ..., where 5^n has that many bits */
	static const struct {
		uint64_t high, low;
	} fifth[] = {
		{0xcccccccccccccccc, 0xcccccccccccccccd}, {0xa3d70a3d70a3d70a, 0x3d70a3d70a3d70a4},
		{0x83126e978d4fdf3b, 0x645a1cac083126ea}, {0xd1b71758e219652b, 0xd3c36113404ea4a9},
		{0xa7c5ac471b478423, 0x0fcf80dc33721d54}, {0x8637bd05af6c69b5, 0xa63f9a49c2c1b110},
		{0xd6bf94d5e57a42bc, 0x3d32907604691b4d}, {0xabcc77118461cefc, 0xfdc20d2b36ba7c3e},
		{0x89705f4136b4a597, 0x31680a88f8953031}, {0xdbe6fecebdedd5be, 0xb573440e5a884d1c},
		{0xafebff0bcb24aafe, 0xf78f69a51539d749}, {0x8cbccc096f5088cb, 0xf93f87b7442e45d4},
		{0xe12e13424bb40e13, 0x2865a5f206b06fba}, {0xb424dc35095cd80f, 0x538484c19ef38c95},
		{0x901d7cf73ab0acd9, 0x0f9d37014bf60a11}, {0xe69594bec44de15b, 0x4c2ebe687989a9b4},
		{0xb877aa3236a4b449, 0x09befeb9fad487c3}, {0x9392ee8e921d5d07, 0x3aff322e62439fd0},
		{0xec1e4a7db69561a5, 0x2b31e9e3d06c32e6}, {0xbce5086492111aea, 0x88f4bb1ca6bcf585},
		{0x971da05074da7bee, 0xd3f6fc16ebca5e04}, {0xf1c90080baf72cb1, 0x5324c68b12dd6339},
		{0xc16d9a0095928a27, 0x75b7053c0f178294}, {0x9abe14cd44753b52, 0xc4926a9672793543},
		{0xf79687aed3eec551, 0x3a83ddbd83f52205}, {0xc612062576589dda, 0x95364afe032a819e},
		{0x9e74d1b791e07e48, 0x775ea264cf55347e},
	};
	unsigned __int128 product;
	int n, bits, lead;
	uint64_t w, scale;
	int64_t high;

	if (d->mantissa == 0 || d->exponent > -1 || d->exponent < -27)
		return false;
	n = (int)-d->exponent;
	bits = n * 152170 / 65536 + 1;
	lead = __builtin_clzll(d->mantissa);
	w = d->mantissa << lead;
	product = (unsigned __int128)w * fifth[n - 1].high;
	product += (unsigned __int128)w * fifth[n - 1].low >> 64;
	/* Of what lies below the upper 63 bits only that it is not zero matters to the rounding. */
	high = (int64_t)(product >> 65) | ((product << 63) != 0);
	scale = (uint64_t)(1023 + 2 - (bits + lead + n)) << 52;
	memcpy(value, &scale, sizeof(scale));
	*value *= (double)high;
	return true;
#else
	(void)d, (void)value;
	return false;
#endif
}

static bool
quick(const struct decimal *d, double *value)
{
	if (d->digits > 19 || !(exact(d, value) || fraction(d, value)))
		return false;
	if (d->negative)
		*value = -*value;
	return true;
}

/* strtod wants a NUL, so a long number is copied; the program runs in the C locale. */
static bool
slow(struct str s, double *value)
{
	char small[64], *text = small;

	if (s.len >= sizeof(small)) {
		text = malloc(s.len + 1);
		if (!text)
			return false;
	}
	memcpy(text, s.ptr, s.len);
	text[s.len] = '\0';
	*value = strtod(text, NULL);
	if (text != small)
		free(text);
	return isfinite(*value);
}

bool
num_parse(struct str s, double *value)
{
	struct decimal d;

	return plain(s, value) || (scan_decimal(s, &d) && (quick(&d, value) || slow(s, value)));
}

bool
num_parse_count(struct str s, uint64_t max, uint64_t *value)
{
	uint64_t n = 0;

	if (s.len == 0)
		return false;
	for (size_t i = 0; i < s.len; i++) {
		uint64_t digit = (uint64_t)(s.ptr[i] - '0');

		if (!is_digit(s.ptr[i]) || n > (max - digit) / 10 || digit > max)
			return false;
		n = n * 10 + digit;
	}
	*value = n;
	return true;
}

bool
num_parse_size(struct str s, uint64_t *bytes)
{
	static const char suffixes[] = "KMG";
	const char *suffix = s.len > 0 ? memchr(suffixes, s.ptr[s.len - 1] & ~0x20, 3) : NULL;
	unsigned shift = 0;

	if (suffix) {
		shift = 10 * (unsigned)(suffix - suffixes + 1);
		s.len--;
	}
	if (!num_parse_count(s, UINT64_MAX >> shift, bytes))
		return false;
	*bytes <<= shift;
	return true;
}

/* MANTISSA / 10^PLACES in digits. */
static size_t
put_decimal(char *out, int64_t mantissa, size_t places)
{
	uint64_t rest = mantissa < 0 ? -(uint64_t)mantissa : (uint64_t)mantissa;
	char digit[20];
	size_t n = 0, len = 0;

	do {
		digit[n++] = (char)('0' + rest % 10);
		rest /= 10;
	} while (rest > 0 || n <= places);
	if (mantissa < 0)
		out[len++] = '-';
	while (n > 0) {
		if (n == places)
			out[len++] = '.';
		out[len++] = digit[--n];
	}
	out[len] = '\0';
	return len;
}

/*
 * Most numbers are a whole one over a small power of ten. Both are exact doubles then, so that their quotient is the
 * double that the decimal reads back as; and of decimals of up to 15 digits no two read back as the same, nor of those
 * with six places below 2^32 (times), where doubles lie closer than these.
 */
static size_t
few_places(char *out, double value)
{
	double power = 1;

	if (FLT_EVAL_METHOD != 0 || !(fabs(value) < 1e15) || (fabs(value) < 1e-4 && value != 0))
		return 0;
	for (size_t places = 0; places <= 6; places++, power *= 10) {
		double scaled = value * power;
		int64_t mantissa = (int64_t)(scaled + (value < 0 ? -0.5 : 0.5));

		if (fabs(scaled) >= 1e15 && fabs(value) >= 0x1p32)
			return 0;
		if ((double)mantissa / power == value)
			return put_decimal(out, mantissa, places);
	}
	return 0;
}

size_t
num_format(char out[static NUM_SIZE], double value)
{
	size_t len;

	if (!isfinite(value))
		return (size_t)snprintf(out, NUM_SIZE, "null");
	if ((len = few_places(out, value)) > 0)
		return len;
	for (int precision = fabs(value) < DBL_MIN ? 1 : 15;; precision++) {
		int n = snprintf(out, NUM_SIZE, "%.*g", precision, value);

		if (precision == 17 || strtod(out, NULL) == value)
			return (size_t)n;
	}
}
