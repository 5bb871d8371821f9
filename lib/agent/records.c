/*
 * Lines that are records already pass through, with the labels that were asked for; also any other
 * objects that no program claims, so that conditions can be put on them.
 */
#include "agent/adapter.h"

static bool
records_claims(const struct record *r)
{
	static const char *const members[] = {"ts", "agent", "risk_score", "coherence",
	                                      "void_active"};

	for (size_t i = 0; i < sizeof(members) / sizeof(*members); i++)
		if (record_find(r, str_of(members[i])))
			return true;
	return false;
}

static void
records_object(struct import *im, const struct record *r)
{
	double ts;
	bool keep = record_ts(r, &ts) && im->options->clock != IMPORT_CLOCK_WALL;

	im->start = im->out->len;
	buf_reset(&im->scratch);
	buf_number(&im->scratch, im->ts);
	im->edits[0].value = buf_view(&im->scratch);
	record_edit(r, im->edits + keep, im->edit_count - keep, im->out);
	import_check(im);
}

/* Asked for records, or once they have been recognised, a line that begins like one and is none is
 * at fault. */
static const char *
records_line(struct import *im, struct str line)
{
	bool asked = im->options->format && str_is(str_of(im->options->format), "records");

	if (asked || *str_trim(line).ptr == '{')
		return "not a JSON object";
	make_text(im, NULL, line);
	return im->reason;
}

const struct adapter adapter_records = {
	.name = "records",
	.claims = records_claims,
	.object = records_object,
	.line = records_line,
};
