/*
 * A claim in one file: whether what it quotes is there, and if not, what shows that it was fixed.
 *
 * confirmed   the quote is there whole, at the stated lines or elsewhere in the file; one too weak to find anything by
 *             itself only at the stated lines. Without a quote: a statement within the text, or lines of the fix's block
 *             other than those it brings, at the stated lines
 * fixed       not as quoted, or as quoted in new company: the code that the fix brings is there, or near by a guard or a call
 *             that it names; or what it takes away is gone and the rest still there
 * changed     a part of the quote is there, or something like it; or all of it, but in a statement that has come around it
 * not_found   the file or the line does not exist, or nothing of what decides is there
 * unverifiable  the place exists, but nothing is quoted that could be compared
 *
 * Pure, but for the arena that the evidence's words go to.
 */
#ifndef REPORT_SITE_H
#define REPORT_SITE_H

#include "base/arena.h"
#include "finding/finding.h"
#include "finding/fingerprint.h"
#include "report/align.h"
#include "report/claim.h"
#include "report/resolve.h"

enum { SITE_RANGES = 16, SITE_EVIDENCE = 6 };

struct site {
	uint32_t claim, file;
	enum resolve_how how;
	bool cited;     /* by the claim; else the search found it */
	bool fix_only;  /* looked into for what the fix defines */
	bool moved;     /* found by the search, what is cited having it no more */
	uint32_t order; /* among the sites of the claim */
	uint64_t cites; /* bit i: the claim's location i, of the first 64 */
	struct align_range stated[SITE_RANGES];
	size_t ranges;
	int64_t shift;        /* how much further down they are by now, as far as is known */
	uint32_t report_line; /* of the report, where it cites this */

	/* What comes out. */
	bool judged;
	struct buf *steps; /* those taken, where they are asked for */
	enum verdict verdict;
	bool single;   /* what is here is here once, of one quote that tells */
	bool settled;  /* the quotes are whole at the stated lines */
	bool told;     /* of one moved: worth a location of its own */
	double weight; /* of the quotes */
	double confidence, score;
	double fix; /* the part of the fix's code that is here, of what the quotes do not have */
	struct str why;
	struct str match;     /* how the quote matched */
	uint32_t first, last; /* where it is now, or was to be; 0: not known */
	bool here;            /* first and last are where the quote is, or a part of it */
	struct evidence evidence[SITE_EVIDENCE];
	size_t evidences;
	char fingerprint[FINGERPRINT_SIZE]; /* of the line first; for the caller to fill in */
};

struct site_file {
	struct str path;
	enum lang lang;
	const struct align_source *source;
};

/* Judge C, stated in the report of that name, in F. What is evident goes to S, with the steps where there is room for them. */
void site_judge(struct site *s, const struct claim *c, struct str report, const struct site_file *f,
                struct arena *arena);

struct site_quoted {
	uint32_t first, last;
	bool weak; /* too common to be looked for but at the stated lines, where it is */
};

/* Whether all that C quotes of this place is in F, another text of the file, as quoted. */
bool site_is_quoted(const struct site *s, const struct claim *c, const struct site_file *f,
                    struct site_quoted *quoted);

/* One more piece of evidence; NULL where there is enough. */
struct evidence *site_evidence(struct site *s);

/* Text made by FMT, kept in ARENA. */
struct str arena_format(struct arena *arena, const char *fmt, ...) PRINTF_LIKE(2, 3);

#endif
