/*
 * What the parts of the report reader share; private to them (lib/report/read.h
 * is what others use).
 *
 *   bytes -> lines (page.c) -> parts, one a report (split.c) -> pieces
 * (pieces.c, by cmark-gfm)
 *         -> heads: where findings begin (outline.c) -> claims (fill.c)
 *
 * Strings are views into the text of the lines or the pieces, which live as
 * long as the reading of the file.
 */
#ifndef REPORT_READING_H
#define REPORT_READING_H

#include "report/claim.h"

/* A line of the file, white space made plain, without its end. */
struct line {
	struct str text;
	uint32_t number; /* in the file */
	bool odd;        /* its indentation was not written in spaces and tabs */
};

struct page {
	struct line *line;
	size_t count, cap;
	struct buf text; /* private: what the lines point into */
};

#define PAGE_INIT                    \
	{                            \
		NULL, 0, 0, BUF_INIT \
	}

/*
 * Cut TEXT into lines. Odd spaces become spaces, what has no width goes, and
 * what is no valid UTF-8, NUL included, becomes U+FFFD; so no control character
 * but the tab is left.
 */
void page_read(struct page *l, struct str text);
void page_release(struct page *l);

/* Take out the blank lines that stand after every line, where they do; returns
 * how many lines are left. */
size_t page_single(struct line *line, size_t count);

/* One report within the lines of a file. */
struct part {
	struct str name; /* what its marker calls it, or empty */
	size_t from, to; /* indexes of lines */
};

/* The parts of a file, in order; returns how many, at least one. *PARTS is the
 * caller's to free. */
size_t parts_find(const struct page *l, struct part **parts);

/* A fenced block. */
struct fence {
	struct str info;
	const struct line *line; /* without the indentation and quote marks of the fence */
	size_t lines;
	uint32_t number; /* of the line that opens it */
};

struct fences {
	struct fence *fence;
	size_t count, cap;
	struct line *line; /* private: of all of them */
	size_t lines, line_cap;
	uint32_t *refused; /* lines at which a table was neutralised */
	size_t refusals, refusal_cap;
	size_t *map; /* of each line written, the index of the part's line it is from */
	size_t maps, map_cap;
};

/*
 * Write the lines of a part as text for the parser: fences are replaced by a
 * mark with their index (one that is never closed ends where the report
 * evidently goes on), and the rule below the head of a table that would have
 * too many cells is left out.
 */
void part_write(struct fences *f, const struct line *line, size_t count, struct buf *out);
void fences_release(struct fences *f);

/* The mark that stands for fence N. No report can hold one: it has a control
 * character in it. */
#define FENCE_MARK "<!--\001%zu-->"
bool fence_mark(struct str text, size_t *index);

enum span_kind { SPAN_STRONG, SPAN_EMPH, SPAN_CODE, SPAN_LINK };

struct span {
	uint32_t from, to; /* in the piece's text; for code without the backquotes */
	enum span_kind kind;
	struct str url; /* of a link */
};

enum piece_kind {
	PIECE_HEADING,
	PIECE_TEXT, /* one line of a paragraph or list item */
	PIECE_CODE,
	PIECE_ROW,  /* a table's row begins; its cells follow */
	PIECE_CELL, /* line breaks in it are spaces */
	PIECE_RULE,
};

struct piece {
	enum piece_kind kind;
	uint8_t level;      /* of a heading, 1 to 6 */
	bool first;         /* the first line of its paragraph */
	bool item;          /* the first line of a list item */
	bool header;        /* of a table */
	bool table;         /* a row that begins a table */
	uint32_t depth;     /* of lists */
	uint32_t quotes;    /* of block quotes */
	uint32_t line;      /* in the file */
	uint32_t column;    /* of a cell, from 0 */
	struct str marker;  /* "1." or "-" of an item */
	struct str text;    /* emphasis and links taken off, `code` in backquotes */
	size_t span, spans; /* in pieces.span */
	size_t fence;       /* of code, in pieces.fences */
	size_t at;          /* private */
};

struct pieces {
	struct piece *piece;
	size_t count, cap;
	struct span *span;
	size_t spans, span_cap;
	struct fences fences;
	struct buf source, text; /* private */
	void *document;
};

#define PIECES_INIT           \
	{                     \
		.piece = NULL \
	}

/* Make headings of the paragraphs that are used as such: all in bold, and with a list or a rank below them. */
void pieces_bold(struct pieces *p);

/* Parse a part. */
void pieces_read(struct pieces *p, const struct line *line, size_t count);
void pieces_release(struct pieces *p);

/* What a label or a heading such as "Proposed Fix" announces. */
enum field {
	FIELD_NONE,
	FIELD_SEVERITY,
	FIELD_LOCATION,
	FIELD_LINES,
	FIELD_DESCRIPTION,
	FIELD_IMPACT,
	FIELD_FIX,
	FIELD_DEMO,
	FIELD_STATUS,
	FIELD_CATEGORY,
	FIELD_TITLE,
	FIELD_NUMBER,
	FIELD_PRIORITY, /* a severity where none is given */
	FIELD_ASIDE,    /* likelihood, confidence, authors, references */
};

/* Words and patterns are kept in lists such as "high|medium|low": the next of *list, or an empty one at the end. */
struct str list_next(const char **list);

/* Whether S is a word of the list, in any case. */
bool word_among(struct str s, const char *list);

/* Whether any of a list stands in S as it is written, within words, too. */
bool word_has_any(struct str s, const char *list);

/*
 * The words of S in lower case, one space before and after each; false where they are more than a label or heading has.
 * And whether they fit a pattern, or any of a list: "^x" where they begin so, "x$" end so, "^x$" are these, "x" have it
 * among them.
 */
enum { WORDS_MAX = 96 };
bool words_of(struct str s, char out[static WORDS_MAX + 2]);
bool words_match(const char *words, struct str pattern);
bool words_any(const char *words, const char *patterns);

/* How long the word at the start of S is, and the next of *rest, in any script. */
size_t text_word_length(struct str s);
struct str text_word_next(struct str *rest);

/* How many digits, and letters of ASCII, S begins with. */
size_t digits_length(struct str s);
size_t letters_length(struct str s);

/* The next word of *rest, or an empty one at the end. */
struct str word_next(struct str *rest);

enum field word_field(struct str label);

/* The same for the head of a column, which may have more before it: "確認した問題". */
enum field word_field_ends(struct str label);

/* The severity that WORDS begin with or name first; SEVERITY_UNKNOWN where they
 * name none. */
enum severity word_severity(struct str words);

/* That of its first word or its last, in any language we know. */
enum severity word_severity_ends(struct str s);

/* That of one word, and that of the worst sign in S. */
enum severity severity_of_word(struct str word);
enum severity severity_of_sign(struct str s);

/* Give the claims from FROM on the severity that the letters of their names stand for, where nothing else tells: "H-01". */
void severities_guess(struct claims *claims, size_t from);

/* That of a score of CVSS at the start of S, "9.8"; its own bands. */
enum severity severity_of_score(struct str s);

/* Whether all that S says is a severity: "High", "🔴 CRITICAL". */
bool word_is_severity(struct str s);

/* A heading that only names a severity and what is below it: "High Risk
 * Findings (3)". */
bool word_is_group(struct str heading, enum severity *severity);

/* Whether S has no word in it that tells one finding from another: "3 high
 * issues". */
bool word_is_generic(struct str s);

/* Titles that reviewing programs give to everything: "Potential issue". */
bool word_is_empty(struct str title);

/* A heading that promises findings. */
bool word_is_findings(struct str heading);

/* A heading below which what looks like a finding is none. */
enum aside {
	ASIDE_NONE,
	ASIDE_IDEAS, /* what could be better: headings with a place are findings, items are none */
	ASIDE_LOOSE, /* what is in groups there may be the findings nevertheless */
	ASIDE_AFTER, /* a summary or a plan, of what is told elsewhere */
	ASIDE_CLEAN, /* what is well, or has nothing to do with findings */
};
enum aside word_aside(struct str heading);

/* Whether the title of a report is that of one fault: "Login bug - analysis". */
bool word_is_one(struct str title);

/* Whether it is the title of instructions to follow, and of no report. */
bool word_is_guide(struct str title);

/* Whether a title tells what is the case, and does not only name a thing: "X is never closed", not "Code quality". */
bool word_tells(struct str title);

/* Whether S tells what to do: "Add a test". */
bool word_is_action(struct str s);

/* What stands for a severity where nothing is wrong: "OK - no issues found". */
bool word_is_clear(struct str s);

/* Whether S says that nothing was found: "No issues found". */
bool word_is_none_found(struct str s);

/* Whether S begins with a mark of approval. */
bool word_is_praise(struct str s);

/* What a report says became of a finding; false where S says nothing of the
 * kind. */
bool word_said(struct str s, enum claim_said_kind *kind);

/* Whether two titles tell the same, but for small words, marks and case. */
bool word_alike(struct str a, struct str b);

/* Whether B has all words of A, which are three or more. */
bool word_within(struct str a, struct str b);

/* Whether LINE looks like a line of a program rather than of prose. */
bool word_is_code(struct str line);

/* The length of the character at P where it is no letter or digit of any script
 * (punctuation, emoji, arrows), else 0. */
size_t mark_length(const char *p, const char *end);

/* A heading up to where it goes on to explain itself: a bracket, a colon, a dash. */
struct str word_front(struct str heading);

/* S without marks, emoji and white space at both ends. */
struct str word_strip(struct str s);

/* A title taken apart: "### [M-01] Name (HIGH) - FIXED". */
struct head {
	struct str number, title, words, said; /* words: those of the severity */
	struct str more; /* what follows a title in bold on its line, or empty */
	enum severity severity;
	enum claim_said_kind said_kind;
	bool named;    /* the number has a name: M-01, Bug #3, and not only 3. */
	bool numbered; /* it has a number of any kind */
	bool step;     /* "Phase 2", "Step 1": no finding */
};

/* ITEM is the marker of a list item, or empty. */
void head_read(struct str text, struct str marker, struct head *h);

/* Nothing but a sign says how severe it is: "🔴 Errores". */
bool head_is_signed(const struct head *h);

/* A heading that begins with a severity, its sign or a rank, and goes on: "P0: blockers". */
bool head_is_rank(const struct head *h, struct str text, enum severity *severity);

/* A label at the start of TEXT: the field, and what follows it. SPAN are those
 * of the text. */
enum field label_read(struct str text, const struct span *span, size_t spans, struct str *rest);

/* The same for a cell of a table that has its label in it: "Severity: High"; else FIELD_NONE. */
enum field cell_label(const struct pieces *p, const struct piece *cell, struct str *rest);

/* One label and its value in a line that may hold several, "Severity: High |
 * File: x". */
struct segment {
	enum field field;
	struct str text; /* after the label */
};

enum { SEGMENTS = 16 };
size_t segments_read(struct str text, const struct span *span, size_t spans,
                     struct segment out[static SEGMENTS]);

/* A line of "HIGH | path | what | fix" in a fence. */
bool line_is_finding(struct str line);

/* Columns of a table beyond these are not looked at. */
enum { COLUMNS = 64 };

/* Where a finding begins and ends. */
struct start {
	size_t from, to; /* pieces; the first holds the title */
	size_t line;     /* of a fence, where the finding is one line of it */
	bool fenced, row;
	bool block;             /* of labels, the first of which opens it: there is no title */
	enum severity severity; /* of the heading above */
	struct str severity_words, section, path; /* path: a file named by a heading above */
	uint32_t severity_line;
	struct head head;
	uint8_t column[COLUMNS]; /* of a row: the enum field of each */
};

struct starts {
	struct start *start;
	size_t count, cap;
};

/* Also notes in REPORT whether it says that there are none. */
void starts_find(const struct pieces *p, struct starts *s, struct claims *out, uint32_t report);

/* The claim that begins at S. */
void claim_fill(struct claims *out, uint32_t report, const struct pieces *p, const struct start *s);

/* Locations in TEXT, added to what a claim is being built of. */
struct building {
	struct claims *out;
	struct claim *claim;
	struct claim_location *location;
	size_t locations, location_cap;
	struct claim_quote *quote;
	size_t quotes, quote_cap;
	struct claim_said *said;
	size_t saids, said_cap;
	struct claim_hint *hint;
	size_t hints, hint_cap;
	int under;       /* the location that code stands under, or -1 */
	int near;        /* that which the text named last, or -1 */
	size_t fresh;    /* how many were announced since the last code */
	struct str path; /* a file named by a heading above, for lines without one */
	struct buf description, impact, fix;
};

/* Give the lists to the claim. */
void building_keep(struct building *b);

void locations_read(struct building *b, struct str text, const struct span *span, size_t spans,
                    uint32_t line, enum claim_place place);

/* "Lines: 228-238, 241-249": of the location named before. */
void location_lines(struct building *b, struct str text, uint32_t line, enum claim_place place);

/* Add the file that a heading above names, where neither a label nor the title says where. */
void location_above(struct building *b, uint32_t line);

/* A line that holds nothing but a location, "126:140 /path/file.py" or "//
 * File: x.c"; added where it is one. */
bool location_line(struct building *b, struct str text, uint32_t line);

/* Whether TEXT has a location in it, and whether one with lines. */
bool location_in(struct str text);
bool location_lined(struct str text);

/* Whether TEXT has locations in it and nothing else worth telling. */
bool location_only(struct str text);

/* The file named in TEXT, or empty. */
struct str location_path(struct str text);

/* Add the quotes of a fence. */
void quotes_read(struct building *b, const struct fence *f, enum claim_role role);
void quote_add(struct building *b, const struct line *line, const uint32_t *number, size_t count,
               enum claim_role role, struct str language);

/* The three forms of a report (report/read.h). */
void markdown_read(struct claims *out, struct str file, struct str text);
void json_lines_read(struct claims *out, struct str file, struct str text);
void sarif_read(struct claims *out, struct str file, struct str text);

/* Join the findings of one report that are the same, from claim FROM on. */
void claims_join(struct claims *c, size_t from);

#endif
