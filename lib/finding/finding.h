/*
 * A finding: that something is wrong in a source tree, as a rule found it or a report states it, where it is, and what
 * was seen of it.
 *
 *   struct finding f = FINDING_INIT;
 *   f.rule = STR("bare-except"), f.severity = SEVERITY_LOW, f.message = text;
 *   *finding_location(&f) = (struct location){.path = path, .line = 12};
 *   finding_release(&f);
 *
 * The strings are views that outlive the finding (usually those of an arena); the lists belong to it. An empty string,
 * a 0 and the first word of an enum stand for what is not known, and are not written. Lines and columns count from 1;
 * columns count characters.
 *
 * message, impact and fix are plain text in which `…` holds code, and a block between lines that begin with ``` holds lines
 * of code; nothing else in them is markup.
 */
#ifndef FINDING_FINDING_H
#define FINDING_FINDING_H

#include "base/arena.h"
#include "record/record.h"

#include <argp.h>

enum severity {
	SEVERITY_UNKNOWN,
	SEVERITY_INFO,
	SEVERITY_LOW,
	SEVERITY_MEDIUM,
	SEVERITY_HIGH,
	SEVERITY_CRITICAL,
	SEVERITY_COUNT
};

enum verdict {
	VERDICT_NONE,         /* nobody has judged it: what a rule finds is there */
	VERDICT_CONFIRMED,    /* the code is there as quoted */
	VERDICT_CHANGED,      /* in part */
	VERDICT_FIXED,        /* not as quoted any more, with evidence that it was fixed */
	VERDICT_NOT_FOUND,    /* what is cited exists nowhere */
	VERDICT_UNVERIFIABLE, /* nothing is cited that could be looked for */
	VERDICT_COUNT
};

/* Their words, that of the first being "", ending in NULL. */
extern const char *const severity_name[SEVERITY_COUNT + 1];
extern const char *const verdict_name[VERDICT_COUNT + 1];

/* Back; the first of the enum for any other word. */
enum severity severity_of(struct str word);
enum verdict verdict_of(struct str word);

struct location {
	struct str path; /* relative to the root of the tree, with '/' */
	size_t line, end_line, column;
	enum verdict verdict; /* of this place alone */
	struct str note;      /* "backup copy" */
};

struct evidence {
	struct str
		kind; /* what was looked for: "quote", "fix", "location", "history", "check", … */
	struct str match; /* how it was found: "exact", "white space", … */
	struct str path;
	size_t line, end_line;
	struct str text;   /* the lines as they are now */
	struct str report; /* what said so, and at which line of it */
	size_t report_line;
	struct str note;
};

/* Where a finding was stated, in that report's words. */
struct source {
	struct str report, number, severity;
	size_t line;
	struct str title, message, impact, fix;
	struct str claim; /* what the report says has become of it: "FIXED" */
};

struct judgement {
	struct str verdict, by, why;
};

struct finding {
	struct str id;   /* the same for the same finding on every run */
	struct str rule; /* the rule that found it */
	enum verdict verdict;
	struct str why;    /* the verdict's reason, in a sentence */
	double confidence; /* above 0, at most 1 */
	enum severity severity;
	struct str title, message, impact, fix, cwe;
	struct str fingerprint; /* of its first location, see finding/fingerprint.h */
	struct str baseline; /* "new", "unchanged", "fixed" or "reopened" against an earlier run */

	struct location *locations;
	size_t location_count, location_cap;
	struct evidence *evidence;
	size_t evidence_count, evidence_cap;
	struct source *sources;
	size_t source_count, source_cap;
	struct judgement *judgements;
	size_t judgement_count, judgement_cap;
	struct str *possible; /* ids of possible duplicates */
	size_t possible_count, possible_cap;
};

#define FINDING_INIT              \
	{                         \
		.id = { NULL, 0 } \
	}

void finding_release(struct finding *f);

/* One more of a list, empty, to be filled in before the next is asked for. */
struct location *finding_location(struct finding *f);
struct evidence *finding_evidence(struct finding *f);
struct source *finding_source(struct finding *f);
struct judgement *finding_judgement(struct finding *f);
struct str *finding_possible(struct finding *f);

/* An id of 16 hexadecimal digits, made from what tells a finding from all others. */
struct str finding_id(struct arena *a, const struct str *parts, size_t count);

/* Add it as a record of type "finding". */
void finding_emit(struct buf *b, const struct finding *f);

/*
 * Read such a record into F, which is FINDING_INIT or as it was left; strings are copied to A. False, with a constant REASON,
 * where a member is not what eros-record(5) says it is.
 */
bool finding_read(struct finding *f, const struct record *r, struct arena *a, const char **reason);

/* Add "PATH:LINE:COLUMN: SEVERITY: MESSAGE [RULE]" and a LF, made fit for a terminal. */
void finding_text(struct buf *b, const struct finding *f);

/* Of LINE, the column of the byte at OFFSET. */
size_t finding_column(struct str line, size_t offset);

/*
 * What --fail-on names: critical, high, medium, low, info, or any (SEVERITY_UNKNOWN). A finding counts where it is at
 * least as severe and not known to be fixed, not there, or unverifiable.
 */
enum severity fail_on_option(struct argp_state *state, const char *arg);
bool fail_on(enum severity least, const struct finding *f);

#endif
