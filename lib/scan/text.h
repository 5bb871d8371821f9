/*
 * Inside of scan: a text that is searched, with what is known of it: each thing is worked out when it is first asked for.
 */
#ifndef SCAN_TEXT_H
#define SCAN_TEXT_H

#include "scan/blocks.h"
#include "scan/rule.h"
#include "source/lines.h"

struct scan_text {
	struct str path, raw;
	enum lang lang;
	/* private */
	bool masked, lined, blocked, viewed[2];
	struct buf mask, view[2];
	struct lines lines;
	struct blocks blocks;
};

/* Begin with another text; it and PATH outlive what is asked. */
void text_begin(struct scan_text *t, struct str path, enum lang lang, struct str raw);
void text_release(struct scan_text *t);

/* As long as the raw text, with its lines. */
struct str text_view(struct scan_text *t, enum scan_view view);
struct str text_mask(struct scan_text *t);

/* Whether what views show of the bytes from FROM to TO is either the raw text or nothing, as can be told without the mask. */
bool text_is_plain(const struct scan_text *t, size_t from, size_t to);

const struct lines *text_lines(struct scan_text *t);
const struct blocks *text_blocks(struct scan_text *t);

/* The lines that the bytes from FROM to TO are on, without the last line end, as offsets. */
void text_whole_lines(const struct scan_text *t, size_t *from, size_t *to);

/* Whether a comment on lines FIRST to LAST, or on lines of nothing but comment before them, says "eros-ignore: ID". */
bool text_ignores(struct scan_text *t, size_t first, size_t last, struct str id);

#endif
