/*
 * One finding of the Master Bug Report.
 */
#ifndef REPORT_MASTER_PARTS_H
#define REPORT_MASTER_PARTS_H

#include "base/map.h"
#include "report/master.h"

struct writing {
	struct buf *b;
	const struct master *m;
	struct map number; /* size_t by id: the number that a finding has in the report */
};

/* Of a severity, as headings have it. */
extern const char *const master_severity[SEVERITY_COUNT];

/* "a.md no. 3, line 12"; what is empty or 0 is left out. */
void master_source(struct writing *w, struct str report, struct str number, size_t line);

/* `path:3-5` */
void master_place(struct writing *w, const struct location *l);

void master_heading(struct writing *w, const struct finding *f);

/* The heading, why it is not confirmed where it is not, and the five items. */
void master_finding(struct writing *w, const struct finding *f);

#endif
