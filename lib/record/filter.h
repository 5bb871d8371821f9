/*
 * The loop that every filter runs: records from the files named on the command line, or from stdin,
 * each handed to a function; what the function writes goes to stdout.
 *
 * It keeps the promises that all filters share: a bad line gives one diagnostic "FILE:LINE: bad
 * record: REASON" and goes verbatim to --reject, and the status at the end is EROS_DATA; --strict
 * stops at the first; a record above --max-record streams to --reject; output is flushed before the
 * filter waits for input; a file that cannot be opened is EROS_NOINPUT and the rest are read; TERM
 * and INT flush and end with 128 plus the signal.
 *
 *   static struct filter filter = FILTER_INIT;
 *   struct argp_child children[] = {{&filter_argp, 0, "Input:", 0}, {0}};   with
 * state->child_inputs[0] = &filter filter.record = on_record; return filter_run(&filter, argv +
 * index);
 */
#ifndef RECORD_FILTER_H
#define RECORD_FILTER_H

#include "record/reader.h"
#include "record/record.h"
#include "record/writer.h"

#include <argp.h>

struct filter {
	/* Set by the command before filter_run. */
	void (*record)(struct filter *f, const struct record *r);
	/*
	 * Where set: a line that is no record is shown to this first; true says it was dealt with
	 * and is no error. LINE may be changed in place (its length stays).
	 */
	bool (*bad_line)(struct filter *f, struct str line);
	/*
	 * Where set: every line, blank ones included, goes here unscanned instead, and file_end is
	 * called after the last of each file. For input that is not records yet.
	 */
	void (*line)(struct filter *f, struct str line);
	void (*file_end)(struct filter *f);
	/* Where set: called when tick_ms have passed without a line. */
	void (*tick)(struct filter *f);
	int tick_ms;
	/*
	 * Where set: called before every line, and again when as many milliseconds as it returned (above 0) have
	 * passed, also where lines come without pause or one has no end: for work that is due by the clock.
	 */
	int (*pace)(struct filter *f);
	/* Where set: called before input is waited for, and what is written then goes out before, too. */
	void (*before_wait)(struct filter *f);
	/* Where set: called once before the first record, when output can be written. */
	void (*start)(struct filter *f);
	/* Where set: called once after the last record, while output can still be written. */
	void (*finish)(struct filter *f);
	void *arg;

	/* For the command's use while it runs. */
	struct writer out;
	struct buf scratch; /* emptied before each record; takes every string of it twice without
	                       moving */
	int status;         /* the worst so far; raise it with filter_status */
	const char *file;   /* the file being read, "stdin" for standard input */
	struct reader in;

	/* Set by the options. */
	const char *reject_path;
	size_t max_record;
	bool strict;

	/* private */
	int reject_fd;
	struct record rec;
	bool stop;
};

#define FILTER_INIT                                     \
	{                                               \
		.max_record = 16 << 20, .reject_fd = -1 \
	}

/* --max-record, --reject and --strict. */
extern const struct argp filter_argp;

/* Read FILES (NULL-terminated; none means stdin), close stdout, return the exit status. */
int filter_run(struct filter *f, char **files);

static inline void
filter_status(struct filter *f, int status)
{
	if (status > f->status)
		f->status = status;
}

/* Read no further. */
static inline void
filter_stop(struct filter *f)
{
	f->stop = true;
}

/* Report a fault in the record being handled: "FILE:LINE: bad record: REASON", status EROS_DATA,
 * the line to --reject. */
void filter_reject(struct filter *f, const char *reason);

/* The same for TEXT, which may be several lines. */
void filter_refuse(struct filter *f, struct str text, const char *reason);

#endif
