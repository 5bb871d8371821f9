/*
 * Inside of align.h: a quote's units, and the steps of aligning.
 */
#ifndef REPORT_ALIGN_PARTS_H
#define REPORT_ALIGN_PARTS_H

#include "report/align.h"
#include "report/align_needle.h"

/* What is like a unit is told by as many tokens at least; where it has less all of them have to be there. */
enum { ALIGN_SHORTEST = 4 };

/* A line of the quote, or what stands of one between elisions. */
struct align_unit {
	uint32_t line;         /* index of the line */
	uint32_t token, count; /* its tokens, notes at its end left out */
	uint32_t form, forms;  /* what to look for, the best way first */
	double weight;
	bool open;                     /* an elision follows: it may go on in the file */
	bool note;                     /* may be no code at all: a label, a location */
	uint32_t found;                /* pieces of it that were placed */
	double placed;                 /* their weight */
	bool cut;                      /* one of them goes on in the file */
	uint32_t piece, pieces;        /* what of it is to be placed, in align_work.piece */
	const struct align_like *near; /* in place of these: where it nearly is */
};

/* A phrase to look for in place of a unit. Those of one way stand behind one another and belong together. */
struct align_form {
	uint32_t phrase, length, way;
	double weight;
};

/* A phrase to be placed: all that are chosen, in the order of the quote. */
struct align_piece {
	uint32_t unit, phrase, length;
	double weight;
	uint32_t hit, hits; /* where it is, in align_work.hit */
	int64_t at;         /* index of the token it starts at, or -1 */
	bool part;          /* one of several of its unit */
	bool astray;        /* placed out of order */
};

struct align_hit {
	uint32_t phrase, end;
};

/* Lines of the file that a unit nearly is. */
struct align_like {
	uint32_t unit, start, end; /* tokens; end is the one after the last */
	double like;               /* from 0 to 1 */
	bool whole;                /* all tokens of the unit are among them */
};

struct align_work {
	struct align_quote *q;
	const struct align_source *s;
	const struct align_range *stated,
		*meant; /* meant: where those stated are now, as far as known */
	size_t ranges;
	struct align_hit *hit;
	size_t hits, hit_cap;
	struct align_like *like; /* by unit */
	size_t likes, like_cap;
	struct align_piece *piece;
	size_t pieces;
	uint32_t first, last; /* lines of the chain, 0 where nothing was placed */
	bool passed;          /* what may be a note is not there, and was passed over */
	bool light;           /* next to nothing of a short quote was placed, braces maybe */
	struct alignment *a;
};

/* Whether LINE is at most SLACK lines from one of COUNT ranges. */
bool align_is_within(const struct align_range *range, size_t count, uint32_t line, uint32_t slack);

/* The index of the first token of line NUMBER or after it. */
size_t align_token_at(const struct align_source *s, size_t number);

/* How well the pieces stand, but for what may be a note: all of them, and in a row. */
enum align_standing { STANDING_PART, STANDING_SCATTERED, STANDING_ROW };

enum align_standing align_standing(const struct align_work *w);

/* Place lines that are in the file so often that not all their places are known, next to what the chain has of the quote. */
void align_neighbours(struct align_work *w);

/* Place pieces that no order could place near the chain, each where nothing of it is. */
void align_strays(struct align_work *w);

/* Find where units nearly are. */
void align_likes(struct align_work *w);

/* Choose a place for each piece that has one and fits. */
void align_chain(struct align_work *w);

/* Look for what is like the unit U, none of which was placed, near the lines BETWEEN which it would be; 0: there is no such. */
bool align_near(const struct align_work *w, const struct align_unit *u, struct align_range between,
                struct align_like *like);

/* Of the lines that begin at the token START, one to a few, those that are most like U, whose needle is N, if any are. */
bool align_compare(const struct align_work *w, const struct align_unit *u, struct align_needle *n,
                   uint32_t start, struct align_like *like);

/* From the pieces placed: the state of each line, and how they differ. */
void align_settle(struct align_work *w);

#endif
