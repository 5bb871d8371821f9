#include "base/clock.h"

#include "base/num.h"

#include <math.h>
#include <stdio.h>
#include <time.h>

static double
read_clock(clockid_t id)
{
	struct timespec t;

	clock_gettime(id, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

double
clock_wall(void)
{
	return read_clock(CLOCK_REALTIME);
}

double
clock_mono(void)
{
	return read_clock(CLOCK_MONOTONIC);
}

double
clock_boot(void)
{
	return read_clock(CLOCK_BOOTTIME);
}

static const struct {
	const char *suffix;
	double seconds;
} units[] = {{"d", 86400}, {"h", 3600}, {"m", 60}, {"s", 1}, {"ms", 0.001}};

enum { UNITS = sizeof(units) / sizeof(units[0]) };

static size_t
unit_of(struct str suffix)
{
	size_t unit = 0;

	while (unit < UNITS && !str_is(suffix, units[unit].suffix))
		unit++;
	return unit;
}

static size_t
count_while(struct str s, size_t from, bool digits)
{
	while (from < s.len && (s.ptr[from] >= '0' && s.ptr[from] <= '9') == digits)
		from++;
	return from;
}

/* Whole numbers, each with a unit that is smaller than the one before: 1h30m. */
static bool
parse_parts(struct str s, double *seconds)
{
	size_t least = 0;

	*seconds = 0;
	while (s.len > 0) {
		size_t digits = count_while(s, 0, true), end = count_while(s, digits, false);
		size_t unit = unit_of((struct str){s.ptr + digits, end - digits});
		uint64_t n;

		if (unit < least || unit == UNITS ||
		    !num_parse_count((struct str){s.ptr, digits}, UINT64_MAX, &n))
			return false;
		*seconds += (double)n * units[unit].seconds;
		least = unit + 1;
		s = str_from(s, end);
	}
	return least > 0;
}

bool
duration_parse(struct str s, double *seconds)
{
	struct str number = s;
	size_t unit;

	while (number.len > 0 && number.ptr[number.len - 1] >= 'a')
		number.len--;
	unit = unit_of(str_from(s, number.len));
	if ((unit == UNITS && number.len < s.len) || !num_parse(number, seconds))
		return parse_parts(s, seconds);
	if (unit < UNITS)
		*seconds *= units[unit].seconds;
	return !signbit(*seconds) && isfinite(*seconds);
}

/* N digits at offset AT of S as a number, or -1. */
static int
field(struct str s, size_t at, size_t n)
{
	int value = 0;

	if (at + n > s.len)
		return -1;
	for (size_t i = at; i < at + n; i++) {
		if (s.ptr[i] < '0' || s.ptr[i] > '9')
			return -1;
		value = value * 10 + (s.ptr[i] - '0');
	}
	return value;
}

static bool
is_at(struct str s, size_t at, const char *any)
{
	return at < s.len && s.ptr[at] && strchr(any, s.ptr[at]);
}

/* What follows the seconds: the offset in seconds from UTC. */
static bool
parse_zone(struct str s, int *offset)
{
	int hours = field(s, 1, 2), minutes = field(s, 4, 2);

	*offset = 0;
	if (s.len == 1 && is_at(s, 0, "Zz"))
		return true;
	if (s.len != 6 || !is_at(s, 0, "+-") || !is_at(s, 3, ":") || hours < 0 || hours > 23 ||
	    minutes < 0 || minutes > 59)
		return false;
	*offset = (hours * 60 + minutes) * 60;
	if (s.ptr[0] == '-')
		*offset = -*offset;
	return true;
}

bool
time_parse(struct str s, double *ts)
{
	static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
	int year = field(s, 0, 4), month = field(s, 5, 2), day = field(s, 8, 2);
	int hour = field(s, 11, 2), minute = field(s, 14, 2), second = field(s, 17, 2), offset;
	double fraction = 0, scale = 0.1;
	bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
	struct tm tm;

	if (!is_at(s, 4, "-") || !is_at(s, 7, "-") || !is_at(s, 10, "Tt ") || !is_at(s, 13, ":") ||
	    !is_at(s, 16, ":"))
		return false;
	if (year < 0 || month < 1 || month > 12 || day < 1 ||
	    day > month_days[month - 1] + (month == 2 && leap) || hour < 0 || hour > 23 ||
	    minute < 0 || minute > 59 || second < 0 || second > 60)
		return false;
	s = str_from(s, 19);
	if (is_at(s, 0, ".")) {
		size_t i = 1;

		for (; i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9'; i++, scale /= 10)
			fraction += (s.ptr[i] - '0') * scale;
		if (i == 1)
			return false;
		s = str_from(s, i);
	}
	if (!parse_zone(s, &offset))
		return false;
	tm = (struct tm){.tm_year = year - 1900,
	                 .tm_mon = month - 1,
	                 .tm_mday = day,
	                 .tm_hour = hour,
	                 .tm_min = minute,
	                 .tm_sec = second};
	*ts = (double)timegm(&tm) - offset + fraction;
	return true;
}

void
buf_time(struct buf *b, double ts)
{
	double ms = floor(ts * 1000 + 0.5), whole = floor(ms / 1000);
	struct tm tm;
	char text[64];

	if (!(fabs(ts) < 1e11) || !gmtime_r(&(time_t){(time_t)whole}, &tm)) {
		buf_number(b, ts);
		return;
	}
	strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	buf_printf(b, "%s.%03dZ", text, (int)(ms - whole * 1000));
}
