/*
 * Any bytes as a text in a language, which the first byte chooses: the mask is as long as the text and holds what it
 * may, and each byte is on the line that begins before it.
 */
#include "source/lang.h"
#include "source/lines.h"

#include <stdint.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct buf mask = BUF_INIT;
	struct lines lines = LINES_INIT;
	struct str text;

	if (size == 0)
		return 0;
	text = (struct str){(const char *)data + 1, size - 1};
	lang_of(text, text);
	lang_mask((enum lang)(data[0] % LANG_COUNT), text, &mask);
	if (mask.len != text.len)
		abort();
	for (size_t i = 0; i < mask.len; i++)
		if ((unsigned char)mask.ptr[i] > SOURCE_STRING)
			abort();
	lines_index(&lines, text);
	for (size_t i = 0; i < text.len; i += 1 + i / 8) {
		size_t line = lines_at(&lines, i);

		if (lines_start(&lines, line) > i || lines_start(&lines, line + 1) <= i)
			abort();
	}
	lines_release(&lines);
	buf_release(&mask);
	return 0;
}
