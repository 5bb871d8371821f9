#include "rule/setting_value.h"

#include "base/clock.h"
#include "base/num.h"

#include <ctype.h>

static size_t
width(const struct setting *t)
{
	switch (t->type) {
	case SETTING_NUMBER:
	case SETTING_DURATION: return sizeof(double);
	case SETTING_COUNT: return sizeof(uint64_t);
	case SETTING_FLAG: return sizeof(bool);
	case SETTING_WORD: return sizeof(int);
	}
	return 0;
}

void
setting_copy(const struct setting *t, void *to, void *from)
{
	memcpy(setting_place(to, t), setting_place(from, t), width(t));
}

static bool
fault(struct buf *reason, const char *text)
{
	buf_str(reason, text);
	return false;
}

static bool
in_range(const struct setting *t, double value, struct buf *reason)
{
	if (value >= t->min && value <= t->max)
		return true;
	buf_printf(reason, "not between %.15g and %.15g", t->min, t->max);
	return false;
}

static bool
parse_word(const struct setting *t, struct str text, int *word, struct buf *reason)
{
	for (*word = 0; t->words[*word]; ++*word)
		if (str_is(text, t->words[*word]))
			return true;
	for (size_t i = 0; t->words[i]; i++)
		buf_printf(reason, "%s%s", i ? ", " : "not one of ", t->words[i]);
	return false;
}

static bool
parse(const struct setting *t, struct str text, void *place, struct buf *reason)
{
	switch (t->type) {
	case SETTING_NUMBER:
		return num_parse(text, place) ? in_range(t, *(double *)place, reason)
		                              : fault(reason, "not a number");
	case SETTING_DURATION:
		return duration_parse(text, place) ? in_range(t, *(double *)place, reason)
		                                   : fault(reason, "not a duration");
	case SETTING_COUNT:
		return num_parse_count(text, UINT64_MAX, place)
		               ? in_range(t, (double)*(uint64_t *)place, reason)
		               : fault(reason, "not a whole number");
	case SETTING_FLAG:
		*(bool *)place = str_is(text, "true");
		return *(bool *)place || str_is(text, "false") ||
		       fault(reason, "not true or false");
	case SETTING_WORD: return parse_word(t, text, place, reason);
	}
	return false;
}

bool
setting_parse(const struct setting *t, struct str text, void *values, struct buf *reason)
{
	if (parse(t, text, setting_place(values, t), reason))
		return true;
	buf_printf(reason, ": '" STR_FMT "'", STR_ARG(text));
	return false;
}

void
setting_spell(char out[static SETTING_NAME_SIZE], const char *name, char separator, bool upper)
{
	size_t i = 0;

	for (; name[i] && i < SETTING_NAME_SIZE - 1; i++) {
		char c = name[i] == '.' || name[i] == '_' ? separator : name[i];

		out[i] = upper ? (char)toupper((unsigned char)c) : c;
	}
	out[i] = '\0';
}
