/*
 * Where the lines of a quote are in a source file, and how far they are there as quoted.
 *
 * Both sides become tokens (report/token.h), so that white space, comments, commas and line ends make no difference. The
 * lines of the quote, and where a line is not to be had its statements, are looked for all at once (report/phrases.h);
 * of the places found, those are chosen that follow one another as in the quote with the least of the file between them
 * and near the stated lines: the heaviest chain under a cost that grows with the gap, found with a Fenwick tree for
 * prefix maxima (M. I. Abouelhoda and E. Ohlebusch, "Chaining algorithms for multiple genome comparison", 2005). Where not
 * all of the quote has a place so, lines that are like its own are places too, by as much as they are (align_like.c): lines
 * that were edited lie among others that were. What is left over is looked for near that chain, out of order or changed.
 *
 * Time is in proportion to quote and file together, but for a factor that is the logarithm of the quote; memory to both.
 * A phrase counts at up to ALIGN_PLACES places, a line is compared with others by up to 64 tokens.
 */
#ifndef REPORT_ALIGN_H
#define REPORT_ALIGN_H

#include "report/phrases.h"
#include "source/lang.h"
#include "source/lines.h"

enum { ALIGN_PLACES = 64 };

/* How a match differs from the quote, any of: */
enum {
	ALIGN_SPACE = 1,      /* white space */
	ALIGN_COMMENTS = 2,   /* comments, commas, marks that are no code */
	ALIGN_JOINED = 4,     /* line ends */
	ALIGN_ELIDED = 8,     /* the file has more between the lines */
	ALIGN_REORDERED = 16, /* the order of the lines */
	ALIGN_DROPPED = 32,   /* the file has more within a line */
};

enum align_place {
	ALIGN_GONE, /* no line of it */
	ALIGN_PART, /* some of it */
	ALIGN_WEAK, /* all, but what it says is in every file, and not where it was stated, or twice */
	ALIGN_WHOLE,
};

enum align_state {
	LINE_EMPTY,   /* no code to look for: blank, a comment, a label, an elision */
	LINE_GONE,    /* nothing like it */
	LINE_SIMILAR, /* something like it */
	LINE_CUT,     /* it is there, but goes on, "x = a" as "x = a if b else c" */
	LINE_DROPPED, /* it is there but for tokens that the file has between its own */
	LINE_FOUND,
};

struct align_line {
	enum align_state state;
	uint32_t first, last; /* lines of the file, 0 where there are none */
	double weight;
	double like; /* of LINE_SIMILAR: how like it is, from 0 to 1 */
	bool placed; /* of LINE_SIMILAR: where it follows the others as in the quote */
};

struct alignment {
	enum align_place place;
	unsigned how;         /* where something was found */
	bool stated;          /* it touches the stated lines, or is off by two at most */
	bool weak;            /* of itself it would find nothing */
	uint32_t first, last; /* lines of the file, 0 where there are none */
	uint32_t
		times; /* how often the quote's most telling line is in the file, up to ALIGN_PLACES */
	double score;            /* the part of the quote's weight that was found, from 0 to 1 */
	struct align_line *line; /* for each line of the quote */
	size_t lines;
};

struct align_range {
	uint32_t first, last;
};

/* A quote, prepared for files of one language. TEXT, its lines, must live as long as it does. */
struct align_quote {
	const struct str *text;
	size_t lines;
	struct token *token;
	double *weight; /* of each token */
	size_t tokens, token_cap;
	struct align_unit *unit;
	size_t units, unit_cap;
	struct align_form *form;
	size_t forms, form_cap;
	struct phrases phrases;
	double telling; /* of its different words: below ALIGN_STRONG it is weak */
};

#define ALIGN_STRONG 2.75

void align_quote_init(struct align_quote *q, const struct str *text, size_t lines, enum lang lang);
void align_quote_release(struct align_quote *q);

/* All lines of Q are meant, also what may be a note. */
void align_quote_literal(struct align_quote *q);

/* A file. TEXT must live as long as it does. Line ends are LF, or CRLF. */
struct align_source {
	struct str text;
	struct token *token;
	size_t tokens, token_cap;
	struct lines lines;
	struct buf mask;
};

void align_source_init(struct align_source *s, struct str text, enum lang lang);
void align_source_release(struct align_source *s);

/* The code of the lines FIRST to LAST. */
struct token_reader align_source_reader(const struct align_source *s, uint32_t first,
                                        uint32_t last);

/* Look for Q in S; STATED are the lines that a report gave, if any. A keeps nothing of either. */
void align(struct align_quote *q, const struct align_source *s, const struct align_range *stated,
           size_t count, struct alignment *a);
/* The same where the lines stated are SHIFT lines further down by now: of places that are alike those there are meant. */
void align_shifted(struct align_quote *q, const struct align_source *s,
                   const struct align_range *stated, size_t count, int64_t shift,
                   struct alignment *a);
void alignment_release(struct alignment *a);

/* Add how in words, "white space, elided"; "exact" where it is 0. */
void align_how(struct buf *b, unsigned how);

#endif
