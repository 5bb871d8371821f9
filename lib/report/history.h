/*
 * What a tree's history knows of a file: its earlier texts, and who wrote its lines (report/git.h).
 */
#ifndef REPORT_HISTORY_H
#define REPORT_HISTORY_H

#include "report/git.h"

#include <stdint.h>

enum { HISTORY_VERSIONS = 64, HISTORY_BLAMES = 64 };

struct history;

/* NULL with a constant REASON where the tree at ROOT has none that can be asked. */
struct history *history_open(const char *root, const char **reason);
void history_close(struct history *h);

struct version {
	struct str commit, author, path; /* the name it had then */
	double when;                     /* Unix time */
	struct str text;
};

/*
 * Call VISIT with the texts that the file PATH had, the newest first, at most HISTORY_VERSIONS, followed through renames,
 * until it returns false. False where git could not say.
 */
bool history_versions(struct history *h, struct str path,
                      bool (*visit)(void *arg, const struct version *v), void *arg);

/* Put the text of PATH at COMMIT, in hexadecimal digits or "HEAD", into TEXT, which is emptied first. */
bool history_text(struct history *h, struct str commit, struct str path, struct buf *text);

struct blame {
	uint32_t line;
	struct str commit, author, summary;
	double when;
};

/* Call VISIT for each of the LINES, COUNT numbers in the text of PATH at HEAD, at most HISTORY_BLAMES. */
bool history_blame(struct history *h, struct str path, const uint32_t *lines, size_t count,
                   void (*visit)(void *arg, const struct blame *b), void *arg);

#endif
