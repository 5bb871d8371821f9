/*
 * A claim is one finding as an audit report states it, before anybody has looked at the source.
 *
 * Nothing in a claim is evidence: not its lines, not its "[FIXED]". Everything in it was written by somebody else
 * and may be hostile: paths may leave the tree, ranges may be turned round or past every end, and text
 * may hold any byte but NUL. Lines are counted from 1; 0 means that none was given.
 *
 *   struct claims all = CLAIMS_INIT;
 *   report_read(…, &all)              adds reports, claims and what could not be read, in the order of the files
 *   claims_release(&all)
 *
 * Strings and lists belong to the struct claims and live as long as it does. They are never NULL where their count is
 * not 0; an empty str has length 0. The reader leaves out decoration (emphasis, code marks, bullets, the
 * white space that editors and web pages put in) but changes no other byte of what it hands on.
 */
#ifndef REPORT_CLAIM_H
#define REPORT_CLAIM_H

#include "finding/finding.h"

#include <stdint.h>

/* Where in the finding something stood; what stands nearer to a label is meant more surely. */
enum claim_place {
	CLAIM_LABEL, /* after "File:", "Lines:", "Location:" or the like, or a line of its own below it */
	CLAIM_HEADING, /* in the finding's title */
	CLAIM_CODE, /* in a fence, as a line that is no code: "126:140 /path/file.py", "// File: x" */
	CLAIM_TABLE, /* in a cell */
	CLAIM_ITEM,  /* a list item that holds nothing else: "Same in:" and names below */
	CLAIM_PROSE, /* in running text */
	CLAIM_FIX,   /* in the proposed fix: where to change something, not where the fault is */
};

struct claim_range {
	uint32_t first, last; /* as written, so last may be less than first; equal for one line */
	bool about;           /* "~70" */
	bool open;            /* "163+": from there on */
};

struct claim_location {
	struct str path; /* as written, without lines and link; empty where only lines are given */
	struct claim_range *range;
	size_t ranges;
	uint32_t line; /* of the report */
	enum claim_place place;
	struct str url; /* the link it was written with (a permalink names its commit), or empty */
};

enum claim_role {
	CLAIM_QUOTE, /* code said to be there: a fence, a code block, the old lines of a diff */
	CLAIM_REMEDY, /* code proposed: a fence under "Fix", the new lines of a diff; read as a quote it would invert
	                 the verdict */
	CLAIM_INLINE, /* `code` in running text: a weak quote, looked up in the cited files only */
	CLAIM_REMEDY_INLINE, /* `code` in the text of the fix */
	CLAIM_DEMO,          /* an exploit, a test, a log or a shell session: never in the tree */
};

struct claim_line {
	struct str text; /* with its indentation, without line number and diff sign */
	uint32_t line;   /* of the report */
	uint32_t number; /* of the source where the quote was written with line numbers, else 0 */
};

/* Elisions ("...", "# ...") are lines like any other: who aligns knows them. */
struct claim_quote {
	struct claim_line *text; /* at least one line that is not blank */
	size_t lines;
	enum claim_role role;
	struct str language; /* of the fence, lower case, or empty */
	int location;        /* the index of the claim's location it stands under, or -1 */
	uint32_t line;       /* of the report: its first line of code */
};

enum claim_said_kind {
	CLAIM_SAID_FIXED,        /* [FIXED], Resolved, Mitigated */
	CLAIM_SAID_ACKNOWLEDGED, /* Acknowledged, Won't fix */
	CLAIM_SAID_REFUTED,      /* [FALSE POSITIVE], Invalid, Disputed */
	CLAIM_SAID_CONFIRMED,    /* [VERIFIED], Confirmed, Open, Valid */
};

/* What the report says became of the finding. Carried over, never evidence. */
struct claim_said {
	enum claim_said_kind kind;
	struct str words;
	uint32_t line;
};

enum claim_hint_kind {
	CLAIM_HINT_PART, /* "covered by 1", "part of #3" */
	CLAIM_HINT_SAME, /* "duplicate of M-02", "same as 4" */
	CLAIM_HINT_SEE,  /* "see also 5", "related to H-01": no ground to merge */
};

/* What the report says about another of its own findings. */
struct claim_hint {
	enum claim_hint_kind kind;
	struct str number; /* as struct claim has it */
	struct str words;
	uint32_t line;
};

struct claim {
	uint32_t report;  /* index into struct claims.report */
	uint32_t ordinal; /* among the findings of its report, from 0 */
	bool row;         /* of a table; known only while its report is read */
	struct str
		number; /* as written, without brackets: "1", "M-01", "BUG-7"; empty where there is none. May occur
	                      twice in a report: numbering restarts */
	uint32_t line, last_line; /* of the report's file: where it begins, and its last line */
	enum severity severity;
	struct str
		severity_words; /* "High (security)", "Low - affects shutdown"; empty where none was given */
	uint32_t severity_line;
	struct str title, section; /* section: the headings above, nearest last, joined by " / " */
	struct str description, impact,
		fix; /* as plain text, lines kept, code in backquotes; empty where not stated */
	struct str category; /* "CWE-79", a rule's id, a class; empty where there is none */
	struct claim_location *location;
	size_t locations;
	struct claim_quote *quote;
	size_t quotes;
	struct claim_said *said;
	size_t saids;
	struct claim_hint *hint;
	size_t hints;
	/*
	 * The finding stands in the report a second time (a row of the summary and a section of its own): the number of
	 * lines elsewhere that were joined into this one.
	 */
	uint32_t mentions;
};

struct claim_report {
	struct str file;  /* as given on the command line */
	struct str title; /* "Report 2", or the first heading; empty where there is none */
	uint32_t line, last_line;
	size_t claims;
	bool clear;   /* no finding, and it says so: "No issues found" */
	bool records; /* JSON lines or SARIF: what could not be read is malformed */
};

/* What looked like a finding and could not be read as one. */
struct claim_unread {
	uint32_t report, line;
	struct str text;    /* the line, shortened */
	const char *reason; /* a constant: "no title" */
};

struct claims {
	struct claim_report *report;
	size_t reports, report_cap;
	struct claim *claim;
	size_t count, cap;
	struct claim_unread *unread;
	size_t unreads, unread_cap;
	struct arena arena; /* what the strings and lists are kept in */
};

#define CLAIMS_INIT                                            \
	{                                                      \
		NULL, 0, 0, NULL, 0, 0, NULL, 0, 0, ARENA_INIT \
	}

void claims_release(struct claims *c);

/* A zeroed claim, report or note more at the end; valid until the next one is added. */
struct claim *claims_add(struct claims *c);
struct claim_report *claims_add_report(struct claims *c);
struct claim_unread *claims_add_unread(struct claims *c);

/* A copy of S that lives as long as C. */
struct str claims_keep(struct claims *c, struct str s);

/* "REPORT/NAME" in B: a number or a name as a key beside those of other reports. */
struct str claim_key(struct buf *b, uint32_t report, struct str name);

#endif
