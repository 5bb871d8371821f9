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
	int exponent;
	int digits; /* significant digits of the text; beyond 19 the mantissa is not exact */
	bool negative;
};

static const char *
scan_digits(const char *p, const char *end, struct decimal *d)
{
	for (; p < end && is_digit(*p); p++) {
		d->digits += d->digits > 0 || *p != '0';
		d->mantissa = d->mantissa * 10 + (uint64_t)(*p - '0');
	}
	return p;
}

/* The exponent's value is clamped: whatever is beyond is zero or infinity to strtod as well. */
static const char *
scan_exponent(const char *p, const char *end, struct decimal *d)
{
	bool negative = false;
	int value = 0;

	if (p < end && (*p == '+' || *p == '-'))
		negative = *p++ == '-';
	if (p == end || !is_digit(*p))
		return NULL;
	for (; p < end && is_digit(*p); p++)
		if (value < 100000)
			value = value * 10 + (*p - '0');
	d->exponent += negative ? -value : value;
	return p;
}

static bool
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
		d->exponent -= (int)(p - start < 100000 ? p - start : 100000);
	}
	if (p < end && (*p == 'e' || *p == 'E'))
		p = scan_exponent(p + 1, end, d);
	return p == end;
}

/*
 * The quick way, after William D. Clinger, "How to read floating point numbers accurately" (PLDI 1990): where
 * mantissa and power of ten are both exact, one operation rounds correctly. In a long double of 64 bits that
 * covers 19 digits and powers to 10^27. Rounding again to 53 bits is wrong only where the first result lies
 * on the very middle between two doubles; then, and for all else, the slow way is taken.
 */
static bool
quick(const struct decimal *d, double *value)
{
#if LDBL_MANT_DIG == 64 && LDBL_MAX_EXP == 16384 && (defined(__x86_64__) || defined(__i386__))
	static const long double power[] = {
	        1e0L,  1e1L,  1e2L,  1e3L,  1e4L,  1e5L,  1e6L,  1e7L,  1e8L,  1e9L,
	        1e10L, 1e11L, 1e12L, 1e13L, 1e14L, 1e15L, 1e16L, 1e17L, 1e18L, 1e19L,
	        1e20L, 1e21L, 1e22L, 1e23L, 1e24L, 1e25L, 1e26L, 1e27L,
	};
	const int most = 27;
	const int digits = 19;
	union {
		long double value;
		uint64_t mantissa;
	} exact;
#else
	static const double power[] = {
	        1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
	        1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
	};
	const int most = 22;
	const int digits = 15;
	struct {
		double value;
		uint64_t mantissa;
	} exact = {0};
#endif
	if (d->digits > digits || d->exponent > most || d->exponent < -most)
		return false;
	exact.value = (__typeof__(exact.value))d->mantissa;
	if (d->exponent < 0)
		exact.value /= power[-d->exponent];
	else
		exact.value *= power[d->exponent];
	if ((exact.mantissa & 0x7ff) == 0x400)
		return false;
	*value = (double)exact.value;
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

	return scan_decimal(s, &d) && (quick(&d, value) || slow(s, value));
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

size_t
num_format(char out[static NUM_SIZE], double value)
{
	if (!isfinite(value))
		return (size_t)snprintf(out, NUM_SIZE, "null");
	if (fabs(value) < 1e15 && value == trunc(value))
		return (size_t)snprintf(out, NUM_SIZE, "%.0f", value + 0.0);
	for (int precision = 15;; precision++) {
		int n = snprintf(out, NUM_SIZE, "%.*g", precision, value);

		if (precision == 17 || strtod(out, NULL) == value)
			return (size_t)n;
	}
}
