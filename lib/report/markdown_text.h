/*
 * Quoting others in Markdown (CommonMark with GitHub's extensions): what they wrote stays text, whatever it looks like.
 */
#ifndef REPORT_MARKDOWN_TEXT_H
#define REPORT_MARKDOWN_TEXT_H

#include "base/buf.h"

/*
 * Add TEXT as one line in which nothing is markup but `…`, which stays code. Line ends become spaces, control characters and
 * bytes that are no UTF-8 are shown.
 */
void markdown_line(struct buf *b, struct str text);

/* Add TEXT as a code span. */
void markdown_code(struct buf *b, struct str text);

/*
 * Add TEXT as paragraphs, its lines kept, and blocks between lines that begin with ``` as code; each line after the first is
 * indented by INDENT spaces, so that all of it belongs to a list item. Ends with a LF.
 */
void markdown_block(struct buf *b, struct str text, size_t indent);

#endif
