/*
 * Any bytes as a condition: what compiles is run on a record and must come out the same when run again; what does
 * not has a reason and a column within the text.
 */
#include "rule/cond.h"

#include <stdint.h>
#include <stdlib.h>

static const char text[] = "{\"a\":1,\"b\":\"x\\u0041y\",\"c\":true,\"d\":null,\"e\":{\"f\":-2.5,"
			   "\"g\":\"retry\"},\"h\":[1],\"b\":\"z\\n\"}";

static void
run(const struct cond *c, const struct record *r)
{
	double counts[COND_MAX_TEXT] = {0, 1, 2};
	bool value, seen;

	for (size_t i = 0; i < cond_windows(c); i++) {
		if (cond_window(c, i)->seconds <= 0)
			abort();
		cond_eval(cond_window(c, i)->cond, r, NULL);
	}
	seen = cond_eval(c, r, counts);
	if (seen != cond_eval(c, r, counts) || (cond_is_constant(c, &value) && value != seen))
		abort();
	for (size_t i = 0; i < cond_members(c); i++) {
		struct json json;

		record_path(r, cond_member(c, i), &json);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct cond_error error = {0};
	struct cond *c = cond_compile((struct str){(const char *)data, size}, COND_WINDOWS, &error);
	struct record r = RECORD_INIT;
	struct json_error bad;
	struct buf b = BUF_INIT;

	if (!c) {
		if (error.column == 0 || error.column > size + 1 || error.reason[0] == '\0')
			abort();
		return 0;
	}
	buf_padded(&b, STR(text));
	if (!record_scan(&r, (struct str){b.ptr, sizeof(text) - 1}, &bad))
		abort();
	run(c, &r);
	record_release(&r);
	buf_release(&b);
	cond_free(c);
	return 0;
}
