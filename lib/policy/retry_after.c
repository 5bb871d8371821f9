#include "policy/retry_after.h"

#include "base/clock.h"

#include <math.h>
#include <string.h>
#include <strings.h>
#include <time.h>

/* IMF-fixdate, that of RFC 850, and that of asctime(3). */
static const char *const formats[] = {"%a, %d %b %Y %H:%M:%S GMT", "%a, %d-%b-%y %H:%M:%S GMT",
                                      "%a %b %e %H:%M:%S %Y"};

/* Two digits of a year mean the one that is not more than 50 years ahead. */
static void
choose_century(struct tm *tm, double now)
{
	time_t seconds = (time_t)now;
	struct tm today;

	if (!gmtime_r(&seconds, &today))
		return;
	tm->tm_year = (today.tm_year / 100 + 1) * 100 + tm->tm_year % 100;
	while (tm->tm_year > today.tm_year + 50)
		tm->tm_year -= 100;
}

static bool
parse_date(struct str text, double now, double *ts)
{
	char copy[RETRY_AFTER_MAX];

	if (text.len >= sizeof(copy))
		return false;
	memcpy(copy, text.ptr, text.len);
	copy[text.len] = '\0';
	for (size_t i = 0; i < sizeof(formats) / sizeof(*formats); i++) {
		struct tm tm = {0};
		const char *end = strptime(copy, formats[i], &tm);

		if (!end || *end)
			continue;
		if (i == 1)
			choose_century(&tm, now);
		*ts = (double)timegm(&tm);
		return true;
	}
	return false;
}

bool
retry_after(struct str text, double now, double *seconds)
{
	static const struct str header = STR("retry-after:");
	double ts;

	text = str_trim(text);
	if (text.len > header.len && strncasecmp(text.ptr, header.ptr, header.len) == 0)
		text = str_trim(str_from(text, header.len));
	if (text.len == 0)
		return false;
	if (duration_parse(text, seconds))
		return true;
	if (!time_parse(text, &ts) && !parse_date(text, now, &ts))
		return false;
	*seconds = fmax(0, ts - now);
	return true;
}
