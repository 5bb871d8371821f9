/*
 * The ground floor: strings, buffers, numbers, times, hashes, maps and files.
 */
#include "tap.h"

#include "base/arena.h"
#include "base/buf.h"
#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/map.h"
#include "base/num.h"

#include <errno.h>
#include <fcntl.h>
#include <float.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_str(void)
{
	static const char *const words[] = {"threshold", "window", "strikes", NULL};
	struct str rest = STR("one\r\ntwo\n\nlast"), line = STR_NONE;
	char name[130], word[2000];
	int near = 0;

	ok(str_cmp(STR("a"), STR("ab")) < 0, "str_cmp: the shorter of two first");
	ok(str_cmp(STR("b"), STR("ab")) > 0, "str_cmp: by bytes");
	ok(str_cmp(STR("\xff"), STR("a")) > 0, "str_cmp: bytes are unsigned");
	ok(str_cmp(STR_NONE, STR("")) == 0, "str_cmp: none is empty");
	ok(str_starts(STR("ab"), STR("")), "str_starts: every string starts with nothing");
	ok(!str_starts(STR("a"), STR("ab")), "str_starts: not with a longer one");
	is_str(str_trim(STR(" \t\v a b\r\n")), "a b", "str_trim: both ends");
	is_str(str_trim(STR(" \n ")), "", "str_trim: nothing but space");

	ok(str_line(&rest, &line) && str_is(line, "one"), "str_line: CRLF");
	ok(str_line(&rest, &line) && str_is(line, "two"), "str_line: LF");
	ok(str_line(&rest, &line) && str_is(line, ""), "str_line: empty");
	ok(str_line(&rest, &line) && str_is(line, "last"), "str_line: no LF at the end");
	ok(!str_line(&rest, &line), "str_line: the end");
	rest = STR("a, b,,");
	ok(str_item(&rest, &line) && str_is(line, "a"), "str_item: the first");
	ok(str_item(&rest, &line) && str_is(line, "b"), "str_item: without blanks");
	ok(str_item(&rest, &line) && str_is(line, ""), "str_item: empty");
	ok(!str_item(&rest, &line), "str_item: the end");

	memset(name, 'x', sizeof(name));
	ok(str_is_name(STR("Az09_-")), "str_is_name: all that is allowed");
	ok(str_is_name((struct str){name, 128}), "str_is_name: 128 bytes");
	ok(!str_is_name((struct str){name, 129}), "str_is_name: not 129");
	ok(!str_is_name(STR("")), "str_is_name: not empty");
	ok(!str_is_name(STR("..")) && !str_is_name(STR("a/b")) && !str_is_name(STR("a\0b")) &&
	           !str_is_name(STR("\xc3\xa9")),
	   "str_is_name: nothing that could leave a directory");

	ok(str_eq_case(STR("From"), STR("FROM")) && !str_eq_case(STR("From"), STR("fro")),
	   "str_eq_case: the case of letters aside");
	ok(str_is_any(STR("WINDOW"), words) && !str_is_any(STR("window "), words) &&
	           !str_is_any(STR(""), words),
	   "str_is_any: one of the words, whole");

	is_str(str_of(str_nearest(STR("thresold"), words)), "threshold",
	       "str_nearest: a letter left out");
	is_str(str_of(str_nearest(STR("widnow"), words)), "window", "str_nearest: two swapped");
	ok(!str_nearest(STR("colour"), words), "str_nearest: none is near");
	memset(word, 'x', sizeof(word));
	for (size_t n = 41; n < sizeof(word); n++)
		if (str_nearest((struct str){word, n}, words))
			near++;
	is_int(near, 0, "str_nearest: no long word is near anything");
}

static void
test_buf(void)
{
	struct buf b = BUF_INIT, long_one = BUF_INIT;

	is_str(buf_view(&b), "", "buf: empty");
	ok(buf_room(&b, 0) != NULL, "buf_room: room for nothing is somewhere");
	is_int(*buf_cstr(&b), 0, "buf_cstr: of an empty one");
	buf_printf(&b, "%s-%d", "a", 7);
	buf_add(&b, NULL, 0);
	buf_byte(&b, '!');
	is_str(buf_view(&b), "a-7!", "buf: additions");
	buf_drop(&b, 2);
	is_str(buf_view(&b), "7!", "buf_drop: the first bytes");
	buf_drop(&b, 2);
	is_int((long long)b.len, 0, "buf_drop: all of it");

	for (int i = 0; i < 100000; i++)
		buf_byte(&long_one, (char)('a' + i % 26));
	buf_printf(&b, STR_FMT, STR_ARG(buf_view(&long_one)));
	ok(str_eq(buf_view(&b), buf_view(&long_one)), "buf_printf: 100,000 bytes");
	buf_release(&long_one);
	ok(!long_one.ptr && !long_one.len && !long_one.cap, "buf_release: as new");

	buf_reset(&b);
	buf_quote(&b, STR_NONE);
	is_str(buf_view(&b), "\"\"", "buf_quote: nothing");
	buf_reset(&b);
	buf_quote(&b, STR("\"\\/\b\f\n\r\t\x01\x1f\x7f"));
	is_str(buf_view(&b), "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0001\\u001f\x7f\"", "buf_quote: ASCII");
	buf_reset(&b);
	buf_quote(&b, STR("\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80"));
	is_str(buf_view(&b), "\"\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80\"",
	       "buf_quote: UTF-8 as it is");
	buf_reset(&b);
	buf_escape(&b, STR("\xff\xc0\xaf\xed\xa0\x80\xf4\x90\x80\x80\xe2\x82"));
	is_str(buf_view(&b),
	       "\\udcff\\udcc0\\udcaf\\udced\\udca0\\udc80\\udcf4\\udc90\\udc80\\udc80\\udce2\\udc8"
	       "2",
	       "buf_escape: overlong, surrogate, above U+10FFFF, cut off");
	buf_reset(&b);
	buf_escape(&b, STR("a\0b"));
	is_str(buf_view(&b), "a\\u0000b", "buf_escape: NUL");
	buf_release(&b);
}

static bool
refused(const char *text)
{
	double value;

	return !num_parse(str_of(text), &value);
}

static double
parsed(const char *text)
{
	double value = NAN;

	return num_parse(str_of(text), &value) ? value : NAN;
}

static void
test_num_grammar(void)
{
	static const char *const bad[] = {"",    "-",     "+1",     "01",           "-01",  "1.",
	                                  ".5",  "1e",    "1e+",    "0x10",         "1 ",   " 1",
	                                  "NaN", "inf",   "1_0",    "--1",          "1.e5", "1e5.",
	                                  "1,5", "1e309", "-1e309", "1e99999999999"};

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(refused(bad[i]), "num_parse: not '%s'", bad[i]);
	ok(!num_parse(STR("1\0"), &(double){0}), "num_parse: not a NUL");
	ok(parsed("-0") == 0 && signbit(parsed("-0")), "num_parse: -0 keeps its sign");
	ok(parsed("0e999999") == 0, "num_parse: zero with a huge exponent");
	ok(parsed("1e-999999") == 0, "num_parse: underflow is zero");
	ok(parsed("1E+2") == 100, "num_parse: E and +");
}

static void
is_as_strtod(const char *text)
{
	double want = strtod(text, NULL), got = parsed(text);

	ok(got == want && !signbit(got) == !signbit(want), "num_parse: as strtod: %.60s", text);
	if (got != want)
		printf("#   got: %a\n#  want: %a\n", got, want);
}

/* Middles between two doubles and their neighbours, and what only just fits or not. */
static void
test_num_hard(void)
{
	static const char *const hard[] = {"9007199254740993",
	                                   "9007199254740991.5",
	                                   "9007199254740992.5",
	                                   "9007199254740993.5",
	                                   "9007199254740995",
	                                   "18014398509481985",
	                                   "18014398509481986",
	                                   "18014398509481987",
	                                   "9223372036854776832",
	                                   "18446744073709551615",
	                                   "1e22",
	                                   "1e23",
	                                   "8.5e22",
	                                   "9007199254740993e22",
	                                   "0.1",
	                                   "0.5000000000000001",
	                                   "4503599627370496.5",
	                                   "4503599627370497.5",
	                                   "0.500000000000000166",
	                                   "1.00000000000000011102230246251565",
	                                   "1.000000000000000111",
	                                   "0.1000000000000000055511151231257827",
	                                   "2.5e-27",
	                                   "9999999999999999999e-27",
	                                   "1000000000000000001e-27",
	                                   "7.2057594037927933e16",
	                                   "1.7976931348623157e308",
	                                   "1.7976931348623158e308",
	                                   "2.2250738585072014e-308",
	                                   "2.2250738585072011e-308",
	                                   "4.9406564584124654e-324",
	                                   "2.4703282292062327e-324",
	                                   "2.4703282292062328e-324",
	                                   "123456789012345678901234567890",
	                                   "-0.3"};
	struct buf zeros = BUF_INIT;
	double value;

	for (size_t i = 0; i < sizeof(hard) / sizeof(hard[0]); i++)
		is_as_strtod(hard[i]);
	buf_str(&zeros, "0.");
	for (int i = 0; i < 200000; i++)
		buf_byte(&zeros, '0');
	buf_str(&zeros, "1e");
	buf_str(&zeros, "200005");
	ok(num_parse(buf_view(&zeros), &value) && value == 1e4,
	   "num_parse: an exponent undoes 200,000 zeros");
	zeros.len -= 6;
	buf_str(&zeros, "100005");
	ok(num_parse(buf_view(&zeros), &value) && value == 0,
	   "num_parse: and does not when it is smaller");
	buf_release(&zeros);
}

/* A fixed sequence (xorshift64), so that a failure comes again. */
static uint64_t
next_random(void)
{
	static uint64_t x = 88172645463325252ULL;

	x ^= x << 13;
	x ^= x >> 7;
	return x ^= x << 17;
}

/* A random number in one of the forms that records hold. */
static void
random_number(char *text, size_t size)
{
	static const uint64_t ten[] = {10,
	                               1000,
	                               1000000,
	                               10000000000,
	                               1000000000000000,
	                               10000000000000000,
	                               100000000000000000,
	                               1000000000000000000,
	                               10000000000000000000U};
	uint64_t r = next_random(), digits = next_random() % ten[r % 9];
	double value;

	switch (r >> 8 & 3) {
	case 0: snprintf(text, size, "%" PRIu64 "e-%d", digits, (int)(r >> 16 & 31)); break;
	case 1: snprintf(text, size, "%s0.%" PRIu64, r & 1024 ? "-" : "", digits); break;
	case 2: snprintf(text, size, "%" PRIu64 "e%d", digits, (int)(r >> 16 & 31)); break;
	default:
		do {
			uint64_t bits = next_random();

			memcpy(&value, &bits, sizeof(value));
		} while (!isfinite(value));
		snprintf(text, size, "%.*g", 14 + (int)(r >> 16 & 7), value);
	}
}

static void
test_num_random(void)
{
	int wrong = 0;

	for (int i = 0; i < 50000; i++) {
		char text[64];
		double got, want;

		random_number(text, sizeof(text));
		want = strtod(text, NULL);
		got = parsed(text);
		if ((isfinite(want) && got != want) || (!isfinite(want) && !isnan(got))) {
			if (wrong++ < 5)
				printf("# %s: got %a, want %a\n", text, got, want);
		}
	}
	is_int(wrong, 0, "num_parse: 50,000 random numbers as strtod reads them");
}

/* m / 10^n next to the middle of two doubles: the worst case for rounding a product of 128 bits. */
static void
test_num_middles(void)
{
	int wrong = 0;

	for (int i = 0; i < 20000; i++) {
		uint64_t bits = next_random() >> 12 | 0x3ff0000000000000ULL;
		int scale = (int)(next_random() % 8) - 2;
		char text[96];
		double low, got;
		long double middle;

		memcpy(&low, &bits, sizeof(low));
		low = ldexp(low, scale * 3);
		middle = ((long double)low + (long double)nextafter(low, INFINITY)) / 2;
		snprintf(text, sizeof(text), "%.*Lg", 17 + i % 4, middle);
		got = parsed(text);
		if (got != strtod(text, NULL) && wrong++ < 5)
			printf("# %s: got %a, want %a\n", text, got, strtod(text, NULL));
	}
	is_int(wrong, 0, "num_parse: 20,000 numbers near a middle as strtod reads them");
}

static void
is_formatted(double value, const char *want)
{
	char text[NUM_SIZE];
	size_t n = num_format(text, value);

	is_str((struct str){text, n}, want, want);
}

/* Whether VALUE comes out as printf has it in the smallest precision that reads back. */
static bool
is_shortest(double value)
{
	char text[NUM_SIZE], want[NUM_SIZE];

	for (int precision = 15; precision <= 17; precision++) {
		snprintf(want, sizeof(want), "%.*g", precision, value);
		if (strtod(want, NULL) == value)
			break;
	}
	text[num_format(text, value)] = '\0';
	if (strcmp(text, want) == 0)
		return true;
	printf("# got %s, want %s\n", text, want);
	return false;
}

static void
test_num_format(void)
{
	int wrong = 0;

	is_formatted(0.1, "0.1");
	is_formatted(1, "1");
	is_formatted(-0.0, "0");
	is_formatted(1e15, "1e+15");
	is_formatted(999999999999999, "999999999999999");
	is_formatted(1.0 / 3, "0.3333333333333333");
	is_formatted(0.1 + 0.2, "0.30000000000000004");
	is_formatted(1765432100.123, "1765432100.123");
	is_formatted(5e-324, "5e-324");
	is_formatted(DBL_MAX, "1.7976931348623157e+308");
	is_formatted(-DBL_MIN, "-2.2250738585072014e-308");
	is_formatted(NAN, "null");
	is_formatted(-INFINITY, "null");
	for (int i = 0; i < 20000; i++) {
		uint64_t bits = next_random();
		char text[NUM_SIZE];
		double value;

		memcpy(&value, &bits, sizeof(value));
		if (!isfinite(value))
			continue;
		text[num_format(text, value)] = '\0';
		wrong += parsed(text) != value;
	}
	is_int(wrong, 0, "num_format: 20,000 random doubles read back");
	for (int i = 0; i < 20000; i++) {
		double power = 1, value;

		for (int places = i % 9; places > 0; places--)
			power *= 10;
		value = (double)(1 + (next_random() >> (i % 60 + 3))) / power;
		wrong += !is_shortest(value) + !is_shortest(-value) +
		         !is_shortest(nextafter(value, 0)) + !is_shortest(nextafter(value, 1e300));
	}
	is_int(wrong, 0, "num_format: decimals and their neighbours come out shortest");
	wrong = 0;
	for (int i = 0; i < 20000; i++) {
		double value = (double)(next_random() % (UINT64_C(1000000) << 32)) / 1e6;

		wrong += !is_shortest(value) + !is_shortest(nextafter(value, 0));
	}
	is_int(wrong, 0, "num_format: so do times in microseconds");
}

static void
test_buf_count(void)
{
	struct buf b = BUF_INIT;

	buf_count(&b, 0);
	buf_byte(&b, ' ');
	buf_count(&b, 1020);
	buf_byte(&b, ' ');
	buf_count(&b, UINT64_MAX);
	is_str(buf_view(&b), "0 1020 18446744073709551615", "buf_count: digits");
	buf_release(&b);
}

static void
test_num_count(void)
{
	uint64_t n = 0;

	ok(num_parse_count(STR("0"), 0, &n) && n == 0, "num_parse_count: zero");
	ok(num_parse_count(STR("18446744073709551615"), UINT64_MAX, &n) && n == UINT64_MAX,
	   "num_parse_count: the largest");
	ok(!num_parse_count(STR("18446744073709551616"), UINT64_MAX, &n),
	   "num_parse_count: one more");
	ok(num_parse_count(STR("10"), 10, &n) && !num_parse_count(STR("11"), 10, &n),
	   "num_parse_count: up to the limit");
	ok(!num_parse_count(STR("9"), 5, &n), "num_parse_count: a digit above the limit");
	ok(!num_parse_count(STR(""), 9, &n) && !num_parse_count(STR("-1"), 9, &n) &&
	           !num_parse_count(STR("1.0"), 9, &n) && !num_parse_count(STR(" 1"), 9, &n),
	   "num_parse_count: digits only");
	ok(num_parse_size(STR("4096"), &n) && n == 4096, "num_parse_size: bytes");
	ok(num_parse_size(STR("64k"), &n) && n == 65536, "num_parse_size: k");
	ok(num_parse_size(STR("16M"), &n) && n == 16 << 20, "num_parse_size: M");
	ok(num_parse_size(STR("3G"), &n) && n == 3ULL << 30, "num_parse_size: G");
	ok(!num_parse_size(STR("17179869184G"), &n), "num_parse_size: 2^64 is too much");
	ok(!num_parse_size(STR("K"), &n) && !num_parse_size(STR("1T"), &n) &&
	           !num_parse_size(STR(""), &n) && !num_parse_size(STR("1KB"), &n),
	   "num_parse_size: not these");
}

static double
duration(const char *text)
{
	double seconds = NAN;

	return duration_parse(str_of(text), &seconds) ? seconds : NAN;
}

static void
test_duration(void)
{
	static const char *const bad[] = {"",       "s",     "ms",    "-1",   "-0",     "1x",
	                                  "1 s",    "1S",    "1sm",   "nan",  "inf",    "1e308d",
	                                  "+1",     "1m30",  "30m1h", "1h1h", "1h 30m", "1.5h30m",
	                                  "1h1.5m", "1h-5m", "h30m",  "1hm",  "1h30x",  "1y2d"};

	is_num(duration("1.5"), 1.5, "duration: seconds");
	is_num(duration("500ms"), 0.5, "duration: ms");
	is_num(duration("30s"), 30, "duration: s");
	is_num(duration("5m"), 300, "duration: m");
	is_num(duration("4h"), 14400, "duration: h");
	is_num(duration("1d"), 86400, "duration: d");
	is_num(duration("0"), 0, "duration: none");
	is_num(duration("1.5h"), 5400, "duration: a fraction of a unit");
	is_num(duration("1e3ms"), 1, "duration: with an exponent");
	is_num(duration("1h30m"), 5400, "duration: h and m");
	is_num(duration("1d12h"), 129600, "duration: d and h");
	is_num(duration("1d2h3m4s5ms"), 93784.005, "duration: all units");
	is_num(duration("1m05s"), 65, "duration: with a zero in front");
	is_num(duration("0h5m"), 300, "duration: none of one unit");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(isnan(duration(bad[i])), "duration: not '%s'", bad[i]);
}

static double
when(const char *text)
{
	double ts = NAN;

	return time_parse(str_of(text), &ts) ? ts : NAN;
}

static void
test_time(void)
{
	static const char *const bad[] = {"",
	                                  "2026-03-01",
	                                  "2026-03-01T12:00:00",
	                                  "2026-03-01T12:00Z",
	                                  "2026-02-29T12:00:00Z",
	                                  "2100-02-29T12:00:00Z",
	                                  "2026-04-31T12:00:00Z",
	                                  "2026-00-01T12:00:00Z",
	                                  "2026-13-01T12:00:00Z",
	                                  "2026-03-01T24:00:00Z",
	                                  "2026-03-01T12:60:00Z",
	                                  "2026-03-01T12:00:61Z",
	                                  "2026-03-01T12:00:00.Z",
	                                  "2026-03-01T12:00:00+0100",
	                                  "2026-03-01T12:00:00+24:00",
	                                  "2026-03-01T12:00:00+01:60",
	                                  "2026-03-01T12:00:00Zz",
	                                  "2026-03-01_12:00:00Z",
	                                  "26-03-01T12:00:00Z",
	                                  "2026-3-1T12:00:00Z"};
	struct buf b = BUF_INIT;

	is_num(when("1970-01-01T00:00:00Z"), 0, "time_parse: the epoch");
	is_num(when("2026-03-01T12:00:00Z"), 1772366400, "time_parse: Z");
	is_num(when("2026-03-01t12:00:00z"), 1772366400, "time_parse: lower case");
	is_num(when("2026-03-01 14:30:00+02:30"), 1772366400,
	       "time_parse: a space, an offset east");
	is_num(when("2026-03-01T04:00:00-08:00"), 1772366400, "time_parse: an offset west");
	ok(when("2026-03-01T12:00:00.125Z") == 1772366400.125, "time_parse: milliseconds");
	ok(fabs(when("2026-03-01T12:00:00.123456789Z") - 1772366400.123457) < 1e-6,
	   "time_parse: nanoseconds");
	is_num(when("2024-02-29T23:59:60Z"), 1709251200, "time_parse: a leap day, a leap second");
	is_num(when("1969-12-31T23:59:59.5Z"), -0.5, "time_parse: before the epoch");
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ok(isnan(when(bad[i])), "time_parse: not '%s'", bad[i]);

	buf_time(&b, 1772366400.1236);
	is_str(buf_view(&b), "2026-03-01T12:00:00.124Z", "buf_time: rounded to milliseconds");
	buf_reset(&b);
	buf_time(&b, 1772366399.9999);
	is_str(buf_view(&b), "2026-03-01T12:00:00.000Z", "buf_time: rounded into the next second");
	buf_reset(&b);
	buf_time(&b, -0.25);
	is_str(buf_view(&b), "1969-12-31T23:59:59.750Z", "buf_time: before the epoch");
	buf_reset(&b);
	buf_time(&b, 1e300);
	is_num(parsed(buf_cstr(&b)), 1e300, "buf_time: what is no date stays a number");
	buf_release(&b);
}

static void
test_hash(void)
{
	static const char bytes[] = "0123456789abcdef0123456789abcdef";
	int same = 0;

	ok(hash_bytes(STR("abc"), 1) == hash_bytes(STR("abc"), 1), "hash_bytes: the same again");
	ok(hash_bytes(STR("abc"), 1) != hash_bytes(STR("abc"), 2), "hash_bytes: by seed");
	ok(hash_bytes(STR("a\0"), 0) != hash_bytes(STR("a"), 0), "hash_bytes: by length");
	is_int((long long)hash_bytes(STR("fingerprint"), 0), -7387350974505955183,
	       "hash_bytes: the same on every run");
	ok(hash_keyed(STR("abc")) == hash_keyed(STR("abc")), "hash_keyed: the same again");
	hash_bytes(STR_NONE, 0);
	hash_keyed(STR_NONE);
	for (size_t i = 0; i < 32; i++)
		for (size_t j = 0; j < i; j++)
			same += hash_bytes((struct str){bytes, i}, 0) ==
			                hash_bytes((struct str){bytes, j}, 0) ||
			        hash_keyed((struct str){bytes, i}) ==
			                hash_keyed((struct str){bytes, j});
	is_int(same, 0, "hash: all lengths from 0 to 31 differ");
}

static void
test_map_order(void)
{
	struct map m = MAP_INIT(sizeof(int));
	struct buf order = BUF_INIT;
	bool fresh;
	int *a = map_use(&m, STR("a"), &fresh);

	ok(fresh && *a == 0, "map_use: a new value is zero");
	*a = 1;
	*(int *)map_use(&m, STR("b"), NULL) = 2;
	*(int *)map_use(&m, STR("c"), NULL) = 3;
	ok(map_use(&m, STR("a"), &fresh) == a && !fresh, "map_use: found at the same address");
	ok(map_find(&m, STR("b")) && !map_find(&m, STR("ab")), "map_find");
	ok(!map_touch(&m, STR("ab")) && map_touch(&m, STR("b")) == map_find(&m, STR("b")),
	   "map_touch: found, never made");
	is_str(map_key(&m, a), "a", "map_key");
	for (int *v = map_oldest(&m); v; v = map_newer(&m, v))
		buf_printf(&order, "%d", *v);
	is_str(buf_view(&order), "312", "map: from the oldest used to the newest");
	map_delete(&m, map_find(&m, STR("c")));
	map_delete(&m, a);
	is_int((long long)m.count, 1, "map_delete: the middle and the newest");
	ok(map_oldest(&m) == map_find(&m, STR("b")) && !map_newer(&m, map_oldest(&m)),
	   "map_delete: the rest is in order");
	map_use(&m, STR_NONE, &fresh);
	ok(fresh && map_find(&m, STR("")), "map: the empty key is a key");
	map_release(&m);
	ok(!map_find(&m, STR("b")) && !map_oldest(&m) && m.count == 0, "map_release: empty");
	map_use(&m, STR("again"), NULL);
	is_int((long long)m.count, 1, "map_release: and usable");
	map_release(&m);
	buf_release(&order);
}

static void
test_map_many(void)
{
	struct map m = MAP_INIT(sizeof(int));
	char key[16];
	int wrong = 0;

	for (int i = 0; i < 100000; i++)
		*(int *)map_use(&m, (struct str){key, (size_t)snprintf(key, sizeof(key), "k%d", i)},
		                NULL) = i;
	for (int *v = map_oldest(&m), *next; v; v = next) {
		next = map_newer(&m, v);
		if (*v % 3)
			map_delete(&m, v);
	}
	for (int i = 0; i < 100000; i++) {
		int *v = map_find(&m,
		                  (struct str){key, (size_t)snprintf(key, sizeof(key), "k%d", i)});

		wrong += i % 3 ? v != NULL : !v || *v != i;
	}
	is_int(wrong, 0, "map: of 100,000, two thirds deleted while iterating");
	map_release(&m);
}

static void
test_file(const char *dir)
{
	char *path = path_join(dir, "file"), *missing = path_join(dir, "missing/file");
	struct buf b = BUF_INIT;
	struct stat st;

	ok(file_replace(path, STR("one")) && file_replace(path, STR("other\n")),
	   "file_replace: twice");
	ok(stat(path, &st) == 0 && (st.st_mode & 07777) == 0600, "file_replace: mode 0600");
	buf_str(&b, "before ");
	ok(file_read(path, 6, &b), "file_read: of exactly the limit");
	is_str(buf_view(&b), "before other\n", "file_read: added to what was there");
	buf_reset(&b);
	ok(!file_read(path, 5, &b) && errno == EFBIG, "file_read: a byte too many is EFBIG");
	ok(!file_read(missing, 9, &b) && errno == ENOENT, "file_read: ENOENT");
	ok(!file_read(dir, 9, &b) && errno == EISDIR, "file_read: EISDIR");
	ok(!file_replace(missing, STR("")) && errno == ENOENT, "file_replace: ENOENT");
	ok(file_replace(path, STR_NONE) && stat(path, &st) == 0 && st.st_size == 0,
	   "file_replace: by nothing");
	unlink(path);
	buf_release(&b);
	free(missing);
	free(path);
}

static void
is_path(char *path, const char *want, const char *name)
{
	is_str(str_of(path), want, name);
	free(path);
}

static void
test_state(const char *dir)
{
	char *home = path_join(dir, "a/b"), *locks = path_join(home, "locks");
	char *aim = path_join(home, "link");
	struct stat st;
	int fd;

	setenv("EROS_HOME", home, 1);
	is_path(state_path(), home, "state_path: EROS_HOME");
	fd = state_dir("locks");
	ok(fd >= 0, "state_dir: made with its parents");
	ok(stat(locks, &st) == 0 && (st.st_mode & 07777) == 0700, "state_dir: mode 0700");
	close(fd);
	fd = state_dir("locks");
	ok(fd >= 0, "state_dir: opened where it is there");
	close(fd);
	ok(symlink("/", aim) == 0 && state_dir("link") < 0, "state_dir: a link is not followed");
	unlink(aim);
	unsetenv("EROS_HOME");
	setenv("XDG_STATE_HOME", "/x", 1);
	is_path(state_path(), "/x/eros", "state_path: XDG_STATE_HOME");
	setenv("XDG_STATE_HOME", "relative", 1);
	setenv("HOME", "/h", 1);
	is_path(state_path(), "/h/.local/state/eros",
	        "state_path: HOME, since a relative one is not valid");
	rmdir(locks);
	rmdir(home);
	free(aim);
	free(locks);
	free(home);
}

/* Whether PATH beneath DIR is opened, or fails with ERROR. */
static bool
beneath(int dir, const char *path, int flags, int error)
{
	int fd = file_open_beneath(dir, str_of(path), flags);

	if (fd < 0)
		return errno == error;
	close(fd);
	return error == 0;
}

static void
test_beneath(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char longest[300];

	memset(longest, 'x', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	ok(mkdirat(fd, "d", 0700) == 0 && mkdirat(fd, "d/e", 0700) == 0 &&
	           symlinkat(".", fd, "d/e/link") == 0 && symlinkat("d", fd, "way") == 0,
	   "directories and links to them");
	ok(beneath(fd, "d", O_RDONLY, 0) && beneath(fd, "d/e", O_RDONLY, 0),
	   "file_open_beneath: what is there");
	ok(beneath(fd, "d/none", O_RDONLY, ENOENT) && beneath(fd, "none/e", O_RDONLY, ENOENT),
	   "file_open_beneath: what is not");
	ok(beneath(fd, "way/e", O_RDONLY, ENOTDIR) && beneath(fd, "d/e/link", O_RDONLY, ELOOP),
	   "file_open_beneath: no link is followed");
	ok(beneath(fd, "d/../d", O_RDONLY, EXDEV) && beneath(fd, "..", O_RDONLY, EXDEV) &&
	           beneath(fd, "/tmp", O_RDONLY, EXDEV) && beneath(fd, "", O_RDONLY, EXDEV),
	   "file_open_beneath: nothing above");
	ok(beneath(fd, longest, O_RDONLY, ENAMETOOLONG), "file_open_beneath: no such long name");
	unlinkat(fd, "way", 0);
	unlinkat(fd, "d/e/link", 0);
	unlinkat(fd, "d/e", AT_REMOVEDIR);
	unlinkat(fd, "d", AT_REMOVEDIR);
	close(fd);
}

static void
test_files(void)
{
	char dir[] = "/tmp/eros-base.XXXXXX";
	char *parent;

	if (!ok(mkdtemp(dir) != NULL, "a directory of our own"))
		return;
	test_file(dir);
	test_beneath(dir);
	test_state(dir);
	parent = path_join(dir, "a");
	rmdir(parent);
	ok(rmdir(dir) == 0, "nothing is left beside a replaced file");
	free(parent);
}

static void
test_arena(void)
{
	struct arena a = ARENA_INIT;
	struct str kept[200];
	char text[200];
	bool same = true;

	for (size_t i = 0; i < 200; i++) {
		memset(text, 'a' + (int)i % 26, i);
		kept[i] = arena_copy(&a, (struct str){text, i});
	}
	memset(arena_take(&a, 1 << 20), 0, 1 << 20);
	for (size_t i = 0; i < 200; i++) {
		memset(text, 'a' + (int)i % 26, i);
		same &= str_eq(kept[i], (struct str){text, i}) && kept[i].ptr[i] == '\0';
	}
	ok(same, "what an arena holds stays where it is");
	is_str(arena_copy(&a, STR_NONE), "", "a copy of nothing");
	arena_release(&a);
	ok(!a.chunk, "  and is gone with it");
}

int
main(void)
{
	test_arena();
	test_str();
	test_buf();
	test_num_grammar();
	test_num_hard();
	test_num_random();
	test_num_middles();
	test_num_format();
	test_num_count();
	test_buf_count();
	test_duration();
	test_time();
	test_hash();
	test_map_order();
	test_map_many();
	test_files();
	return done_testing();
}
