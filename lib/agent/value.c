#include "agent/adapter.h"

#include "base/clock.h"
#include "base/utf8.h"

#include <math.h>

struct str
text_of(struct import *im, struct json v)
{
	buf_reset(&im->scratch);
	return v.type == JSON_STRING ? json_string(v, &im->scratch) : STR("");
}

struct json
value_of(struct json object, const char *key)
{
	struct json v;

	return json_get(object, str_of(key), &v) ? v : (struct json){"null", 4, JSON_NULL, false};
}

double
number_of(struct json object, const char *key)
{
	double number;

	return json_number(value_of(object, key), &number) ? number : NAN;
}

struct json
object_of(const struct record *r)
{
	/* White space may stand around it. */
	struct str text = str_trim((struct str){r->text, r->len});

	return (struct json){text.ptr, text.len, JSON_OBJECT, false};
}

struct json
member_of(const struct record *r, const char *key)
{
	struct json v;

	return record_get(r, str_of(key), &v) ? v : (struct json){"null", 4, JSON_NULL, false};
}

bool
member_is(const struct record *r, const char *key, const char *text)
{
	return json_is(member_of(r, key), str_of(text));
}

struct str
text_cut(struct str text, size_t max)
{
	if (text.len > max) {
		text.len = max;
		while (text.len > 0 && (text.ptr[text.len] & 0xc0) == 0x80)
			text.len--;
	}
	return text;
}

/* No agent ran before 1973 or after 5138, so the magnitude tells the unit. */
static double
epoch_seconds(double t)
{
	return t > 1e17 ? t / 1e9 : t > 1e14 ? t / 1e6 : t > 1e11 ? t / 1e3 : t;
}

bool
import_time(struct json v, double *ts)
{
	if (json_number(v, ts)) {
		*ts = epoch_seconds(*ts);
		return *ts >= 0;
	}
	/* No date that is meant needs an escape. */
	return v.type == JSON_STRING && time_parse((struct str){v.ptr + 1, v.len - 2}, ts);
}

void
import_at(struct import *im, struct json v)
{
	const struct import_options *o = im->options;
	double ts;

	if (o->clock == IMPORT_CLOCK_WALL || !import_time(v, &ts))
		return;
	im->ts = im->last = ts;
	im->timed = true;
	im->recorded = !o->arrival_given && fabs(im->arrival - ts) > LIVE_SECONDS;
}
