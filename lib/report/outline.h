/*
 * Where findings begin, in the three forms they have: headings (outline.c), items and paragraphs (inner.c), rows of tables
 * and lines of fences (rows.c). Private to the report reader.
 */
#ifndef REPORT_OUTLINE_H
#define REPORT_OUTLINE_H

#include "report/reading.h"

/* What was seen in a stretch of a report. */
struct notes {
	size_t text, code, locations; /* lines, fences, lines with a location in them */
	size_t severities;            /* labels with a severity */
	size_t places;                /* labels of locations */
	size_t tagged;                /* lines that begin with a severity and say more */
	unsigned fields;              /* 1 << FIELD_… of the others */
	bool severity_next;           /* a label whose value is yet to come */
	int severity_column;          /* of the table we are in, or -1 */
};

void notes_text(struct notes *n, const struct pieces *p, const struct piece *piece);
void notes_piece(struct notes *n, const struct pieces *p, size_t i);

/* What the headings above a place say of it. */
struct context {
	enum claim_severity severity;
	int group;     /* the heading that gives the severity, or -1 */
	bool findings; /* there are findings here */
	bool aside;    /* there are none here */
};

enum standing { STANDING_NONE, STANDING_WEAK, STANDING_STRONG };

struct title {
	size_t piece;
	int level, parent;
	struct head head;
	enum field field;
	bool group, findings, aside, report;
	bool place;  /* all it says is where: the findings in a file follow */
	bool before; /* a severity stands alone before it */
	enum claim_severity group_severity;
	struct context in;
	struct notes notes;
	unsigned own_fields; /* of the headings below it that are fields */
	struct str path;
	enum standing standing;
	size_t strong, weak; /* findings below it */
};

/* A line that may begin a finding. */
struct lead {
	struct head head;
	bool is; /* it may */
	bool bold, ordered;
	bool tagged; /* it gives a severity and something more */
	bool label;  /* it begins with a label */
	bool lines;  /* it begins with the lines it is about, "`12-15`: …" */
};

void lead_read(const struct pieces *p, size_t i, struct lead *lead);

struct outline {
	const struct pieces *p;
	struct starts *starts;
	struct claims *out;
	struct title *title;
	size_t count, cap;
	int last[7];       /* the last heading of each level that is still open, or -1 */
	struct lead *lead; /* one a piece */
	struct str section;
	int section_parent;
};

/* A start more, the pieces FROM to TO, below the heading PARENT or none. */
struct start *start_add(struct outline *o, int parent, size_t from, size_t to);

/* Findings among the pieces FROM to TO, which no heading divides. */
void inner_find(struct outline *o, size_t from, size_t to, int parent, struct context in,
                bool lenient);

/* A table at piece I, or a fence: returns the first piece after it. */
size_t rows_find(struct outline *o, size_t i, size_t to, int parent, struct context in);
void fenced_find(struct outline *o, size_t i, int parent);

/* How many lines of the code at piece I are findings. */
size_t fence_findings(const struct pieces *p, size_t i);

#endif
