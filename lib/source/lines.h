/*
 * Lines of a text: from byte offset to line and back. A line ends with LF; lines are counted from 1, and so are columns,
 * in bytes. A text of no bytes has no line; what follows the last LF is a line where it is not empty.
 */
#ifndef SOURCE_LINES_H
#define SOURCE_LINES_H

#include "base/str.h"

#include <stdint.h>

struct lines {
	struct str text;
	uint32_t *start; /* of each line, and the text's length after the last */
	size_t count, cap;
};

#define LINES_INIT                    \
	{                             \
		{NULL, 0}, NULL, 0, 0 \
	}

/* Index TEXT, shorter than 4 GiB, which is to outlive what is asked; LINES is used again for text after text. */
void lines_index(struct lines *lines, struct str text);
void lines_release(struct lines *lines);

/* The line that the byte at OFFSET is on; for the text's length that of the last byte, 1 where there is none. */
size_t lines_at(const struct lines *lines, size_t offset);

/* Where LINE begins; the text's length where there is no such line. */
size_t lines_start(const struct lines *lines, size_t line);

/* LINE without its LF or CRLF; empty where there is none. */
struct str lines_text(const struct lines *lines, size_t line);

#endif
