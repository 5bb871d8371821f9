/*
 * The Master Bug Report, in Markdown: what is confirmed by severity, from Critical to Low, each with Severity, The Bug,
 * Location(s), Root Cause & Impact and Proposed Fix; then what has changed and what cannot be verified; then, each with why,
 * what is fixed or not there. At the head the counts, the tree, its commit and what was read.
 *
 * Everything that comes from a report or a tree is quoted: it is text, whatever it looks like. The same input gives the same bytes.
 */
#ifndef REPORT_MASTER_H
#define REPORT_MASTER_H

#include "finding/finding.h"
#include "report/claim.h"

struct master {
	const struct finding *finding; /* merged; each keeps its place among those of its heading */
	size_t count;
	const struct claims *
		claims; /* what was read: reports, and what could not be read; NULL where it were no reports */
	struct str tree, commit; /* as they are to be shown; commit may be empty */
};

void master_write(struct buf *b, const struct master *m);

#endif
