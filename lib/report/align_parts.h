/*
 * Inside of align.h: a quote's units, and the steps of aligning.
 */
#ifndef REPORT_ALIGN_PARTS_H
#define REPORT_ALIGN_PARTS_H

#include "report/align.h"

/* A line of the quote, or what stands of one between elisions. */
struct align_unit {
	uint32_t line;         /* index of the line */
	uint32_t token, count; /* its tokens, notes at its end left out */
	uint32_t form, forms;  /* what to look for, the best way first */
	double weight;
	uint32_t telling[2]; /* its longest words */
	bool open;           /* an elision follows: it may go on in the file */
	bool note;           /* may be no code at all: a label, a location */
	uint32_t found;      /* pieces of it that were placed */
	double placed;       /* their weight */
	bool cut;            /* one of them goes on in the file */
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

struct align_work {
	struct align_quote *q;
	const struct align_source *s;
	const struct align_range *stated;
	size_t ranges;
	struct align_hit *hit;
	size_t hits, hit_cap;
	struct align_piece *piece;
	size_t pieces;
	uint32_t first, last; /* lines of the chain, 0 where nothing was placed */
	bool light;           /* next to nothing of a short quote was placed, braces maybe */
	struct alignment *a;
};

/* Whether LINE is at most SLACK lines from what was stated. */
bool align_is_stated(const struct align_work *w, uint32_t line, uint32_t slack);

/* The index of the first token of line NUMBER or after it. */
size_t align_token_at(const struct align_source *s, size_t number);

/* How well the pieces stand, but for what may be a note: all of them, and in a row. */
enum align_standing { STANDING_PART, STANDING_SCATTERED, STANDING_ROW };

enum align_standing align_standing(const struct align_work *w);

/* Place lines that are in the file so often that not all their places are known, next to what the chain has of the quote. */
void align_neighbours(struct align_work *w);

/* Place pieces that no order could place near the chain, each where nothing of it is. */
void align_strays(struct align_work *w);

/* Choose a place for each piece that has one and fits. */
void align_chain(struct align_work *w);

/* Look for the unit U, none of which was placed, as tokens with others between; the lines go to its line, if any. */
enum align_state align_near(struct align_work *w, const struct align_unit *u);

/* From the pieces placed: the state of each line, and how they differ. */
void align_settle(struct align_work *w);

#endif
