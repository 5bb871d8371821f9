/*
 * Reading reports into claims (report/claim.h).
 *
 * A report is hostile: it is read in a child process with limits on memory and processor time, and only what the child
 * hands over, which is checked, reaches the caller. What takes more than the limits is an error, not a wait.
 */
#ifndef REPORT_READ_H
#define REPORT_READ_H

#include "report/claim.h"

/* Larger ones are refused: the Markdown parser cannot be trusted with them. */
#define REPORT_MAX ((size_t)64 << 20)

enum report_form {
	REPORT_AUTO, /* SARIF or JSON lines where it begins so, else Markdown */
	REPORT_MARKDOWN,
	REPORT_JSON_LINES, /* records of findings, or an array of them */
	REPORT_SARIF,
};

enum report_result {
	REPORT_READ,    /* at least one claim */
	REPORT_CLEAR,   /* no claims, as the report itself says */
	REPORT_NOTHING, /* nothing could be read: no claims; what looked like findings is in unread */
	REPORT_REFUSED,  /* too large, or more than the limits: *reason says which */
	REPORT_UNOPENED, /* errno says why */
};

/* Read PATH ("-" is stdin), adding to OUT. *REASON is a constant. */
enum report_result report_read(struct claims *out, const char *path, enum report_form form,
                               const char **reason);

/* The same for TEXT in this process and without limits: for tests and fuzzing. FILE is the name that claims carry. */
void report_parse(struct claims *out, struct str file, struct str text, enum report_form form);

/* Claims as bytes and back; false where the bytes are not what claims_pack makes, OUT then as before. */
void claims_pack(const struct claims *c, struct buf *b);
bool claims_unpack(struct claims *out, struct str bytes);

#endif
