/*
 * Any bytes as a stream, by the adapter that the first one selects, with options by the second:
 * what comes out is whole records.
 */
#include "agent/import.h"

#include <stdlib.h>

static void
check(struct str out)
{
	struct record r = RECORD_INIT;
	struct json_error error;
	struct str line;

	if (out.len > 0 && out.ptr[out.len - 1] != '\n')
		abort();
	while (str_line(&out, &line)) {
		struct buf b = BUF_INIT;

		buf_padded(&b, line);
		if (!record_scan(&r, buf_view(&b), &error))
			abort();
		buf_release(&b);
	}
	record_release(&r);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct import_rename renames[] = {{STR("type"), STR("kind")},
	                                               {STR("a"), STR("b")}};
	static const struct edit extra = {STR("pid"), STR("1")};
	struct import_options options = {.max = 256};
	struct buf out = BUF_INIT;
	struct import *im;
	struct str rest, line;

	if (size < 2)
		return 0;
	options.format = import_formats[data[0] % 9];
	options.clock = data[1] % 3;
	options.rename_count = data[1] & 4 ? 2 : 0;
	options.renames = renames;
	options.agent = data[1] & 8 ? "a" : NULL;
	options.extra = &extra;
	options.extra_count = data[1] & 16 ? 1 : 0;
	im = import_new(&options);
	rest = (struct str){(const char *)data + 2, size - 2};
	while (str_line(&rest, &line)) {
		struct buf b = BUF_INIT;

		buf_padded(&b, line);
		import_line(im, buf_view(&b), 1e9, &out);
		buf_release(&b);
	}
	import_end(im, 1e9, &out);
	check(buf_view(&out));
	import_free(im);
	buf_release(&out);
	return 0;
}
