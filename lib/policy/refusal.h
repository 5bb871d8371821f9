/*
 * Refusals: whether an agent failed because the service behind it refuses it, for want of quota or of credentials, so that
 * another attempt would fail too.
 *
 *   struct refusal r = {0};              for each attempt
 *   refusal_record(&r, &record, &b);     each record that its output became
 *   refusal_line(&r, line);              each line of its standard error
 *   refusal_kind(&r, &text)              once it has failed: which it was, and where that was said
 *
 * Of records only what the program itself reports counts (error, wait, a result that is not ok), never what the model
 * or a tool says; a tool called later, or a result that is ok, shows that it was overcome. Of bare text only the last
 * lines count, and of these only one that is an error message by its form: agents talk about API keys all day.
 * A rate limit that passes in seconds, or an overloaded service, is no refusal.
 */
#ifndef POLICY_REFUSAL_H
#define POLICY_REFUSAL_H

#include "record/record.h"

enum refusal_kind { REFUSAL_NONE, REFUSAL_QUOTA, REFUSAL_AUTHENTICATION };

/* Their names, by kind: NULL, "quota", "authentication". */
extern const char *const refusal_words[];

enum {
	REFUSAL_LINES = 5, /* of standard error, the last ones that are not blank */
	REFUSAL_TEXT = 400 /* bytes of a text that are looked at */
};

struct refusal_text {
	char text[REFUSAL_TEXT];
	size_t len;
};

struct refusal {
	enum refusal_kind kind; /* as records have it */
	struct refusal_text said, line[REFUSAL_LINES];
	size_t lines; /* so far; line[(lines - 1) % REFUSAL_LINES] is the last */
};

/* SCRATCH is for strings; its contents are of no use after. */
void refusal_record(struct refusal *r, const struct record *record, struct buf *scratch);
void refusal_line(struct refusal *r, struct str line);

/* TEXT is what said so, a view of R; unchanged for REFUSAL_NONE. */
enum refusal_kind refusal_kind(const struct refusal *r, struct str *text);

/* Of one text: an error that the program reported, or else a BARE line. */
enum refusal_kind refusal_of(struct str text, bool bare);

#endif
