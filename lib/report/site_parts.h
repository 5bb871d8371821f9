/*
 * Inside of site.h: the look at one claim in one file.
 */
#ifndef REPORT_SITE_PARTS_H
#define REPORT_SITE_PARTS_H

#include "report/remedy.h"
#include "report/site.h"

struct look {
	struct site *s;
	const struct claim *c;
	const struct site_file *f;
	struct str report;
	struct arena *arena;
	struct remedy remedy;

	/* Of the quotes that are about this file: */
	size_t quotes, wholes;
	double weight, found; /* of their lines */
	bool part;            /* something of them is there */
	bool decided;         /* the heaviest of them is there whole */
	bool stated;          /* where it was stated */
	bool weak;            /* all of them are */
	bool whole;           /* all of them are there whole, with nothing new around them */
	uint32_t wrapper;     /* a line that was put around one of them since, as it seems; or 0 */
	bool alike;           /* only weak ones are missing, and they are there elsewhere */
	unsigned how;
	uint32_t times;
	struct str *lost; /* quoted lines that are not there as quoted */
	size_t losts, lost_cap;
	struct align_range *held; /* lines of the file that are as quoted */
	size_t helds, held_cap;

	/* Of the fix's lines: */
	double novel, novel_near,
		novel_any;     /* those that the quotes do not have: in all, near, in the file */
	double fix, fix_found; /* all of them */
	double anchor;         /* the heaviest line that is there at the stated lines */
	uint32_t fix_first, fix_last;
	uint32_t near_first, near_last; /* what is near the fault; all where nothing is known */
	bool near_known;
};

/* A step for --explain. */
void look_step(struct look *l, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The lines FIRST to LAST as they are now, the first dozen of them. */
struct str look_text(const struct look *l, uint32_t first, uint32_t last);

/* Whether the quote Q is about this file. */
bool look_applies(const struct look *l, const struct claim_quote *q);

/* The line of the file that begins a statement put around lines of Q since these were quoted, as it seems; or 0. */
uint32_t look_wrapper(const struct look *l, const struct claim_quote *q, const struct alignment *a);

/* Align the quotes. */
void look_quotes(struct look *l);

/* Align the fix's lines, and note what of it is there. */
void look_fix(struct look *l);

/* What shows that it was fixed, a sentence in the arena, or an empty one; its confidence. */
struct str fix_evidence(struct look *l, double *confidence);

/*
 * A guard over what is quoted that has a word of the fix: a condition around it, or not far above it, or between its
 * lines, or what such a condition is made ready by. 0 where there is none.
 */
uint32_t look_guard(const struct look *l, struct str *word);

/* How far LINE is indented, in bytes. */
size_t look_indent(struct str line);

/* Whether a condition is around what is quoted, or right above it. */
bool look_is_guarded(const struct look *l);

/* What there is to be said without a quote. */
void look_unquoted(struct look *l);

#endif
