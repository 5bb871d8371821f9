/*
 * The words and marks of a quote, and what of its lines may be no code but an auditor's.
 */
#ifndef REPORT_ALIGN_WORDS_H
#define REPORT_ALIGN_WORDS_H

#include "report/token.h"
#include "source/lang.h"

struct align_words {
	struct token *token; /* the line of each is counted from 1 */
	struct str *text;    /* how each is written, in whole */
	size_t count, cap;
	struct buf whole;
};

/* LINES lines of a quote, which may begin within a comment. */
void align_words_read(struct align_words *w, const struct str *line, size_t lines, enum lang lang);
void align_words_release(struct align_words *w);

/* How much the words [FIRST, END) tell together; and all different ones once each, up to what is ENOUGH. */
double align_words_weight(const struct align_words *w, size_t first, size_t end);
double align_words_telling(const struct align_words *w, double enough);

bool align_is_mark(const struct align_words *w, size_t i, char c);

/* Where the line [FIRST, END) starts behind what may only set it off: "12:", "12 |", ">", "+". */
size_t align_code_start(const struct align_words *w, size_t first, size_t end);

/* Where, in [FIRST, END), a note may begin as comments do in some other language. */
size_t align_note_start(const struct align_words *w, size_t first, size_t end);

/* "File: x.py", "126:140 /dir/file.py", "thread not joined", a comment of another language: what may stand between code. */
bool align_may_be_note(const struct align_words *w, size_t first, size_t end);

#endif
