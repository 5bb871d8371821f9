/*
 * Where findings begin, in the three forms they have: headings (outline.c), items and paragraphs (inner.c), rows of tables
 * and lines of fences (rows.c). Private to the report reader.
 */
#ifndef REPORT_OUTLINE_H
#define REPORT_OUTLINE_H

#include "report/reading.h"

/* A line that may begin a finding. */
struct lead {
	struct head head;
	bool is; /* it may */
	enum field
		field; /* of the label that it begins with, if it begins a paragraph or an item */
	bool bold, ordered;
	bool tagged; /* it gives a severity and something more */
	bool label;  /* it begins with a label */
	bool lines;  /* it begins with the lines it is about, "`12-15`: …" */
	bool entry;  /* an item that says what is wrong and names a place */
	bool titled; /* an item with a title in bold, that is no label */
	bool lined;  /* it does, in bold, and the lines */
};

/* What was seen in a stretch of a report. */
struct notes {
	size_t text, code, locations; /* lines, fences, lines with a location in them */
	size_t severities;            /* labels with a severity */
	size_t ranks;                 /* labels with a priority */
	size_t cleared;               /* labels of a severity that say that there is none */
	size_t places;                /* labels of locations */
	size_t tagged;                /* lines that begin with a severity and say more */
	size_t counted; /* items that begin with a number of their own, in bold or behind a box */
	size_t opened;  /* lines that number a finding, and leave the rest to labels */
	size_t entries; /* items that name what is wrong and where */
	size_t prose;   /* paragraphs that are no item */
	size_t placed;  /* items that tell what is the case, and where */
	size_t titled;  /* items with a title in bold */
	size_t bold_named;       /* paragraphs in bold that name a finding, "Bug 1.2: …" */
	size_t bold_numbered;    /* or give it a number */
	size_t clauses;          /* paragraphs in bold, or named, that tell what is the case */
	size_t told;             /* items that do */
	size_t praised, faulted; /* items with a mark of approval, and of disapproval */
	unsigned fields;         /* 1 << FIELD_… of the others */
	bool severity_next;      /* a label whose value is yet to come */
	int severity_column;     /* of the table we are in, or -1 */
	bool list;               /* that table tells of several things, by number or title */
	size_t rows;             /* of any table */
	size_t listed, rated;    /* rows of such tables, and those that give a severity */
};

/* Whether it is said where something is to be mended, and how. */
bool notes_mend(const struct notes *n);

void notes_severity(struct notes *n, struct str value);
void notes_text(struct notes *n, const struct pieces *p, const struct piece *piece);
void notes_piece(struct notes *n, const struct pieces *p, size_t i);
void notes_lead(struct notes *n, const struct piece *piece, const struct lead *lead);

/* What the headings above a place say of it. */
struct context {
	enum severity severity;
	int group;     /* the heading that gives the severity, or -1 */
	bool promised; /* a heading says that there are findings here */
	bool findings; /* there are findings here */
	bool aside;    /* there are none here */
	bool firm;     /* nor in groups within it */
	bool ideas;    /* but under headings that name a place */
};

enum standing { STANDING_NONE, STANDING_WEAK, STANDING_STRONG };

struct title {
	size_t piece;
	int level, parent;
	struct head head;
	enum field field;
	bool group, findings, report;
	bool promises; /* the heading of all does, of what is right below it */
	bool follows;  /* a heading of its level that promises findings and has nothing below it */
	bool lined;    /* it begins with lines of a file */
	enum aside aside;
	bool document; /* it stands above all others */
	bool many;     /* it does, and several things are rated below it */
	bool place;    /* all it says is where: the findings in a file follow */
	bool before;   /* a severity stands alone before it */
	enum severity group_severity;
	struct context in;
	struct notes notes;
	unsigned own_fields; /* of the headings below it that are fields */
	struct str path;
	enum standing standing;
	size_t strong, weak;      /* findings below it */
	size_t numbered;          /* of the weak ones, those with a number */
	size_t sections, fielded; /* headings right below it that are no fields, and that are */
};

void lead_read(const struct pieces *p, size_t i, struct lead *lead);

/* Whether PIECE numbers a finding, and leaves the rest to labels below it. */
bool lead_opens(const struct piece *piece, const struct lead *lead);

/*
 * Leads of one shape are of one kind. So where most of those that look alike are findings by themselves, the others are,
 * too, however little they say.
 */
enum { SHAPES = 1 << 7 };

struct kin {
	size_t all[SHAPES], accepted[SHAPES];
};

struct outline {
	const struct pieces *p;
	struct starts *starts;
	struct claims *out;
	struct title *title;
	size_t count, cap;
	int last[7]; /* the last heading of each level that is still open, or -1 */
	bool sure; /* what was found is rated, promised or named, and not only looks like findings */
	bool guide;                        /* it tells what to look for, and not what was found */
	struct lead *lead;                 /* one a piece */
	struct kin kin;                    /* of the leads of the whole report */
	bool headed;                       /* there are headings that are findings */
	size_t fields[7][FIELD_ASIDE + 1]; /* how many headings of a level are of a field */
	struct str section;
	int section_parent;
};

/* Where findings are looked for; at the next only where there were none. */
enum look {
	LOOK_STRICT,   /* where headings promise them, or they are evident */
	LOOK_FREE,     /* in the whole report */
	LOOK_ANYWHERE, /* in its summary and its plan, too */
};

/* The headings, with what they say and what stands below them. */
void titles_read(struct outline *o);

/* What the headings above each say, and what heading I makes of what stands below it. */
void titles_context(struct outline *o, enum look how);
struct context context_below(const struct outline *o, size_t i, enum look how);

/* Whether the report says that there is nothing to report, and rates nothing. */
bool outline_is_clear(const struct outline *o);

/* Whether all there is below the headings is tried: LENIENT, where nothing was found else. */
void titles_stand(struct outline *o, bool lenient);

/* Whether nothing speaks against a heading being a finding; NAMED: it has a number or a name of its own. */
bool title_may(const struct title *t, bool named);

/* Let headings that are written like others that are findings be findings, too. */
void titles_kin(struct outline *o, bool lenient);

/* A heading such as "[M-01] …": it is a finding whatever is below it, and ends the one above. */
bool title_is_entry(const struct title *t);

/* A start more, the pieces FROM to TO, below the heading PARENT or none. */
struct start *start_add(struct outline *o, int parent, size_t from, size_t to);

/* Findings among the pieces FROM to TO, which no heading divides: count the leads that are, and take them. */
void inner_count(struct outline *o, size_t from, size_t to, int parent, struct context in,
                 bool lenient);
void inner_find(struct outline *o, size_t from, size_t to, int parent, struct context in,
                bool lenient);

/* How many rows of the table at piece I are findings by themselves. */
size_t rows_rated(const struct pieces *p, size_t i);

/* Blocks of labels there; TITLED: only such as open with a paragraph that names them. */
void labelled_find(struct outline *o, size_t from, size_t to, int parent, bool titled);

/* A table at piece I, or a fence: returns the first piece after it. */
size_t rows_find(struct outline *o, size_t i, size_t to, int parent, struct context in);
void fenced_find(struct outline *o, size_t i, int parent);

/* Whether a table whose head has this cell in it tells of one thing in each row. */
bool column_is_entry(struct str head);

/* How many lines of the code at piece I are findings. */
size_t fence_findings(const struct pieces *p, size_t i);

#endif
