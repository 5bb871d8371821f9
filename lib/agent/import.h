/*
 * An import turns the lines that an agent program prints, or has saved, into records
 * (eros-record(5)).
 *
 *   struct import *im = import_new(&options);
 *   reason = import_line(im, line, now, out);     for each line; records are added to out at once
 *   reason = import_end(im, now, out);            at the end of the stream: what was held back
 *
 * One import serves one stream. Which program it is, is decided from the first lines unless the
 * options say; no line waits for that, but for one that may be the header of a CSV table, or the
 * beginning of a JSON document over several lines. Memory is bounded: by `max` for what spans
 * lines, by constants for the rest.
 *
 * A line without a time gets that of its arrival. In a recording, which is told by the lines that
 * have one, it gets that of the line before it: a record of today among those of last week would
 * carry every clock along.
 *
 * A line that cannot be turned into records gives the reason, a constant, and import_refused() its
 * text; the stream goes on.
 */
#ifndef AGENT_IMPORT_H
#define AGENT_IMPORT_H

#include "record/record.h"

struct import;

/* Which time a record gets. */
enum import_clock {
	IMPORT_CLOCK_ANY,    /* the line's, else that of its arrival */
	IMPORT_CLOCK_RECORD, /* the line's; a line without one is refused */
	IMPORT_CLOCK_WALL,   /* that of its arrival */
};

/* A member of the input named FROM is taken as if it were named TO. */
struct import_rename {
	struct str to, from;
};

struct import_options {
	const char *format; /* one of import_formats, or NULL for the first */
	const char *agent;  /* a valid name, or NULL: the session's */
	const char *specialty, *goal;
	enum import_clock clock;
	bool arrival_given; /* the time of arrival is not a clock's: it is not put in question */
	const struct import_rename *renames;
	size_t rename_count;
	size_t max;               /* bytes of a row or document that spans lines */
	const struct edit *extra; /* further members for every record */
	size_t extra_count;
};

/* The formats' names, NULL-terminated, "auto" first. */
extern const char *const import_formats[];

/* OPTIONS, and what they point to, outlive the import. */
struct import *import_new(const struct import_options *options);
void import_free(struct import *im);

/* LINE is as reader_next gives it: without its end, followed by a NUL and JSON_PAD readable bytes.
 */
const char *import_line(struct import *im, struct str line, double now, struct buf *out);
const char *import_end(struct import *im, double now, struct buf *out);

/* After a reason was given: the text that was refused, which may be several lines. */
struct str import_refused(const struct import *im);

#endif
